// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package transport_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

func TestAnAnswerThatIsNotJSONIsDescribed(t *testing.T) {
	for _, c := range []struct{ kind, body, want string }{
		{"", "", "an empty body"},
		{"", "no types", "8 bytes of an unknown type"},
		{"not a type;;", "no types", "8 bytes of an unknown type"},
		{"", "<html><title>Sign in</title>", `an HTML page titled "Sign in"`},
		{"text/plain", "no types\n", "no types"},
		{"image/png", "no types", "8 bytes of image/png"},
	} {
		resp := &http.Response{
			StatusCode: http.StatusBadGateway, Header: http.Header{"Content-Type": {c.kind}}, Request: httptest.NewRequest(http.MethodGet, "https://ci.example.com/api", nil),
		}
		if got := transport.NewStatusError(resp, []byte(c.body)).Message; got != c.want {
			t.Errorf("%q of type %q is %q, want %q", c.body, c.kind, got, c.want)
		}
	}
}
