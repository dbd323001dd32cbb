// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautesapi

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// The server's own words for the few refusals that have one.
const (
	reasonGroupNotFound      = "GROUP_NOT_FOUND"
	reasonMetadataNotFound   = "PROJECT_NOT_FOUND"
	reasonRuntimeNotFound    = "RESOURCE_NOT_FOUND"
	reasonNoAuthorization    = "NO_AUTHORIZATION"
	reasonCodec              = "CODEC"
	reasonValidator          = "VALIDATOR"
	reasonPanic              = "UNKNOWN"
	reasonRepositoryNotFound = "PIPELINE_RESOURCE_NOT_FOUND" // v0.3.0
)

// Which refusal it is, the server says in its text alone. None of these
// patterns touches the words of GitLab that a text may quote: they differ
// between GitLab's versions. GitLab's status, before its words, may be read.
var (
	// LIST wraps the error of what it lists.
	wrapped = regexp.MustCompile(`(?s)^error: code = \d+ reason = (\w*) message = (.*) metadata = map\[.*\] cause = .*$`)
	// gitLabStatus is what GitLab answered to the server, after an address that
	// is shown decoded, spaces and all.
	gitLabStatus = regexp.MustCompile(`\b[A-Z]+ https?://.*?: (\d{3})\b`)
	// innerForbidden is a NO_AUTHORIZATION inside another text.
	innerForbidden = "reason = " + reasonNoAuthorization

	lookUp       = regexp.MustCompile(`^failed to get codeRepo name when converting [\w ]+, err: `)
	lookedUp     = regexp.MustCompile(`failed to convert repository name (.*?) to codeRepo name, err: `)
	resolve      = regexp.MustCompile(`failed to convert codeRepo name (\S+) to repository name, err: `)
	illegalID    = regexp.MustCompile(`the codeRepo name (.*?) is illegal and must be in the format`)
	globalCheck  = regexp.MustCompile(`(?i)^during global validation, it was found that (\w+) '([^']*)' does not exist or is unavailable\. Please check (\w+) '([^']*)' in directory '`)
	samePath     = regexp.MustCompile(`^ProjectPipelineRuntime (\S+) uses the same code repository for both codeSource and pipelineSource `)
	duplicate    = regexp.MustCompile(`duplicate reference found between resource (\S+) and resource (\S+)`)
	duplicateOld = regexp.MustCompile(`duplicate pipeline found in verify the validity of the global template, respectively \S+/(\S+) and \S+/(\S+)`) // before v0.4.1
	lostOwner    = regexp.MustCompile(`get used namespaces in cluster \S+ failed: (product|environment) (\S+) not found`)
)

const (
	runtimeKind = "ProjectPipelineRuntime"
	verifyFails = "verify project pipeline runtime failed, err: "
	pushFails   = "push data: "
)

// texts are refusals that a fixed text tells, in the order they are tried.
var texts = []struct {
	kind  Kind
	match func(message string) bool
}{
	{Collision, all("failed to clone repository", "destination path 'default.project' already exists and is not an empty directory")},
	{Collision, all("failed to clone repository", "could not create work tree dir 'default.project': File exists")},
	{Conflict, begins("when the save configuration cannot be merge automatically, manual approval may be required")},
	// Git marks a push that came too late, and one that the remote's rules
	// forbid, in this way.
	{NoPermission, all(pushFails, "[remote rejected]")},
	{NoPermission, all(pushFails, "error: 403")},
	{Conflict, all(pushFails, "[rejected]")},
	{NothingToCommit, all("commit output: ", "nothing to commit")},
	{ProjectImmutable, begins("existing pipeline runtime is not allow modifying the project field")},
	{Invalid, begins("pipeline deployment target configuration not submitted")},
	{Invalid, enclosed("the event source ", " in the trigger does not exist")},
	{Invalid, enclosed("event source ", " does not exist, please check if ")}, // v0.3
	{Invalid, enclosed("pipeline ", " does not exist, please check if ")},     // v0.3
	{Invalid, begins("failed to get selector, ")},
	{Invalid, begins("failed to match resource, err: ")},
	{Invalid, begins("this operation symbol is not supported: ")},
	{Invalid, enclosed("the parameter ", " is wrong, eg: key=value")},
	{ProductUnreadable, all("json: cannot unmarshal ")},
	{ProductUnreadable, begins("when loading the nodes tree, ")},
	{UnknownRepository, begins("invalid authorization code repository specified, err: ")}, // v0.3
	{RuleBroken, begins(verifyFails)},
	{RuleBroken, begins("get hooks metadata failed")},
}

