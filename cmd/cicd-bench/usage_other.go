// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

//go:build !linux && !darwin

package main

import "os"

const measurable = false

func peakMemory(*os.ProcessState) int64 { return 0 }
