// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

// Whatever happens in between, the end is right: see [acctest.Sequences]. There
// are few of them, because calls are kept a second apart.
func TestFaultSequences(t *testing.T) {
	t.Parallel()
	acctest.Sequences(t, "Nautes", 12, 12, possible(t), func(t *testing.T) (*acctest.Stage, []acctest.Thing) {
		t.Helper()
		s, p := stage(t)
		var things []acctest.Thing
		names := []string{"first", "second"}
		for _, name := range names {
			thing := acctest.Thing{
				Type: runtimeType, ImportID: p.Name + "/" + name,
				Change: func(string) {
					if p.Runtime(name) != nil {
						p.Change(name, object{"account": "theirs"})
					}
				},
				Remove: func(string) { p.Delete(name) },
			}
			for _, path := range []string{"build", "other"} {
				// Two runtimes of a project can't be of the same sources and path.
				path = fmt.Sprintf("pipelines/%s/%s", name, path)
				wanted := configuration(p.Name, path)
				wanted["name"] = name
				thing.Wanted = append(thing.Wanted, acctest.Wanted{Configuration: wanted, Stored: path})
			}
			things = append(things, thing)
		}
		s.Objects = func() map[string]string {
			all := map[string]string{}
			for _, name := range names {
				if stored := p.Runtime(name); stored != nil {
					path := stored["pipelines"].([]any)[0].(object)["path"].(string)
					if theirs, _ := stored["account"].(string); strings.Contains(theirs, "theirs") {
						path += " of theirs"
					}
					all[p.Name+"/"+name] = path
				}
			}
			return all
		}
		return s, things
	})
}
