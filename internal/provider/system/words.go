// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package system

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// Explain says in sentences what became of an API call, and what to do where
// that is the same for every API; name is the system's. A system adds what
// only it knows.
func Explain(name string, err error) string {
	block := " of the provider's " + strings.ToLower(name) + " block"
	var (
		status      *transport.StatusError
		lost        *transport.AnswerLostError
		authority   x509.UnknownAuthorityError
		hostname    x509.HostnameError
		invalid     x509.CertificateInvalidError
		certificate *tls.CertificateVerificationError
		dns         *net.DNSError
		dial        *net.OpError
		large       *transport.AnswerTooLargeError
	)
	switch {
	case errors.Is(err, context.Canceled):
		return "The run was interrupted before " + name + " answered." + uncertain(name, err)
	case errors.Is(err, context.DeadlineExceeded):
		return name + " did not answer in time" + where(err) + ". If it is slow, raise request_timeout" + block +
			", or the timeouts of the resource or action. If it never answers, check base_url there." + uncertain(name, err)
	case errors.As(err, &status):
		return answer(name, block, status) + uncertain(name, err)
	case errors.As(err, &authority):
		return "The server's certificate" + where(err) + " is signed by an authority that isn't trusted here. Add the authority with ca_cert_pem or ca_cert_file" + block + "." + lastResort
	case errors.As(err, &hostname):
		return "The server's certificate" + where(err) + " is for another host: " + plain(hostname) + ". Check base_url" + block + ": it has to name the server as its certificate does." + lastResort
	case errors.As(err, &invalid):
		return "The server's certificate" + where(err) + " is not valid: " + plain(invalid) + ". If it has expired, its administrator has to renew it; check this machine's clock, too. " +
			"If the authority is at fault, add the right one with ca_cert_pem or ca_cert_file" + block + "." + lastResort
	case errors.As(err, &certificate):
		return "The server's certificate" + where(err) + " could not be verified: " + plain(certificate.Err) + ". Check base_url, and ca_cert_pem or ca_cert_file" + block + "." + lastResort
	case errors.Is(err, http.ErrSchemeMismatch):
		return "The server" + where(err) + " speaks http, where base_url says https. Check base_url" + block + ", also its port."
	case transport.TLSRefusal(err) != "":
		return "The server" + where(err) + " refused the TLS connection: " + transport.TLSRefusal(err) + ". If it wants to know its clients by their certificates, set client_cert_pem and client_key_pem" + block + " to ones that it accepts." + uncertain(name, err)
	case errors.As(err, &dial) && dial.Op == "proxyconnect":
		return "The proxy on the way to the server" + where(err) + " could not be reached" + cause(err) + ". Check the environment variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY."
	case plain(innermost(err)) == http.StatusText(http.StatusProxyAuthRequired): // of a proxy for https, whose answer Go makes an error of its status
		return "The proxy on the way to the server" + where(err) + wantsToKnow
	case errors.As(err, &dns):
		return "The server's name " + dns.Name + " could not be resolved. Check base_url" + block + ", and the network."
	case errors.As(err, &large):
		return "What answered" + where(err) + " in the place of " + name + " sent too much: " + large.Error() + ". No answer of its API is that long. Check base_url" + block + "." +
			uncertain(name, err)
	case errors.As(err, &lost):
		return "The connection broke before " + name + " answered" + where(err) + cause(lost.Err) + ". If that goes on, check base_url" + block + ", and the network." +
			uncertain(name, err)
	}
	return name + " could not be reached" + where(err) + cause(err) + ". Check base_url" + block + ", also its port, and the network."
}

// wantsToKnow is what to do about a proxy that answers 407.
const wantsToKnow = " wants to know who asks. Set its user and password in the environment variable that it comes from, HTTPS_PROXY or HTTP_PROXY, as in http://user:password@proxy.example.com:8080."

// sameHostByTLS reports whether an address is another one's but for https in the
// place of http, and for the port.
func sameHostByTLS(origin, address string) bool {
	from, err := url.Parse(origin)
	to, err2 := url.Parse(address)
	return err == nil && err2 == nil && from.Scheme == "http" && to.Scheme == "https" && from.Hostname() == to.Hostname()
}

func innermost(err error) error {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err
}

