// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package functions

import (
	"context"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/fugit"
)

// maxRuns bounds the work and the answer: a cron expression has no end.
const maxRuns = 1000

// cronNextRuns is cron_next_runs.
type cronNextRuns struct{}

func newCronNextRuns() function.Function { return cronNextRuns{} }

func (cronNextRuns) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "cron_next_runs"
}

func (cronNextRuns) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "The next times at which a cron expression matches",
		MarkdownDescription: "Lists the next times at which a cron expression matches, as GitLab reads pipeline schedules. " +
			"GitLab looks for due schedules at intervals of its own, so that a pipeline may be created that much later: gitlab.com every 5 minutes, " +
			"a self-managed instance at 3, 13, 23, 33, 43 and 53 minutes past each hour unless its administrator has set something else. " +
			"A limit on how often schedules may run a day can make it later still.\n\n" +
			"A time that clock changes leave out is skipped; one that they repeat is listed twice. The list is shorter than `count` when nothing more matches for fifty years, " +
			"and ends with the year 9999, the last that has an RFC 3339 form.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "cron", MarkdownDescription: "The expression, such as `0 1 * * 1-5`; all that `cron` of `cicd_gitlab_pipeline_schedule` takes."},
			function.StringParameter{Name: "timezone", MarkdownDescription: "The time zone, such as `Europe/Berlin`; all that `cron_timezone` of `cicd_gitlab_pipeline_schedule` takes."},
			function.StringParameter{Name: "after", MarkdownDescription: "The instant to begin after, in RFC 3339 form such as `2026-01-15T12:00:00Z`. `plantimestamp()` gives the plan's, which makes every plan differ; `timestamp()` is not known in a plan."},
			function.NumberParameter{Name: "count", MarkdownDescription: fmt.Sprintf("How many to list, a whole number from 0 to %d.", maxRuns)},
		},
		Return: function.ListReturn{ElementType: types.StringType},
	}
}

// Run answers in RFC 3339 form, in the time zone's own offset. Errors have no full
// stop, nor another mark, at their end: Terraform adds one.
func (cronNextRuns) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var (
		cron, timezone, after string
		number                *big.Float
	)
	if resp.Error = req.Arguments.Get(ctx, &cron, &timezone, &after, &number); resp.Error != nil {
		return
	}
	schedule, err := fugit.Parse(cron)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, fmt.Sprintf("%q is not a cron expression that GitLab takes: %s. Write it as in \"0 1 * * 1-5\", or as a name such as @daily",
			cron, strings.Replace(err.Error(), strconv.Quote(cron)+" is", "it is", 1)))
		return
	}
	zone, err := fugit.LoadZone(timezone)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(1, "Not a time zone that GitLab takes: "+strings.TrimSuffix(err.Error(), "?"))
		return
	}
	at, err := time.Parse(time.RFC3339, after)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(2, fmt.Sprintf("%q is not a time in RFC 3339 form. Write one such as 2026-01-15T12:00:00Z", after))
		return
	}
	count, exactly := number.Int64()
	if exactly != big.Exact || count < 0 || count > maxRuns {
		resp.Error = function.NewArgumentFuncError(3, fmt.Sprintf("%s is not a whole number from 0 to %d. Give one that is", number.Text('g', -1), maxRuns))
		return
	}
	runs := []string{}
	for at = schedule.Next(at.In(zone)); int64(len(runs)) < count && !at.IsZero() && at.Year() <= 9999; at = schedule.Next(at) {
		runs = append(runs, at.Format(time.RFC3339))
	}
	resp.Error = resp.Result.Set(ctx, runs)
}
