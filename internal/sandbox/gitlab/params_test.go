// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"net/http"
	"testing"
)

// echo adds a route that answers with its parameters. What it must answer was measured with Grape itself.
func echo(k *kit) {
	declared := params{
		requires("description", stringType), requires("ref", stringType).present(), requires("cron", stringType),
		optional("active", booleanType).byDefault(true), optional("scope", stringType).oneOf("active", "inactive"),
		optional("level", integerType).oneOf("10", "20"), optional("since", dateTimeType), optional("ratio", floatType),
		optional("names", listType), optional("hash", hashType),
		optional("inputs", arrayType).of(requires("name", stringType), optional("destroy", booleanType),
			requiresUnless("destroy", "value", stringType, arrayType, integerType, floatType, booleanType)),
		optional("variables", arrayType).of(requires("key", stringType),
			optional("variable_type", stringType).oneOf("env_var", "file").byDefault("env_var")),
	}
	k.s.register([]route{{method: "POST", pattern: "/echo/{number}", params: append(declared, requires("number", integerType)), handle: func(c *call) {
		for _, name := range []string{"description", "ref", "cron", "number"} {
			delete(c.args, name)
		}
		if c.bool("active") {
			delete(c.args, "active") // the default is no news
		}
		c.json(http.StatusCreated, c.args)
	}}})
}

func TestParameters(t *testing.T) {
	k := newKit(t)
	echo(k)
	const base = `"description":"d","ref":"r","cron":"c"`
	// each case is the rest of a JSON body that starts with base, and the answer
	for given, want := range map[string]string{
		``:                                     `{}`,
		`,"unknown":1`:                         `{}`,
		`,"active":"yes"`:                      `{}`,
		`,"active":"True"`:                     `{}`,
		`,"active":1`:                          `{}`,
		`,"active":null`:                       `{}`,
		`,"active":""`:                         `{}`,
		`,"active":false`:                      `{"active":false}`,
		`,"active":"0"`:                        `{"active":false}`,
		`,"active":"off"`:                      `{"active":false}`,
		`,"active":"maybe"`:                    `active is invalid`,
		`,"active":2`:                          `active is invalid`,
		`,"active":1.0`:                        `active is invalid`,
		`,"active":[]`:                         `active is invalid`,
		`,"active":{}`:                         `active is invalid`,
		`,"scope":null`:                        `{"scope":null}`,
		`,"scope":"active"`:                    `{"scope":"active"}`,
		`,"scope":""`:                          `scope does not have a valid value`,
		`,"scope":"x"`:                         `scope does not have a valid value`,
		`,"scope":[]`:                          `scope is invalid`,
		`,"level":"20"`:                        `{"level":20}`,
		`,"level":20.9`:                        `{"level":20}`,
		`,"level":""`:                          `{"level":null}`,
		`,"level":30`:                          `level does not have a valid value`,
		`,"level":"abc"`:                       `level is invalid, level does not have a valid value`,
		`,"since":"2026-01-15"`:                `{"since":"2026-01-15T00:00:00Z"}`,
		`,"since":"2026-01-15T10:00:00+02:00"`: `{"since":"2026-01-15T08:00:00Z"}`,
		`,"since":"2026-01-15T08:00:00.500Z"`:  `{"since":"2026-01-15T08:00:00.5Z"}`,
		`,"since":"2026-01-15 08:00:00 UTC"`:   `{"since":"2026-01-15T08:00:00Z"}`,
		`,"since":"yesterday"`:                 `since is invalid`,
		`,"since":5`:                           `since is invalid`,
		`,"ratio":"1.5"`:                       `{"ratio":1.5}`,
		`,"names":"a, b"`:                      `{"names":["a","b"]}`,
		`,"names":["a"]`:                       `{"names":["a"]}`,
		`,"names":{}`:                          `names is invalid`,
		`,"hash":{"a":1}`:                      `{"hash":{"a":1}}`,
		`,"hash":"x"`:                          `hash is invalid`,
		`,"description":5`:                     `{}`,
		`,"description":true`:                  `{}`,
		`,"description":null`:                  `{}`,
		`,"description":[]`:                    `description is invalid`,
		`,"description":{"a":1}`:               `description is invalid`,
		`,"ref":""`:                            `ref is empty`,
		`,"ref":" "`:                           `ref is empty`,
		`,"ref":null`:                          `ref is empty`,
		`,"inputs":[]`:                         `{"inputs":[]}`,
		`,"inputs":null`:                       `{"inputs":null}`,
		`,"inputs":{"name":"a"}`:               `inputs is invalid`,
		`,"inputs":"x"`:                        `inputs is invalid`,
		`,"inputs":["x"]`:                      `inputs[0][name] is missing, inputs[0][name] is invalid`,
		`,"inputs":[{}]`:                       `{"inputs":[{}]}`,
		`,"inputs":[{"name":"a"}]`:             `inputs[0][value] is missing`,
		`,"inputs":[{"value":"a"}]`:            `inputs[0][name] is missing`,
		`,"inputs":[{"name":"a","value":{"b":1}}]`:       `inputs[0][value] is invalid`,
		`,"inputs":[{"name":"a","value":null}]`:          `{"inputs":[{"name":"a","value":null}]}`,
		`,"inputs":[{"name":"a","value":42}]`:            `{"inputs":[{"name":"a","value":"42"}]}`,
		`,"inputs":[{"name":"a","value":1.50}]`:          `{"inputs":[{"name":"a","value":"1.50"}]}`,
		`,"inputs":[{"name":"a","value":true}]`:          `{"inputs":[{"name":"a","value":"true"}]}`,
		`,"inputs":[{"name":"a","value":[1,"x"]}]`:       `{"inputs":[{"name":"a","value":[1,"x"]}]}`,
		`,"inputs":[{"name":"a","destroy":"true"}]`:      `{"inputs":[{"destroy":true,"name":"a"}]}`,
		`,"inputs":[{"name":"a","destroy":false}]`:       `inputs[0][value] is missing`,
		`,"inputs":[{"value":1},{"name":"b"},{"x":1}]`:   `inputs[0][name] is missing, inputs[2][name] is missing, inputs[1][value] is missing, inputs[2][value] is missing`,
		`,"variables":[{"key":5}]`:                       `{"variables":[{"key":"5","variable_type":"env_var"}]}`,
		`,"variables":[{"key":"k","variable_type":"x"}]`: `variables[0][variable_type] does not have a valid value`,
	} {
		a := k.do("POST", "/echo/1", rootToken, "{"+base+given+"}")
		if want[0] == '{' {
			a.is(201, want)
		} else {
			a.is(400, `{"error":"`+want+`"}`)
		}
	}
}

