// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlabapi

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/transport"
)

// Every shape of error that GitLab, its rate limiter and proxies send becomes
// sentences, and what it says of single attributes is found.
func TestErrorBodies(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status                     int
		kind, body, message, field string
	}{
		{404, "application/json", `{"message":"404 Project Not Found"}`, "404 Project Not Found", ""},
		{403, "application/json", `{"message":"403 Forbidden - Must be admin to use sudo"}`, "403 Forbidden - Must be admin to use sudo", ""},
		{400, "application/json", `{"message":{"description":["can't be blank"]}}`, "description can't be blank", "description:[can't be blank]"},
		{
			400, "application/json", `{"message":{"cron":["syntax is invalid","can't be blank"],"base":["Maximum number of ci pipeline schedules (10) exceeded"]}}`,
			"Maximum number of ci pipeline schedules (10) exceeded; cron syntax is invalid, can't be blank",
			"base:[Maximum number of ci pipeline schedules (10) exceeded] cron:[syntax is invalid can't be blank]",
		},
		{400, "application/json", `{"message":{"a":{"b":["deep"]}}}`, "a b deep", "a:[b deep]"},
		{400, "application/json", `{"message":{"name":"too long"}}`, "name too long", "name:[too long]"},
		{400, "application/json", `{"message":["one","two"]}`, "one, two", ""},
		{429, "application/json", `{"message":{"error":"This endpoint has been requested too many times. Try again later."}}`, "This endpoint has been requested too many times. Try again later.", "error:[This endpoint has been requested too many times. Try again later.]"},
		{400, "application/json", `{"error":"scope does not have a valid value"}`, "scope does not have a valid value", "scope:[does not have a valid value]"},
		{
			400, "application/json", `{"error":"description is missing, ref is missing, ref is empty, cron is missing"}`,
			"description is missing, ref is missing, ref is empty, cron is missing", "cron:[is missing] description:[is missing] ref:[is missing is empty]",
		},
		{400, "application/json", `{"error":"inputs[0][value] is missing"}`, "inputs[0][value] is missing", "inputs:[inputs[0][value] is missing]"},
		{
			401, "application/json", `{"error":"invalid_token","error_description":"Token was revoked. You have to re-authorize from the user."}`,
			"Token was revoked. You have to re-authorize from the user (invalid_token)", "",
		},
		{429, "text/plain", "Retry later\n", "Retry later", ""},
		{502, "text/html; charset=utf-8", "<!DOCTYPE html><html><head><title> GitLab is not responding </title></head></html>", `an HTML page titled "GitLab is not responding"`, ""},
		{503, "text/html", "<h1>Down</h1>", "an HTML page", ""},
		{502, "", "", "an empty body", ""},
		{500, "text/plain", strings.Repeat("x", 1000), "1000 bytes of text/plain", ""},
		{500, "application/octet-stream", "\x00\x01", "2 bytes of application/octet-stream", ""},
		{400, "application/json", `{}`, "", ""},
		{400, "application/json", `{"message":null}`, "", ""},
		{400, "application/json", `{"message":42}`, "42", ""},
		{400, "application/json", `[1,2]`, "5 bytes of application/json", ""},
		{400, "application/json", `"text"`, "6 bytes of application/json", ""},
		{400, "application/json", `null`, "", ""},
	} {
		client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", c.kind)
			w.Header().Set("X-Request-Id", "01REQUEST")
			w.WriteHeader(c.status)
			_, _ = w.Write([]byte(c.body))
		})
		_, err := client.CreateSchedule(t.Context(), "1", ScheduleChange{})
		var status *transport.StatusError
		if !errors.As(err, &status) {
			t.Errorf("%s: %v", c.body, err)
			continue
		}
		fields := ""
		if len(status.Fields) > 0 {
			fields = strings.TrimSuffix(strings.TrimPrefix(fmt.Sprint(status.Fields), "map["), "]")
		}
		if status.Message != c.message || fields != c.field {
			t.Errorf("%s: says %q of %s, want %q of %s", c.body, status.Message, fields, c.message, c.field)
		}
		if status.Status != c.status || status.Method != http.MethodPost || status.Path != "/api/v4/projects/1/pipeline_schedules" || status.RequestID != "01REQUEST" {
			t.Errorf("%s: %+v", c.body, status)
		}
	}
}

