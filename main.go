// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-cicd is the plugin that Terraform and OpenTofu start to manage the pipeline objects of
// GitLab, Nautes and Rancher. It isn't meant to be run by hand, except with -debug.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider"
)

// address is what a configuration writes as `source`, in full.
const address = "registry.terraform.io/terraform-provider-cicd/cicd"

// version is set by the linker when a release is built.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "wait for a debugger: print TF_REATTACH_PROVIDERS and keep serving")
	flag.Parse()

	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address:         address,
		Debug:           *debug,
		ProtocolVersion: 6,
	})
	if err != nil {
		log.Fatal(err)
	}
}
