// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// A data source takes the ids that an import takes, and says before it asks
// anybody what they look like.
func TestDataSourcesRefuseIDsOfAnotherForm(t *testing.T) {
	t.Parallel()
	// It isn't configured: what it doesn't refuse fails because of that.
	server := acctest.NewProtocol(t)
	inProject := []string{"p-x1y2z", ":", "p-x1y2z:", "c-1:p-x1y2z:p-abcde", "c-1:p-x1y2z/p-x1y2z:p-abcde", "p-x1y2z:p abcde", ""}
	for _, c := range []struct {
		name, argument, form, sound string
		refused                     []string
	}{
		{"pipeline", "id", "<project>:<name>, as in p-x1y2z:p-abcde", "p-x1y2z:p-abcde", inProject},
		{"pipeline_export", "pipeline_id", "<project>:<name>, as in p-x1y2z:p-abcde", "p-x1y2z:p-abcde", inProject},
		{"pipeline_histories", "pipeline_id", "<project>:<name>, as in p-x1y2z:p-abcde", "p-x1y2z:p-abcde", inProject},
		{"pipeline_history", "id", "<project>:<name>, as in p-x1y2z:p-abcde-1", "p-x1y2z:p-abcde-1", inProject},
		{"pipeline_logs", "history_id", "<project>:<name>, as in p-x1y2z:p-abcde-1", "Project:Some_Name.1", inProject},
		{"cluster_pipeline_config", "id", "<cluster_id>:<name>, as in c-abc12:github", "c-abc12:github", []string{"c-abc12", "a:b:c", "a/b:c", ""}},
		{"git_repositories", "remote_account_id", "<name>, as in ra-x1y2z", "u-abc12:c-abc12-github-octocat", []string{"a/b", ":", "a:", "a b", "a:b:c", ""}},
	} {
		read := func(id string) string {
			arguments := members{c.argument: id}
			if c.name == "pipeline_histories" {
				arguments["project_id"] = "c-abc12:p-x1y2z"
			}
			_, diagnostics := server.Data("cicd_rancher_"+c.name, arguments)
			if at := tftypes.NewAttributePath().WithAttributeName(c.argument); id != c.sound && (len(diagnostics) != 1 || !diagnostics[0].Attribute.Equal(at)) {
				t.Errorf("%s %q: %s", c.name, id, acctest.Said(diagnostics))
			}
			return acctest.Said(diagnostics)
		}
		if said := read(c.sound); !strings.Contains(said, "Provider is not configured") {
			t.Errorf("%s %q: %s", c.name, c.sound, said)
		}
		for _, id := range c.refused {
			if said := read(id); !strings.Contains(said, c.form) {
				t.Errorf("%s %q: %s", c.name, id, said)
			}
		}
	}
}
