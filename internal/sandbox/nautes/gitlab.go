// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// gitlabClient calls GitLab with the token of one of our callers.
type gitlabClient struct {
	handler     http.Handler
	base        string // in texts
	host, proto string // as GitLab sees them
	token       string
}

func (s *Server) gitlabFor(token string, r *http.Request) *gitlabClient {
	g := &gitlabClient{handler: s.config.GitLab, base: s.config.GitLabURL, host: r.Host, proto: "http", token: token}
	if forwarded := r.Header.Get("X-Forwarded-Proto"); forwarded != "" {
		g.proto = forwarded
	} else if r.TLS != nil {
		g.proto = "https"
	}
	if g.base == "" {
		g.base = g.proto + "://" + g.host
	}
	return g
}

// gitlabError is an answer of GitLab's that is none of success. Its text is that of the library by which the real server calls GitLab.
type gitlabError struct {
	method, url string
	status      int
	message     string
}

func (e *gitlabError) Error() string {
	return fmt.Sprintf("%s %s: %d %s", e.method, e.url, e.status, e.message)
}

func gitlabStatus(err error) int {
	var e *gitlabError
	if errors.As(err, &e) {
		return e.status
	}
	return 0
}

// response keeps an answer in memory.
type response struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func (r *response) Header() http.Header { return r.header }

func (r *response) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *response) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(b)
}

// call sends a request to an escaped path below /api/v4 and reads the answer into a value, if there is one.
func (g *gitlabClient) call(method, path string, body, into any) (*response, error) {
	if g.token == "" {
		return nil, errors.New("token is not found")
	}
	var content []byte
	if body != nil {
		var err error
		if content, err = json.Marshal(body); err != nil {
			return nil, err
		}
	}
	// The real server goes on when its client goes away.
	request, err := http.NewRequestWithContext(context.Background(), method, "http://gitlab/api/v4/"+path, bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	request.Host = g.host
	request.Header.Set("X-Forwarded-Proto", g.proto)
	request.Header.Set("Authorization", "Bearer "+g.token)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	answer := &response{header: http.Header{}}
	g.handler.ServeHTTP(answer, request)
	if answer.status >= 300 {
		var reason any
		text := answer.body.String()
		if json.Unmarshal(answer.body.Bytes(), &reason) == nil {
			text = flatten(reason)
		}
		return answer, &gitlabError{method: method, url: g.base + request.URL.Path, status: answer.status, message: text}
	}
	if into != nil {
		if err := json.Unmarshal(answer.body.Bytes(), into); err != nil {
			return answer, err
		}
	}
	return answer, nil
}

// flatten writes GitLab's JSON of an error as the library does.
func flatten(reason any) string {
	switch reason := reason.(type) {
	case string:
		return reason
	case []any:
		texts := make([]string, len(reason))
		for i, element := range reason {
			texts[i] = flatten(element)
		}
		return "[" + strings.Join(texts, ", ") + "]"
	case map[string]any:
		var texts []string
		for name, value := range reason {
			texts = append(texts, fmt.Sprintf("{%s: %s}", name, flatten(value)))
		}
		slices.Sort(texts)
		return strings.Join(texts, ", ")
	}
	return fmt.Sprintf("failed to parse unexpected error type: %T", reason)
}

type group struct {
	ID          int    `json:"id"`
	Name        string `json:"name"`
	Path        string `json:"path"`
	Visibility  string `json:"visibility"`
	Description string `json:"description"`
}

// resource is the product's name in the resources that belong to it.
func (g *group) resource() string { return "product-" + strconv.Itoa(g.ID) }

// repository is a project of GitLab's. The word project belongs to Nautes here.
type repository struct {
	ID            int    `json:"id"`
	Name          string `json:"name"` // for display; Path is the one in addresses
	Path          string `json:"path"`
	Visibility    string `json:"visibility"`
	Description   string `json:"description"`
	HTTPURLToRepo string `json:"http_url_to_repo"`
	SSHURLToRepo  string `json:"ssh_url_to_repo"`
	Namespace     struct {
		ID int `json:"id"`
	} `json:"namespace"`
}

// codeRepoName is the name of the code repository among the product's resources.
func (r *repository) codeRepoName() string { return "repo-" + strconv.Itoa(r.ID) }

// group finds a group by its path or number.
func (g *gitlabClient) group(id string) (*group, error) {
	found := new(group)
	_, err := g.call(http.MethodGet, "groups/"+url.PathEscape(id), nil, found)
	switch gitlabStatus(err) {
	case http.StatusForbidden:
		return nil, fail(http.StatusForbidden, "NO_AUTHORIZATION", "no access to the server, err: %s", err)
	case http.StatusNotFound:
		return nil, fail(http.StatusNotFound, "GROUP_NOT_FOUND", "failed to get group, err: %s", err)
	}
	return found, err
}

// repository finds a project of GitLab's by its full path or number.
func (g *gitlabClient) repository(id string) (*repository, error) {
	found := new(repository)
	_, err := g.call(http.MethodGet, "projects/"+url.PathEscape(id), nil, found)
	switch gitlabStatus(err) {
	case http.StatusForbidden:
		return nil, fail(http.StatusForbidden, "NO_AUTHORIZATION", "no permission to get project, err: %s", err)
	case http.StatusNotFound:
		return nil, fail(http.StatusNotFound, "PROJECT_NOT_FOUND", "failed to get project, err: %s", err)
	}
	return found, err
}

// all reads a paged list to its end.
func all[T any](g *gitlabClient, path string) ([]T, error) {
	var rows []T
	for page := "1"; page != ""; {
		var some []T
		answer, err := g.call(http.MethodGet, path+"&per_page=100&page="+page, nil, &some)
		if err != nil {
			return nil, err
		}
		rows = append(rows, some...)
		page = answer.header.Get("X-Next-Page")
	}
	return rows, nil
}

// codeRepoNameOf is the name among the product's resources of the repository with that path in the product's group.
func (g *gitlabClient) codeRepoNameOf(product, path string) (string, error) {
	found, err := g.repository(product + "/" + path)
	if err != nil {
		return "", fmt.Errorf("failed to convert repository name %s to codeRepo name, err: %v", path, err) //nolint:errorlint // loses status and reason, as there
	}
	return found.codeRepoName(), nil
}

// displayNameOf is GitLab's display name of the repository that a resource names.
func (g *gitlabClient) displayNameOf(codeRepoName string) (string, error) {
	id, err := strconv.Atoi(strings.TrimPrefix(codeRepoName, "repo-"))
	if err != nil || !strings.HasPrefix(codeRepoName, "repo-") {
		return "", fmt.Errorf("the codeRepo name %s is illegal and must be in the format 'repo-ID'", codeRepoName)
	}
	found, err := g.repository(strconv.Itoa(id))
	if err != nil {
		return "", fmt.Errorf("failed to convert codeRepo name %s to repository name, err: %v", codeRepoName, err) //nolint:errorlint // loses status and reason, as there
	}
	return found.Name, nil
}

// productNameOf is GitLab's display name of the group that a resource's product field names.
func (g *gitlabClient) productNameOf(resource string) (string, error) {
	found, err := g.group(strings.TrimPrefix(resource, "product-"))
	if err != nil {
		return "", err
	}
	return found.Name, nil
}