// cause is the innermost error, after a colon: what is around it says which call
// of the network failed, and repeats the address. That an answer ended is no
// cause.
func cause(err error) string {
	err = innermost(err)
	if err == io.EOF || err == io.ErrUnexpectedEOF { //nolint:errorlint // It is the innermost one.
		return ""
	}
	return ": " + plain(err)
}

// plain is an error's text without the name of the package that it comes from,
// or a full stop.
func plain(err error) string {
	text := strings.TrimSuffix(err.Error(), ".")
	for _, of := range []string{"x509: ", "tls: ", "http: ", "net: "} {
		text = strings.TrimPrefix(text, of)
	}
	return text
}

// lastResort is the way out that comes last, as it gives the token away.
const lastResort = " With insecure = true any certificate is accepted, which is for trying things out only: anyone on the network path can then read the token."

func answer(name, block string, e *transport.StatusError) string {
	var b strings.Builder
	said := fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))
	switch {
	// Many servers begin their message with the status.
	case strings.HasPrefix(e.Message, said):
		said = e.Message
	case e.Message != "":
		said += ": " + e.Message
	}
	fmt.Fprintf(&b, "%s answered %s %s%s with %s", name, e.Method, e.Origin, e.Path, strings.TrimSuffix(said, "."))
	b.WriteString(".")
	if e.RequestID != "" {
		b.WriteString(" (Request id " + e.RequestID + ".)")
	}
	switch {
	case e.Status < 300:
		b.WriteString("\n\nSomething in front of the API may have answered, such as a sign-in page or a proxy. Check base_url" + block + ".")
	case e.Status < 400:
		b.WriteString("\n\nThe provider takes the token nowhere but to base_url. ")
		begin, same := strings.CutSuffix(strings.TrimPrefix(e.Message, transport.RedirectTo), e.Path)
		switch {
		case same && sameHostByTLS(e.Origin, begin):
			b.WriteString("That is the same path of the same server by https: let base_url" + block + " begin with " + begin + ".")
		case same && strings.HasPrefix(begin, "https://"):
			b.WriteString("That is the same path at another address. Let base_url" + block + " begin with " + begin + " only if you know that to be the server's own, for it gets the token then.")
		default:
			b.WriteString("If that is a page to sign in at, something in front of the API wants it: have the API left out there, or add what it asks for by headers" + block + ". " +
				"If not, check base_url there.")
		}
	case e.Status == http.StatusUnauthorized:
		b.WriteString("\n\nThe token is missing, wrong, expired or revoked. Check the token" + block + ", or the environment variable that it comes from, and that it belongs to the server " +
			"that base_url names.")
	case e.Status == http.StatusProxyAuthRequired:
		b.WriteString("\n\nA proxy on the way" + wantsToKnow)
	case e.Status == http.StatusBadRequest && strings.Contains(strings.ToLower(e.Message), "http request") && strings.Contains(e.Message, "HTTPS"):
		b.WriteString("\n\nThe server speaks https, where base_url says http. Set base_url" + block + " to the https address.")
	case e.Status == http.StatusForbidden && e.Foreign:
		b.WriteString("\n\nThat is no answer of the " + name + " API: something in front of it, such as a firewall or a proxy, refused the request. Ask who runs that, " +
			"and check base_url" + block + ".")
	case e.Status == http.StatusTooManyRequests:
		b.WriteString("\n\nThe server limits requests, and went on to do so after several waits. Try later, lower -parallelism, or raise max_retries" + block + ".")
	case e.Status >= 500:
		b.WriteString("\n\nThe server, or a proxy before it, failed. Its administrator finds the cause in its logs. Try again later; if that goes on, check base_url" + block + ".")
	case e.Foreign:
		b.WriteString("\n\nThat is no answer of the " + name + " API. Check base_url" + block + ", also its path.")
	}
	return b.String()
}

// where is the address that didn't answer.
func where(err error) string {
	var request *url.Error
	if !errors.As(err, &request) {
		return ""
	}
	u, parseErr := url.Parse(request.URL)
	if parseErr != nil {
		return ""
	}
	return " at " + u.Scheme + "://" + u.Host
}

func uncertain(name string, err error) string {
	if !transport.OutcomeUnknown(err) {
		return ""
	}
	return "\n\n" + name + " may nevertheless have done what it was asked. Look before you try again."
}