func all(parts ...string) func(string) bool {
	return func(message string) bool {
		for _, part := range parts {
			if !strings.Contains(message, part) {
				return false
			}
		}
		return true
	}
}

func begins(prefix string) func(string) bool {
	return func(message string) bool { return strings.HasPrefix(message, prefix) }
}

func enclosed(prefix, end string) func(string) bool {
	return func(message string) bool { return strings.HasPrefix(message, prefix) && strings.Contains(message, end) }
}

// refusal is the error for an answer that isn't 2xx: a [Refusal] when it is in
// the shape of Nautes' errors, else a [transport.StatusError] for whatever
// stands in its way. name is the runtime's that was asked for; empty on LIST.
func (c *Client) refusal(resp *http.Response, body []byte, name string) error {
	e := transport.NewStatusError(resp, body)
	var shape struct {
		Code    int     `json:"code"`
		Reason  *string `json:"reason"`
		Message string  `json:"message"`
	}
	if json.Unmarshal(body, &shape) != nil || shape.Reason == nil || shape.Code != e.Status {
		e.Message = c.withoutCredentials(e.Message)
		return e
	}
	e.Message = c.withoutCredentials(shape.Message)
	r := &Refusal{StatusError: e, Reason: *shape.Reason}
	r.classify(name)
	if r.gone(name) {
		return fmt.Errorf("%w: %w", ErrAbsent, r)
	}
	return r
}

// gone reports whether the refusal proves that the runtime doesn't exist. A
// DELETE proves it with a 500.
func (r *Refusal) gone(name string) bool {
	switch r.Method {
	case http.MethodGet:
		return name != "" && r.Reason == reasonRuntimeNotFound
	case http.MethodDelete:
		return strings.HasPrefix(r.Message, runtimeKind+" resource "+name+" not found or invalid.")
	}
	return false
}

func (r *Refusal) classify(name string) {
	reason, message := r.Reason, r.Message
	if m := wrapped.FindStringSubmatch(message); m != nil {
		reason, message = cmp.Or(reason, m[1]), m[2]
	}
	r.Kind, r.Detail = Other, message
	switch reason {
	case reasonCodec, reasonValidator:
		r.Kind = Invalid
		if i := strings.LastIndex(message, "| caused by: "); i >= 0 {
			r.Detail = message[i+len("| caused by: "):]
		}
	case reasonGroupNotFound:
		r.Kind = ProductNotFound
	case reasonMetadataNotFound:
		r.Kind = MetadataMissing
	case reasonNoAuthorization:
		r.Kind = NoPermission
	case reasonRepositoryNotFound:
		r.Kind = UnknownRepository
	case reasonPanic:
		r.Kind = Crashed
		if r.Method == http.MethodGet {
			r.Kind = RuntimeUnreadable
		}
	case "":
		r.read(message, name)
	}
}

