// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"errors"
	"fmt"
	"net/http"
)

// failure is a refusal, as Norman answers it.
type failure struct {
	status  int
	code    string
	field   string // the outermost field that is wrong; "" = none
	message string // may be empty
}

// Error spells the failure as Norman does where it puts an inner failure into the message of the outer one. A failure without a message ends in a
// space.
func (f *failure) Error() string {
	text := fmt.Sprintf("%s %d: %s", f.code, f.status, f.message)
	if f.field != "" {
		return f.field + "=" + text
	}
	return text
}

func notFound(format string, args ...any) error {
	return &failure{status: http.StatusNotFound, code: "NotFound", message: fmt.Sprintf(format, args...)}
}

// invalid is a refusal of input; field may be empty.
func invalid(code, field, message string) error {
	return &failure{status: http.StatusUnprocessableEntity, code: code, field: field, message: message}
}

// broken is what Norman makes of any plain error in a handler, refusals of actions included.
func broken(format string, args ...any) error {
	return &failure{status: http.StatusInternalServerError, code: "ServerError", message: fmt.Sprintf(format, args...)}
}

// within wraps what was wrong inside a field: the code of the inside moves into the message.
func within(field string, err error) error {
	return invalid("InvalidFormat", field, err.Error())
}

// body is the answer for an error and its status.
func failureBody(err error) (status int, body map[string]any) {
	var f *failure
	if !errors.As(err, &f) {
		f = &failure{status: http.StatusInternalServerError, code: "ServerError", message: err.Error()}
	}
	body = map[string]any{
		"type": "error", "baseType": "error", "status": f.status, "code": f.code, "message": f.message,
		"links": map[string]string{}, "actions": map[string]string{},
	}
	if f.field != "" {
		body["fieldName"] = f.field
	}
	return f.status, body
}
