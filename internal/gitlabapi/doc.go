// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package gitlabapi is the client of GitLab's REST API for pipeline schedules,
// their variables, and pipelines.
//
// It is the only package that imports github.com/xanzy/go-gitlab, and it shows
// none of that library's types, so that moving to its successor is this
// folder's change alone. The objects here are our own because they must tell
// apart what go-gitlab's can't: a member that is missing from one that is
// empty, and the 404 of a schedule from the 404 of its project.
//
// Nothing here knows Terraform. Every method takes a context first and
// returns a [transport.StatusError], a [transport.AnswerLostError] or the
// package's own [ErrAbsent]; a creation whose answer got lost, a
// [creation.LostError] that looks for what it made.
//
// A project argument is a numeric id or a full path, unescaped. GitLab follows
// the old path of a moved project only on GET; writes want the id, which
// [Client.ProjectID] finds.
package gitlabapi
