// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package acctest is what acceptance tests share: the provider as Terraform
// loads it, and worlds to run it against.
//
// A world is a system as a test needs it. Normally that is a sandbox of the
// test's own, in this process; when the environment names a live instance
// (CICD_ACC_LIVE=1 and the variables that the provider itself reads), it is
// that instance. What tests need there they make through the system's real
// API, so one test body serves both.
package acctest

import (
	"context"
	"os"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider"
)

// Live reports whether tests run against live instances.
func Live() bool { return os.Getenv("CICD_ACC_LIVE") == "1" }

// Providers are the factories for a test case: the provider under test.
func Providers() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"cicd": func() (tfprotov6.ProviderServer, error) {
			return served{provider.NewServer("test").(everything)}, nil
		},
	}
}

// everything is what the provider serves.
type everything interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// served is the provider, except that all of a process have the same schemas:
// Terraform asks for them in each of its thousands of runs, and working them
// out takes a third of the provider's time.
type served struct{ everything }

func (served) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	said, err := schemas()
	if err != nil {
		return nil, err
	}
	return said.Schemas, nil
}

// Saying matches an error that has these texts in this order, however
// Terraform breaks its lines.
func Saying(texts ...string) *regexp.Regexp {
	var patterns []string
	for _, text := range texts {
		words := strings.Fields(text)
		for i, word := range words {
			words[i] = regexp.QuoteMeta(word)
		}
		patterns = append(patterns, strings.Join(words, `[\s│]+`))
	}
	return regexp.MustCompile(`(?s)` + strings.Join(patterns, `.*`))
}
