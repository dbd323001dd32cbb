// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import "time"

// demoPipeline is the .gitlab-ci.yml of the demo project.
const demoPipeline = `build:
  script:
    - make build
`

// SeedDemo fills a new server with a small world to play in: group demo, project demo/app with a branch main and a tag v1.0, and the user dev,
// a developer there, with this token.
func (s *Server) SeedDemo(developerToken string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w, now := s.world, s.config.Clock.Now()
	root := w.findUser("root")
	dev := w.addUser(&User{Username: "dev", Name: "Devon Developer", Email: "dev@example.com", CreatedAt: now, Profile: userAttributes.defaults()})
	w.addToken(&Token{User: dev, Name: "sandbox developer", Secret: developerToken, Scopes: []string{"api"}, CreatedAt: now})

	group := &Group{Name: "Demo", Path: "demo", Visibility: "private", CreatedAt: now, Members: map[int]*Membership{}, Settings: groupAttributes.defaults()}
	group.Settings["default_branch_protection"] = w.settingNumber("default_branch_protection")
	group.Members[root.ID] = &Membership{User: root, Level: owner, CreatedAt: now, CreatedBy: root}
	group.Members[dev.ID] = &Membership{User: dev, Level: developer, CreatedAt: now, CreatedBy: root}
	w.addGroup(group)

	app := &Project{
		Name: "App", Path: "demo/app", Group: group, Creator: root, Visibility: "private", CreatedAt: now, UpdatedAt: now,
		Members: map[int]*Membership{}, Settings: projectAttributes.defaults(), Repo: newRepo(),
	}
	app.Settings["description"] = "A project to try things out in"
	w.addProject(app)
	first := Commit{Message: "Initial commit", AuthorName: root.Name, AuthorEmail: root.Email, CommittedAt: now.Truncate(time.Second)}
	head := app.Repo.commit("main", nil, first, map[string]*file{
		"README.md":      newFile([]byte("# App\n\nA project to try things out in.\n")),
		".gitlab-ci.yml": newFile([]byte(demoPipeline)),
	})
	s.branchAdded(app, "main")
	app.Repo.tags["v1.0"] = &Tag{Name: "v1.0", Commit: head, CreatedAt: now}
}
