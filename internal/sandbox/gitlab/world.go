// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// world is all that the instance holds, apart from schedules and pipelines. Ids are instance-wide counters, as in GitLab; groups and
// users' namespaces draw theirs from one.
type world struct {
	users     map[int]*User
	usernames map[string]*User // by lower-case username
	tokens    map[string]*Token
	groups    map[int]*Group
	projects  map[int]*Project
	paths     map[string]any // lower-case full path → *User (its namespace), *Group or *Project
	formerly  map[string]int // lower-case full path that a project once had → its id

	statuses map[int][]*CommitStatus // by project id

	settings   map[string]any
	planLimits planLimits

	lastUser, lastToken, lastNamespace, lastProject, lastProtection, lastGrant, lastStatus int
}

// planLimits are the limits of the instance's default plan; 0 means none.
type planLimits struct {
	ciPipelineSchedules             int // schedules in one project
	ciDailyPipelineScheduleTriggers int // runs of one schedule in a day
	others                          map[string]any
}

// User is an account of the instance.
type User struct {
	ID          int
	NamespaceID int
	Username    string
	Name        string
	Email       string
	State       string // "active", "blocked" or "deactivated"
	Admin       bool
	Bot         bool
	CreatedAt   time.Time
	Profile     map[string]any // further attributes, as they were given
}

// Token is a personal access token.
type Token struct {
	ID          int
	User        *User
	Name        string
	Description string
	Secret      string
	Scopes      []string
	Revoked     bool
	CreatedAt   time.Time
	LastUsedAt  time.Time // zero: never
	ExpiresAt   time.Time // midnight UTC of the day from which on it is invalid; zero: never
}

func (t *Token) expired(now time.Time) bool { return !t.ExpiresAt.IsZero() && !now.Before(t.ExpiresAt) }

// Group is a group or, with a Parent, a subgroup.
type Group struct {
	ID         int
	Name       string
	Path       string // full path
	Parent     *Group
	Visibility string // "private", "internal" or "public"
	CreatedAt  time.Time
	Members    map[int]*Membership // by user id
	Settings   map[string]any
}

// Membership is a user's own role in a group or project.
type Membership struct {
	User      *User
	Level     accessLevel
	ExpiresAt string // date; "" = never
	CreatedAt time.Time
	CreatedBy *User
}

// Project is a project with its repository.
type Project struct {
	ID                int
	Name              string
	Path              string // full path
	Group             *Group // nil: in the namespace of Owner
	Owner             *User  // nil: in a group
	Creator           *User
	Visibility        string // "private", "internal" or "public"
	DefaultBranch     string // "": the repository has no branch yet
	Archived          bool   // nothing in it may be changed
	CreatedAt         time.Time
	UpdatedAt         time.Time
	Members           map[int]*Membership // by user id
	Settings          map[string]any      // as the API shows them, by name
	Repo              *Repo
	ProtectedBranches []*Protection
	ProtectedTags     []*Protection
}

func newWorld(now time.Time, adminToken string) *world {
	w := &world{
		users: map[int]*User{}, usernames: map[string]*User{}, tokens: map[string]*Token{}, groups: map[int]*Group{},
		projects: map[int]*Project{}, paths: map[string]any{}, formerly: map[string]int{}, statuses: map[int][]*CommitStatus{},
		settings: instanceSettings(), planLimits: defaultPlanLimits(),
	}
	root := w.addUser(&User{
		Username: "root", Name: "Administrator", Email: "admin@example.com", Admin: true, CreatedAt: now, Profile: userAttributes.defaults(),
	})
	w.addToken(&Token{User: root, Name: "sandbox admin", Secret: adminToken, Scopes: []string{"api", "sudo", "admin_mode"}, CreatedAt: now})
	return w
}

func (w *world) addUser(u *User) *User {
	w.lastUser++
	w.lastNamespace++
	u.ID, u.NamespaceID, u.State = w.lastUser, w.lastNamespace, "active"
	w.users[u.ID], w.usernames[strings.ToLower(u.Username)] = u, u
	w.paths[strings.ToLower(u.Username)] = u
	return u
}

