// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox"
)

const documentation = "../../docs"

// schemasByFolder are all types and their schemas, by the folder that has their pages.
func schemasByFolder(said *tfprotov6.GetProviderSchemaResponse) map[string]map[string]*tfprotov6.Schema {
	actions := map[string]*tfprotov6.Schema{}
	for name, action := range said.ActionSchemas {
		actions[name] = action.Schema
	}
	return map[string]map[string]*tfprotov6.Schema{
		"resources": said.ResourceSchemas, "data-sources": said.DataSourceSchemas, "actions": actions, "list-resources": said.ListResourceSchemas,
	}
}

// typesByFolder are the names of all types and functions, by the folder that has their pages and, in examples, their examples.
func typesByFolder(said *tfprotov6.GetProviderSchemaResponse) map[string][]string {
	names := map[string][]string{"functions": slices.Collect(maps.Keys(said.Functions))}
	for folder, schemas := range schemasByFolder(said) {
		names[folder] = slices.Collect(maps.Keys(schemas))
	}
	return names
}

// pagesOf are the pages below docs/ that match, by their path in there.
func pagesOf(t *testing.T, patterns ...string) map[string]string {
	t.Helper()
	pages := map[string]string{}
	for _, pattern := range patterns {
		files, err := filepath.Glob(filepath.Join(documentation, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no page matches %s: %v", pattern, err)
		}
		for _, file := range files {
			pages[strings.TrimPrefix(file, documentation+"/")] = read(t, file)
		}
	}
	return pages
}

func typePages(t *testing.T) map[string]string {
	t.Helper()
	return pagesOf(t, "resources/*.md", "data-sources/*.md", "actions/*.md", "list-resources/*.md", "functions/*.md")
}

// The page of every type tells who may use it and begins with an example, that of a resource shows each way to import.
func TestDocsOfEveryType(t *testing.T) {
	t.Parallel()
	pages := typePages(t)
	section := func(page, heading string) string {
		_, text, _ := strings.Cut(page, "\n## "+heading+"\n")
		text, _, _ = strings.Cut(text, "\n## ")
		return strings.TrimSpace(text)
	}
	known := 0
	for folder, types := range typesByFolder(acctest.NewProtocol(t).Schemas) {
		for _, name := range types {
			known++
			name = strings.TrimPrefix(name, "cicd_")
			at := folder + "/" + name + ".md"
			page, ok := pages[at]
			if !ok {
				t.Errorf("docs/%s is missing", at)
				continue
			}
			if len(section(page, "Permissions")) < 20 {
				t.Errorf("docs/%s doesn't say who may use the type", at)
			}
			if !strings.HasPrefix(section(page, "Example Usage"), "```terraform\n") {
				t.Errorf("docs/%s doesn't begin with an example", at)
			}
			if !regexp.MustCompile(`(?m)\A---\npage_title: .+\nsubcategory: .+\ndescription: \|-\n  [^\n]{20,}\n---$`).MatchString(page) {
				t.Errorf("docs/%s has no description in one line, which is what a search shows", at)
			}
			if folder != "resources" {
				continue
			}
			for _, way := range []string{"\nterraform import cicd_" + name + ".", "\n  id = \"", "\n  identity = {\n", "\n### Identity Schema\n"} {
				if !strings.Contains(section(page, "Import"), way) {
					t.Errorf("docs/%s shows no import by %q", at, way)
				}
			}
		}
	}
	if known != len(pages) {
		t.Errorf("there are %d pages of %d types", len(pages), known)
	}
}

// What leads from page to page is there, the names of types are names of types, and nothing is left of a draft.
func TestDocsLinks(t *testing.T) {
	t.Parallel()
	said := acctest.NewProtocol(t).Schemas
	known := map[string]bool{}
	for _, schemas := range schemasByFolder(said) {
		for name := range schemas {
			known[name] = true
		}
	}
	link, typeName := regexp.MustCompile(`\]\(([^)\s]+)\)`), regexp.MustCompile(`\bcicd_(gitlab|nautes|rancher)_\w+`)
	draft := regexp.MustCompile(`TODO|FIXME|TBD|XXX|<no value>|%!|\(MISSING\)`)
	for at, page := range pagesOf(t, "*.md", "*/*.md") {
		for _, match := range link.FindAllStringSubmatch(page, -1) {
			if strings.HasPrefix(match[1], "https://") {
				continue
			}
			file, anchor, _ := strings.Cut(match[1], "#")
			target := page
			if file != "" {
				to := filepath.Join(documentation, filepath.Dir(at), strings.TrimSuffix(file, ".md")+".md")
				content, err := os.ReadFile(to)
				if err != nil {
					t.Errorf("docs/%s leads to %s: %v", at, match[1], err)
					continue
				}
				target = string(content)
			}
			if anchor != "" && !slices.Contains(anchors(target), anchor) {
				t.Errorf("docs/%s leads to %s, where there is no such place", at, match[1])
			}
		}
		for _, name := range typeName.FindAllString(page, -1) {
			if !known[name] {
				t.Errorf("docs/%s speaks of %s, which is no type", at, name)
			}
		}
		if left := draft.FindString(page); left != "" {
			t.Errorf("docs/%s has %q", at, left)
		}
	}
}

// anchors are the places of a page that a link can lead to.
func anchors(page string) []string {
	var all []string
	for _, match := range regexp.MustCompile(`<a id="([^"]+)">`).FindAllStringSubmatch(page, -1) {
		all = append(all, match[1])
	}
	for _, match := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(page, -1) {
		words := regexp.MustCompile(`[^\w\- ]`).ReplaceAllString(strings.ToLower(match[1]), "")
		all = append(all, strings.ReplaceAll(words, " ", "-"))
	}
	return all
}

// Every attribute, and every part of an identity, says in sentences what it is.
func TestDocsDescribeEveryAttribute(t *testing.T) {
	t.Parallel()
	p := acctest.NewProtocol(t)
	sentences := regexp.MustCompile("(?s)^[A-Z`].*[^.]\\.$")
	var walk func(at string, attributes []*tfprotov6.SchemaAttribute)
	walk = func(at string, attributes []*tfprotov6.SchemaAttribute) {
		for _, attribute := range attributes {
			at := at + "." + attribute.Name
			if !sentences.MatchString(attribute.Description) {
				t.Errorf("%s: %q is no description", at, attribute.Description)
			}
			if attribute.NestedType != nil {
				walk(at, attribute.NestedType.Attributes)
			}
		}
	}
	walk("provider", p.Schemas.Provider.Block.Attributes)
	for folder, schemas := range schemasByFolder(p.Schemas) {
		for name, schema := range schemas {
			if len(schema.Block.BlockTypes) > 0 {
				t.Errorf("%s/%s has blocks, which this test doesn't look into", folder, name)
			}
			walk(folder+"/"+name, schema.Block.Attributes)
		}
	}
	for name, identity := range p.Identities.IdentitySchemas {
		for _, attribute := range identity.IdentityAttributes {
			if !sentences.MatchString(attribute.Description) {
				t.Errorf("the identity of %s: %q is no description of %s", name, attribute.Description, attribute.Name)
			}
		}
	}
	for name, function := range p.Schemas.Functions {
		for _, parameter := range function.Parameters {
			if !sentences.MatchString(parameter.Description) {
				t.Errorf("the function %s: %q is no description of %s", name, parameter.Description, parameter.Name)
			}
		}
	}
}

// The first example of each page runs as it is: beside that of the first page, against a sandbox in which nothing else
// was done, with nothing but the environment. One run applies them all, so each gets names of its own.
func TestDocsFirstExamples(t *testing.T) {
	for name, set := range map[string]struct {
		pages []string
		needs *acctest.Feature
	}{
		"applied": {pages: []string{"resources/*.md", "data-sources/*.md", "functions/*.md"}},
		// Nothing triggers them: that is TestExampleActions' part.
		"actions": {pages: []string{"actions/*.md"}, needs: &acctest.Actions},
	} {
		t.Run(name, func(t *testing.T) {
			if set.needs != nil {
				acctest.Needs(t, *set.needs)
			}
			startFreshSandbox(t)
			configuration, variables := blocks(read(t, filepath.Join(documentation, "index.md")), "terraform")[0], config.Variables{}
			pages := pagesOf(t, set.pages...)
			for _, at := range slices.Sorted(maps.Keys(pages)) {
				example, asked := named(strings.NewReplacer("/", "_", "-", "_", ".md", "_").Replace(at), blocks(pages[at], "terraform")[0])
				configuration += "\n" + example
				for _, variable := range asked {
					variables[variable] = config.StringVariable("what the user says")
				}
			}
			t.Setenv("TF_ACC_PROVIDER_NAMESPACE", "terraform-provider-cicd")
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				Steps:                    []resource.TestStep{{Config: configuration, ConfigVariables: variables}},
			})
		})
	}
}

