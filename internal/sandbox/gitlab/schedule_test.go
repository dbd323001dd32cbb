// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	allSchedules = "/projects/1/pipeline_schedules"
	listFields   = "active created_at cron cron_timezone description id inputs next_run_at owner ref updated_at"
)

func fieldsOf(o map[string]any) string { return strings.Join(slices.Sorted(maps.Keys(o)), " ") }

// The customer's documents, in their order.
func TestSchedulesAsDocumented(t *testing.T) {
	k := newKit(t)
	k.project("group/app", nil)

	created := k.do("POST", "/projects/group%2Fapp/pipeline_schedules", rootToken,
		"description=Build+packages&ref=main&cron=0+1+*+*+5&cron_timezone=UTC&active=true").is(201).object()
	if got, want := fieldsOf(created), "active created_at cron cron_timezone description id inputs last_pipeline next_run_at owner ref updated_at"; got != want {
		t.Errorf("fields %s\nwant   %s", got, want)
	}
	for name, want := range map[string]any{
		"id": 1.0, "description": "Build packages", "ref": "refs/heads/main", "cron": "0 1 * * 5", "cron_timezone": "UTC", "active": true,
		"next_run_at": "2026-01-16T01:03:00.000Z", "created_at": "2026-01-15T12:00:00.000Z", "updated_at": "2026-01-15T12:00:00.000Z",
		"last_pipeline": nil,
	} {
		if created[name] != want {
			t.Errorf("%s = %v, want %v", name, created[name], want)
		}
	}
	if owner := created["owner"].(map[string]any); owner["username"] != "root" || owner["id"] != 1.0 {
		t.Errorf("owner %v", owner)
	}

	updated := k.do("PUT", "/projects/1/pipeline_schedules/1", rootToken, "cron=0+2+*+*+*").is(200).object()
	if updated["cron"] != "0 2 * * *" || updated["next_run_at"] != "2026-01-16T02:03:00.000Z" || updated["description"] != "Build packages" {
		t.Errorf("updated %v", updated)
	}
	k.do("POST", "/projects/1/pipeline_schedules/1/take_ownership", rootToken, "").is(200)
	k.do("POST", "/projects/1/pipeline_schedules/1/play", rootToken, "").is(201, `{"message":"201 Created"}`)
	k.do("POST", "/projects/1/pipeline_schedules/1/variables", rootToken, "key=NEW_VARIABLE&value=new+value").
		is(201, `{"key":"NEW_VARIABLE","raw":false,"value":"new value","variable_type":"env_var"}`)
	k.do("PUT", "/projects/1/pipeline_schedules/1/variables/NEW_VARIABLE", rootToken, "value=updated+value").
		is(200, `{"key":"NEW_VARIABLE","raw":false,"value":"updated value","variable_type":"env_var"}`)

	single := k.do("GET", "/projects/1/pipeline_schedules/1", rootToken, "").is(200).object()
	if got, want := fieldsOf(single), "active created_at cron cron_timezone description id inputs last_pipeline next_run_at owner ref updated_at variables"; got != want {
		t.Errorf("fields %s\nwant   %s", got, want)
	}
	last := single["last_pipeline"].(map[string]any)
	if got, want := fieldsOf(last), "created_at id iid project_id ref sha source status updated_at web_url"; got != want {
		t.Errorf("last_pipeline has %s", got)
	}
	if last["source"] != "schedule" || last["ref"] != "main" || last["web_url"] != "https://gitlab.example.com/group/app/-/pipelines/1" {
		t.Errorf("last_pipeline %v", last)
	}
	if rows := k.do("GET", allSchedules, rootToken, "").is(200).list(); len(rows) != 1 || fieldsOf(rows[0]) != listFields {
		t.Errorf("list %v", rows)
	}
	if rows := k.do("GET", allSchedules+"/1/pipelines", rootToken, "").is(200).list(); len(rows) != 1 || rows[0]["source"] != "schedule" {
		t.Errorf("pipelines %v", rows)
	}

	k.do("DELETE", allSchedules+"/1/variables/NEW_VARIABLE", rootToken, "").
		is(202, `{"key":"NEW_VARIABLE","raw":false,"value":"updated value","variable_type":"env_var"}`)
	k.do("DELETE", allSchedules+"/1", rootToken, "").is(204, "")
	k.do("DELETE", allSchedules+"/1", rootToken, "").is(404, `{"message":"404 Pipeline Schedule Not Found"}`)
	k.do("GET", "/projects/1/pipelines/1", rootToken, "").is(200) // its pipelines survive
}

