// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/poll"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// playScheduleAction is cicd_gitlab_pipeline_schedule_play.
type playScheduleAction struct {
	system.Action[*gitlabapi.Client]
}

type playScheduleModel struct {
	Project            types.String   `tfsdk:"project"`
	PipelineScheduleID types.Int64    `tfsdk:"pipeline_schedule_id"`
	Wait               types.Bool     `tfsdk:"wait"`
	Timeouts           timeouts.Value `tfsdk:"timeouts"`
}

func newPlayScheduleAction() action.Action { return &playScheduleAction{} }

func (*playScheduleAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_gitlab_pipeline_schedule_play"
}

func (*playScheduleAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: system.Page("Runs a GitLab pipeline schedule's pipeline now, with the schedule's variables and inputs, whether the schedule is active or not.",
			toRunPipelines+" The schedule may belong to somebody else.",
			"The pipeline runs as the user of the provider's token, and not as the schedule's owner, as whom it runs at its times.",
			"GitLab creates the pipeline some moments later. When it can't, because the ref is gone or the configuration is wrong, it says nothing: only `wait` notices.",
			"`next_run_at` of the schedule is computed anew.",
		),
		Attributes: map[string]schema.Attribute{
			"project":              actionProjectAttribute(),
			"pipeline_schedule_id": actionScheduleIDAttribute(),
			"wait": system.WaitAttribute("Whether to wait until the pipeline is over. GitLab doesn't say which pipeline it is: it is the " +
				"schedule's first one after the request that this user started, and that no other action of the same run waits for. If there is none within two minutes, that is an error; GitLab creates " +
				"none, and says nothing, when it can't. " + endsOfRun),
			"timeouts": system.PatientActionTimeoutsAttribute(ctx),
		},
	}
}

// playShows is how long a played schedule's pipeline may take to come to be.
// GitLab creates it in the background, normally within seconds.
var playShows = 2 * time.Minute

