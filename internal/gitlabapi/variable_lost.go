// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import (
	"cmp"
	"context"
)

// defaultVariableType is that of a variable for which none is sent.
const defaultVariableType = "env_var"

// landedVariable looks for the variable of a creation whose answer got lost,
// and returns nil when it isn't there, or can't be read, or isn't as it was
// sent. A schedule has one variable of a key at most. So the one that is there
// is this creation's, or was there before and is the same: to take that one
// changes nothing, while the next creation would be refused either way.
func (c *Client) landedVariable(ctx context.Context, project string, id int64, change VariableChange) *Variable {
	schedule, err := c.schedule(ctx, project, id)
	if err != nil || schedule.Variables == nil {
		return nil
	}
	wantedType := ""
	if change.VariableType != nil {
		wantedType = *change.VariableType
	}
	for _, v := range *schedule.Variables {
		if v.Key == change.Key && v.Value != nil && change.Value != nil && *v.Value == *change.Value &&
			v.VariableType == cmp.Or(wantedType, defaultVariableType) {
			return &v
		}
	}
	return nil
}
