// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package sandbox_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox"
)

// browser opens an address in a headless Chromium, and skips the test where there is none.
func browser(t *testing.T, address string) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second) // a busy machine needs a while to start it
	t.Cleanup(cancel)
	options := []chromedp.ExecAllocatorOption{chromedp.Headless, chromedp.NoFirstRun}
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // it refuses to run as root otherwise
	}
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate(address)); errors.Is(err, exec.ErrNotFound) {
		t.Skipf("there is no Chromium or Chrome to look at the page with: %v", err)
	} else if err != nil {
		t.Fatal(err)
	}
	return ctx
}

func see(ctx context.Context, t *testing.T, selectors ...chromedp.CSS) {
	t.Helper()
	for _, selector := range selectors {
		if err := chromedp.Do(ctx, chromedp.WaitVisible(selector)); err != nil {
			t.Fatalf("%s: %v", selector, err)
		}
	}
}

func evaluate(ctx context.Context, t *testing.T, expression string) string {
	t.Helper()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return text
}

// The way of somebody without a mouse: what an API call makes appears, a button is reached and pressed, its change is made, and the focus stays.
func TestPageInBrowser(t *testing.T) {
	box, do := start(t, sandbox.Options{Seed: "demo"})
	server := httptest.NewServer(box.Handler())
	t.Cleanup(server.Close)
	t.Cleanup(box.EndStreams) // before the server closes, which waits for them
	ctx := browser(t, server.URL)
	see(ctx, t, ".live.on", `article[data-key="pipeline/p-app:build"]`, "#none")

	do("POST", "/api/v4/projects/1/pipeline_schedules", `{"description": "<b>Nightly</b>", "ref": "main", "cron": "0 1 * * *"}`)
	const schedule = `article[aria-label="<b>Nightly</b>"]`
	see(ctx, t, schedule, schedule+" .strip path.run", "#journal li.write")

	const former, later = "Change cron to 30 4 * * *: <b>Nightly</b>", "Change cron to 0 22 * * 1-5: <b>Nightly</b>"
	const focus = `(document.activeElement.ariaLabel ?? document.activeElement.textContent)`
	for i, want := range []string{"Skip to the systems", "Skip to the requests", "Move the clock on by an hour", former} {
		if err := chromedp.Do(ctx, chromedp.KeyEvent(kb.Tab)); err != nil {
			t.Fatal(err)
		}
		if got := evaluate(ctx, t, focus); got != want {
			t.Fatalf("tab %d leads to %q, not %q", i+1, got, want)
		}
	}
	if err := chromedp.Do(ctx, chromedp.KeyEvent(kb.Enter)); err != nil {
		t.Fatal(err)
	}
	see(ctx, t, chromedp.CSS(`button[aria-label="`+later+`"]`), schedule+" .state.hand", "#journal li.byhand")
	if got := evaluate(ctx, t, focus); got != later {
		t.Errorf("the focus went to %q", got)
	}
	if got := evaluate(ctx, t, `document.querySelector("#journal li").textContent`); !strings.Contains(got, "GitLab · by hand") || !strings.Contains(got, "/projects/1/pipeline_schedules/1") {
		t.Errorf("the newest request is %q", got)
	}
	if status, answer := do("GET", "/api/v4/projects/1/pipeline_schedules/1", ""); status != 200 || answer["cron"] != "30 4 * * *" {
		t.Error(status, answer)
	}

	// Deleting what has the focus leads it to the heading above.
	do("DELETE", "/api/v4/projects/1/pipeline_schedules/1", "")
	if err := chromedp.Do(ctx, chromedp.WaitNotPresent(chromedp.CSS(schedule))); err != nil {
		t.Fatal(err)
	}
	if got := evaluate(ctx, t, focus); got != "Pipeline schedules" {
		t.Errorf("the focus went to %q", got)
	}
	if got := evaluate(ctx, t, `document.querySelectorAll("#systems b").length + " " + document.querySelectorAll("#journal li").length`); got != "0 4" {
		t.Errorf("markup and requests: %s", got)
	}
}
