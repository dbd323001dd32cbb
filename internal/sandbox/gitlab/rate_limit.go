// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// rateWindow is the period over which GitLab counts requests.
const rateWindow = time.Minute

// rateLimiter counts requests by token, or by address where there is none, in windows that start at whole minutes.
type rateLimiter struct {
	limit int // requests in a window; 0 = no limit

	mu     sync.Mutex
	window int64
	seen   map[string]int
}

func newRateLimiter(limit int) *rateLimiter { return &rateLimiter{limit: limit} }

// allow counts the request, and answers 429 itself if it is one too many. Like GitLab's, this limiter stands before everything else: the
// token isn't checked yet, and the answer is plain text.
func (l *rateLimiter) allow(w http.ResponseWriter, r *http.Request, now time.Time) bool {
	if l.limit <= 0 {
		return true
	}
	name, client := "throttle_authenticated_api", presentedToken(r, map[string]any{"private_token": r.URL.Query().Get("private_token")})
	if client == "" {
		name = "throttle_unauthenticated_api"
		client, _, _ = net.SplitHostPort(r.RemoteAddr)
	}
	observed := l.count(client, now)
	if observed <= l.limit {
		return true
	}
	reset := now.Truncate(rateWindow).Add(rateWindow)
	header := w.Header()
	header.Set("RateLimit-Name", name)
	header.Set("RateLimit-Limit", strconv.Itoa(l.limit))
	header.Set("RateLimit-Observed", strconv.Itoa(observed))
	header.Set("RateLimit-Remaining", "0")
	header.Set("RateLimit-Reset", strconv.FormatInt(reset.Unix(), 10))
	header.Set("RateLimit-ResetTime", reset.UTC().Format(http.TimeFormat))
	header.Set("Retry-After", strconv.FormatInt(max(reset.Unix()-now.Unix(), 1), 10))
	header.Set("Content-Type", "text/plain")
	w.WriteHeader(http.StatusTooManyRequests)
	_, _ = w.Write([]byte("Retry later\n"))
	return false
}

func (l *rateLimiter) count(client string, now time.Time) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if window := now.Unix() / int64(rateWindow/time.Second); window != l.window || l.seen == nil {
		l.window, l.seen = window, map[string]int{}
	}
	l.seen[client]++
	return l.seen[client]
}
