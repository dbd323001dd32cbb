// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox"
)

const (
	runPipeline         = "cicd_rancher_pipeline_run"
	activatePipeline    = "cicd_rancher_pipeline_activate"
	deactivatePipeline  = "cicd_rancher_pipeline_deactivate"
	stopHistory         = "cicd_rancher_pipeline_history_stop"
	rerunHistory        = "cicd_rancher_pipeline_history_rerun"
	deleteHistory       = "cicd_rancher_pipeline_history_delete"
	loginAccount        = "cicd_rancher_remote_account_login"
	refreshRepositories = "cicd_rancher_remote_account_refresh_repositories"
)

// begins is what an action tells before it asks Rancher to do anything.
var begins = map[string]string{
	runPipeline: "Running pipeline %", activatePipeline: "Activating pipeline %", deactivatePipeline: "Deactivating pipeline %",
	stopHistory: "Stopping run %", rerunHistory: "Rerunning run %", deleteHistory: "Deleting run %",
	loginAccount: "Logging in to a remote account, for cluster c-", refreshRepositories: "Refreshing the repositories of remote account %",
}

// invoker invokes actions in a project, and has time pass there.
type invoker struct {
	t *testing.T
	*acctest.RancherProject
	mu sync.Mutex
	// passes is how much time passes at each look at a run, and looked what else
	// happens then, for the number of the look.
	passes time.Duration
	looked func(n int)
	looks  int
	// meanwhile is done once, before the next POST is.
	meanwhile func()
	// requests are as in `POST pipelines/p-x:p-1?action=run`, without the one
	// that asks what the server is; bodies go with them.
	requests, bodies []string
}

func newInvoker(t *testing.T, kind ...func(*sandbox.Options)) *invoker {
	t.Helper()
	i := &invoker{t: t, RancherProject: acctest.SandboxRancher(t, kind...).NewProject()}
	i.Sent(func(req *http.Request, body string) {
		i.mu.Lock()
		defer i.mu.Unlock()
		line := req.Method + " " + strings.TrimPrefix(req.URL.Path, "/v3/")
		if req.URL.RawQuery != "" && req.Method == http.MethodPost {
			line += "?" + req.URL.RawQuery
		}
		if line != "GET /v3" {
			i.requests, i.bodies = append(i.requests, line), append(i.bodies, body)
		}
		if do := i.meanwhile; req.Method == http.MethodPost && do != nil {
			i.meanwhile = nil
			do()
		}
	})
	i.Answered(func(req *http.Request) {
		if !strings.HasPrefix(req.UserAgent(), "terraform-provider-cicd/") {
			return
		}
		i.mu.Lock()
		defer i.mu.Unlock()
		if req.Method != http.MethodGet || !strings.HasPrefix(req.URL.Path, "/v3/pipelineHistories/") {
			return
		}
		i.looks++
		if i.looked != nil {
			i.looked(i.looks)
		}
		if err := i.Sandbox.Clock().Advance(i.passes); err != nil {
			t.Error(err)
		}
	})
	return i
}

// invocation is what became of an action.
type invocation struct {
	t           *testing.T
	action, id  string
	progress    []string
	diagnostics []*tfprotov6.Diagnostic
	requests    []string
}

// invoke invokes an action on the object with an id, which checks know as %.
func (i *invoker) invoke(action, id string, more members) invocation {
	i.t.Helper()
	return i.invokeWithin(i.t.Context(), i.Token, action, id, more)
}

func (i *invoker) invokeWithin(ctx context.Context, token, action, id string, more members) invocation {
	i.t.Helper()
	configuration := members{}
	switch {
	case strings.HasPrefix(action, "cicd_rancher_pipeline_history_"):
		configuration["history_id"] = id
	case strings.HasPrefix(action, "cicd_rancher_pipeline_"):
		configuration["pipeline_id"] = id
	case action == refreshRepositories:
		configuration["remote_account_id"] = id
	}
	for name, value := range more {
		configuration[name] = value
	}
	i.mu.Lock()
	i.requests, i.bodies, i.looks = nil, nil, 0
	i.mu.Unlock()
	done := invocation{t: i.t, action: action, id: id}
	done.progress, done.diagnostics = i.As(token).Protocol().InvokeWithin(ctx, action, configuration)
	i.mu.Lock()
	defer i.mu.Unlock()
	done.requests = slices.Clone(i.requests)
	return done
}

func (i invocation) fails(texts ...string) invocation {
	i.t.Helper()
	if !acctest.Failed(i.diagnostics) {
		i.t.Errorf("it didn't fail: %s", acctest.Said(i.diagnostics))
	}
	return i.says(texts...)
}

// succeeds checks that the action succeeded, and warned in words with these
// texts, or not at all when there are none.
func (i invocation) succeeds(texts ...string) invocation {
	i.t.Helper()
	if acctest.Failed(i.diagnostics) {
		i.t.Errorf("it failed: %s", acctest.Said(i.diagnostics))
	}
	if len(texts) == 0 && len(i.diagnostics) > 0 {
		i.t.Errorf("it complains: %s", acctest.Said(i.diagnostics))
	}
	return i.says(texts...)
}

func (i invocation) says(texts ...string) invocation {
	i.t.Helper()
	texts = i.named(texts)
	if said := acctest.Said(i.diagnostics); !saying(texts...).MatchString(said) {
		i.t.Errorf("it doesn't say %q: %s", texts, said)
	}
	return i
}

// tells checks the progress: its events begin with these texts, and before them,
// when anything but looks was asked for, what the action [begins] with.
func (i invocation) tells(texts ...string) invocation {
	i.t.Helper()
	if slices.ContainsFunc(i.requests, func(r string) bool { return !strings.HasPrefix(r, "GET ") }) {
		texts = slices.Insert(texts, 0, begins[i.action])
	}
	if texts = i.named(texts); !slices.EqualFunc(i.progress, texts, strings.HasPrefix) {
		i.t.Errorf("progress is %q, want %q", i.progress, texts)
	}
	return i
}

// asks checks the requests, of which several GETs of the same in a row count
// once.
func (i invocation) asks(want ...string) {
	i.t.Helper()
	got := slices.CompactFunc(slices.Clone(i.requests), func(a, b string) bool { return a == b && strings.HasPrefix(a, "GET ") })
	if want = i.named(want); !slices.Equal(got, want) {
		i.t.Errorf("requests %q, want %q", got, want)
	}
}

func (i invocation) named(texts []string) []string {
	named := make([]string, len(texts))
	for n, text := range texts {
		named[n] = strings.ReplaceAll(text, "%", i.id)
	}
	return named
}

// pass has time pass at each look at a run.
func (i *invoker) pass(d time.Duration) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.passes = d
}

// atLook has something happen at each look at a run.
func (i *invoker) atLook(do func(n int)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.looked = do
}

// state is that of a run on the server.
func (i *invoker) state(history string) any {
	return at(i.Stored("pipelinehistories/"+history), "status", "state")
}
