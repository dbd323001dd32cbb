// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"os"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/poll"
)

// In tests time passes in the sandbox alone, so the provider waits for nothing.
func init() {
	if os.Getenv("CICD_ACC_LIVE") == "1" {
		return
	}
	runPace = poll.Pace{First: time.Millisecond, Longest: time.Millisecond}
	rerunShows = time.Second
	lostObject.Pace, lostObject.For = poll.Pace{First: time.Millisecond, Longest: 5 * time.Millisecond}, 50*time.Millisecond
}