func (w *world) addToken(t *Token) *Token {
	w.lastToken++
	t.ID = w.lastToken
	w.tokens[t.Secret] = t
	return t
}

func (w *world) addGroup(g *Group) {
	w.lastNamespace++
	g.ID = w.lastNamespace
	w.groups[g.ID], w.paths[strings.ToLower(g.Path)] = g, g
}

func (w *world) addProject(p *Project) *Project {
	w.lastProject++
	p.ID = w.lastProject
	w.projects[p.ID] = p
	w.settle(p)
	return p
}

// settle makes the project known by its path; whatever project once had that path is no longer found there.
func (w *world) settle(p *Project) {
	path := strings.ToLower(p.Path)
	w.paths[path] = p
	delete(w.formerly, path)
}

// move gives the project another full path and remembers the old one.
func (w *world) move(p *Project, path string) {
	old := strings.ToLower(p.Path)
	if old != strings.ToLower(path) {
		delete(w.paths, old)
		w.formerly[old] = p.ID
	}
	p.Path = path
	w.settle(p)
}

// renameUser makes the user, whose username was another, known by his present one; his namespace moves along.
func (w *world) renameUser(u *User, former string) {
	delete(w.usernames, strings.ToLower(former))
	delete(w.paths, strings.ToLower(former))
	w.usernames[strings.ToLower(u.Username)], w.paths[strings.ToLower(u.Username)] = u, u
	w.moveBelow(former, u.Username)
}

// renameGroup gives the group another full path; all that is in it moves along.
func (w *world) renameGroup(g *Group, path string) {
	former := g.Path
	delete(w.paths, strings.ToLower(former))
	g.Path = path
	w.paths[strings.ToLower(path)] = g
	w.moveBelow(former, path)
}

func (w *world) moveBelow(former, path string) {
	for _, g := range w.groups {
		if rest, inside := strings.CutPrefix(g.Path, former+"/"); inside {
			delete(w.paths, strings.ToLower(g.Path))
			g.Path = path + "/" + rest
			w.paths[strings.ToLower(g.Path)] = g
		}
	}
	for _, p := range w.projects {
		if rest, inside := strings.CutPrefix(p.Path, former+"/"); inside {
			w.move(p, path+"/"+rest)
		}
	}
}

// findUser finds a user by number or, in any case of letters, by username; nil if there is none.
func (w *world) findUser(name string) *User {
	if allDigits(name) {
		id, _ := strconv.Atoi(name)
		return w.users[id]
	}
	return w.usernames[strings.ToLower(name)]
}

// namesake is the user whose personal namespace has that number; nil if none has.
func (w *world) namesake(namespaceID int) *User {
	for _, u := range w.users {
		if u.NamespaceID == namespaceID {
			return u
		}
	}
	return nil
}

// findGroup finds a group by number or full path; nil if there is none.
func (w *world) findGroup(name string) *Group {
	if allDigits(name) {
		id, _ := strconv.Atoi(name)
		return w.groups[id]
	}
	g, _ := w.paths[strings.ToLower(name)].(*Group)
	return g
}

// findProject finds a project by number, by full path or by a former full path; nil if there is none. A name of digits alone is always
// a number, and one without a slash never a path.
func (s *Server) findProject(name string) *Project {
	w := s.world
	if allDigits(name) {
		id, _ := strconv.Atoi(name)
		return w.projects[id]
	}
	path := strings.ToLower(name)
	if p, found := w.paths[path].(*Project); found {
		return p
	}
	if id, found := w.formerly[path]; found {
		return w.projects[id]
	}
	return nil
}

func allDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// sorted lists the values of a map by ascending id.
func sorted[T any](byID map[int]T) []T {
	values := make([]T, 0, len(byID))
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		values = append(values, byID[id])
	}
	return values
}