func TestScheduleListOrderScopeAndPages(t *testing.T) {
	k := newKit(t)
	k.project("group/app", nil)
	for i := range 5 {
		k.do("POST", allSchedules, rootToken, fmt.Sprintf("description=S&ref=main&cron=0+1+*+*+*&active=%v", i%2 == 0)).is(201)
	}
	ids := func(query string) string {
		var ids []string
		for _, row := range k.do("GET", allSchedules+query, rootToken, "").is(200).list() {
			ids = append(ids, fmt.Sprint(row["id"]))
		}
		return strings.Join(ids, " ")
	}
	for query, want := range map[string]string{
		"": "5 4 3 2 1", "?scope=active": "5 3 1", "?scope=inactive": "4 2", "?per_page=2&page=2": "3 2", "?page=9": "",
	} {
		if got := ids(query); got != want {
			t.Errorf("%q: %s, want %s", query, got, want)
		}
	}
	k.do("GET", allSchedules+"?scope=all", rootToken, "").is(400, `{"error":"scope does not have a valid value"}`)
	k.do("GET", allSchedules+"?scope=", rootToken, "").is(400, `{"error":"scope does not have a valid value"}`)
	k.do("GET", allSchedules+"?per_page=0", rootToken, "").is(400, `{"error":"per_page has a value not allowed"}`)
}

func TestScheduleMistakes(t *testing.T) {
	k := newKit(t)
	p := k.project("group/app", nil)
	p.Repo.branches["both"], p.Repo.tags["both"] = p.Repo.branches["main"], p.Repo.tags["v1.0"]
	k.do("POST", allSchedules, rootToken, newSchedule).is(201)

	const blankDescription = `"description":["can't be blank"]`
	for _, tc := range []struct{ method, body, want string }{
		{"POST", "", `{"error":"description is missing, ref is missing, ref is empty, cron is missing"}`},
		{"POST", "description=a&cron=x&ref=", `{"error":"ref is empty"}`},
		{"POST", newSchedule + "&active=perhaps", `{"error":"active is invalid"}`},
		{"POST", "description=+&ref=main&cron=0+1+*+*+*", `{"message":{` + blankDescription + `}}`},
		{"POST", "description=a&ref=none&cron=x", `{"message":{"ref":["is ambiguous"]}}`},
		{"POST", "description=a&ref=both&cron=x", `{"message":{"ref":["is ambiguous"]}}`},
		{"POST", "description=a&ref=refs/merge-requests/1/head&cron=0+1+*+*+*", `{"message":{"ref":["is ambiguous"]}}`},
		{"POST", "description=a&ref=main&cron=0+1+*+*", `{"message":{"cron":["syntax is invalid"]}}`},
		{"POST", "description=a&ref=main&cron=", `{"message":{"cron":["syntax is invalid","can't be blank"]}}`},
		{"POST", "description=a&ref=main&cron=0+1+*+*+*&cron_timezone=", `{"message":{"cron_timezone":["can't be blank"]}}`},
		{"POST", "description=a&ref=main&cron=0+1+*+*+*&cron_timezone=utc", `{"message":{"cron_timezone":["syntax is invalid"]}}`},
		{"POST", "description=&ref=main&cron=x&cron_timezone=PST",
			`{"message":{"cron":["syntax is invalid"],"cron_timezone":["syntax is invalid"],` + blankDescription + `}}`},
		{"PUT", "ref=", `{"message":{"ref":["is ambiguous"]}}`},
		{"PUT", "description=", `{"message":{` + blankDescription + `}}`},
		{"PUT", `{"cron":null}`, `{"message":{"cron":["syntax is invalid","can't be blank"]}}`},
		{"PUT", "cron=0+0+30+2+*", `{"message":{"cron":["syntax is invalid"]}}`},
		{"PUT", `{"inputs":{"a":1}}`, `{"error":"inputs is invalid"}`},
		{"PUT", `{"inputs":[{"name":"a"}]}`, `{"error":"inputs[0][value] is missing"}`},
		{"PUT", `{"inputs":[{"value":"a"}]}`, `{"error":"inputs[0][name] is missing"}`},
		{"PUT", `{"inputs":[{"name":"a","value":{}}]}`, `{"error":"inputs[0][value] is invalid"}`},
		{"PUT", `{"inputs":[{"name":"a","value":"1"},{"name":"a","value":"2"}]}`, `{"message":{"inputs":["have duplicate values (a)"]}}`},
		{"PUT", `{"inputs":[{"name":"","value":"1"}]}`, `{"message":{"inputs.name":["can't be blank"]}}`},
		{"PUT", `{"inputs":[{"name":"` + strings.Repeat("n", 256) + `","value":"1"}]}`,
			`{"message":{"inputs.name":["is too long (maximum is 255 characters)"]}}`},
		{"PUT", `{"inputs":[{"name":"a","value":"` + strings.Repeat("v", 1<<20) + `"}]}`,
			`{"message":{"inputs.value":["exceeds max serialized size: 1048576 characters"]}}`},
	} {
		path := allSchedules
		if tc.method == "PUT" {
			path += "/1"
		}
		k.do(tc.method, path, rootToken, tc.body).is(400, tc.want)
	}
	if len(k.s.ci.schedules) != 1 || k.s.ci.schedules[1].description != "Other" {
		t.Error("a refused request left something behind")
	}
}

