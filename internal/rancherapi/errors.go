// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancherapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// ErrAbsent says that the object itself is proven not to exist. An answer that
// isn't Rancher's own, or a lack of permission, is never ErrAbsent.
var ErrAbsent = errors.New("the object does not exist")

// NullError says that the answer was null where there had to be an object or a
// list. Norman answers so when it looks through another parent than the
// object's; it then has done what it was asked nevertheless. Since the client
// asks for objects through no parent, null proves nothing about the object.
type NullError struct {
	// Method and Path are the request's, the path without its query.
	Method, Path string
	// Err is the answer that can't be used, a [transport.AnswerLostError].
	Err error
}

func (e *NullError) Error() string {
	return fmt.Sprintf("%s %s: Rancher answered null", e.Method, e.Path)
}

// Unwrap returns the answer that can't be used.
func (e *NullError) Unwrap() error { return e.Err }

// Rancher's codes of refusals that callers tell apart.
const (
	CodeNotFound      = "NotFound"
	CodeAlreadyExists = "AlreadyExists"
	CodeConflict      = "Conflict"
	// CodeInvalidAction is that of an action that the object has not, or not now.
	CodeInvalidAction = "InvalidAction"
)

// Refusal is an error that Rancher itself answered with.
//
//nolint:errname // It is told apart from the errors of getting an answer.
type Refusal struct {
	// StatusError is the answer. Its Message is a sentence, whatever Rancher
	// wrapped the cause in, and Rancher's code where it said no more.
	*transport.StatusError
	// Code is Rancher's word for the cause itself, such as MissingRequired;
	// mostly empty when a token isn't taken (401).
	Code string
	// FieldName is the outermost member at fault, such as spec; mostly empty.
	FieldName string
	// Attribute is the path of the member at fault in the object, such as
	// spec.stages.name; Rancher doesn't tell which stage. Mostly empty.
	Attribute string
}

// Unwrap returns the answer. A 500 is no proof that Rancher did nothing: it has
// that for refusals, and for what failed half done.
func (r *Refusal) Unwrap() error { return r.StatusError }

// Taken reports whether nothing was created because there is an object of that
// name.
func (r *Refusal) Taken() bool { return r.Method == http.MethodPost && r.conflict() }

// conflict reports whether a name is taken or, in an update, another write came
// between Rancher's own reading and writing.
func (r *Refusal) conflict() bool {
	return r.Status == http.StatusConflict && (r.Code == CodeAlreadyExists || r.Code == CodeConflict)
}

// refusal is the error for an answer that isn't 2xx: a [Refusal] when it is in
// the shape of Norman's errors, else a [transport.StatusError] for whatever
// stands in its way. The member status is not read: it is a number, but a
// string in the body of a 401, which has no code either.
func refusal(resp *http.Response, body []byte) error {
	e := transport.NewStatusError(resp, body)
	var shape struct {
		Type      string `json:"type"`
		Code      string `json:"code"`
		Message   string `json:"message"`
		FieldName string `json:"fieldName"`
	}
	if e.Status < 400 || json.Unmarshal(body, &shape) != nil || shape.Type != "error" {
		return e
	}
	r := &Refusal{StatusError: e, Code: shape.Code, FieldName: shape.FieldName, Attribute: shape.FieldName}
	detail := r.unwind(strings.TrimSpace(shape.Message))
	switch {
	case r.Attribute != "":
		complaint := r.complaint(detail)
		e.Message = r.Attribute + " " + complaint
		e.Fields = map[string][]string{r.Attribute: {complaint}}
	case detail != "":
		e.Message = detail
	default:
		e.Message = r.Code
	}
	return r
}

// wrapping is what Norman puts before the message of an error inside another
// one: the member at fault, if it is one's, and the code and status. That of a
// stage without a name is `stages=InvalidFormat 422: name=MissingRequired 422:`,
// of the member spec.
var wrapping = regexp.MustCompile(`^(?:(\w+)=)?([A-Z]\w*) (\d{3}):\s*`)

// unwind follows a chain of wrapped errors to the cause, whose code and member
// it sets, and returns the cause's own text.
func (r *Refusal) unwind(message string) string {
	for {
		m := wrapping.FindStringSubmatch(message)
		if m == nil {
			return message
		}
		if m[1] != "" {
			r.Attribute = strings.TrimPrefix(r.Attribute+"."+m[1], ".")
		}
		r.Code, message = m[2], message[len(m[0]):]
	}
}

// complaints are what the codes of input errors say about a member.
var complaints = map[string]string{
	"MissingRequired":   "is missing",
	"NotNullable":       "can't be null",
	"InvalidFormat":     "has the wrong format",
	"InvalidOption":     "is not one of the values that Rancher takes",
	"InvalidCharacters": "has characters that Rancher doesn't take",
	"InvalidReference":  "names an object that Rancher doesn't have",
	"InvalidType":       "is of the wrong type",
	"InvalidDateFormat": "is not a date",
	"MinLimitExceeded":  "is too small",
	"MaxLimitExceeded":  "is too large",
	"MinLengthExceeded": "is too short",
	"MaxLengthExceeded": "is too long",
	"NotUnique":         "is not unique",
}

func (r *Refusal) complaint(detail string) string {
	text, known := complaints[r.Code]
	if !known {
		text = fmt.Sprintf("is refused (%s)", r.Code)
	}
	if detail != "" {
		text += ": " + detail
	}
	return text
}

// proveAbsence turns Rancher's 404 for the object itself into [ErrAbsent]. The
// same code says that the server doesn't know the type, and that the id has not
// the form that the type's ids have there. So it is the text that proves it:
// `pipelines.project.cattle.io "p-abcde" not found`.
func proveAbsence(err error, id string) error {
	var r *Refusal
	if !errors.As(err, &r) || r.Status != http.StatusNotFound || r.Code != CodeNotFound {
		return err
	}
	name := id[strings.LastIndex(id, ":")+1:]
	if strings.HasSuffix(r.Message, " "+strconv.Quote(name)+" not found") {
		return fmt.Errorf("%w: %w", ErrAbsent, err)
	}
	return err
}
