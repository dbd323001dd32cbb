// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Package transport is the part of an HTTP API client that all three systems
// share: TLS, connections, retries, rate limits, redirects, bounded answers,
// request logging without secrets, and the two error types that say what became
// of a request.
//
// What belongs here is true of any HTTP API. What only one system does (its
// paths, its error bodies, its authentication) belongs in that system's
// client package.
package transport