func TestScheduleCheckOrder(t *testing.T) {
	k := cast(t, nil)
	k.project("group/other", nil)
	k.do("GET", allSchedules+"/abc", "", "").is(401, `{"message":"401 Unauthorized"}`)
	k.do("GET", "/projects/99/pipeline_schedules/abc", rootToken, "").is(400, `{"error":"pipeline_schedule_id is invalid"}`)
	k.do("POST", "/projects/99/pipeline_schedules", rootToken, "ref=main&cron=x").is(400, `{"error":"description is missing"}`)
	k.do("GET", "/projects/99/pipeline_schedules/1", rootToken, "").is(404, `{"message":"404 Project Not Found"}`)
	k.do("GET", "/projects/2/pipeline_schedules/1", rootToken, "").is(404, `{"message":"404 Pipeline Schedule Not Found"}`)
	k.do("GET", allSchedules+"/-5", rootToken, "").is(404, `{"message":"404 Pipeline Schedule Not Found"}`)
	k.do("DELETE", allSchedules+"/99", "guest-token", "").is(404, `{"message":"404 Pipeline Schedule Not Found"}`)
	k.do("DELETE", allSchedules+"/1", "guest-token", "").is(403, `{"message":"403 Forbidden"}`)
	k.do("PUT", allSchedules+"/1", "developer-token", "description=").is(403, `{"message":"403 Forbidden"}`)
	k.do("POST", allSchedules+"/99/variables", "guest-token", "key=A&value=1").is(403, `{"message":"403 Forbidden"}`)
	k.do("POST", allSchedules+"/99/variables", "developer-token", "key=A&value=1").is(404, `{"message":"404 Pipeline Schedule Not Found"}`)
	k.do("POST", allSchedules+"/1/variables", "developer-token", "key=&value=1").is(403, `{"message":"403 Forbidden"}`)
	k.do("PUT", allSchedules+"/1/variables/NONE", "developer-token", "value=1").is(403, `{"message":"403 Forbidden"}`)
	k.do("PATCH", allSchedules+"/1", rootToken, "").is(405, `{"error":"405 Not Allowed"}`)
}

func TestScheduleNormalisation(t *testing.T) {
	k := newKit(t)
	k.project("group/app", nil)
	created := k.do("POST", allSchedules, rootToken,
		`{"description":" two  words ","ref":"v1.0","cron":"  0  1 * * * ","cron_timezone":"Pacific Time (US & Canada)","active":null}`).is(201).object()
	for name, want := range map[string]any{
		"description": " two  words ", "ref": "refs/tags/v1.0", "cron": "0  1 * * *", "cron_timezone": "Pacific Time (US & Canada)", "active": true,
	} {
		if created[name] != want {
			t.Errorf("%s = %q, want %q", name, created[name], want)
		}
	}
	if got := k.do("POST", allSchedules, rootToken, `{"description":1,"ref":"refs/heads/none","cron":"@daily","cron_timezone":null}`).
		is(201).object(); got["description"] != "1" || got["ref"] != "refs/heads/none" || got["cron_timezone"] != "UTC" {
		t.Errorf("%v", got)
	}
}

