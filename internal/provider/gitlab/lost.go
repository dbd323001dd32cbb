// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"errors"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/creation"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/poll"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// How objects are looked for after a creation whose answer got lost. A schedule
// or variable that isn't there is created again; a pipeline isn't, see create.
var (
	lostPipeline = creation.Patience{Pace: poll.Pace{First: 300 * time.Millisecond, Longest: 5 * time.Second}, For: 30 * time.Second}
	lostSchedule = creation.UsualPatience()
)

// creationAdvice is what to do by hand about an object that may have been
// created: when none is known of, and when one or more can be it.
type creationAdvice struct{ one, several string }

// unsettled says what was looked for and found when that doesn't tell what
// became of a creation, and what to do.
func (o object) unsettled(e *creation.UnsettledError) string {
	story := e.Story(o.kind, func(id string) string {
		if o.id != "" {
			return o.id
		}
		return o.project + ":" + id
	}, func(err error) string {
		if errors.Is(err, gitlabapi.ErrVariablesHidden) {
			return "GitLab doesn't show the schedule's variables to the user of this token."
		}
		return system.Explain("GitLab", err)
	})
	byHand := o.byHand.one
	if len(e.Candidates)+len(e.Older) > 0 {
		byHand = o.byHand.several
	}
	switch {
	case story == "":
		return byHand
	case len(e.Candidates) == 0 && e.Trouble != nil:
		return story + "\n\n" + byHand
	}
	return story + " " + byHand
}