// named is an example with a prefix before the name of all that it declares, and which variables Terraform would ask for.
// Its outputs are local values, because those of some examples list what others create, and so change.
func named(prefix, example string) (renamed string, asked []string) {
	for _, declared := range regexp.MustCompile(`(?m)^(?:resource|data|action|variable|output) (?:"(\w+)" )?"(\w+)" \{`).FindAllStringSubmatch(example, -1) {
		kind, name := declared[1], declared[2]
		if kind == "" {
			example = regexp.MustCompile(`\b(var\.|variable "|output ")`+name+`\b`).ReplaceAllString(example, "${1}"+prefix+name)
			continue
		}
		example = regexp.MustCompile(`\b(`+kind+`(?:\.|" "))`+name+`\b`).ReplaceAllString(example, "${1}"+prefix+name)
	}
	for _, variable := range regexp.MustCompile(`(?ms)^variable "(\w+)" \{(.*?)^\}`).FindAllStringSubmatch(example, -1) {
		if !strings.Contains(variable[2], "default") {
			asked = append(asked, variable[1])
		}
	}
	return regexp.MustCompile(`(?m)^output "(\w+)" \{\n  value *=`).ReplaceAllString(example, "locals {\n  ${1} ="), asked
}

// startFreshSandbox is the sandbox as somebody finds it who starts it to try an example, but that its clock stands still, or a
// pipeline would go on between apply and the plan after it. The environment says where it is.
func startFreshSandbox(t *testing.T) {
	t.Helper()
	box, err := sandbox.New(sandbox.Options{Seed: "demo", Clock: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(box.Handler())
	t.Cleanup(server.Close)
	for _, system := range [][2]string{{"GITLAB_BASE_URL", "GITLAB_TOKEN"}, {"NAUTES_BASE_URL", "NAUTES_TOKEN"}, {"RANCHER_URL", "RANCHER_TOKEN_KEY"}} {
		t.Setenv(system[0], server.URL)
		t.Setenv(system[1], box.AdminToken())
	}
}
