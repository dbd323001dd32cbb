// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/faults"
)

// controlRoot is the path below which the sandbox itself is read and driven. No token is needed there: who reaches it owns the sandbox.
const controlRoot = "/_sandbox/"

func (s *Sandbox) controlHandler() http.Handler {
	mux := http.NewServeMux()
	s.page.Register(mux)
	mux.HandleFunc("GET /_sandbox/healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok"})
	})

	mux.HandleFunc("GET /_sandbox/requests", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]any{"count": s.journal.Count(), "requests": s.journal.Requests()})
	})
	mux.HandleFunc("DELETE /_sandbox/requests", func(w http.ResponseWriter, _ *http.Request) {
		s.journal.Clear()
		s.page.Notice(false)
		w.WriteHeader(http.StatusNoContent)
	})

	mux.HandleFunc("GET /_sandbox/faults", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]any{"faults": s.faults.List()})
	})
	mux.HandleFunc("POST /_sandbox/faults", func(w http.ResponseWriter, r *http.Request) {
		var rule faults.Rule
		if err := readJSON(r, &rule); err != nil {
			refuse(w, err)
		} else if err := s.faults.Add(rule); err != nil {
			refuse(w, err)
		} else {
			answer(w, http.StatusCreated, rule)
		}
	})
	mux.HandleFunc("DELETE /_sandbox/faults", func(w http.ResponseWriter, _ *http.Request) {
		s.faults.Clear()
		w.WriteHeader(http.StatusNoContent)
	})

	mux.HandleFunc("GET /_sandbox/clock", func(w http.ResponseWriter, _ *http.Request) { s.answerClock(w) })
	mux.HandleFunc("POST /_sandbox/clock", func(w http.ResponseWriter, r *http.Request) {
		if err := s.moveClock(r); err != nil {
			refuse(w, err)
			return
		}
		s.page.Notice(true)
		s.answerClock(w)
	})

	mux.HandleFunc("GET /_sandbox/nautes/{product}/default.project/{path...}", func(w http.ResponseWriter, r *http.Request) {
		content, err := s.nautes.File(s.AdminToken(), r.PathValue("product"), r.PathValue("path"))
		if err != nil {
			answer(w, http.StatusNotFound, map[string]string{"error": err.Error()})
			return
		}
		w.Header().Set("Content-Type", "application/yaml")
		_, _ = w.Write(content)
	})

	mux.HandleFunc(controlRoot, func(w http.ResponseWriter, r *http.Request) {
		answer(w, http.StatusNotFound, map[string]string{"error": fmt.Sprintf(
			"%s %s is nothing of the sandbox: GET healthz; GET, DELETE requests; GET, POST, DELETE faults; GET, POST clock; GET nautes/PRODUCT/default.project/FILE; GET events; POST changes", r.Method, r.URL.Path)})
	})
	// A page of some other site that is open in the same browser reaches this port as well.
	return http.NewCrossOriginProtection().Handler(mux)
}

// moveClock reads {"advance": "90s"} or {"set": "2026-01-15T12:00:00Z"} and moves the clock.
func (s *Sandbox) moveClock(r *http.Request) error {
	var move struct {
		Advance string `json:"advance"`
		Set     string `json:"set"`
	}
	if err := readJSON(r, &move); err != nil {
		return err
	}
	if (move.Advance == "") == (move.Set == "") {
		return fmt.Errorf(`say either {"advance": "90s"} or {"set": "2026-01-15T12:00:00Z"}`)
	}
	if move.Advance != "" {
		d, err := time.ParseDuration(move.Advance)
		if err != nil {
			return fmt.Errorf("advance %q is no duration such as 90s or 1h30m", move.Advance)
		}
		return s.clock.Advance(d)
	}
	t, err := time.Parse(time.RFC3339, move.Set)
	if err != nil {
		return fmt.Errorf("set %q is no time such as 2026-01-15T12:00:00Z", move.Set)
	}
	return s.clock.Set(t)
}

func (s *Sandbox) answerClock(w http.ResponseWriter) {
	answer(w, http.StatusOK, map[string]any{"now": s.clock.Now(), "frozen": s.clock.Frozen()})
}

func readJSON(r *http.Request, into any) error {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("the body is not the JSON that belongs here: %w", err)
	}
	return nil
}

func refuse(w http.ResponseWriter, err error) {
	answer(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
}

func answer(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"error":"the answer is no JSON"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
}
