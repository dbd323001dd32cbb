// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-cicd is the plugin that Terraform and OpenTofu start to manage the pipeline objects of
// GitLab, Nautes and Rancher. It isn't meant to be run by hand, except with -debug.
package main

import (
	"cmp"
	"flag"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider"
)

// address is what a configuration writes as `source`, in full.
const address = "registry.terraform.io/terraform-provider-cicd/cicd"

// version is set by the linker when a release is built.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "wait for a debugger: print TF_REATTACH_PROVIDERS and keep serving")
	flag.Parse()
	setLogLevels()

	var options []tf6server.ServeOpt
	if *debug {
		options = append(options, tf6server.WithManagedDebug())
	}
	err := tf6server.Serve(address, func() tfprotov6.ProviderServer { return provider.NewServer(version) }, options...)
	if err != nil {
		log.Fatal(err)
	}
}

// setLogLevels lets the loggers write what somebody wants to read. Left alone,
// they send everything to Terraform, which throws it away unless it was asked
// for a log: that takes longer than the rest of a refresh.
func setLogLevels() {
	wanted := os.Getenv("TF_LOG")
	for name, level := range map[string]string{
		"TF_LOG_PROVIDER_CICD": cmp.Or(os.Getenv("TF_LOG_PROVIDER"), wanted, "OFF"),
		"TF_LOG_SDK":           cmp.Or(wanted, "OFF"),
	} {
		if os.Getenv(name) == "" {
			// It fails only for names and values that can't be a variable's.
			_ = os.Setenv(name, level)
		}
	}
}
