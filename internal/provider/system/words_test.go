// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package system_test

import (
	"errors"
	"net"
	"net/url"
	"syscall"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// A proxy that is at fault isn't taken for the server. What it did comes as Go says it, for a proxy of https.
func TestExplainProxies(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		want string
	}{
		{
			&net.OpError{Op: "proxyconnect", Net: "tcp", Err: syscall.ECONNREFUSED},
			"The proxy on the way to the server at https://gitlab.example.com could not be reached: connection refused. Check the environment variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY.",
		},
		{
			&net.OpError{Op: "proxyconnect", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "prxy.example.com"}},
			"The proxy on the way to the server at https://gitlab.example.com could not be reached: lookup prxy.example.com: no such host. Check the environment variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY.",
		},
		{
			errors.New("Proxy Authentication Required"), // Go's own text
			"The proxy on the way to the server at https://gitlab.example.com wants to know who asks. Set its user and password in the environment variable that it comes from, HTTPS_PROXY or HTTP_PROXY, " +
				"as in http://user:password@proxy.example.com:8080.",
		},
	} {
		said := system.Explain("GitLab", &url.Error{Op: "Get", URL: "https://gitlab.example.com/api/v4/projects/1", Err: c.err})
		if said != c.want {
			t.Errorf("%v: %s", c.err, said)
		}
	}
}
