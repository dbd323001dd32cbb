// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox"
)

// nowhere is where requests go that [answers] answers.
const nowhere = "http://server/"

// answers is a server without a network, whose time can be the test's.
type answers func(*http.Request) *http.Response

func (a answers) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	resp := a(req)
	resp.Request = req
	return resp, nil
}

// answer is one with a status and `Name: value` lines as header.
func answer(status int, header ...string) *http.Response {
	resp := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}"))}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		resp.Header.Set(name, value)
	}
	return resp
}

func get(ctx context.Context, t *testing.T, client *http.Client, url string) (int, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	resp.Body.Close()
	return resp.StatusCode, nil
}

// The test's clock shows the year 2000, so servers that show another time are
// servers with another clock.
func TestWaitsAsLongAsTheServerSays(t *testing.T) {
	const date, unix = "Date: Thu, 15 Jan 2026 12:00:00 GMT", 1768478400
	reset := func(after int) string { return "RateLimit-Reset: " + strconv.Itoa(unix+after) }
	for name, c := range map[string]struct {
		first *http.Response
		want  time.Duration
	}{
		"refused, seconds":                 {answer(429, "Retry-After: 30"), 30 * time.Second},
		"overloaded, seconds":              {answer(503, "Retry-After: 7"), 7 * time.Second},
		"date by our clock":                {answer(429, "Retry-After: Sat, 01 Jan 2000 00:00:45 GMT"), 45 * time.Second},
		"date by the server's clock":       {answer(429, "Retry-After: Thu, 15 Jan 2026 12:00:20 GMT", date), 20 * time.Second},
		"unix time by the server's clock":  {answer(429, reset(25), date), 25 * time.Second},
		"reset in seconds":                 {answer(429, "RateLimit-Reset: 12", date), 12 * time.Second},
		"reset as a date":                  {answer(429, "RateLimit-ResetTime: Thu, 15 Jan 2026 12:00:50 GMT", date), 50 * time.Second},
		"what GitLab says":                 {answer(429, "Retry-After: 40", reset(41), "RateLimit-ResetTime: Thu, 15 Jan 2026 12:00:41 GMT", "RateLimit-Remaining: 0", date), 40 * time.Second},
		"the last one, unix time":          {answer(200, "RateLimit-Remaining: 0", reset(35), date), 35 * time.Second},
		"the last one, seconds":            {answer(404, "RateLimit-Remaining: 0", "RateLimit-Reset: 2"), 2 * time.Second},
		"as long as may be":                {answer(200, "RateLimit-Remaining: 0", "RateLimit-Reset: 120"), 120 * time.Second},
		"too long for the last one":        {answer(200, "RateLimit-Remaining: 0", "RateLimit-Reset: 121"), 0},
		"the last one, reset in the past":  {answer(200, "RateLimit-Remaining: 0", reset(-5), date), 0},
		"the last one, no word of a reset": {answer(200, "RateLimit-Remaining: 0"), 0},
		"one left":                         {answer(200, "RateLimit-Remaining: 1", "RateLimit-Reset: 60"), 0},
		"no word":                          {answer(200), 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				seen := 0
				client := newClient(Options{MaxRetries: 1, RequestTimeout: time.Second}, answers(func(*http.Request) *http.Response {
					if seen++; seen == 1 {
						return c.first
					}
					return answer(200)
				}))
				begin := time.Now()
				for range 2 {
					if _, err := get(t.Context(), t, client, nowhere); err != nil {
						t.Error(err)
					}
				}
				// Some time more, so that not all that wait start at once.
				if took := time.Since(begin); took < c.want || took > c.want+min(c.want/10, time.Second) {
					t.Errorf("took %v, want %v", took, c.want)
				}
			})
		})
	}
}

// A request that is refused again and again waits as long as the server says
// each time, and no backoff of its own on top.
func TestWaitsOnceForEachRefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := 0
		client := newClient(Options{MaxRetries: 6}, answers(func(*http.Request) *http.Response {
			if seen++; seen <= 6 {
				return answer(429, "Retry-After: 1")
			}
			return answer(200)
		}))
		begin := time.Now()
		status, err := get(t.Context(), t, client, nowhere)
		if took := time.Since(begin); status != 200 || took < 6*time.Second || took > 6600*time.Millisecond {
			t.Errorf("%d, %v after %v, want 6s", status, err, took)
		}
	})
}

func TestARefusalWithoutAnyWordBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		begin := time.Now()
		client := newClient(Options{MaxRetries: 3}, answers(func(*http.Request) *http.Response {
			at = append(at, time.Since(begin))
			return answer(429)
		}))
		if status, err := get(t.Context(), t, client, nowhere); status != 429 || err != nil {
			t.Errorf("%d, %v", status, err)
		}
		for i, wait := range []time.Duration{200 * time.Millisecond, 400 * time.Millisecond, 800 * time.Millisecond} {
			if got := at[i+1] - at[i]; got < wait || got > wait*3/2 {
				t.Errorf("wait %d: %v, want %v and up to half as much again", i, got, wait)
			}
		}
	})
}

// quotaServer takes limit requests in each minute, and then refuses as GitLab
// does.
type quotaServer struct {
	limit int
	// tells is whether an answer says how many remain.
	tells bool

	mu       sync.Mutex
	taken    map[int]int // by minute
	refused  map[int]int
	requests int
}

func newQuotaServer(limit int, tells bool) *quotaServer {
	return &quotaServer{limit: limit, tells: tells, taken: map[int]int{}, refused: map[int]int{}}
}

func (s *quotaServer) answer(*http.Request) *http.Response {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	now := time.Now()
	minute := int(now.Unix() / 60)
	reset := "RateLimit-Reset: " + strconv.Itoa(minute*60+60-int(now.Unix()))
	if s.taken[minute] == s.limit {
		s.refused[minute]++
		return answer(429, "RateLimit-Remaining: 0", reset)
	}
	s.taken[minute]++
	if s.tells {
		return answer(200, "RateLimit-Remaining: "+strconv.Itoa(s.limit-s.taken[minute]), reset)
	}
	return answer(200)
}

// tenWorkers make three requests each, and fail the test when one isn't
// answered. They begin a millisecond apart.
func tenWorkers(t *testing.T, client *http.Client) {
	t.Helper()
	var workers sync.WaitGroup
	for i := range 10 {
		workers.Go(func() {
			<-time.After(time.Duration(i) * time.Millisecond)
			for range 3 {
				if status, err := get(t.Context(), t, client, nowhere); status != 200 {
					t.Errorf("worker %d: %d, %v", i, status, err)
				}
			}
		})
	}
	workers.Wait()
}

// Thirty requests at seven a minute take five minutes, the last of which nobody
// has to be refused in.
func TestOneRefusalIsEnoughForAllWorkers(t *testing.T) {
	for name, c := range map[string]struct {
		tells    bool
		refusals int
	}{
		"a server that refuses":          {false, 4},
		"a server that says what's left": {true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := newQuotaServer(7, c.tells)
				tenWorkers(t, newClient(Options{MaxRetries: DefaultMaxRetries}, answers(server.answer)))
				if server.requests != 30+c.refusals {
					t.Errorf("%d requests, want %d; refusals by minute: %v", server.requests, 30+c.refusals, server.refused)
				}
				for minute, refusals := range server.refused {
					if refusals > 1 {
						t.Errorf("%d refusals in minute %d", refusals, minute)
					}
				}
			})
		})
	}
}

// What was under way when the quota ran out can't be called back. What comes
// after the first refusal arrived is held.
func TestASlowServerRefusesOnlyWhatWasUnderWay(t *testing.T) {
	const latency = 100 * time.Millisecond
	synctest.Test(t, func(t *testing.T) {
		server := newQuotaServer(15, false)
		var mu sync.Mutex
		firstRefusal := map[int64]time.Time{} // by minute
		tenWorkers(t, newClient(Options{MaxRetries: DefaultMaxRetries}, answers(func(req *http.Request) *http.Response {
			resp := server.answer(req)
			mu.Lock()
			minute := time.Now().Unix() / 60
			if first, ok := firstRefusal[minute]; ok && time.Since(first) > latency {
				t.Errorf("a request %v after a refusal", time.Since(first))
			} else if !ok && resp.StatusCode == http.StatusTooManyRequests {
				firstRefusal[minute] = time.Now()
			}
			mu.Unlock()
			<-time.After(latency)
			return resp
		})))
		if len(firstRefusal) == 0 {
			t.Error("nothing was refused")
		}
	})
}

func TestAWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := 0
		client := newClient(Options{MaxRetries: 5}, answers(func(*http.Request) *http.Response {
			seen++
			return answer(429, "Retry-After: 60")
		}))
		ctx, interrupt := context.WithCancel(t.Context())
		begin := time.Now()
		var waiting sync.WaitGroup
		for range 3 {
			waiting.Go(func() {
				_, err := get(ctx, t, client, nowhere)
				if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "waiting until server takes requests again") {
					t.Errorf("%v", err)
				}
			})
			synctest.Wait()
		}
		<-time.After(10 * time.Second)
		interrupt()
		waiting.Wait()
		if took := time.Since(begin); took != 10*time.Second || seen != 1 {
			t.Errorf("ended after %v and %d requests, want 10s and 1", took, seen)
		}
	})
}

// Five are under way and refused, one after the other.
func TestAPauseIsOneLineInTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen atomic.Int32
		client := newClient(Options{MaxRetries: 1}, answers(func(*http.Request) *http.Response {
			n := seen.Add(1)
			<-time.After(time.Duration(n) * 10 * time.Millisecond)
			if n <= 5 {
				return answer(429, "Retry-After: 60")
			}
			return answer(200)
		}))
		var log bytes.Buffer
		ctx := tflogtest.RootLogger(t.Context(), &log)
		var workers sync.WaitGroup
		for range 5 {
			workers.Go(func() {
				if status, err := get(ctx, t, client, nowhere); status != 200 {
					t.Errorf("%d, %v", status, err)
				}
			})
		}
		workers.Wait()
		entries, err := tflogtest.MultilineJSONDecode(&log)
		if err != nil {
			t.Fatal(err)
		}
		warnings := 0
		for _, entry := range entries {
			if entry["@level"] != "warn" {
				continue
			}
			warnings++
			if entry["host"] != "server" || entry["wait"] != "1m0s" || entry["because"] != "Retry-After: 60" {
				t.Errorf("%v", entry)
			}
		}
		if warnings != 1 {
			t.Errorf("%d warnings for one pause", warnings)
		}
	})
}

// The sandbox's frozen clock is moved along with the test's, in whole seconds,
// in which GitLab reckons.
func TestTheSandboxsRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Date(2026, 1, 15, 12, 0, 20, 0, time.UTC)
		box, err := sandbox.New(sandbox.Options{RateLimit: 7, Clock: start, Seed: "demo"})
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		var clock sync.Mutex
		moved := time.Duration(0)
		client := newClient(Options{MaxRetries: DefaultMaxRetries, Headers: map[string]string{"PRIVATE-TOKEN": box.AdminToken()}}, answers(func(req *http.Request) *http.Response {
			clock.Lock()
			defer clock.Unlock()
			passed := time.Since(begin).Truncate(time.Second)
			if err := box.Clock().Advance(passed - moved); err != nil {
				t.Error(err)
			}
			moved = passed
			arriving := httptest.NewRequestWithContext(req.Context(), req.Method, "/api/v4/user", nil)
			arriving.Header = req.Header
			recorder := httptest.NewRecorder()
			box.Handler().ServeHTTP(recorder, arriving)
			return recorder.Result()
		}))
		tenWorkers(t, client)
		refused := 0
		for _, request := range box.Journal().Requests() {
			if request.Status == http.StatusTooManyRequests {
				refused++
			}
		}
		if seen := len(box.Journal().Requests()); seen != 34 || refused != 4 {
			t.Errorf("%d requests, %d of them refused; want 34 and 4", seen, refused)
		}
	})
}
