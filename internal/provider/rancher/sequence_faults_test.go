// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"maps"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// Whatever happens in between, the end is right: see [acctest.Sequences].
func TestFaultSequences(t *testing.T) {
	t.Parallel()
	acctest.Sequences(t, "Rancher", 16, 30, possible(t), func(t *testing.T) (*acctest.Stage, []acctest.Thing) {
		t.Helper()
		s, p := stage(t)
		thing := func(on *acctest.Stage, items string, theirs members) acctest.Thing {
			return acctest.Thing{
				Type: on.Resource.Type, Wanted: []acctest.Wanted{on.Resource.First, on.Resource.Second},
				Change: func(id string) {
					if p.Stored(items+"/"+id) != nil {
						p.Change(items+"/"+id, theirs)
					}
				},
				Remove: func(id string) { p.Remove(items + "/" + id) },
			}
		}
		pipelines, accounts, configs := pipelinesOf(s, p), accountsOf(s, p), configsOf(s, p)
		pipeline := thing(pipelines, "pipelines", members{"displayName": "theirs"})
		config := thing(configs, "clusterpipelines", members{"githubConfig": members{"clientID": "theirs"}})
		config.ImportID = p.ClusterID + ":own"
		objects := []func() map[string]string{pipelines.Objects, accounts.Objects, configs.Objects}
		s.Objects = func() map[string]string {
			all := map[string]string{}
			for _, some := range objects {
				maps.Copy(all, some())
			}
			return all
		}
		return s, []acctest.Thing{pipeline, pipeline, thing(accounts, "remoteaccounts", members{"displayName": "theirs"}), config}
	})
}