func TestEverySaveReschedules(t *testing.T) {
	k := newKit(t)
	k.project("group/app", nil)
	k.do("POST", allSchedules, rootToken, "description=Idle&ref=main&cron=*/30+*+*+*+*&active=false").is(201)
	if err := k.clock.Advance(2 * time.Hour); err != nil {
		t.Fatal(err)
	}
	saved := k.do("PUT", allSchedules+"/1", rootToken, `{}`).is(200).object()
	if saved["next_run_at"] != "2026-01-15T14:33:00.000Z" || saved["updated_at"] != "2026-01-15T14:00:00.000Z" {
		t.Errorf("next_run_at %v, updated_at %v", saved["next_run_at"], saved["updated_at"])
	}
	if again := k.do("PUT", allSchedules+"/1", rootToken, `{}`).is(200).object(); again["updated_at"] != saved["updated_at"] {
		t.Errorf("a save that changed nothing moved updated_at to %v", again["updated_at"])
	}
}

func TestScheduleInputs(t *testing.T) {
	k := newKit(t)
	k.project("group/app", nil)
	inputs := func(a answer) string { return jsonText(a.object()["inputs"]) }
	for _, step := range []struct{ method, body, want string }{
		{"POST", newSchedule + "&inputs[][name]=a&inputs[][value]=1&inputs[][name]=b&inputs[][value]=x",
			`[{"name":"a","value":"1"},{"name":"b","value":"x"}]`},
		{"PUT", `{}`, `[{"name":"a","value":"1"},{"name":"b","value":"x"}]`},
		{"PUT", `{"inputs":[]}`, `[{"name":"a","value":"1"},{"name":"b","value":"x"}]`},
		{"PUT", `{"inputs":[{"name":"b","value":42},{"name":"c","value":true}]}`,
			`[{"name":"a","value":"1"},{"name":"b","value":"42"},{"name":"c","value":"true"}]`},
		{"PUT", `{"inputs":[{"name":"a","destroy":true},{"name":"none","destroy":true},{"name":"c","value":["x",2]}]}`,
			`[{"name":"b","value":"42"},{"name":"c","value":["x",2]}]`},
		{"PUT", "inputs[][name]=b&inputs[][destroy]=true", `[{"name":"c","value":["x",2]}]`},
	} {
		path, status := allSchedules+"/1", 200
		if step.method == "POST" {
			path, status = allSchedules, 201
		}
		if got := inputs(k.do(step.method, path, rootToken, step.body).is(status)); got != step.want {
			t.Errorf("%s %s\n got %s\nwant %s", step.method, step.body, got, step.want)
		}
	}
	var many []string
	for i := range 20 {
		many = append(many, fmt.Sprintf(`{"name":"n%d","value":"v"}`, i))
	}
	k.do("PUT", allSchedules+"/1", rootToken, `{"inputs":[`+strings.Join(many, ",")+`]}`).
		is(400, `{"message":{"inputs":["exceeds the limit of 20."]}}`)
	k.do("PUT", allSchedules+"/1", rootToken, `{"inputs":[`+strings.Join(many[1:], ",")+`]}`).is(200)
}

func TestDocumentedForms(t *testing.T) {
	k := newKit(t)
	k.project("group/app", nil)
	form := func(fields ...string) string { // as curl --form sends them
		var b strings.Builder
		for _, field := range fields {
			name, value, _ := strings.Cut(field, "=")
			fmt.Fprintf(&b, "--xyz\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n", name, value)
		}
		return b.String() + "--xyz--\r\n"
	}
	const multipart = "multipart/form-data; boundary=xyz"
	created := k.do("POST", allSchedules, rootToken, form("description=Build packages", "ref=main", "cron=0 1 * * 5", "cron_timezone=UTC",
		"active=true"), "Content-Type", multipart).is(201).object()
	if created["cron"] != "0 1 * * 5" || created["active"] != true {
		t.Errorf("%v", created)
	}
	k.do("PUT", allSchedules+"/1", rootToken, form("cron=0 2 * * *"), "Content-Type", multipart).is(200)
	k.do("POST", allSchedules+"/1/variables", rootToken, form("key=NEW_VARIABLE", "value=new value"), "Content-Type", multipart).is(201)
	k.do("PUT", allSchedules+"/1/variables/NEW_VARIABLE", rootToken, form("value=updated value"), "Content-Type", multipart).
		is(200, `{"key":"NEW_VARIABLE","raw":false,"value":"updated value","variable_type":"env_var"}`)
}

