// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"slices"
	"strings"
	"time"
)

// accessLevel is a role in a project or group, as GitLab numbers them.
type accessLevel int

const (
	noAccess   accessLevel = 0
	guest      accessLevel = 10
	reporter   accessLevel = 20
	developer  accessLevel = 30
	maintainer accessLevel = 40
	owner      accessLevel = 50
	instance   accessLevel = 60 // in protections only: instance admins
)

// role is the user's effective role in the project: the highest of the project's and of all groups above it. An instance admin counts
// as owner everywhere; a nil user has no access.
func (s *Server) role(u *User, p *Project) accessLevel {
	if u == nil {
		return noAccess
	}
	if u.Admin || p.Owner == u {
		return owner
	}
	return max(s.membershipLevel(p.Members, u), s.inheritedRole(u, p.Group))
}

// groupRole is the user's effective role in the group, its parents included.
func (s *Server) groupRole(u *User, g *Group) accessLevel {
	if u != nil && u.Admin {
		return owner
	}
	return s.inheritedRole(u, g)
}

func (s *Server) inheritedRole(u *User, g *Group) accessLevel {
	level := noAccess
	for ; g != nil && u != nil; g = g.Parent {
		level = max(level, s.membershipLevel(g.Members, u))
	}
	return level
}

// membershipLevel is the user's own role among the members; a membership ends with the day before its expiry date.
func (s *Server) membershipLevel(members map[int]*Membership, u *User) accessLevel {
	m := members[u.ID]
	if m == nil || m.ExpiresAt != "" && m.ExpiresAt <= s.config.Clock.Now().Format(time.DateOnly) {
		return noAccess
	}
	return m.Level
}

// canReadProject tells whether the user (nil: anonymous) may know that the project exists.
func (s *Server) canReadProject(u *User, p *Project) bool {
	switch p.Visibility {
	case "public":
		return true
	case "internal":
		return u != nil
	}
	return s.role(u, p) >= guest
}

// canReadGroup tells whether the user (nil: anonymous) may know that the group exists.
func (s *Server) canReadGroup(u *User, g *Group) bool {
	switch g.Visibility {
	case "public":
		return true
	case "internal":
		return u != nil
	}
	return s.groupRole(u, g) >= guest
}

// publicPipelines is the setting by which whoever sees the project sees its pipelines (public_jobs, once public_builds).
func (p *Project) publicPipelines() bool {
	on, _ := p.Settings["public_jobs"].(bool)
	return on
}

// Protection guards the branches or tags whose name matches.
type Protection struct {
	ID      int
	Name    string // with * for any text
	Push    []Grant
	Merge   []Grant // branches only
	Create  []Grant // tags only
	Options map[string]any
}

// Grant admits a user, or whoever has at least a role.
type Grant struct {
	ID    int
	Level accessLevel // noAccess: nobody
	User  *User       // not nil: this user alone
}

func (s *Server) granted(grants []Grant, u *User, p *Project) bool {
	return slices.ContainsFunc(grants, func(g Grant) bool {
		switch {
		case u == nil:
			return false
		case g.User != nil:
			return g.User == u
		case g.Level == noAccess:
			return false
		case g.Level == instance:
			return u.Admin
		}
		return s.role(u, p) >= g.Level
	})
}

// protectedAgainst tells whether a protection keeps the user from changing the ref: for a branch, from both pushing and merging to it; for a
// tag, from creating it. A short ref counts as a tag where such a tag exists, else as a branch. A ref without protection is protected
// against nobody; the user's role is another question. If several protections match, one that admits the user is enough.
func (s *Server) protectedAgainst(u *User, p *Project, ref string) bool {
	if name, isTag := p.tagName(ref); isTag {
		return s.refused(p.ProtectedTags, name, func(r *Protection) bool { return s.granted(r.Create, u, p) })
	}
	name := strings.TrimPrefix(ref, "refs/heads/")
	return s.refused(p.ProtectedBranches, name, func(r *Protection) bool {
		return s.granted(r.Push, u, p) || s.granted(r.Merge, u, p)
	})
}

// tagName is the name of the tag that the ref means, if it means a tag.
func (p *Project) tagName(ref string) (name string, isTag bool) {
	if name, full := strings.CutPrefix(ref, "refs/tags/"); full {
		return name, true
	}
	_, isTag = p.Repo.tags[ref]
	return ref, isTag
}

// refused tells whether protections match the name and none of them admits.
func (s *Server) refused(protections []*Protection, name string, admits func(*Protection) bool) bool {
	matched := false
	for _, protection := range protections {
		if protection.matches(name) {
			if admits(protection) {
				return false
			}
			matched = true
		}
	}
	return matched
}

// matches tells whether the protection covers the name; * stands for any text, slashes included.
func (r *Protection) matches(name string) bool {
	parts := strings.Split(r.Name, "*")
	if len(parts) == 1 {
		return r.Name == name
	}
	first, last := parts[0], parts[len(parts)-1]
	if len(name) < len(first)+len(last) || !strings.HasPrefix(name, first) || !strings.HasSuffix(name, last) {
		return false
	}
	middle := name[len(first) : len(name)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		_, after, found := strings.Cut(middle, part)
		if !found {
			return false
		}
		middle = after
	}
	return true
}