// A 2xx without the promised JSON leaves open what a write did.
func TestSuccessWithoutTheObjectIsAnError(t *testing.T) {
	t.Parallel()
	for body, said := range map[string]string{
		"":                                    "an empty body",
		`{"id":`:                              "6 bytes of application/json",
		"<html><title>Sign in</title></html>": `an HTML page titled "Sign in"`,
		`{"id":"thirteen","description":"wrong"}`: "39 bytes of application/json",
	} {
		client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusCreated, body) })
		_, err := client.CreateSchedule(t.Context(), "1", ScheduleChange{})
		if err == nil || !strings.Contains(err.Error(), said) || !transport.OutcomeUnknown(err) {
			t.Errorf("%q: %v", body, err)
		}
		_, err = client.Schedule(t.Context(), "1", 2)
		if err == nil || errors.Is(err, ErrAbsent) || transport.OutcomeUnknown(err) {
			t.Errorf("reading %q: %v", body, err)
		}
	}
}

// JSON that isn't the object that was asked for is no answer: least of all a
// proof that the object is gone, or a schedule whose id is 0.
func TestSuccessWithAnotherObjectIsAnError(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `null`, `{"ok":true}`, `{"id":0,"key":""}`, `{"id":-1,"key":"OTHER"}`, `{"id":3,"key":"key"}`} {
		client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, body) })
		reads := map[string]error{"GET": second(client.Schedule(t.Context(), "1", 2))}
		writes := map[string]error{
			"PUT":             second(client.UpdateSchedule(t.Context(), "1", 2, ScheduleChange{})),
			"DELETE":          client.DeleteSchedule(t.Context(), "1", 2),
			"take ownership":  second(client.TakeOwnership(t.Context(), "1", 2)),
			"POST variable":   second(client.CreateVariable(t.Context(), "1", 2, VariableChange{Key: "KEY"})),
			"PUT variable":    second(client.UpdateVariable(t.Context(), "1", 2, "KEY", VariableChange{})),
			"DELETE variable": client.DeleteVariable(t.Context(), "1", 2, "KEY"),
		}
		// Only the server knows these ids.
		if !strings.Contains(body, `"id":3`) {
			reads["user"] = second(client.CurrentUser(t.Context()))
			reads["project"] = second(client.ProjectID(t.Context(), "group/app"))
			writes["POST"] = second(client.CreateSchedule(t.Context(), "1", ScheduleChange{}))
		}
		for call, err := range reads {
			if err == nil || errors.Is(err, ErrAbsent) || transport.OutcomeUnknown(err) {
				t.Errorf("%s, %s: %v", body, call, err)
			}
		}
		for call, err := range writes {
			if err == nil || errors.Is(err, ErrAbsent) || !transport.OutcomeUnknown(err) {
				t.Errorf("%s, %s: %v", body, call, err)
			}
		}
	}
}

func TestRedirectOfAWriteSaysWhereTo(t *testing.T) {
	t.Parallel()
	client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "https://elsewhere.example.com/api/v4?private_token=a-token")
		w.WriteHeader(http.StatusMovedPermanently)
	})
	_, err := client.CreateSchedule(t.Context(), "1", ScheduleChange{})
	if err == nil || !strings.Contains(err.Error(), "redirect to https://elsewhere.example.com/api/v4") || strings.Contains(err.Error(), "a-token") {
		t.Errorf("%v", err)
	}
}

func TestKeyTaken(t *testing.T) {
	t.Parallel()
	for body, taken := range map[string]bool{
		`{"message":{"key":["has already been taken"]}}`: true, `{"message":{"key":["is too long (maximum is 255 characters)","has already been taken"]}}`: true,
		`{"message":{"key":["can't be blank"]}}`: false, `{"message":"has already been taken"}`: false,
	} {
		client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusBadRequest, body) })
		if _, err := client.CreateVariable(t.Context(), "1", 2, VariableChange{}); IsKeyTaken(err) != taken {
			t.Errorf("%s: %v", body, err)
		}
	}
}
