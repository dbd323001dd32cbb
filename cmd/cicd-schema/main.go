// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Command cicd-schema prints the provider's schema as JSON, in the form of `terraform providers schema -json`,
// without Terraform. The documentation in docs/ is generated from it.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/schemajson"
)

// key is where the documentation generator looks for a provider of any namespace: it knows the bare type or
// HashiCorp's own namespace only.
const key = "cicd"

func main() {
	server := provider.NewServer("dev")
	if err := schemajson.Write(context.Background(), os.Stdout, key, server); err != nil {
		fmt.Fprintln(os.Stderr, "cicd-schema:", err)
		os.Exit(1)
	}
}
