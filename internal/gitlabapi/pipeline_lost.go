// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import (
	"context"
	"maps"
	"net/http"
	"time"
)

// CreationLostError is a creation whose answer got lost: GitLab may have made
// the pipeline, now or later. It unwraps to how the answer got lost.
type CreationLostError struct {
	err      error
	client   *Client
	project  string
	creation PipelineCreation
	began    time.Time
	// newest is the newest pipeline that was known before: ids grow.
	newest int64
	// earliest and surely bound, by the server's clock, when the creation began:
	// what was made before the one isn't its pipeline, what was made from the
	// other on may be. What lies between can't be told.
	earliest, surely time.Time
	// variables are those of pipelines that were looked at; nil where GitLab
	// doesn't show them.
	variables map[int64]variables
}

func (e *CreationLostError) Error() string { return e.err.Error() }

// Unwrap returns how the answer got lost.
func (e *CreationLostError) Unwrap() error { return e.err }

// Sighting is what a look for a lost creation's pipeline saw.
type Sighting struct {
	// Mine is the pipeline, nil when it can't be told.
	Mine *Pipeline
	// Candidates are those that it may be, newest first, when Mine is nil.
	Candidates []Pipeline
	// Several says that more than one can be it, so that looking again tells no
	// more.
	Several bool
}

// Look looks for the creation's pipeline, once. It can be one that the token's
// user created by the API since the creation began, on the same ref and with the
// same variables, and that isn't another creation's of this client. It is one
// if there is no other, if it is certain that it wasn't there before, and if it
// can't be that of another creation of this client whose answer got lost, too.
// GitLab tells the time in whole seconds, so that only further looks, at other
// parts of a second, tell whether what was made in the second of the beginning
// was made before. A server that is still at work may create the pipeline later.
func (e *CreationLostError) Look(ctx context.Context) (Sighting, error) {
	c := e.client
	me, err := c.CurrentUser(ctx)
	if err != nil {
		return Sighting{}, err
	}
	gate := c.creations.gate(e.project, e.creation.Ref)
	if err := gate.lookAlone(ctx); err != nil {
		return Sighting{}, err
	}
	defer gate.looked()

	ref, source, newest := ShortRef(e.creation.Ref), "api", "desc"
	query := struct {
		page
		PipelineFilter
	}{page{PerPage: maxPerPage}, PipelineFilter{Ref: &ref, Source: &source, Username: &me.Username, Sort: &newest}}
	var recent []Pipeline
	asked := time.Since(e.began)
	resp, err := c.do(ctx, http.MethodGet, projectPath(e.project, "/pipelines"), query, &recent, func() bool { return true })
	if err != nil {
		return Sighting{}, err
	}
	e.bound(resp.Header, asked, time.Since(e.began))

	var s Sighting
	certain, rivals := true, c.creations.rivals(e)
	for _, p := range recent {
		if p.ID <= e.newest || c.creations.isKnown(p.ID) || p.CreatedAt == nil {
			continue
		}
		created, err := time.Parse(time.RFC3339, *p.CreatedAt)
		if err != nil || created.Before(e.earliest) {
			continue
		}
		if err := e.readVariables(ctx, p.ID); err != nil {
			return Sighting{}, err
		}
		if !e.canBe(p.ID, e.creation) {
			continue
		}
		s.Candidates = append(s.Candidates, p)
		certain = certain && !created.Before(e.surely)
		for _, rival := range rivals {
			certain = certain && !e.canBe(p.ID, rival.creation)
		}
	}
	if s.Several = certain && len(s.Candidates) > 1; certain && len(s.Candidates) == 1 && c.creations.settle(e, s.Candidates[0].ID) {
		s.Mine, s.Candidates = &s.Candidates[0], nil
	}
	return s, nil
}

// bound narrows down when the creation began by the server's clock, which can
// differ from the clock here, and by which pipelines have their times. asked
// and answered are the times since then at which a look was sent and had its
// answer, whose Date is a time between, without the part of a second.
func (e *CreationLostError) bound(header http.Header, asked, answered time.Duration) {
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		date = time.Now()
	}
	// Pipelines have their times in milliseconds, cut off.
	if earliest := date.Add(-answered - time.Millisecond); earliest.After(e.earliest) {
		e.earliest = earliest
	}
	if surely := date.Add(time.Second - asked); e.surely.IsZero() || surely.Before(e.surely) {
		e.surely = surely
	}
}

// variables are values and types by key.
type variables map[string][2]string

// readVariables reads a pipeline's variables, which never change.
func (e *CreationLostError) readVariables(ctx context.Context, id int64) error {
	if _, known := e.variables[id]; known {
		return nil
	}
	present, err := e.client.PipelineVariables(ctx, e.project, id)
	switch {
	case IsForbidden(err):
		e.variables[id] = nil
		return nil
	case err != nil:
		return err
	}
	all := variables{}
	for _, v := range present {
		all[v.Key] = [2]string{v.VariableType, textOr(v.Value, "")}
	}
	e.variables[id] = all
	return nil
}

// canBe reports whether a pipeline may be a creation's, as far as its variables
// tell. GitLab doesn't tell which inputs it was made with.
func (e *CreationLostError) canBe(id int64, creation PipelineCreation) bool {
	wanted := variables{}
	for _, v := range creation.Variables {
		wanted[v.Key] = [2]string{textOr(v.VariableType, "env_var"), textOr(v.Value, "")}
	}
	return e.variables[id] == nil || maps.Equal(e.variables[id], wanted)
}

func textOr(s *string, missing string) string {
	if s == nil {
		return missing
	}
	return *s
}
