// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

// Who may do what: Nautes asks GitLab, as the token's user.
const (
	nautesToken = "An access token of the GitLab that Nautes works on, with the `api` scope, of a user who may read the product's group, its repository `default.project`, " +
		"and the repositories that its runtimes name"
	toRead  = nautesToken + ". Nautes has no roles of its own for runtimes."
	toWrite = nautesToken + ", and who, to create, change or destroy one, may push to the branch `main` of `default.project`. Where `main` is protected, as it is in a new project, " +
		"that takes the maintainer role there. Nautes has no roles of its own for runtimes."
)

// What surprises about several types.
const (
	slowly = "The server can't work on two calls at once. The provider makes one at a time, at least 1.1 seconds apart, whatever `-parallelism` is, and each clones a git repository " +
		"on the server: count on two seconds for each runtime that is created or changed. All runtimes of a product are read by one call."
	inputsHidden = "Nautes 0.4.2 crashes when it is to show a runtime that has `inputs`. Such a runtime can't be read, nor can the product's runtimes be listed."
)
