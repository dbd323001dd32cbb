// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
)

// Whoever calls himself Mozilla is taken for a browser, which gets pages and has to prove that a change is its own.
func isBrowser(r *http.Request) bool {
	return strings.Contains(strings.ToLower(r.UserAgent()), "mozilla")
}

// wantsPage tells whether JSON should come inside of a page.
func wantsPage(r *http.Request) bool {
	switch strings.ToLower(strings.TrimSpace(r.URL.Query().Get("_format"))) {
	case "html":
		return true
	case "json":
		return false
	}
	accepts := r.Header.Get("Accept")
	return isBrowser(r) && (accepts == "" || strings.Contains(accepts, "*/*"))
}

// page shows an answer by a script that a Rancher has and the sandbox hasn't; the answer can be read in the page's source.
func page(schemas string, answer []byte) []byte {
	address, _ := json.Marshal(schemas)
	return []byte("<!DOCTYPE html>\n<!-- If you are reading this, there is a good chance you would prefer sending an\n" +
		"\"Accept: application/json\" header and receiving actual JSON responses. -->\n<script>\nvar schemas=" + string(address) +
		";\nvar data =\n" + string(answer) + "</script>\n")
}

// checkCSRF gives a browser a cookie, and wants its value in each request that changes something.
func (c *call) checkCSRF() error {
	if !isBrowser(c.r) {
		return nil
	}
	cookie, err := c.r.Cookie("CSRF")
	if err != nil {
		value := make([]byte, 5)
		_, _ = rand.Read(value)                                                                        // never fails
		cookie = &http.Cookie{Name: "CSRF", Value: hex.EncodeToString(value), Path: "/", Secure: true} //nolint:gosec // G124: scripts read it
		http.SetCookie(c.w, cookie)
	}
	if c.method != http.MethodGet && cookie.Value != c.r.Header.Get("X-API-CSRF") && cookie.Value != c.query.Get("CSRF") {
		return invalid("InvalidCSRFToken", "", "Invalid CSRF token")
	}
	return nil
}
