// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package system

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// Explain says in sentences what became of an API call, and what to do where
// that is the same for every API; name is the system's. A system adds what
// only it knows.
func Explain(name string, err error) string {
	var (
		status      *transport.StatusError
		lost        *transport.AnswerLostError
		authority   x509.UnknownAuthorityError
		hostname    x509.HostnameError
		invalid     x509.CertificateInvalidError
		certificate *tls.CertificateVerificationError
		dns         *net.DNSError
	)
	switch {
	case errors.Is(err, context.Canceled):
		return "The run was interrupted before " + name + " answered."
	case errors.Is(err, context.DeadlineExceeded):
		return name + " did not answer in time. Raise the timeouts of the resource, or request_timeout of the provider's " +
			strings.ToLower(name) + " block, if the server is slow." + uncertain(name, err)
	case errors.As(err, &status):
		return answer(name, status) + uncertain(name, err)
	case errors.As(err, &authority):
		return "The server's certificate is signed by an authority that isn't trusted here. Add the authority with ca_cert_pem or ca_cert_file of the provider's " + strings.ToLower(name) + " block."
	case errors.As(err, &hostname):
		return "The server's certificate is for another host: " + hostname.Error() + ". Check base_url."
	case errors.As(err, &invalid):
		return "The server's certificate is not valid: " + invalid.Error() + "."
	case errors.As(err, &certificate):
		return "The server's certificate could not be verified: " + certificate.Err.Error() + "."
	case errors.As(err, &dns):
		return "The server's name " + dns.Name + " could not be resolved. Check base_url and the network."
	case errors.As(err, &lost):
		return "The connection broke before " + name + " answered: " + lost.Err.Error() + "." + uncertain(name, err)
	}
	return name + " could not be reached: " + err.Error() + ". Check base_url and the network."
}

func answer(name string, e *transport.StatusError) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s answered %s %s with %d %s", name, e.Method, e.Path, e.Status, http.StatusText(e.Status))
	if e.Message != "" {
		b.WriteString(": " + strings.TrimSuffix(e.Message, "."))
	}
	b.WriteString(".")
	if e.RequestID != "" {
		b.WriteString(" (Request id " + e.RequestID + ".)")
	}
	switch {
	case e.Status < 300:
		b.WriteString("\n\nSomething in front of the API may have answered, such as a sign-in page or a proxy. Check base_url.")
	case e.Status < 400:
		b.WriteString("\n\nThe provider takes the token nowhere but to base_url. Set base_url to the address that the server wants to be reached at.")
	case e.Status == http.StatusUnauthorized:
		b.WriteString("\n\nThe token is missing, wrong, expired or revoked. Check the token and that it belongs to this base_url.")
	case e.Status == http.StatusTooManyRequests:
		b.WriteString("\n\nThe server limits requests, and went on to do so after several waits. Try later, lower -parallelism, or raise max_retries.")
	case e.Status >= 500:
		b.WriteString("\n\nThe server, or a proxy before it, failed. Its administrator finds the cause in its logs. Try again later.")
	}
	return b.String()
}

func uncertain(name string, err error) string {
	if !transport.OutcomeUnknown(err) {
		return ""
	}
	return "\n\n" + name + " may nevertheless have done what it was asked. Look before you try again."
}
