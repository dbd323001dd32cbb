// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"crypto/md5" //nolint:gosec // Gravatar's own naming
	"encoding/hex"
	"strings"
)

// userBasic is a user as other objects show him; null for nobody.
func (c *call) userBasic(u *User) any {
	if u == nil {
		return nil
	}
	return c.userObject(u)
}

func (c *call) userObject(u *User) object {
	sum := md5.Sum([]byte(strings.ToLower(u.Email))) //nolint:gosec // Gravatar's own naming
	return object{
		"id":           u.ID,
		"username":     u.Username,
		"public_email": nil,
		"name":         u.Name,
		"state":        u.State,
		"locked":       false,
		"avatar_url":   "https://www.gravatar.com/avatar/" + hex.EncodeToString(sum[:]) + "?s=80&d=identicon",
		"web_url":      c.externalURL() + "/" + u.Username,
	}
}

// projectURL is the address of the project's page.
func (c *call) projectURL(p *Project) string { return c.externalURL() + "/" + p.Path }
