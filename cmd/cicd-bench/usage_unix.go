// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

//go:build linux || darwin

package main

import (
	"os"
	"runtime"
	"syscall"
)

// measurable tells whether this operating system says how much memory a process had.
const measurable = true

// peakMemory is the most resident memory in bytes that an ended process had at any time.
func peakMemory(state *os.ProcessState) int64 {
	used, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	unit := int64(1)
	if runtime.GOOS == "linux" {
		unit = 1024 // macOS counts in bytes, Linux in KiB
	}
	return used.Maxrss * unit
}
