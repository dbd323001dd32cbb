// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/build"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
)

const guides = "../../templates/guides/"

// blocks are a guide's pieces of code in a language.
func blocks(guide, language string) []string {
	var all []string
	for _, match := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(guide, -1) {
		all = append(all, match[1])
	}
	return all
}

// curl does what curl does with the options that the guides use, and fails for others, and for an answer that is a refusal.
func curl(arguments []string) ([]byte, error) {
	var headers, fields []string
	collect := func(to *[]string) func(string) error {
		return func(value string) error {
			*to = append(*to, value)
			return nil
		}
	}
	flags := flag.NewFlagSet("curl", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	var method, data string
	for _, name := range []string{"X", "request"} {
		flags.StringVar(&method, name, "", "")
	}
	for _, name := range []string{"d", "data"} {
		flags.StringVar(&data, name, "", "")
	}
	for _, name := range []string{"H", "header"} {
		flags.Func(name, "", collect(&headers))
	}
	flags.Func("form", "", collect(&fields))
	if err := flags.Parse(arguments); err != nil {
		return nil, err
	}
	address := flags.Arg(0)
	if err := flags.Parse(flags.Args()[min(1, flags.NArg()):]); err != nil { // options may follow the address
		return nil, err
	}
	if address == "" || flags.NArg() > 0 {
		return nil, fmt.Errorf("%q has not one address", arguments)
	}
	body, contentType := bytes.NewBufferString(data), "application/x-www-form-urlencoded"
	if fields != nil {
		form := multipart.NewWriter(body)
		for _, field := range fields {
			name, value, _ := strings.Cut(field, "=")
			if err := form.WriteField(name, value); err != nil {
				return nil, err
			}
		}
		if err := form.Close(); err != nil {
			return nil, err
		}
		contentType = form.FormDataContentType()
	}
	if method == "" {
		method = http.MethodGet
		if body.Len() > 0 {
			method = http.MethodPost
		}
	}
	request, err := http.NewRequest(method, address, body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", contentType)
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ":")
		request.Header.Set(name, strings.TrimSpace(value))
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode >= http.StatusBadRequest {
		err = fmt.Errorf("%s %s: %s %s", method, address, response.Status, answer)
	}
	return answer, err
}

// calls are the arguments of each curl of a script, which a shell takes apart.
func calls(t *testing.T, script string) [][]string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "sh", "-e", "-c", "curl() { printf '%s\\0' \"$@\" ''; }\n"+script).Output()
	if err != nil {
		t.Fatalf("%v: %s", err, script)
	}
	var all [][]string
	for call := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00\x00"), "\x00\x00") {
		all = append(all, strings.Split(call, "\x00"))
	}
	return all
}

// reader is somebody who does what a guide says: a home of their own, and a folder to work in, with the tools in the path.
type reader struct {
	t            *testing.T
	home, folder string
	tools        string // the folder with the built ones
	environment  []string
}

// newReader is a reader who has installed the provider with `make install`. Whichever tool is tested is their `terraform`.
func newReader(t *testing.T) *reader {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("runs Terraform, so it needs TF_ACC=1")
	}
	if acctest.Tool() == "" {
		t.Skip("there is no terraform")
	}
	tools, err := builtTools()
	if err != nil {
		t.Fatal(err)
	}
	terraform, err := filepath.Abs(acctest.Tool())
	if err != nil {
		t.Fatal(err)
	}
	r := &reader{t: t, home: t.TempDir(), folder: t.TempDir(), tools: tools}
	settings, err := filepath.Abs("../../tools/terraformrc")
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(r.home, "bin")
	if err := os.Mkdir(bin, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(terraform, filepath.Join(bin, "terraform")); err != nil {
		t.Fatal(err)
	}
	for _, entry := range os.Environ() {
		switch system, _, _ := strings.Cut(entry, "_"); system {
		case "TF", "TOFU", "GITLAB", "NAUTES", "RANCHER": // what would lead Terraform elsewhere
		default:
			r.environment = append(r.environment, entry)
		}
	}
	r.environment = append(r.environment, "HOME="+r.home, "PATH="+strings.Join([]string{bin, tools, os.Getenv("PATH")}, string(filepath.ListSeparator)),
		"TF_CLI_CONFIG_FILE="+settings, "TF_CLI_ARGS=-no-color", "TF_INPUT=0", "MAKEFLAGS=", "MAKELEVEL=",
		"GOPATH="+build.Default.GOPATH) // where Go has its toolchains: not in the new home
	// The recipe of `make install`, without another build.
	if out, code := r.sh("make -s -C ../.. -o build install BIN="+tools, "."); code != 0 {
		t.Fatalf("make install: %d\n%s", code, out)
	}
	return r
}

// do does what a script says, in the reader's folder, as a shell does that ends at the first failure.
func (r *reader) do(script string, environment ...string) (printed string, code int) {
	r.t.Helper()
	return r.sh(script, r.folder, environment...)
}

func (r *reader) sh(script, folder string, environment ...string) (printed string, code int) {
	r.t.Helper()
	command := exec.CommandContext(r.t.Context(), "sh", "-e", "-c", script)
	command.Dir, command.Env = folder, append(r.environment[:len(r.environment):len(r.environment)], environment...)
	out, err := command.CombinedOutput()
	if err != nil && command.ProcessState == nil {
		r.t.Fatal(err)
	}
	return string(out), command.ProcessState.ExitCode()
}

// put writes a file into the reader's folder.
func (r *reader) put(name, text string) {
	r.t.Helper()
	if err := os.WriteFile(filepath.Join(r.folder, name), []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

var (
	omitted  = regexp.MustCompile(`\\\[…\\\]\n?`)
	varying  = regexp.MustCompile(`after \d+s`)
	anyPorts = regexp.MustCompile(`127\.0\.0\.1:\d+`)
)

// shows fails unless what a guide shows was printed. […] stands for anything.
func (r *reader) shows(printed, shown string) {
	r.t.Helper()
	printed = anyPorts.ReplaceAllString(varying.ReplaceAllString(printed, "after 0s"), "127.0.0.1:8086")
	if !regexp.MustCompile(omitted.ReplaceAllString(regexp.QuoteMeta(shown), `(?s:.*?)`)).MatchString(printed) {
		r.t.Errorf("the guide shows\n%s\nbut what was printed is\n%s", shown, printed)
	}
}
