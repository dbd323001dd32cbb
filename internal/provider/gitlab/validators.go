// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/fugit"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/gitlabapi"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// What GitLab certainly rejects is rejected before anything is applied; what
// it may accept passes.

var (
	projectPattern = regexp.MustCompile(`^([0-9]+|[^/:\s][^:]*/[^:]*[^/:\s])$`)
	keyPattern     = regexp.MustCompile(`^[A-Za-z0-9_]{1,255}$`)

	notBlank        = system.Spelled(regexp.MustCompile(`\S`), "must not be blank")
	projectSpelling = system.Spelled(projectPattern, "must be a project's numeric id, or its full path such as group/project")
	variableKey     = []validator.String{
		system.Spelled(keyPattern, "must be 1 to 255 letters A-Z and a-z, digits and '_'"),
	}
)

// cronSyntax rejects what no version of GitLab takes for a cron expression.
type cronSyntax struct{}

func (cronSyntax) Description(context.Context) string {
	return "a cron expression that GitLab understands"
}
func (v cronSyntax) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (cronSyntax) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := fugit.Parse(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Not a cron expression",
			refused(req.ConfigValue.ValueString(), err)+" Write it as in \"0 1 * * 1-5\", or as a name such as @daily.")
	}
}

// refused says that GitLab would refuse a text, and why. The reason may name the
// text itself.
func refused(text string, why error) string {
	if quoted := strconv.Quote(text); !strings.HasPrefix(why.Error(), quoted) {
		return "GitLab would refuse " + quoted + ": " + sentence(why)
	}
	return "GitLab would refuse it: " + sentence(why)
}

// knownTimezone rejects what no version of GitLab takes for a time zone, and
// warns of what only a newer zone database could know.
type knownTimezone struct{}

func (knownTimezone) Description(context.Context) string {
	return "a time zone that GitLab understands"
}
func (v knownTimezone) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (knownTimezone) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	_, err := fugit.LoadZone(req.ConfigValue.ValueString())
	var unknown *fugit.UnknownZoneError
	switch {
	case err == nil:
	case errors.As(err, &unknown) && unknown.PerhapsNewer:
		resp.Diagnostics.AddAttributeWarning(req.Path, "Unknown time zone",
			sentence(err)+" GitLab will refuse it, unless its zone database is newer than this provider's.")
	default:
		resp.Diagnostics.AddAttributeError(req.Path, "Unknown time zone", refused(req.ConfigValue.ValueString(), err))
	}
}

// sentence ends an error's text as a sentence ends, questions left alone.
func sentence(err error) string {
	text := err.Error()
	if strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}

// scheduleRef rejects a ref that no server takes: a short one is looked up, and
// no branch or tag has a blank in its name.
type scheduleRef struct{}

func (scheduleRef) Description(context.Context) string { return "a branch, a tag or a full ref" }
func (v scheduleRef) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (scheduleRef) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	ref := req.ConfigValue.ValueString()
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || gitlabapi.FullRef(ref) {
		return
	}
	if ref == "" || strings.ContainsFunc(ref, unicode.IsSpace) {
		resp.Diagnostics.AddAttributeError(req.Path, "Not the name of a branch or tag",
			fmt.Sprintf("GitLab would refuse %q: a branch or tag has a name without blanks. Write that name, or a full ref such as refs/heads/main.", ref))
	}
}

// pipelineStatuses are what GitLab 18 knows.
var pipelineStatuses = []string{
	"created", "waiting_for_resource", "preparing", "pending", "running", "success", "failed", "canceling", "canceled", "skipped", "manual", "scheduled",
}

// pipelineStatusWords are the statuses in a sentence of documentation.
func pipelineStatusWords() string {
	last := len(pipelineStatuses) - 1
	return "`" + strings.Join(pipelineStatuses[:last], "`, `") + "` or `" + pipelineStatuses[last] + "`"
}

// knownStatus warns of a status that only a newer GitLab could know: a list by a
// misspelt one is empty.
type knownStatus struct{}

func (knownStatus) Description(context.Context) string { return "a pipeline's status" }
func (v knownStatus) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (knownStatus) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	status := req.ConfigValue.ValueString()
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || slices.Contains(pipelineStatuses, status) {
		return
	}
	resp.Diagnostics.AddAttributeWarning(req.Path, "Unknown pipeline status",
		fmt.Sprintf("No pipeline has the status %q, unless this GitLab is newer than this provider. Use one of %s.", status, strings.Join(pipelineStatuses, ", ")))
}

// inputsObject rejects inputs that can't be sent, as far as they are known.
type inputsObject struct{}

func (inputsObject) Description(context.Context) string { return "inputs by name" }
func (v inputsObject) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (inputsObject) ValidateDynamic(_ context.Context, req validator.DynamicRequest, resp *validator.DynamicResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || req.ConfigValue.IsUnderlyingValueUnknown() {
		return
	}
	inputs, diags := inputsOf(req.ConfigValue)
	resp.Diagnostics.Append(diags...)
	for name, value := range inputs {
		if !fullyKnown(value) {
			continue
		}
		if _, err := inputToAPI(value); err != nil {
			resp.Diagnostics.AddAttributeError(req.Path, "Unusable input", fmt.Sprintf("Input %q: %s.", name, err))
		}
	}
}
