// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"fmt"
	"slices"
	"strings"
)

// Dialect is which of Rancher's pipeline APIs a server has.
type Dialect string

// The dialects. All but Spec are there to be told apart from it, and no more: their types can be listed in the root and as schemas, and hold nothing.
const (
	Spec Dialect = "spec"
	V20  Dialect = "v2.0" // pipelineExecutions and sourceCodeCredentials, below /v3
	V21  Dialect = "v2.1" // likewise, below each project; as v2.1 to v2.6
	None Dialect = "none" // no pipelines at all; as v2.7 and later
)

// foreignTypes are the names of a dialect's types, and the API in which they are.
func foreignTypes(dialect Dialect) (path string, ids []string) {
	switch dialect {
	case V20:
		return apiRoot, []string{"clusterPipeline", "pipeline", "pipelineExecution", "pipelineExecutionLog", "sourceCodeCredential", "sourceCodeRepository"}
	case V21:
		return apiRoot + "/project", []string{"pipeline", "pipelineExecution", "pipelineSetting", "sourceCodeCredential", "sourceCodeProvider",
			"sourceCodeProviderConfig", "sourceCodeRepository"}
	}
	return apiRoot, nil
}

// api is a set of types below a path: /v3 or, with types that are reached through a parent only, /v3/cluster and /v3/project.
type api struct {
	path    string
	names   map[string]*schema // by id and by plural, in lower case
	schemas []*object          // as the API shows them, by id
}

func (a *api) lookup(name string) *schema { return a.names[strings.ToLower(name)] }

func (a *api) find(id string) (*object, error) {
	for _, o := range a.schemas {
		if strings.EqualFold(o.id, id) {
			return o, nil
		}
	}
	return nil, notFound("no such schema")
}

// speak builds the types of a dialect.
func (s *Server) speak(dialect Dialect) error {
	types := seedTypes()
	switch dialect {
	case "", Spec:
		for id, members := range nestedTypes() {
			types = append(types, &schema{id: id, fields: members})
		}
	case V20, V21, None:
		types = slices.DeleteFunc(types, func(sc *schema) bool { return !slices.Contains([]string{"cluster", "project", "user"}, sc.id) })
		path, ids := foreignTypes(dialect)
		for _, id := range ids {
			types = append(types, &schema{id: id, path: path, resourceMethods: readOnly, collectionMethods: readOnly, fields: envelope(nil), parent: "project"})
		}
	default:
		return fmt.Errorf("rancher dialect %q is none of %s, %s, %s, %s", dialect, Spec, V20, V21, None)
	}
	s.schemaType = (&schema{id: "schema", resourceMethods: readOnly, collectionMethods: readOnly, fields: fields{
		"pluralName": text(), "version": simple("map[json]"), "resourceMethods": list("string"), "collectionMethods": list("string"),
		"resourceFields": simple("map[json]"), "resourceActions": simple("map[json]"), "collectionActions": simple("map[json]"),
		"collectionFields": simple("map[json]"), "collectionFilters": simple("map[json]"),
	}}).finish()
	for _, path := range []string{apiRoot, apiRoot + "/cluster", apiRoot + "/project"} {
		s.apis[path] = &api{path: path, names: map[string]*schema{"schema": s.schemaType, "schemas": s.schemaType}}
	}
	slices.SortFunc(types, func(a, b *schema) int { return strings.Compare(a.id, b.id) })
	for _, sc := range types {
		sc.finish()
		s.types[sc.id] = sc
		home := s.apis[sc.path]
		home.names[strings.ToLower(sc.id)], home.names[strings.ToLower(sc.plural)] = sc, sc
		home.schemas = append(home.schemas, sc.describe(s.schemaType))
		if sc.parent != "" && sc.canList() {
			s.children[sc.parent] = append(s.children[sc.parent], sc)
		}
	}
	return nil
}

func versionOf(path string) map[string]any {
	group, _, _ := strings.Cut(strings.TrimPrefix(path, apiRoot+"/"), "/")
	if path == apiRoot {
		group = "management"
	}
	return map[string]any{"group": group + ".cattle.io", "path": path, "version": "v3"}
}

// describe is a schema as an object of the API.
func (sc *schema) describe(schemaType *schema) *object {
	members := map[string]any{}
	for name, f := range sc.fields {
		member := map[string]any{"type": f.kind, "create": f.create, "update": f.update}
		for key, is := range map[string]bool{"required": f.required, "nullable": f.nullable, "writeOnly": f.writeOnly} {
			if is {
				member[key] = true
			}
		}
		if f.preset != nil {
			member["default"] = f.preset
		}
		if f.options != nil {
			member["options"] = f.options
		}
		if f.min != nil {
			member["min"] = *f.min
		}
		members[name] = member
	}
	filters := map[string]any{}
	for name, modifiers := range sc.filters {
		filters[name] = map[string]any{"modifiers": modifiers}
	}
	return &object{schema: schemaType, id: sc.id, name: sc.id, described: sc, data: map[string]any{
		"pluralName": sc.plural, "version": versionOf(sc.path), "resourceMethods": sc.resourceMethods, "collectionMethods": sc.collectionMethods,
		"resourceFields": members, "resourceActions": describeActions(sc.actions), "collectionActions": describeActions(sc.collectionActions),
		"collectionFields": map[string]any{}, "collectionFilters": filters,
	}}
}

func describeActions(actions map[string]action) map[string]any {
	described := map[string]any{}
	for name, a := range actions {
		types := map[string]any{}
		if a.input != "" {
			types["input"] = a.input
		}
		if a.output != "" {
			types["output"] = a.output
		}
		described[name] = types
	}
	return described
}

// schemaLinks are a schema's links: to itself, and to what it describes.
func (c *call) schemaLinks(o *object) map[string]string {
	base := c.base + o.described.path
	links := map[string]string{"self": base + "/schemas/" + o.id}
	if o.described.canList() {
		links["collection"] = base + "/" + strings.ToLower(o.described.plural)
	}
	return links
}

// root is the answer at /v3: the addresses of all that can be listed.
func (c *call) root() map[string]any {
	links := map[string]string{"root": c.base + c.apiPath(), "self": c.base + c.apiPath()}
	for _, o := range c.api.schemas {
		if o.described.canList() {
			links[o.described.plural] = c.collectionURL(o.described)
		}
	}
	return map[string]any{
		"type": "apiRoot", "baseType": "apiRoot", "apiVersion": versionOf(c.apiPath()), "links": links, "actions": map[string]string{},
	}
}
