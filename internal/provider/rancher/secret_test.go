// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
)

// sentBodies are the bodies of what the provider sent to write.
type sentBodies struct {
	mu     sync.Mutex
	bodies []string
}

func (s *sentBodies) add(_ *http.Request, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bodies = append(s.bodies, body)
}

// take is all that was sent since the last time.
func (s *sentBodies) take() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := strings.Join(s.bodies, "\n")
	s.bodies = nil
	return all
}

// check checks that what was sent since the last check has a member with this
// value once, or not at all when the value is empty.
func (s *sentBodies) check(member, want string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		all := s.take()
		if n := strings.Count(all, fmt.Sprintf("%q:", member)); want == "" && n > 0 || want != "" && n != 1 {
			return fmt.Errorf("%s is sent %d times: %s", member, n, all)
		}
		if want != "" && !strings.Contains(all, fmt.Sprintf("%q:%q", member, want)) {
			return fmt.Errorf("sent %s, want %s %s", all, member, want)
		}
		return nil
	}
}

// noSecret fails when the plan's changes, or the state, hold this text. A
// plan's copy of the configuration isn't looked at: it has what is written
// there.
type noSecret string

func (n noSecret) in(v any) error {
	text, err := json.Marshal(v)
	if err == nil && strings.Contains(string(text), string(n)) {
		err = fmt.Errorf("%s is in %s", string(n), text)
	}
	return err
}

func (n noSecret) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	resp.Error = n.in([]any{req.Plan.ResourceChanges, req.Plan.PlannedValues, req.Plan.PriorState, req.Plan.ResourceDrift})
}

func (n noSecret) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	resp.Error = n.in(req.State)
}
