// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import (
	"context"
	"net/http"
	"strconv"
	"strings"
)

// User is a GitLab user as it stands inside other objects.
type User struct {
	ID       int64  `json:"id"`
	Username string `json:"username"`
	Name     string `json:"name"`
}

// CurrentUser is the user whose token this is. It is asked for once.
func (c *Client) CurrentUser(ctx context.Context) (*User, error) {
	return c.me.Get(ctx, struct{}{}, func(ctx context.Context) (*User, error) {
		var u User
		_, err := c.do(ctx, http.MethodGet, "user", nil, &u, func() bool { return u.ID > 0 })
		return &u, err
	})
}

// ProjectID finds a project's numeric id, which is the same however the
// project is spelled or renamed. A numeric project needs no request; a path,
// in any case of letters and also an old one, needs one, once.
func (c *Client) ProjectID(ctx context.Context, project string) (int64, error) {
	if id, ok := NumericProject(project); ok {
		return id, nil
	}
	return c.projectIDs.Get(ctx, strings.ToLower(project), func(ctx context.Context) (int64, error) {
		var p struct {
			ID int64 `json:"id"`
		}
		_, err := c.do(ctx, http.MethodGet, projectPath(project, ""), nil, &p, func() bool { return p.ID > 0 })
		return p.ID, err
	})
}

// NumericProject returns the id when project is spelled as one. GitLab takes
// any run of digits for an id, never for a path.
func NumericProject(project string) (int64, bool) {
	for _, r := range project {
		if r < '0' || r > '9' {
			return 0, false
		}
	}
	id, err := strconv.ParseInt(project, 10, 64)
	return id, err == nil
}
