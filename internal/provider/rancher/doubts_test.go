// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// What a server may take after all is no error.
func TestDoubtfulTextsAreWarnedOf(t *testing.T) {
	t.Parallel()
	r := acctest.SandboxRancher(t)
	p := r.NewProject()
	server := p.Protocol()
	warned := func(what string, diagnostics []*tfprotov6.Diagnostic, want string) {
		t.Helper()
		said := acctest.Said(diagnostics)
		if acctest.Failed(diagnostics) || (said == "") != (want == "") || !strings.Contains(said, want) || len(diagnostics) > 1 {
			t.Errorf("%s: %q, want a warning that says %q", what, said, want)
		}
	}
	for kind, want := range map[string]string{"github": "", " github ": "", "gitlab": `"gitlab" is not github`, "GitHub": `"GitHub" is not github`, "": `"" is not github`} {
		warned("account type", server.Validate(accountType, object{"type": kind}), want)
	}
	for host, want := range map[string]string{
		"": "", "git.example.com": "", "git.example.com:8443": "",
		"https://git.example.com": `"https://git.example.com" is an address`, "git.example.com/": "github.scheme", "git.example.com/api": "host name",
	} {
		warned("host", server.Validate(configType, object{"cluster_id": "c-abc12", "github": object{"client_id": "a", "host": host}}), want)
	}
	warned("account type to come", server.Validate(accountType, object{"type": unknownText}), "")
	warned("host to come", server.Validate(configType, object{"cluster_id": "c-abc12", "github": object{"client_id": "a", "host": unknownText}}), "")
	for state, want := range map[string]string{
		"Waiting": "", "Pending": "", "Building": "", "Success": "", "Fail": "", "Abort": "", "Skipped": "", "Denied": "",
		"success": `"success" is none of Waiting, Pending, Building, Success, Fail, Abort, Skipped, Denied`, "Failed": "none of", "active": "none of",
	} {
		found, diagnostics := server.Data("cicd_rancher_pipeline_histories", object{"project_id": p.ID, "state": state})
		warned("state", diagnostics, want)
		if found == nil {
			t.Errorf("state %v: nothing was read", state)
		}
	}
	for way, want := range map[string]string{"manual": "", "cron": "", "webhook": "", "user": `"user" is none of manual, cron, webhook`} {
		_, diagnostics := server.Data("cicd_rancher_pipeline_histories", object{"project_id": p.ID, "trigger_type": way})
		warned("trigger type", diagnostics, want)
	}
}