// read finds the kind in the text of a refusal without a reason.
func (r *Refusal) read(message, name string) {
	if m := gitLabStatus.FindStringSubmatch(message); m != nil && m[1] == "401" || strings.HasSuffix(message, "token is not found") {
		r.Kind = BadToken
		return
	}
	if lookUp.MatchString(message) {
		r.readLookUp(message)
		return
	}
	if m := firstMatch(message, resolve, illegalID); m != nil {
		r.Object, r.Kind = m[1], RepositoryUnresolvable
		if strings.Contains(message, innerForbidden) {
			r.Kind = NoPermission
		}
		return
	}
	if m := globalCheck.FindStringSubmatch(message); m != nil {
		r.readGlobalCheck(m[1], m[2], m[3], m[4], name)
		return
	}
	if m := samePath.FindStringSubmatch(message); m != nil {
		r.blame(runtimeKind, m[1], name)
		return
	}
	if m := firstMatch(message, duplicate, duplicateOld); m != nil {
		r.readDuplicate(m[1], m[2], name)
		return
	}
	if m := lostOwner.FindStringSubmatch(message); m != nil {
		r.Kind, r.Object = OtherObjectBroken, m[1]+" "+m[2]
		return
	}
	for _, t := range texts {
		if t.match(message) {
			r.Kind = t.kind
			break
		}
	}
	r.Detail = strings.TrimSpace(strings.TrimPrefix(message, verifyFails))
}

// readLookUp is for what became of the search for a repository in GitLab.
func (r *Refusal) readLookUp(message string) {
	if m := lookedUp.FindStringSubmatch(message); m != nil {
		r.Object = m[1]
	}
	status := gitLabStatus.FindStringSubmatch(message)
	switch {
	case strings.Contains(message, innerForbidden):
		r.Kind = NoPermission
	case status != nil && status[1] == "404":
		r.Kind = UnknownRepository
	}
}

// readGlobalCheck is for "missing is not there, see the holder": the holder is
// the runtime itself or any other object of the product.
func (r *Refusal) readGlobalCheck(missingKind, missing, holderKind, holder, name string) {
	r.Kind, r.Object = OtherObjectBroken, holderKind+" "+holder
	r.Detail = missingKind + " " + missing + " does not exist or is unavailable"
	if holderKind != runtimeKind || holder != name {
		return
	}
	switch missingKind {
	case "Project":
		r.Kind, r.Object = UnknownProject, missing
	case "Environment":
		r.Kind, r.Object = UnknownEnvironment, missing
	case "CodeRepo":
		r.Kind, r.Object = UnregisteredRepository, missing
	default:
		r.Kind, r.Object = RuleBroken, missingKind+" "+missing
	}
}

func (r *Refusal) readDuplicate(one, other, name string) {
	switch name {
	case one:
		r.Kind, r.Object = RuleBroken, runtimeKind+" "+other
	case other:
		r.Kind, r.Object = RuleBroken, runtimeKind+" "+one
	default:
		r.Kind, r.Object = OtherObjectBroken, runtimeKind+" "+one+" and "+other
	}
}

// blame is for a broken rule of one object.
func (r *Refusal) blame(kind, object, name string) {
	if object == name {
		r.Kind = RuleBroken
		return
	}
	r.Kind, r.Object = OtherObjectBroken, kind+" "+object
}

func firstMatch(text string, patterns ...*regexp.Regexp) []string {
	for _, p := range patterns {
		if m := p.FindStringSubmatch(text); m != nil {
			return m
		}
	}
	return nil
}

var userInfo = regexp.MustCompile(`(\w+://)[^/\s@'"]*@`)

// withoutCredentials takes out what git puts into a repository's address, and
// the client's own token wherever it is.
func (c *Client) withoutCredentials(message string) string {
	message = userInfo.ReplaceAllString(message, "$1")
	if c.token != "" {
		message = strings.ReplaceAll(message, c.token, "***")
	}
	return message
}

// is reports whether err is a refusal of one of the kinds.
func is(err error, kinds ...Kind) bool {
	var r *Refusal
	if !errors.As(err, &r) {
		return false
	}
	for _, k := range kinds {
		if r.Kind == k {
			return true
		}
	}
	return false
}
