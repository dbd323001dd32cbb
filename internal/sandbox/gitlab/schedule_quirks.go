// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"fmt"
	"time"
)

// quirks make the server behave like another release of GitLab.
type quirks struct {
	legacyRefs        bool
	inputsUnsupported bool
	unknownFields     bool
	takeOwnershipOnce bool
}

func (s *Server) setQuirk(set func(*quirks)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	set(&s.ci.quirks)
}

// SetLegacyRefs makes the server store and return a schedule's ref as it was sent, as GitLab did up to about version 16. Schedules
// saved while it is on keep their short refs when it is switched off.
func (s *Server) SetLegacyRefs(on bool) { s.setQuirk(func(q *quirks) { q.legacyRefs = on }) }

// SetInputsUnsupported makes the server ignore the inputs of schedules and leave them out of its answers, as GitLab before 17.11 did.
func (s *Server) SetInputsUnsupported(on bool) {
	s.setQuirk(func(q *quirks) { q.inputsUnsupported = on })
}

// AddUnknownFields makes the server's schedules carry a member that no client knows, as those of a later GitLab may.
func (s *Server) AddUnknownFields(on bool) { s.setQuirk(func(q *quirks) { q.unknownFields = on }) }

// LegacyTakeOwnership makes the server refuse with 403 to hand a schedule to the user who owns it already, as GitLab used to.
func (s *Server) LegacyTakeOwnership(on bool) {
	s.setQuirk(func(q *quirks) { q.takeOwnershipOnce = on })
}

// StripNextRunAt makes a schedule's next_run_at null until its next save, as a failed rescheduling leaves it.
func (s *Server) StripNextRunAt(scheduleID int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	sch := s.ci.schedules[scheduleID]
	if sch == nil {
		return fmt.Errorf("there is no pipeline schedule %d", scheduleID)
	}
	sch.nextRunAt = time.Time{}
	return nil
}

// NullVariableValue makes the value of a schedule's variable null, which no request can but rows of old have.
func (s *Server) NullVariableValue(scheduleID int, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	sch := s.ci.schedules[scheduleID]
	if sch == nil || sch.variable(key) == nil {
		return fmt.Errorf("pipeline schedule %d has no variable %q", scheduleID, key)
	}
	sch.variable(key).value = nil
	return nil
}
