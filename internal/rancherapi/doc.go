// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package rancherapi is the client of Rancher's pipeline API of January 2018:
// cluster pipeline configurations, pipelines, their histories and logs, remote
// accounts and git repository caches.
//
// The API is one of Rancher's Norman framework. What is peculiar to that is
// dealt with here and nowhere else: the envelope around each object
// ([Object]), ids with colons, errors that hide their cause in a chain of
// codes ([Refusal]), updates that merge, lists that are cut without a word
// (list.go), deletions that only begin (requests.go), and servers that
// are a Rancher but have another pipeline API or none ([DialectError]).
//
// Nothing here knows Terraform. Every method takes a context first and returns
// a [Refusal], a [DialectError], a [NotRancherError], a [transport.StatusError]
// for an answer that isn't Rancher's own, a [transport.AnswerLostError], a
// [NullError], or [ErrAbsent]; a creation whose answer got lost, a
// [creation.LostError] that looks for what it made.
package rancherapi