func TestEncodings(t *testing.T) {
	k := newKit(t)
	echo(k)
	const all = `{"error":"description is missing, ref is missing, ref is empty, cron is missing"}`
	const multipart = "--b\r\nContent-Disposition: form-data; name=\"ref\"\r\n\r\nr\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"inputs[][name]\"\r\n\r\na\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"inputs[][value]\"\r\n\r\nb\r\n--b--\r\n"
	const form = "application/x-www-form-urlencoded"
	for name, test := range map[string]struct {
		path, contentType, body string
		status                  int
		answer                  string
	}{
		"nothing":               {"/echo/1", "", "", 400, all},
		"empty JSON":            {"/echo/1", "application/json", "", 400, all},
		"JSON array":            {"/echo/1", "application/json", "[1]", 400, all},
		"JSON without type":     {"/echo/1?ref=r&cron=c", "", `{"description":"d"}`, 201, `{}`},
		"query":                 {"/echo/1?description=d&ref=r&cron=c&active=0", "", "", 201, `{"active":false}`},
		"body over query":       {"/echo/1?description=d&ref=r&cron=c&active=1", form, "active=false", 201, `{"active":false}`},
		"path over body":        {"/echo/1?description=d&ref=r&cron=c", form, "number=x", 201, `{}`},
		"path of wrong type":    {"/echo/abc?description=d&ref=r&cron=c", "", "", 400, `{"error":"number is invalid"}`},
		"negative number":       {"/echo/-5?description=d&ref=r&cron=c", "", "", 201, `{}`},
		"name alone is null":    {"/echo/1?description=d&ref=r&cron=c&scope", "", "", 201, `{"scope":null}`},
		"array of hashes":       {"/echo/1?description=d&ref=r&cron=c", form, "inputs[][name]=a&inputs[][value]=42&inputs[][name]=b&inputs[][value][]=1&inputs[][value][]=2", 201, `{"inputs":[{"name":"a","value":"42"},{"name":"b","value":["1","2"]}]}`},
		"escaped names":         {"/echo/1?description=d&ref=r&cron=c", form, "variables%5B%5D%5Bkey%5D=a%26b&variables%5B%5D%5Bkey%5D=c+d", 201, `{"variables":[{"key":"a&b","variable_type":"env_var"},{"key":"c d","variable_type":"env_var"}]}`},
		"hash is no array":      {"/echo/1?description=d&ref=r&cron=c", form, "inputs[name]=a&inputs[value]=42", 400, `{"error":"inputs is invalid"}`},
		"numbered is no array":  {"/echo/1?description=d&ref=r&cron=c", form, "inputs[0][name]=a", 400, `{"error":"inputs is invalid"}`},
		"multipart":             {"/echo/1?description=d&cron=c", "multipart/form-data; boundary=b", multipart, 201, `{"inputs":[{"name":"a","value":"b"}]}`},
		"multipart cut off":     {"/echo/1", "multipart/form-data; boundary=b", multipart[:60], 400, `{"error":"the multipart body is incomplete"}`},
		"other content type":    {"/echo/1", "text/plain; charset=utf-8", "x", 415, `{"error":"The provided content-type 'text/plain' is not supported."}`},
		"trailing text in JSON": {"/echo/1", "application/json", `{} {}`, 400, `{"error":"\nProblem:\n  message body does not match declared format\nResolution:\n  when specifying application/json as content-type, you must pass valid application/json in the request's 'body' "}`},
	} {
		t.Run(name, func(t *testing.T) {
			headers := []string{"Content-Type", test.contentType}
			a := k.do("POST", test.path, rootToken, test.body, headers...)
			a.t = t
			a.is(test.status, test.answer)
		})
	}
}

func FuzzNestedForm(f *testing.F) {
	f.Add("a[]=1&a[][b]=2&a[b]=3&a[][b][c]=4&[=&]=&a[[]]=&a[][b][c]=5")
	f.Fuzz(func(_ *testing.T, pairs string) { nestedForm{}.addEncoded(pairs) })
}