func TestCronThatNeverMatches(t *testing.T) {
	k := newKit(t)
	k.project("group/app", nil)
	k.do("POST", allSchedules, rootToken, "description=a&ref=main&cron=0+0+-31+2+*").is(500, `{"message":"500 Internal Server Error"}`)
	k.do("GET", allSchedules, rootToken, "").is(200, "[]")
}

func TestSavingOverAndOverTakesNoMemory(t *testing.T) {
	k := newKit(t)
	k.project("group/app", nil)
	k.do("POST", allSchedules, rootToken, newSchedule).is(201)
	for i := range 500 {
		k.do("PUT", allSchedules+"/1", rootToken, fmt.Sprintf("cron=%d+%d+*+*+*", i%60, i%24)).is(200)
	}
	if n := len(k.s.ci.agenda); n > 110 {
		t.Errorf("%d entries on the agenda of one schedule", n)
	}
}

func TestConcurrentUse(t *testing.T) {
	k := newKit(t)
	k.project("group/app", nil)
	k.s.world.planLimits.ciPipelineSchedules = 0
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 10 {
				id := k.do("POST", allSchedules, rootToken, newSchedule).is(201).object()["id"]
				path := fmt.Sprintf("%s/%v", allSchedules, id)
				k.do("POST", path+"/play", rootToken, "").is(201)
				k.s.SetLegacyRefs(false)
				k.do("GET", allSchedules, rootToken, "").is(200)
				k.do("DELETE", path, rootToken, "").is(204)
			}
		})
	}
	wg.Wait()
	if len(k.s.ci.schedules) != 0 || len(k.s.ci.pipelines) != 80 {
		t.Errorf("%d schedules, %d pipelines", len(k.s.ci.schedules), len(k.s.ci.pipelines))
	}
}

func TestScheduleLimit(t *testing.T) {
	k := newKit(t)
	k.project("group/app", nil)
	k.s.world.planLimits.ciPipelineSchedules = 2
	for range 2 { // equal schedules are legal
		k.do("POST", allSchedules, rootToken, newSchedule+"&active=false").is(201)
	}
	k.do("POST", allSchedules, rootToken, newSchedule).
		is(400, `{"message":{"base":["Maximum number of ci pipeline schedules (2) exceeded"]}}`)
	k.do("PUT", allSchedules+"/1", rootToken, "active=true").is(200)
	k.s.world.planLimits.ciPipelineSchedules = 0
	k.do("POST", allSchedules, rootToken, newSchedule).is(201)
}

func TestScheduleVariableMistakes(t *testing.T) {
	k := cast(t, nil)
	const format = "can contain only letters, digits and '_'."
	for body, want := range map[string]string{
		"":                              `{"error":"key is missing, value is missing"}`,
		"key=A":                         `{"error":"value is missing"}`,
		"key=A&value=1&variable_type=":  `{"error":"variable_type does not have a valid value"}`,
		"key=A&value=1&variable_type=x": `{"error":"variable_type does not have a valid value"}`,
		"key=&value=1":                  `{"message":{"key":["can't be blank","` + format + `","can't be blank"]}}`,
		"key=A-B&value=1":               `{"message":{"key":["` + format + `"]}}`,
		"key=" + strings.Repeat("K", 256) + "&value=1": `{"message":{"key":["is too long (maximum is 255 characters)"]}}`,
		"key=KEY&value=1":   `{"message":{"key":["has already been taken"]}}`,
		"key=+KEY+&value=1": `{"message":{"key":["has already been taken"]}}`,
	} {
		k.do("POST", schedulePath+"/variables", "author-token", body).is(400, want)
	}
	k.do("POST", schedulePath+"/variables", "author-token", "key=key&value=&variable_type=file").
		is(201, `{"key":"key","raw":false,"value":"","variable_type":"file"}`)
	k.do("PUT", schedulePath+"/variables/key", "author-token", `{"key":"other"}`).
		is(200, `{"key":"key","raw":false,"value":"","variable_type":"file"}`)
	for _, method := range []string{"GET", "PUT", "DELETE"} {
		k.do(method, schedulePath+"/variables/Key", "author-token", "").is(404, `{"message":"404 Pipeline Schedule Variable Not Found"}`)
	}
	k.do("GET", schedulePath+"/variables", "author-token", "").is(405, `{"error":"405 Not Allowed"}`)
}

