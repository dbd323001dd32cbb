// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"cmp"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox"
)

var update = flag.Bool("update", false, "write the golden files of TestMistakes anew")

// mistake is something that a user gets wrong, or meets, and that the provider
// answers with diagnostics.
type mistake struct {
	// name is the headline in the golden file.
	name string
	// make makes the mistake.
	make func(*scene) told
}

// told is what the provider said of a mistake, and when.
type told struct {
	when        string
	diagnostics []*tfprotov6.Diagnostic
}

// TestMistakes keeps every diagnostic that a user is likely to meet as a text to
// be read: testdata/mistakes has a file for each area, which -update writes anew.
func TestMistakes(t *testing.T) {
	for area, mistakes := range map[string][]mistake{
		"configuration": configurationMistakes(), "connection": connectionMistakes(), "gitlab_plan": gitlabPlanMistakes(), "gitlab_apply": gitlabApplyMistakes(),
		"nautes_plan": nautesPlanMistakes(), "nautes_apply": nautesApplyMistakes(), "rancher_plan": rancherPlanMistakes(), "rancher_apply": rancherApplyMistakes(),
	} {
		t.Run(area, func(t *testing.T) {
			pages := make([]string, len(mistakes))
			// Nautes' calls wait, for a second each. The configuration's mistakes are
			// about the environment, too, which each needs for itself.
			atOnce := 10
			if area == "configuration" {
				noSettings(t)
				atOnce = 1
			}
			numbers := make([]int, len(mistakes))
			for i := range numbers {
				numbers[i] = i
			}
			acctest.Together(t, atOnce, numbers, func(i int) string { return mistakes[i].name }, func(t *testing.T, i int) {
				said := mistakes[i].make(&scene{t: t})
				if len(said.diagnostics) == 0 {
					t.Fatal("the provider has nothing to say")
				}
				for _, d := range said.diagnostics {
					checkRules(t, d)
				}
				pages[i] = said.page(mistakes[i].name)
			})
			golden := filepath.Join("testdata", "mistakes", area+".txt")
			if *update {
				if err := os.WriteFile(golden, []byte(strings.Join(pages, "\n")), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			comparePages(t, golden, pages)
		})
	}
}

// noSettings keeps a developer's own settings out of a test.
func noSettings(t *testing.T) {
	t.Helper()
	for _, name := range []string{
		"GITLAB_BASE_URL", "GITLAB_TOKEN", "NAUTES_BASE_URL", "NAUTES_TOKEN",
		"RANCHER_URL", "RANCHER_TOKEN_KEY", "RANCHER_ACCESS_KEY", "RANCHER_SECRET_KEY", "RANCHER_CA_CERTS", "RANCHER_INSECURE",
	} {
		t.Setenv(name, "")
	}
}

// changing is what differs from run to run, with what stands for it.
var changing = []struct {
	pattern *regexp.Regexp
	stand   string
}{
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:PORT"},
	{regexp.MustCompile(`sandbox-\d{8}`), "sandbox-N"},
	{regexp.MustCompile(`current time \S+ is after [^ .]+`), "current time NOW is after THEN"},
	{regexp.MustCompile(`\S*/ca\.pem`), "/DIR/ca.pem"},
}

// page is the part of a golden file that a mistake has.
func (s told) page(name string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s (%s)\n", name, s.when)
	// The framework visits attributes in any order.
	sorted := slices.SortedStableFunc(slices.Values(s.diagnostics), func(a, b *tfprotov6.Diagnostic) int {
		return cmp.Compare(attributeOf(a), attributeOf(b))
	})
	for _, d := range sorted {
		fmt.Fprintf(&b, "\n%s%s: %s\n", d.Severity.String()[:1], strings.ToLower(d.Severity.String()[1:]), d.Summary)
		if at := attributeOf(d); at != "" {
			fmt.Fprintf(&b, "at %s\n", at)
		}
		fmt.Fprintf(&b, "\n    %s\n", strings.ReplaceAll(strings.ReplaceAll(d.Detail, "\n", "\n    "), "\n    \n", "\n\n"))
	}
	text := b.String()
	for _, c := range changing {
		text = c.pattern.ReplaceAllString(text, c.stand)
	}
	return text
}

// attributeOf is the attribute that a diagnostic points at, as it is written in
// HCL; empty when there is none.
func attributeOf(d *tfprotov6.Diagnostic) string {
	if d.Attribute == nil || len(d.Attribute.Steps()) == 0 {
		return ""
	}
	text := strings.NewReplacer(`AttributeName("`, ".", `ElementKeyString("`, `["`, `ElementKeyInt(`, "[").Replace(d.Attribute.String())
	text = regexp.MustCompile(`\.(\w+)"\)`).ReplaceAllString(text, ".$1")
	text = regexp.MustCompile(`\["([^"]*)"\)`).ReplaceAllString(text, `["$1"]`)
	text = regexp.MustCompile(`\[(\d+)\)`).ReplaceAllString(text, "[$1]")
	return strings.NewReplacer(".[", "[", "..", ".").Replace(strings.TrimPrefix(text, "."))
}

// comparePages tells which pages of a golden file differ from what is said now.
func comparePages(t *testing.T, golden string, pages []string) {
	t.Helper()
	raw, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	wanted := strings.Split(string(raw), "\n# ")
	for i := range wanted[1:] {
		wanted[i+1] = "# " + wanted[i+1]
	}
	for i := range max(len(wanted), len(pages)) {
		var want, got string
		if i < len(wanted) {
			want = wanted[i]
		}
		if i < len(pages) {
			got = pages[i]
		}
		if want != got {
			t.Errorf("%s has:\n\n%s\nThe provider says:\n\n%s", golden, want, got)
		}
	}
	if t.Failed() {
		t.Log("If that is meant: go test ./internal/provider -run TestMistakes -update")
	}
}

var (
	// instruction is a sentence, or a part of one, that tells the user to do
	// something, or what something has to be.
	instruction = regexp.MustCompile(`(?:^|[.;:?,)] |\n| or | and )(?i:` + strings.Join([]string{
		"add", "apply", "ask", "change", "check", "choose", "create", "delete", "give", "import", "leave", "let", "look", "lower", "make", "name", "plan", "raise",
		"register", "remove", "rename", "renew", "repair", "set", "take", "trust", "try", "update", "upgrade", "use", "wait", "write",
	}, "|") + `)\b|\bmust (?:be|have)\b|\bmust not be\b|\bhas to be\b|[Dd]id you mean`)
	// notWords are what a user can't be expected to read: Go's errors and
	// notation, and words that say nothing.
	notWords = regexp.MustCompile(`%!|&\{|map\[|\bnil\b|<nil>|x509:|tls:|json:|\bdial tcp|\bEOF\b|0x[0-9a-f]{4}|context (deadline|canceled)|\*[a-z]+\.[A-Z]|struct \{|[Cc]lient [Ee]rror|panic|unexpected end of JSON`)
	// subject are what an error is about when it points at no attribute: an object
	// of the demo's world, or a setting.
	subject = regexp.MustCompile(`\bdemo\b|\bp-app\b|\bc-demo\b|The id "|environment variable|provider's \w+ block`)
)

// checkRules checks what is promised of each diagnostic.
func checkRules(t *testing.T, d *tfprotov6.Diagnostic) {
	t.Helper()
	text := d.Summary + "\n" + d.Detail
	if found := notWords.FindString(text); found != "" {
		t.Errorf("it says %q:\n%s", found, text)
	}
	if strings.Contains(text, "CANARY") {
		t.Errorf("it says a secret:\n%s", text)
	}
	paragraphs := strings.Split(d.Detail, "\n\n")
	for i, p := range paragraphs {
		if slices.Contains(paragraphs[:i], p) {
			t.Errorf("it says %q twice", p)
		}
	}
	if d.Severity != tfprotov6.DiagnosticSeverityError {
		return
	}
	if attributeOf(d) == "" && !subject.MatchString(text) {
		t.Errorf("it names neither an attribute nor an object:\n%s", text)
	}
	// The framework's own words say what must be.
	ours := !strings.HasPrefix(d.Summary, "Invalid Attribute") && d.Summary != "WriteOnly Attribute Not Allowed"
	if ours && !instruction.MatchString(paragraphs[len(paragraphs)-1]) {
		t.Errorf("it doesn't end with what to do:\n%s", text)
	}
}

// scene is where a mistake is made: the demo's world, in which each mistake is
// the first thing that happens.
type scene struct {
	t   *testing.T
	box *sandbox.Sandbox
	// options are the sandbox's, as far as a mistake needs another one.
	options sandbox.Options
	address string
}

// server is the address of the demo's world.
func (s *scene) server() string {
	s.t.Helper()
	if s.box != nil {
		return s.address
	}
	o := s.options
	o.Seed, o.AdminToken, o.Clock = "demo", secretToken, time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	var err error
	if s.box, err = sandbox.New(o); err != nil {
		s.t.Fatal(err)
	}
	server := httptest.NewServer(s.box.Handler())
	s.t.Cleanup(server.Close)
	s.address = server.URL
	return s.address
}

// provider is one that is configured for all systems of the demo's world, with
// settings for each.
func (s *scene) provider(settings object) *acctest.Protocol {
	s.t.Helper()
	p := acctest.NewProtocol(s.t)
	block := with(object{"base_url": s.server(), "token": secretToken, "max_retries": int64(0)}, settings)
	p.Succeeds(p.Configure(object{"gitlab": block, "nautes": block, "rancher": block}))
	return p
}

// as is a provider for somebody else's token.
func (s *scene) as(token string) *acctest.Protocol { return s.provider(object{"token": token}) }

// call calls an API as the administrator, as in
// `POST /api/v4/projects/1/archive {}`, and returns the answer.
func (s *scene) call(request string) string {
	s.t.Helper()
	s.server()
	line, body, _ := strings.Cut(request, " {")
	method, path, _ := strings.Cut(line, " ")
	if body != "" {
		body = "{" + body
	}
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+secretToken)
	answer := httptest.NewRecorder()
	s.box.Handler().ServeHTTP(answer, req)
	if answer.Code >= http.StatusBadRequest {
		s.t.Fatalf("%s: %d %s", request, answer.Code, answer.Body)
	}
	return answer.Body.String()
}

// apply creates a resource with this configuration, as far as the provider lets
// it come.
func apply(p *acctest.Protocol, typeName string, configuration object) told {
	return change(p, &acctest.Kept{Type: typeName}, configuration)
}

// change takes a resource to a configuration, or to nothing when that is nil.
func change(p *acctest.Protocol, kept *acctest.Kept, configuration object) told {
	if configuration != nil {
		if said := p.Validate(kept.Type, configuration); acctest.Failed(said) {
			return told{"validate", said}
		}
	}
	planned, said := p.Intend(kept, configuration)
	if acctest.Failed(said) {
		return told{"plan", said}
	}
	return told{"apply", append(said, p.CarryOut(kept, planned)...)}
}

// bring imports a resource.
func bring(p *acctest.Protocol, typeName, id string) told {
	return told{"import", p.Bring(&acctest.Kept{Type: typeName}, id)}
}

// data reads a data source.
func data(p *acctest.Protocol, typeName string, arguments object) told {
	_, said := p.Data(typeName, arguments)
	return told{"read", said}
}

// invoke runs an action.
func invoke(p *acctest.Protocol, typeName string, configuration object) told {
	_, said := p.Invoke(typeName, configuration)
	return told{"action", said}
}

// validate checks a resource's configuration.
func validate(typeName string, configuration object) func(*scene) told {
	return func(s *scene) told {
		return told{"validate", acctest.NewProtocol(s.t).Validate(typeName, configuration)}
	}
}

// configure configures the provider.
func configure(configuration object) func(*scene) told {
	return func(s *scene) told { return told{"configure", acctest.NewProtocol(s.t).Configure(configuration)} }
}
