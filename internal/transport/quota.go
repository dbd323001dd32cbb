// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

const (
	// maxWait is the longest that a server can make us wait before a repeat. What
	// wants longer is told to the user rather than sat out in silence.
	maxWait = 2 * time.Minute
	// maxSpread is the longest time over which those that waited start again.
	maxSpread = time.Second
	// unixFrom tells GitLab's RateLimit-Reset, a Unix time, from the one of
	// the IETF's drafts, seconds from now. It is the year 2001, or 31 years.
	unixFrom = 1_000_000_000
)

// quota stands before the attempts of all requests of one client. When an
// answer says that the server takes no more for a while, no attempt starts
// before that is over, so that a server isn't asked by each of Terraform's
// workers what it has told one of them. A server that says nothing is never
// waited for.
type quota struct {
	next http.RoundTripper

	mu sync.Mutex
	// until is when the last pause ends, or ended.
	until time.Time
}

// RoundTrip waits for the end of a pause, however many there are, makes the
// attempt and learns from its answer. An error that ends the wait is the
// context's; nothing was sent then.
func (q *quota) RoundTrip(req *http.Request) (*http.Response, error) {
	for left := q.left(); left > 0; left = q.left() {
		// Those that wait start one after the other, so that the first that is
		// refused again holds back the others.
		spread := rand.N(min(left/10+1, maxSpread)) //nolint:gosec // to spread them, not to keep a secret
		select {
		case <-time.After(left + spread):
		case <-req.Context().Done():
			if req.Body != nil {
				_ = req.Body.Close()
			}
			return nil, fmt.Errorf("waiting until %s takes requests again: %w", req.URL.Host, req.Context().Err())
		}
	}
	resp, err := q.next.RoundTrip(req)
	if err == nil {
		q.learn(req, resp)
	}
	return resp, err
}

func (q *quota) left() time.Duration {
	q.mu.Lock()
	defer q.mu.Unlock()
	return time.Until(q.until)
}

// learn begins a pause, or prolongs the one there is, if the answer asks for
// it.
func (q *quota) learn(req *http.Request, resp *http.Response) {
	wait, header := wantedPause(resp)
	if wait == 0 || wait > maxWait {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	end := time.Now().Add(wait)
	longer := end.Sub(q.until)
	if longer <= 0 {
		return
	}
	q.until = end
	// Whoever was under way when the quota ran out is told of the same pause,
	// in whole seconds. It is worth one line.
	if longer >= time.Second {
		tflog.Warn(req.Context(), "The server takes no more requests for now: all wait", map[string]any{
			"host": req.URL.Host, "wait": wait.String(), "because": header + ": " + resp.Header.Get(header), "status": resp.StatusCode,
		})
	}
}

// wantedPause is how long the server wants to get no request, and the header
// that says so; 0 when it is all the same to it. A server that turned a
// request away would do the same with the next, and so would one that has none
// remaining after this answer, whatever its status.
func wantedPause(resp *http.Response) (time.Duration, string) {
	var headers []string
	switch {
	case resp.StatusCode == http.StatusTooManyRequests, resp.Header.Get("RateLimit-Remaining") == "0":
		headers = []string{"Retry-After", "RateLimit-Reset", "RateLimit-ResetTime"}
	case resp.StatusCode == http.StatusServiceUnavailable:
		headers = []string{"Retry-After"}
	}
	for _, header := range headers {
		if wait, ok := waitIn(resp, header); ok {
			return max(wait, 0), header
		}
	}
	return 0, ""
}

// waitIn reads a header that names a moment: in seconds from now, in seconds
// since 1970, or as a date. A moment by the server's clock is compared with
// the answer's own Date, because the clocks of two machines differ, which
// go-retryablehttp's reading of Retry-After doesn't heed.
func waitIn(resp *http.Response, header string) (time.Duration, bool) {
	value := resp.Header.Get(header)
	now, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
		if seconds < unixFrom {
			return time.Duration(seconds) * time.Second, true
		}
		return time.Unix(seconds, 0).Sub(now), true
	}
	moment, err := http.ParseTime(value)
	return moment.Sub(now), err == nil
}