func TestDeleteUnlessModified(t *testing.T) {
	k := cast(t, nil)
	k.do("DELETE", schedulePath, "author-token", "", "If-Unmodified-Since", "Thu, 15 Jan 2026 11:59:59 GMT").
		is(412, `{"message":"412 Precondition Failed"}`)
	k.do("DELETE", schedulePath, "author-token", "", "If-Unmodified-Since", "Thu, 15 Jan 2026 12:00:00 GMT").is(204)
}

func TestOwnerIsNullOnceDeleted(t *testing.T) {
	k := cast(t, nil)
	k.do("POST", schedulePath+"/play", "author-token", "").is(201)
	author := k.s.world.findUser("author")
	delete(k.s.world.users, author.ID)
	k.s.userDeleted(author)
	if got := k.do("GET", schedulePath, rootToken, "").is(200).object(); got["owner"] != nil {
		t.Errorf("owner %v", got["owner"])
	}
	if got := k.do("GET", "/projects/1/pipelines/1", rootToken, "").is(200).object(); got["user"] != nil {
		t.Errorf("user %v", got["user"])
	}
	k.do("POST", schedulePath+"/take_ownership", "maintainer-token", "").is(201)
}

func TestProjectTakesItsSchedulesAlong(t *testing.T) {
	k := cast(t, nil)
	p := k.s.world.projects[1]
	k.do("POST", schedulePath+"/play", "author-token", "").is(201)
	k.s.projectDeleted(p)
	if len(k.s.ci.schedules)+len(k.s.ci.pipelines)+len(k.s.ci.projects) != 0 {
		t.Error("something is left")
	}
	if err := k.clock.Advance(48 * time.Hour); err != nil {
		t.Fatal(err)
	}
	k.do("GET", "/projects/1/pipelines", rootToken, "").is(200, "[]") // no run of the lost schedule
}

func TestQuirks(t *testing.T) {
	k := cast(t, nil)
	k.s.SetLegacyRefs(true)
	for _, ref := range []string{"main", "none"} {
		if got := k.do("PUT", schedulePath, "author-token", "ref="+ref).is(200).object(); got["ref"] != ref {
			t.Errorf("ref %v, want %s", got["ref"], ref)
		}
	}
	k.s.SetLegacyRefs(false)
	if got := k.do("GET", schedulePath, rootToken, "").object(); got["ref"] != "none" {
		t.Errorf("ref %v", got["ref"])
	}
	k.do("PUT", schedulePath, "author-token", "description=New").is(400, `{"message":{"ref":["is ambiguous"]}}`)
	if got := k.do("PUT", schedulePath, "author-token", "ref=main").object(); got["ref"] != "refs/heads/main" {
		t.Errorf("ref %v", got["ref"])
	}

	k.s.SetInputsUnsupported(true)
	if got := k.do("PUT", schedulePath, "author-token", `{"inputs":[{"name":"a","value":"1"}]}`).is(200).object(); got["inputs"] != nil {
		t.Errorf("inputs %v", got["inputs"])
	}
	k.s.SetInputsUnsupported(false)
	if got := k.do("GET", schedulePath, rootToken, "").object(); jsonText(got["inputs"]) != "[]" {
		t.Errorf("inputs %v", got["inputs"])
	}

	k.s.LegacyTakeOwnership(true)
	k.do("POST", schedulePath+"/take_ownership", "author-token", "").is(403)
	k.s.AddUnknownFields(true)
	if got := k.do("GET", allSchedules, rootToken, "").list()[0]; got["not_known_to_any_client"] == nil {
		t.Error("no unknown member")
	}

	if err := k.s.NullVariableValue(1, "KEY"); err != nil {
		t.Error(err)
	}
	k.do("GET", schedulePath+"/variables/KEY", rootToken, "").is(200, `{"key":"KEY","raw":false,"value":null,"variable_type":"env_var"}`)
	if err := k.s.StripNextRunAt(1); err != nil {
		t.Error(err)
	}
	if got := k.do("GET", schedulePath, rootToken, "").object(); got["next_run_at"] != nil {
		t.Errorf("next_run_at %v", got["next_run_at"])
	}
	if k.s.NullVariableValue(1, "NONE") == nil || k.s.StripNextRunAt(9) == nil {
		t.Error("no error for what doesn't exist")
	}
}
