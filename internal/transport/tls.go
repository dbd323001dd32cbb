// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
)

// TLS says whom a client trusts and how it identifies itself.
type TLS struct {
	// CACertPEM and CACertFile add certificate authorities, PEM-encoded, to
	// the platform's own.
	CACertPEM, CACertFile string
	// ClientCertPEM and ClientKeyPEM are the client's certificate and its
	// private key, PEM-encoded; both or neither.
	ClientCertPEM, ClientKeyPEM string
	// Insecure accepts any server certificate.
	Insecure bool
}

func (t TLS) config() (*tls.Config, error) {
	//nolint:gosec // Insecure is the user's explicit choice, and warned about.
	c := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: t.Insecure}
	pems := t.CACertPEM
	if t.CACertFile != "" {
		file, err := os.ReadFile(t.CACertFile)
		if err != nil {
			return nil, fmt.Errorf("ca_cert_file: %w", err)
		}
		pems += "\n" + string(file)
	}
	if pems != "" {
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM([]byte(pems)) {
			return nil, errors.New("ca_cert_pem/ca_cert_file: no PEM-encoded certificate found")
		}
		c.RootCAs = pool
	}
	if t.ClientCertPEM != "" || t.ClientKeyPEM != "" {
		pair, err := tls.X509KeyPair([]byte(t.ClientCertPEM), []byte(t.ClientKeyPEM))
		if err != nil {
			return nil, fmt.Errorf("client_cert_pem/client_key_pem: %w", err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}

// TLSRefusal is why the server ended the TLS connection, such as that it wants
// a certificate of the client; empty when err is about something else. In TLS
// 1.3 that comes only after the request was sent, which the server didn't read
// then.
func TLSRefusal(err error) string {
	var alert *net.OpError
	// crypto/tls gives the server's alerts no type of their own.
	if !errors.As(err, &alert) || alert.Op != "remote error" {
		return ""
	}
	return strings.TrimPrefix(alert.Err.Error(), "tls: ")
}
