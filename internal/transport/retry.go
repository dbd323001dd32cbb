// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// retryPolicy is what differs between servers; see [Options.RefusesWith500].
type retryPolicy struct {
	refusesWith500 bool
}

// check decides whether a request is sent again. It does so when the
// repeat can't do anything twice:
//
//   - 429: the server turned the request away before it did anything;
//   - nothing of the request was written (a refused connection): any method;
//   - the answer was lost, or is a 5xx: only methods that mean the same when
//     they are repeated, so never POST. What became of a POST is for the
//     caller to find out (see [AnswerLostError]).
func (p retryPolicy) check(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if err != nil {
		var lost *AnswerLostError
		switch {
		// What is returned then is the attempt's error, which says more than the
		// context's: whether anything was sent.
		case interrupted(ctx) || permanent(err):
			return false, nil
		case errors.As(err, &lost):
			return repeatable(lost.Method), nil
		default:
			return true, nil
		}
	}
	wait, _ := wantedPause(resp)
	switch {
	case interrupted(ctx) || wait > maxWait:
		return false, nil
	case resp.StatusCode == http.StatusTooManyRequests:
		return true, nil
	case resp.StatusCode == http.StatusInternalServerError && p.refusesWith500:
		return false, nil
	case resp.StatusCode >= 500 && resp.StatusCode != http.StatusNotImplemented:
		return repeatable(resp.Request.Method), nil
	}
	return false, nil
}

func interrupted(ctx context.Context) bool { return ctx.Err() != nil }

// backoff is how long a request waits before its repeat, apart from the pause
// that its answer asked for, which is the whole client's (see [quota]). Parallel
// requests that failed together aren't repeated together.
func backoff(shortest, longest time.Duration, attempt int, resp *http.Response) time.Duration {
	if resp != nil {
		if wait, _ := wantedPause(resp); wait > 0 {
			return 0
		}
	}
	wait := retryablehttp.DefaultBackoff(shortest, longest, attempt, nil)
	return wait + rand.N(wait/2) //nolint:gosec // to spread them, not to keep a secret
}

// repeatable methods have the same effect once or twice (RFC 9110, 9.2.2).
func repeatable(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodOptions:
		return true
	}
	return false
}

// permanent errors don't go away by trying again.
func permanent(err error) bool {
	var (
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		name        *net.DNSError
		oversized   *AnswerTooLargeError
	)
	return errors.As(err, &certificate) || errors.As(err, &record) || errors.Is(err, http.ErrSchemeMismatch) ||
		TLSRefusal(err) != "" || errors.As(err, &oversized) || errors.As(err, &name) && name.IsNotFound
}
