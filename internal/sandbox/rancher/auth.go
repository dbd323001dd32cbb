// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
)

// credential is what a request brings along: the value of a Bearer token, of Basic's two parts, or, where no Authorization header is there at all,
// of the cookie R_SESS.
func credential(r *http.Request) string {
	header := r.Header.Get("Authorization")
	if header == "" {
		cookie, err := r.Cookie("R_SESS")
		if err != nil {
			return ""
		}
		return cookie.Value
	}
	scheme, value, _ := strings.Cut(strings.TrimSpace(header), " ")
	value = strings.TrimSpace(value)
	switch strings.ToLower(scheme) {
	case "bearer":
		return value
	case "basic":
		for _, encoding := range []*base64.Encoding{base64.URLEncoding, base64.StdEncoding} {
			if decoded, err := encoding.DecodeString(value); err == nil {
				return string(decoded)
			}
		}
	}
	return ""
}

// authenticate tells who asks; nil = nobody whom the server knows. The administrator's token is one as it stands, or as the secret of any name.
// Besides, every name:secret is a token: of a user of its own, whose id depends on it alone, so that tests have as many users as they like.
func (s *Server) authenticate(r *http.Request) *object {
	token := credential(r)
	name, key, _ := strings.Cut(token, ":")
	switch {
	case token == "":
		return nil
	case token == s.config.AdminToken || key == s.config.AdminToken && name != "":
		return s.admin
	case name == "" || key == "" || strings.Contains(key, ":"):
		return nil
	}
	if user := s.users[token]; user != nil {
		return user
	}
	sum := sha256.Sum256([]byte(token))
	user := s.addUser("user-"+hex.EncodeToString(sum[:])[:5], name)
	s.users[token] = user
	return user
}

// unauthorized is the answer of the filter in front of the API: it isn't Norman's, and its status is text.
func unauthorized() reply {
	return reply{status: http.StatusUnauthorized, body: map[string]any{"type": "error", "status": "401", "message": "must authenticate"}}
}

// addUser makes a user, or finds the one that has the id.
func (s *Server) addUser(id, username string) *object {
	sc := s.types["user"]
	if user := s.shelf(sc).byID[id]; user != nil {
		return user
	}
	user := s.newObject(sc, nil, id, map[string]any{
		"name": username, "username": username, "enabled": true, "principalIds": []any{"local://" + id},
	}, s.config.Clock.Now())
	s.shelf(sc).add(user)
	return user
}
