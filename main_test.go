// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"os"
	"testing"
)

func TestWhatNobodyReadsIsNotLogged(t *testing.T) {
	for _, c := range []struct {
		all, ofProvider, ofThis string
		provider, sdk           string
	}{
		{"", "", "", "OFF", "OFF"},
		{"TRACE", "", "", "TRACE", "TRACE"},
		{"", "DEBUG", "", "DEBUG", "OFF"},
		{"WARN", "DEBUG", "", "DEBUG", "WARN"},
		{"WARN", "DEBUG", "ERROR", "ERROR", "WARN"},
	} {
		for name, value := range map[string]string{
			"TF_LOG": c.all, "TF_LOG_PROVIDER": c.ofProvider, "TF_LOG_PROVIDER_CICD": c.ofThis, "TF_LOG_SDK": "",
		} {
			t.Setenv(name, value)
		}
		setLogLevels()
		if provider, sdk := os.Getenv("TF_LOG_PROVIDER_CICD"), os.Getenv("TF_LOG_SDK"); provider != c.provider || sdk != c.sdk {
			t.Errorf("%+v: provider %s, SDK %s", c, provider, sdk)
		}
	}
}
