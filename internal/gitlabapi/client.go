// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"slices"
	"strings"

	"github.com/xanzy/go-gitlab"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/creation"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/readthrough"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// The kinds of token that GitLab takes, each in a header of its own.
const (
	// PrivateToken is a personal, project or group access token.
	PrivateToken = "private"
	// OAuthToken is the access token of an OAuth application.
	OAuthToken = "oauth"
	// JobToken is a CI job's token. GitLab takes it on few routes, and on none
	// of the pipeline schedules'.
	JobToken = "job"
)

// TokenTypes lists the kinds of token.
func TokenTypes() []string { return []string{PrivateToken, OAuthToken, JobToken} }

// SecretMembers names the JSON members of GitLab's requests and answers that
// hold secrets: the values of variables and inputs, and tokens. A schedule's
// inputs are a list of names and values, a pipeline's an object.
func SecretMembers() []string {
	return []string{"value", "inputs.*", "token", "private_token", "runners_token"}
}

// Config says which GitLab to talk to, and as whom.
type Config struct {
	// BaseURL is the instance's address, with or without /api/v4 and with any
	// path prefix. Empty means https://gitlab.com.
	BaseURL string
	// Token authenticates each request; TokenType says what kind it is and
	// defaults to [PrivateToken].
	Token, TokenType string
	// HTTP sends the requests; made by [transport.NewClient].
	HTTP *http.Client
}

// Client talks to one GitLab as one user. It is safe for concurrent use.
type Client struct {
	api        *gitlab.Client
	me         readthrough.Memo[struct{}, *User]
	projectIDs readthrough.Memo[string, int64]
	schedules  readthrough.Listing[string, int64, Schedule]
	// ranWith are the variables of pipelines; nil where they aren't shown.
	ranWith readthrough.Memo[pipelineKey, variables]

	newPipelines creation.Book[int64, Pipeline, pipelineWish]
	newSchedules creation.Book[int64, Schedule, ScheduleChange]
	newVariables creation.Book[variableID, ScheduleVariable, VariableChange]
}

// New makes a client. It contacts nothing.
func New(c Config) (*Client, error) {
	options := []gitlab.ClientOptionFunc{
		gitlab.WithHTTPClient(c.HTTP),
		// The transport repeats what may be repeated, and waits when the server
		// says so. go-gitlab would repeat a POST on 5xx, and probe for a limit.
		gitlab.WithCustomRetry(func(context.Context, *http.Response, error) (bool, error) { return false, nil }),
		gitlab.WithCustomLimiter(unlimited{}),
	}
	if c.BaseURL != "" {
		options = append(options, gitlab.WithBaseURL(strings.TrimRight(c.BaseURL, "/")))
	}
	var (
		api *gitlab.Client
		err error
	)
	switch c.TokenType {
	case "", PrivateToken:
		api, err = gitlab.NewClient(c.Token, options...)
	case OAuthToken:
		api, err = gitlab.NewOAuthClient(c.Token, options...)
	case JobToken:
		api, err = gitlab.NewJobClient(c.Token, options...)
	default:
		return nil, fmt.Errorf("unknown token type %q", c.TokenType)
	}
	if err != nil {
		return nil, err
	}
	// The transport sets it; go-gitlab's own would win over that.
	api.UserAgent = ""
	client := &Client{api: api}
	client.schedules.ID = func(s Schedule) int64 { return s.ID }
	client.schedules.Pages = client.schedulePages
	client.schedules.Pervasive = failsProject
	client.newPipelines.Kind, client.newSchedules.Kind, client.newVariables.Kind = client.pipelineKind(), scheduleKind(), variableKind()
	return client, nil
}

type unlimited struct{}

func (unlimited) Wait(context.Context) error { return nil }

