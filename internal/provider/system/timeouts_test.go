// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package system_test

import (
	"context"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"
)

// Who waits for a server's long work has an hour, unless the user says otherwise.
func TestPatient(t *testing.T) {
	t.Parallel()
	byDefault := func(_ context.Context, limit time.Duration) (time.Duration, diag.Diagnostics) { return limit, nil }
	configured := func(context.Context, time.Duration) (time.Duration, diag.Diagnostics) { return time.Minute, nil }
	if limit, _ := system.Patient(byDefault)(t.Context(), 10*time.Minute); limit != time.Hour {
		t.Errorf("by default it is %s", limit)
	}
	if limit, _ := system.Patient(configured)(t.Context(), 10*time.Minute); limit != time.Minute {
		t.Errorf("a minute is %s", limit)
	}
}