func (a *playScheduleAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var m playScheduleModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := a.StartWaiting(ctx, m.Timeouts, m.Wait, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	about, progress := scheduleActionObject(m.Project, m.PipelineScheduleID), system.ProgressOf(resp)
	about.whenForbidden = "Playing a schedule needs the developer role in the project, and, when its ref is a protected branch or tag, " +
		"to be allowed to merge or push to it, or to create it. It doesn't need to be the schedule's owner. " + askFor
	about.whenLost = "Look at the schedule's pipelines before you play it again: each time is a pipeline of its own."
	project, err := requestProject(ctx, client, m.Project)
	if err != nil {
		resp.Diagnostics.Append(about.failed(playing, err)...)
		return
	}
	play := play{client: client, about: about, project: project, schedule: m.PipelineScheduleID.ValueInt64()}
	if m.Wait.ValueBool() {
		if err := play.lookBefore(ctx); err != nil {
			resp.Diagnostics.Append(about.failed("read", err)...)
			return
		}
	}
	progress(fmt.Sprintf("Playing pipeline schedule %s", about.id))
	if err := client.PlaySchedule(ctx, project, play.schedule); err != nil {
		resp.Diagnostics.Append(about.failed(playing, err)...)
		return
	}
	progress(fmt.Sprintf("Pipeline schedule %d: played; GitLab creates its pipeline now", play.schedule))
	if !m.Wait.ValueBool() {
		return
	}
	p, diags := play.find(ctx)
	resp.Diagnostics.Append(diags...)
	if p != nil {
		progress(beforeWait(p, true))
		resp.Diagnostics.Append(about.runToEnd(ctx, client, project, p, progress)...)
	}
}

// play finds the pipeline that a played schedule causes.
type play struct {
	client   *gitlabapi.Client
	about    object
	project  string
	schedule int64
	// me is who plays, and newest the id of the schedule's newest pipeline
	// before, 0 if there was none.
	me, newest int64
	// others are newer pipelines that aren't the one, and other the one of these
	// that somebody else has started and was seen last, nil if there is none.
	others map[int64]bool
	other  *gitlabapi.Pipeline
}

func (p *play) lookBefore(ctx context.Context) error {
	me, err := p.client.CurrentUser(ctx)
	if err != nil {
		return err
	}
	schedule, err := p.client.Schedule(ctx, p.project, p.schedule)
	if err != nil {
		return err
	}
	if p.me = me.ID; schedule.LastPipeline != nil {
		p.newest = schedule.LastPipeline.ID
	}
	return nil
}

// find waits for a newer pipeline, and for one of this user's that isn't waited
// for already: the schedule may have fallen due, or been played by others or
// twice by us, in the same moment.
func (p *play) find(ctx context.Context) (*gitlabapi.Pipeline, diag.Diagnostics) {
	short, cancel := context.WithTimeout(ctx, playShows)
	defer cancel()
	var found *gitlabapi.Pipeline
	p.others = map[int64]bool{}
	err := poll.Until(short, pipelinePace, func(ctx context.Context) (string, bool, error) {
		var err error
		if found, err = p.look(ctx); found != nil {
			return found.Status, true, nil
		}
		if transport.MayPass(err) {
			err = poll.Passing(err)
		}
		return "", false, err
	})
	if err == nil {
		return found, nil
	}
	return nil, diag.Diagnostics{p.notFound(ctx, err)}
}

// look returns the oldest newer pipeline that can be the one, nil if there is
// none yet. Only when the schedule says that there is a newer one are they
// listed; one that is slow to be made may have a smaller id than that.
func (p *play) look(ctx context.Context) (*gitlabapi.Pipeline, error) {
	schedule, err := p.client.Schedule(ctx, p.project, p.schedule)
	if err != nil || schedule.LastPipeline == nil || schedule.LastPipeline.ID <= p.newest {
		return nil, err
	}
	newer, err := p.newer(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range newer {
		if p.others[id] {
			continue
		}
		pipeline, err := p.client.Pipeline(ctx, p.project, id)
		switch {
		case errors.Is(err, gitlabapi.ErrAbsent):
			continue
		case err != nil:
			return nil, err
		case pipeline.User != nil && pipeline.User.ID != p.me:
			p.other = pipeline
		case p.client.ClaimPipeline(id):
			return pipeline, nil
		}
		p.others[id] = true
	}
	return nil, nil
}

// newer are the ids of the schedule's pipelines that are newer than those before
// the request, oldest first. A server that can't sort gives the oldest first, so
// that all pages are read.
func (p *play) newer(ctx context.Context) ([]int64, error) {
	var (
		ids    []int64
		newest = "desc"
		last   int64
	)
	for pipeline, err := range p.client.SchedulePipelines(ctx, p.project, p.schedule, gitlabapi.PipelineFilter{Sort: &newest}, 0) {
		if err != nil {
			return nil, err
		}
		if pipeline.ID > p.newest {
			ids = append(ids, pipeline.ID)
		} else if last > pipeline.ID {
			break
		}
		last = pipeline.ID
	}
	slices.Sort(ids)
	return ids, nil
}

// notFound is what to say when the schedule was played and no pipeline seen.
func (p *play) notFound(ctx context.Context, err error) diag.Diagnostic {
	var unfinished *poll.UnfinishedError
	played := fmt.Sprintf("GitLab took the wish to play pipeline schedule (%s)", p.about.id)
	untold := func(err error) diag.Diagnostic {
		return diag.NewErrorDiagnostic(fmt.Sprintf("Cannot find the pipeline of pipeline schedule (%s)", p.about.id),
			played+", but no longer told what came of it. Its pipeline may run nevertheless.\n\n"+p.about.detail("read", err))
	}
	switch {
	case !errors.As(err, &unfinished):
		return untold(err)
	case errors.Is(ctx.Err(), context.Canceled):
		return diag.NewErrorDiagnostic(fmt.Sprintf("Interrupted after pipeline schedule (%s) was played", p.about.id),
			played+", and the run was interrupted before its pipeline was seen. It may run nevertheless.")
	case unfinished.Trouble != nil:
		return untold(unfinished.Trouble)
	case p.other != nil:
		return diag.NewErrorDiagnostic(fmt.Sprintf("No pipeline of pipeline schedule (%s) can be told for the one that was played", p.about.id),
			fmt.Sprintf("%s. The only pipeline that was seen since was started by another user, %s: it may have come after this run's.%s",
				played, p.other.User.Username, pipelinePage(p.other, "\n\nIts page is ")))
	}
	return diag.NewErrorDiagnostic(fmt.Sprintf("Pipeline schedule (%s) was played, but no pipeline came of it", p.about.id),
		played+", but in the time that there was to wait none appeared. GitLab creates no pipeline, and doesn't say so, when the CI configuration is missing or "+
			"invalid, when its rules leave no job to run, when the ref is gone, or when the user may not run pipelines on it. The action "+
			"cicd_gitlab_pipeline_create with the schedule's ref gets to hear the reason. If GitLab is just busy, the pipeline may come later.")
}