// do sends one request and decodes the answer's JSON into out, unless the
// answer has none (204). params are the query of a GET or DELETE, the JSON body of a POST or PUT.
// asked reports whether out is what was asked for: any JSON object decodes into
// any of ours, and one that something else than GitLab made must not become
// state.
func (c *Client) do(ctx context.Context, method, path string, params, out any, asked func() bool) (*gitlab.Response, error) {
	req, err := c.api.NewRequest(method, path, params, []gitlab.RequestOptionFunc{gitlab.WithContext(ctx)})
	if err != nil {
		return nil, err
	}
	resp, err := c.api.Do(req, io.Discard)
	if resp == nil {
		return nil, err
	}
	answer, ok := resp.Body.(*transport.Answer)
	if !ok {
		return nil, errors.New("gitlabapi: Config.HTTP was not made by transport.NewClient")
	}
	// go-gitlab drops the body of a 404, which is what tells an absent schedule
	// from an absent project; and it takes 304 for success. So its verdict is
	// not asked for.
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return resp, refusal(resp.Response, answer.Bytes())
	}
	if resp.StatusCode == http.StatusNoContent {
		return resp, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(answer.Bytes()))
	decoder.UseNumber()
	err = decoder.Decode(out)
	if err == nil && !asked() {
		err = errors.New("it is not the object that was asked for")
	}
	if err != nil {
		return resp, transport.NewUnreadableError("GitLab", resp.Response, answer.Bytes(), err)
	}
	return resp, nil
}

// page is the query of a paged list; its fields are go-gitlab's url tags.
type page struct {
	Page    int `url:"page,omitempty"`
	PerPage int `url:"per_page,omitempty"`
}

// maxPerPage is the most that GitLab gives in one page.
const maxPerPage = 100

// pageSize is how many objects to ask for in a page, when no more than wanted
// are; 0 is no limit.
func pageSize(wanted int) int {
	if wanted <= 0 {
		return maxPerPage
	}
	return min(wanted, maxPerPage)
}

// list reads a collection page by page, and asks for the next page only when
// the caller wants more. query makes the request's parameters for a page. id is
// an object's. Pages are counted by offset, so an object that appears meanwhile
// pushes others onto the next page, which shows them again: each is given once.
func list[T any](ctx context.Context, c *Client, path string, perPage int, id func(T) int64, query func(page) any) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		given := map[int64]bool{}
		for next := 1; next > 0; {
			objects, resp, err := listPage(ctx, c, path, id, next, query(page{Page: next, PerPage: perPage}))
			for _, object := range objects {
				if given[id(object)] {
					continue
				}
				given[id(object)] = true
				if !yield(object, nil) {
					return
				}
			}
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			next = resp.NextPage
		}
	}
}

// listPage reads one page of a collection. The answer has the number of the next
// one, which is greater than this one's, or 0 when there is none; where it isn't,
// there is an error beside the objects. X-Total is not used: GitLab leaves it out
// above 10,000 objects.
func listPage[T any](ctx context.Context, c *Client, path string, id func(T) int64, number int, query any) (objects []T, resp *gitlab.Response, err error) {
	resp, err = c.do(ctx, http.MethodGet, path, query, &objects, func() bool {
		return !slices.ContainsFunc(objects, func(object T) bool { return id(object) <= 0 })
	})
	if err != nil {
		return nil, nil, err
	}
	if following := resp.NextPage; following > 0 && following <= number {
		return objects, nil, &endlessListError{path, number, following}
	}
	return objects, resp, nil
}

// endlessListError is a list that names no further page as the next.
type endlessListError struct {
	path              string
	number, following int
}

func (e *endlessListError) Error() string {
	return fmt.Sprintf("the list of %s can't be read to its end: after page %d, GitLab, or a proxy before it, names page %d as the next", e.path, e.number, e.following)
}

// projectPath is the path of what belongs to a project, with the project's id
// or full path as the one segment that GitLab wants.
func projectPath(project, format string, args ...any) string {
	return "projects/" + gitlab.PathEscape(project) + fmt.Sprintf(format, args...)
}
