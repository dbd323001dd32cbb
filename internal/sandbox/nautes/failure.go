// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"errors"
	"fmt"
	"net/http"
)

// failure is an error with a status and a reason of its own. Any other error is answered with 500 and an empty reason, which is what becomes of
// nearly everything that this server refuses.
type failure struct {
	Code     int               `json:"code"`
	Reason   string            `json:"reason"`
	Message  string            `json:"message"`
	Metadata map[string]string `json:"metadata"`
}

// Error is the text that appears where the server quotes such an error in another one.
func (f *failure) Error() string {
	return fmt.Sprintf("error: code = %d reason = %s message = %s metadata = map[] cause = <nil>", f.Code, f.Reason, f.Message)
}

func fail(code int, reason, format string, args ...any) *failure {
	return &failure{Code: code, Reason: reason, Message: fmt.Sprintf(format, args...)}
}

func undecodable(format string, args ...any) error {
	return fail(http.StatusBadRequest, "CODEC", format, args...)
}

// panicked is the answer where the real server runs into a nil pointer.
func panicked() error {
	return fail(http.StatusInternalServerError, "UNKNOWN", "unknown request error")
}

func resourceNotFound() error {
	return fail(http.StatusNotFound, "RESOURCE_NOT_FOUND", "the resource is not found")
}

func hasReason(err error, reason string) bool {
	var f *failure
	return errors.As(err, &f) && f.Reason == reason
}

// failureOf is the answer to a request that ended with the error.
func failureOf(err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	return fail(http.StatusInternalServerError, "", "%s", err.Error())
}
