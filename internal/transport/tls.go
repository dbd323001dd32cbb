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

// SettingError is a member of [TLS] that can't be used.
type SettingError struct {
	// Setting is the member as an attribute's name, such as ca_cert_file.
	Setting string
	// Complaint is what is wrong with it and what to do, in sentences; never a
	// key.
	Complaint string
}

func (e *SettingError) Error() string { return e.Setting + ": " + e.Complaint }

func (t TLS) config() (*tls.Config, error) {
	//nolint:gosec // Insecure is the user's explicit choice, and warned about.
	c := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: t.Insecure}
	type authorities struct{ setting, pem, advice string }
	var given []authorities
	if t.CACertPEM != "" {
		given = append(given, authorities{"ca_cert_pem", t.CACertPEM, "Give the text of certificates, which begins with -----BEGIN CERTIFICATE-----; a file's name belongs into ca_cert_file."})
	}
	if t.CACertFile != "" {
		file, err := os.ReadFile(t.CACertFile)
		if err != nil {
			var cause *os.PathError
			if errors.As(err, &cause) {
				err = cause.Err
			}
			return nil, &SettingError{"ca_cert_file", fmt.Sprintf("The file %s can't be read: %v. Check its path, and who may read it.", t.CACertFile, err)}
		}
		given = append(given, authorities{"ca_cert_file", string(file), "Name a file of certificates, each of which begins with -----BEGIN CERTIFICATE-----."})
	}
	if len(given) > 0 {
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		for _, g := range given {
			if !pool.AppendCertsFromPEM([]byte(g.pem)) {
				return nil, &SettingError{g.setting, "No PEM-encoded certificate is in it. " + g.advice}
			}
		}
		c.RootCAs = pool
	}
	if t.ClientCertPEM != "" || t.ClientKeyPEM != "" {
		pair, err := tls.X509KeyPair([]byte(t.ClientCertPEM), []byte(t.ClientKeyPEM))
		if err != nil {
			return nil, &SettingError{"client_cert_pem", fmt.Sprintf("It makes no pair with client_key_pem: %s. Check that both are PEM-encoded, and the key is this certificate's.",
				strings.TrimPrefix(err.Error(), "tls: "))}
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
