// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package nautesapi is the client of the Nautes API server for project
// pipeline runtimes.
//
// What is peculiar to that server is dealt with here and nowhere else: it
// refuses nearly everything with a 500, so what a refusal means is read from
// its text ([Refusal]); calls that start in the same second fail each other,
// so they go through one gate (gate.go); concurrent saves conflict in git and
// are repeated; and its versions speak two forms of JSON ([WireVersion]).
//
// Nothing here knows Terraform. Every method takes a context first and
// returns a [Refusal], a [DroppedError], a [transport.StatusError] for an
// answer that isn't Nautes' own, a [transport.AnswerLostError], or [ErrAbsent].
package nautesapi
