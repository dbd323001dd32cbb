// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"errors"
	"maps"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// pipelineDataSource is cicd_gitlab_pipeline.
type pipelineDataSource struct {
	system.DataSource[*gitlabapi.Client]
}

func newPipelineDataSource() datasource.DataSource { return &pipelineDataSource{} }

type pipelineModel struct {
	pipelineSummary
	Project        types.String `tfsdk:"project"`
	PipelineID     types.Int64  `tfsdk:"pipeline_id"`
	BeforeSHA      types.String `tfsdk:"before_sha"`
	Tag            types.Bool   `tfsdk:"tag"`
	YAMLErrors     types.String `tfsdk:"yaml_errors"`
	User           types.Object `tfsdk:"user"`
	StartedAt      types.String `tfsdk:"started_at"`
	FinishedAt     types.String `tfsdk:"finished_at"`
	Duration       types.Int64  `tfsdk:"duration"`
	QueuedDuration types.Int64  `tfsdk:"queued_duration"`
	Coverage       types.String `tfsdk:"coverage"`
}

func (*pipelineDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_gitlab_pipeline"
}

func (*pipelineDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := pipelineSummaryAttributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"project": projectArgument(),
		"pipeline_id": schema.Int64Attribute{
			Optional: true, Validators: []validator.Int64{int64validator.AtLeast(1), int64validator.ConflictsWith(path.MatchRoot("ref"))},
			MarkdownDescription: "The pipeline's id, as in the address of its page; not its number in the project (`iid`). Not together with `ref`. Default: the latest pipeline of `ref`.",
		},
		"ref": schema.StringAttribute{
			Optional: true, Computed: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			MarkdownDescription: "The branch or tag whose latest pipeline to read, by its name, as in `main`: the newest one of the ref's head commit. Default: the project's default branch. " +
				"With `pipeline_id`, it is that pipeline's.",
		},
		"before_sha":      schema.StringAttribute{Computed: true, MarkdownDescription: "The commit before the push that started the pipeline; zeros when there is none."},
		"tag":             schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether `ref` is a tag."},
		"yaml_errors":     schema.StringAttribute{Computed: true, MarkdownDescription: "What is wrong with the pipeline's configuration; null when nothing is."},
		"user":            schema.SingleNestedAttribute{Computed: true, MarkdownDescription: "Who triggered the pipeline; null when that user was deleted.", Attributes: userAttributes()},
		"started_at":      schema.StringAttribute{Computed: true, MarkdownDescription: "When the first job started, in UTC, in RFC 3339 form; null before that."},
		"finished_at":     schema.StringAttribute{Computed: true, MarkdownDescription: "When the pipeline finished, in UTC, in RFC 3339 form; null before that."},
		"duration":        schema.Int64Attribute{Computed: true, MarkdownDescription: "How long the pipeline ran, in seconds; null until it finished."},
		"queued_duration": schema.Int64Attribute{Computed: true, MarkdownDescription: "How long the pipeline waited to start, in seconds; null until it did."},
		"coverage":        schema.StringAttribute{Computed: true, MarkdownDescription: "The test coverage in percent, as in `30.00`; null when there is none."},
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: system.Page("A GitLab pipeline: one by its id, or the latest of a branch or tag.", toReadPipelines,
			"The latest pipeline of a ref is the newest one of the ref's *head commit*. When that commit has none, GitLab answers 403 Forbidden, as it does when permission is missing.",
			ofThisMoment,
		),
		Attributes: attributes,
	}
}

func (d *pipelineDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m pipelineModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ctx, cancel := d.Start(ctx, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	if m.PipelineID.IsNull() {
		d.readLatest(ctx, client, &m, resp)
		return
	}
	pipeline, err := client.Pipeline(ctx, m.Project.ValueString(), m.PipelineID.ValueInt64())
	if err != nil {
		about := readObject("pipeline", strconv.FormatInt(m.PipelineID.ValueInt64(), 10), m.Project)
		about.argument = "pipeline_id"
		if errors.Is(err, gitlabapi.ErrAbsent) {
			about.advise = "The project has no pipeline with this id. Check pipeline_id, which is the number in the pipeline's URL, and not its iid."
		}
		resp.Diagnostics.Append(about.failed("read", err)...)
		return
	}
	m.fill(*pipeline)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (d *pipelineDataSource) readLatest(ctx context.Context, client *gitlabapi.Client, m *pipelineModel, resp *datasource.ReadResponse) {
	configured := m.Ref
	pipeline, err := client.LatestPipeline(ctx, m.Project.ValueString(), gitlabapi.ShortRef(m.Ref.ValueString()))
	if err != nil {
		about := readObject("latest pipeline of "+refName(configured), "", m.Project)
		about.whenForbidden = "GitLab answers so when the head commit of the ref has no pipeline, when there is no such ref, and when the token's user " +
			"may not read the project's pipelines. Check ref, and the user's role."
		resp.Diagnostics.Append(about.failed("read", err)...)
		return
	}
	m.fill(*pipeline)
	if !configured.IsNull() {
		m.Ref = configured
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, *m)...)
}

func refName(ref types.String) string {
	if ref.IsNull() {
		return "the default branch"
	}
	return ref.ValueString()
}

func (m *pipelineModel) fill(p gitlabapi.Pipeline) {
	m.pipelineSummary = pipelineSummaryOf(p)
	m.BeforeSHA = types.StringPointerValue(p.BeforeSHA)
	m.Tag = types.BoolPointerValue(p.Tag)
	m.YAMLErrors = types.StringPointerValue(p.YAMLErrors)
	m.User = ownerValue(p.User)
	m.StartedAt = types.StringPointerValue(p.StartedAt)
	m.FinishedAt = types.StringPointerValue(p.FinishedAt)
	m.Duration = types.Int64PointerValue(p.Duration)
	m.QueuedDuration = types.Int64PointerValue(p.QueuedDuration)
	m.Coverage = types.StringPointerValue(p.Coverage)
}
