// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"crypto/md5" //nolint:gosec // Gravatar's own naming
	"encoding/hex"
	"strings"
)

// userBasic is a user as other objects show him; a struct for the reason that scheduleRow is one.
type userBasic struct {
	ID          int    `json:"id"`
	Username    string `json:"username"`
	PublicEmail any    `json:"public_email"`
	Name        string `json:"name"`
	State       string `json:"state"`
	Locked      bool   `json:"locked"`
	AvatarURL   string `json:"avatar_url"`
	WebURL      string `json:"web_url"`
}

// userBasic is null for nobody. All rows of a list that show the same user share what is shown.
func (c *call) userBasic(u *User) *userBasic {
	if u == nil || c.users[u] != nil {
		return c.users[u]
	}
	sum := md5.Sum([]byte(strings.ToLower(u.Email))) //nolint:gosec // Gravatar's own naming
	shown := &userBasic{
		ID: u.ID, Username: u.Username, Name: u.Name, State: u.State, WebURL: c.externalURL() + "/" + u.Username,
		AvatarURL: "https://www.gravatar.com/avatar/" + hex.EncodeToString(sum[:]) + "?s=80&d=identicon",
	}
	if c.users == nil {
		c.users = map[*User]*userBasic{}
	}
	c.users[u] = shown
	return shown
}

// userObject is the same for objects that add to it.
func (c *call) userObject(u *User) object {
	b := c.userBasic(u)
	return object{
		"id": b.ID, "username": b.Username, "public_email": b.PublicEmail, "name": b.Name, "state": b.State, "locked": b.Locked,
		"avatar_url": b.AvatarURL, "web_url": b.WebURL,
	}
}

// projectURL is the address of the project's page.
func (c *call) projectURL(p *Project) string { return c.externalURL() + "/" + p.Path }
