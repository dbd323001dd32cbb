// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautesapi

import (
	"errors"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// ErrAbsent says that the runtime itself is proven not to exist. A product
// that is gone or hidden is never ErrAbsent.
var ErrAbsent = errors.New("the runtime does not exist")

// Kind is what a refusal means.
type Kind string

// The kinds of refusal.
const (
	// BadToken: there is no token, or GitLab doesn't take it.
	BadToken Kind = "bad token"
	// NoPermission: GitLab knows the user, who may not read the product, or
	// may not push to its default.project.
	NoPermission Kind = "no permission"
	// ProductNotFound: there is no GitLab group of that name, or the user
	// can't see it.
	ProductNotFound Kind = "product not found"
	// MetadataMissing: the group has no default.project, or the user can't
	// see it.
	MetadataMissing Kind = "metadata missing"
	// ProductUnreadable: a file of default.project can't be read, which fails
	// every call for the product.
	ProductUnreadable Kind = "product unreadable"
	// UnknownRepository: GitLab has no project of the path that was saved
	// (Object) in the product's group. Save also says so when there is no
	// such product.
	UnknownRepository Kind = "unknown repository"
	// RepositoryUnresolvable: the repository that a stored runtime names by id
	// (Object, such as repo-7) is gone from GitLab, or hidden from the user.
	// It fails the runtime's GET and each LIST of the product.
	RepositoryUnresolvable Kind = "repository unresolvable"
	// UnregisteredRepository: the repository is in GitLab, but not one of
	// the product's code repositories (Object, such as repo-7).
	UnregisteredRepository Kind = "unregistered repository"
	// UnknownProject: the product has no such project (Object).
	UnknownProject Kind = "unknown project"
	// UnknownEnvironment: the product has no such environment (Object).
	UnknownEnvironment Kind = "unknown environment"
	// OtherObjectBroken: the check of the whole product found fault with
	// another object than the runtime that was saved or deleted (Object).
	OtherObjectBroken Kind = "other object broken"
	// RuleBroken: the check of the whole product found a broken rule. Most of
	// its texts don't tell which runtime breaks it; Object, where there is
	// one, is the other object involved.
	RuleBroken Kind = "rule broken"
	// ProjectImmutable: the runtime belongs to another project.
	ProjectImmutable Kind = "project immutable"
	// Invalid: the request is malformed, whatever is stored.
	Invalid Kind = "invalid"
	// Collision: another call began in the same second. It did nothing.
	Collision Kind = "collision"
	// Conflict: another save was faster. It did nothing.
	Conflict Kind = "conflict"
	// NothingToCommit: either another save was faster and nothing was stored,
	// or there was nothing to change.
	NothingToCommit Kind = "nothing to commit"
	// RuntimeUnreadable: the server crashed while it read this runtime, or, on
	// LIST, any of the product. v0.4.2 does so for a runtime with inputs, and
	// for one that was stored before v0.3.9.
	RuntimeUnreadable Kind = "runtime unreadable"
	// Crashed: the server crashed while it saved or deleted; v0.4.2 does so
	// when the cluster has no event listener.
	Crashed Kind = "crashed"
	// Other is any other refusal.
	Other Kind = "other"
)

// Refusal is an error that Nautes itself answered with: nothing was stored.
//
// It is not a [transport.StatusError] to errors.As: of the 500 that most
// refusals come with, [transport.OutcomeUnknown] would say that the server may
// have done what it was asked.
//
//nolint:errname // It is told apart from the errors of getting an answer.
type Refusal struct {
	// StatusError is the answer. Its Message is the server's without the
	// credentials that git puts into addresses.
	*transport.StatusError
	// Kind is what the refusal means.
	Kind Kind
	// Reason is the server's own word, such as VALIDATOR; mostly empty.
	Reason string
	// Object is the object at fault, as its kind says; empty when the server
	// doesn't tell.
	Object string
	// Detail is the part of the message that tells the cause, where the rest
	// is known from the kind; else the whole message.
	Detail string
}
