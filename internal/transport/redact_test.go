// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"
)

func TestRedactedBody(t *testing.T) {
	t.Parallel()
	r := NewRedactor([]string{"s3cret-word", "is", "", "s3cret-word-and-more"}, []string{"value", "inputs.*"})
	for body, want := range map[string]string{
		`{"key":"A","value":"x"}`:                `{"key":"A","value":"***"}`,
		`{"variables":[{"value":{"deep":"x"}}]}`: `{"variables":[{"value":"***"}]}`,
		`{"inputs":{"a":"x","b":["y"]}}`:         `{"inputs":{"a":"***","b":"***"}}`,
		`{"inputs":[{"name":"a","value":"x"}]}`:  `{"inputs":[{"name":"a","value":"***"}]}`,
		`{"message":"s3cret-word is not valid"}`: `{"message":"*** is not valid"}`,
		`{"message":"s3cret-word-and-more"}`:     `{"message":"***"}`,
		`<html>s3cret-word</html>`:               `(24 bytes of "text/html")`,
		``:                                       ``,
		`[1,"s3cret-word"]`:                      `[1,"***"]`,
	} {
		if got := r.Body("text/html; charset=utf-8", []byte(body)); got != want {
			t.Errorf("%s: got %s, want %s", body, got, want)
		}
	}
}

func TestLogTellsEachRequestAndNoSecret(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Request-Id", "01REQUEST")
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, `{"value":"CANARY","message":"you sent THE-TOKEN!"}`)
	}))
	defer server.Close()
	var log bytes.Buffer
	ctx := tflogtest.RootLogger(context.Background(), &log)
	client := newTestClient(t, Options{Redact: NewRedactor([]string{"THE-TOKEN!"}, []string{"value"})})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/things/1", strings.NewReader(`{"value":"CANARY"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("PRIVATE-TOKEN", "THE-TOKEN!")
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	for _, want := range []string{`"method":"POST"`, `"path":"/things/1"`, `"status":418`, `"duration_ms"`, `"request_id":"01REQUEST"`,
		`"body":"{\"value\":\"***\"}"`, `"body":"{\"message\":\"you sent ***\",\"value\":\"***\"}"`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s:\n%s", want, log.String())
		}
	}
	for _, secret := range []string{"CANARY", "THE-TOKEN"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %s:\n%s", secret, log.String())
		}
	}
}

// What people will read has no secrets; the API's objects stay as they are.
func TestAnswersThatEndUpInMessagesHoldNoSecret(t *testing.T) {
	t.Parallel()
	const secret = "glpat-0123456789"
	for name, c := range map[string]struct {
		status int
		kind   string
		clean  bool
	}{
		"object": {200, "application/json", false}, "text": {200, "text/plain", true}, "page": {200, "text/html; charset=utf-8", true},
		"redirect": {302, "text/html", true}, "refusal": {400, "application/json", true}, "failure": {502, "", true},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", c.kind)
			w.Header().Set("Location", "https://elsewhere.example.com/"+secret)
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, secret)
		}))
		resp, err := send(t, newTestClient(t, Options{Redact: NewRedactor([]string{secret}, nil)}), http.MethodGet, server.URL)
		server.Close()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		if said := string(body) + resp.Header.Get("Location"); strings.Contains(said, secret) == c.clean {
			t.Errorf("%s: %s", name, said)
		}
	}
}

// Whoever refuses a request may quote it, as it was sent or as text.
func TestRefusalThatQuotesTheRequestHoldsNoSecret(t *testing.T) {
	t.Parallel()
	const plain, marked, short = "top-secret-value", "a \"quoted\" <secret>\n", "main"
	for _, quote := range []func(sent string) string{
		func(sent string) string { return "blocked: " + sent },
		func(string) string { return "blocked: " + plain + ", " + marked },
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			sent, _ := io.ReadAll(r.Body)
			w.Header().Set("Content-Type", "text/plain")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, quote(string(sent)))
		}))
		body, err := json.Marshal(map[string]any{"ref": short, "value": short, "nested": []any{map[string]any{"value": marked}}, "inputs": map[string]any{"a": plain}})
		if err != nil {
			t.Fatal(err)
		}
		client := newTestClient(t, Options{Redact: NewRedactor(nil, []string{"value", "inputs.*"})})
		resp, err := client.Post(server.URL, "application/json", bytes.NewReader(body))
		server.Close()
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		said, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(said), "secret") || !strings.Contains(string(said), "blocked: ") || !strings.Contains(string(said), redacted) {
			t.Errorf("the answer is %s", said)
		}
	}
}
