// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"
)

func TestRedactedBody(t *testing.T) {
	t.Parallel()
	r := NewRedactor([]string{"s3cret", ""}, []string{"value"})
	for body, want := range map[string]string{
		`{"key":"A","value":"x"}`:                 `{"key":"A","value":"***"}`,
		`{"variables":[{"value":{"deep":"x"}}]}`:  `{"variables":[{"value":"***"}]}`,
		`{"message":"token s3cret is not valid"}`: `{"message":"token *** is not valid"}`,
		`<html>s3cret</html>`:                     `(19 bytes of "text/html")`,
		``:                                        ``,
		`[1,"s3cret"]`:                            `[1,"***"]`,
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
		_, _ = io.WriteString(w, `{"value":"CANARY","message":"you sent TOKEN"}`)
	}))
	defer server.Close()
	var log bytes.Buffer
	ctx := tflogtest.RootLogger(context.Background(), &log)
	client := newTestClient(t, Options{Redact: NewRedactor([]string{"TOKEN"}, []string{"value"})})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/things/1", strings.NewReader(`{"value":"CANARY"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("PRIVATE-TOKEN", "TOKEN")
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	for _, want := range []string{`"method":"POST"`, `"path":"/things/1"`, `"status":418`, `"duration_ms"`, `"request_id":"01REQUEST"`, `\"value\":\"***\"`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s:\n%s", want, log.String())
		}
	}
	for _, secret := range []string{"CANARY", "TOKEN"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %s:\n%s", secret, log.String())
		}
	}
}
