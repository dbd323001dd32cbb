// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package gitlab

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
)

const malformedJSON = "\nProblem:\n  message body does not match declared format\nResolution:\n  when specifying application/json as content-type, " +
	"you must pass valid application/json in the request's 'body' "

// decode reads the parameters of query and body into raw values, or answers 400 or 415.
func (c *call) decode(body []byte) (raw map[string]any, ok bool) {
	form := nestedForm{}
	form.addEncoded(c.r.URL.RawQuery)
	if len(body) == 0 || c.r.Method == http.MethodGet || c.r.Method == http.MethodHead {
		return form, true
	}
	mediaType, options, _ := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	switch mediaType {
	case "application/x-www-form-urlencoded":
		form.addEncoded(string(body))
	case "multipart/form-data":
		if err := form.addMultipart(body, options["boundary"]); err != nil {
			c.error(http.StatusBadRequest, "the multipart body is incomplete")
			return nil, false
		}
	case "application/json", "":
		members, err := decodeJSON(body)
		if err != nil {
			c.error(http.StatusBadRequest, malformedJSON)
			return nil, false
		}
		for name, value := range members {
			form[name] = value
		}
	default:
		c.error(http.StatusUnsupportedMediaType, "The provided content-type '"+mediaType+"' is not supported.")
		return nil, false
	}
	return form, true
}

// decodeJSON reads a JSON document; one that is not an object has no parameters in it.
func decodeJSON(body []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber() // 42 must not become 42.0, nor a large id lose digits
	var document any
	if err := decoder.Decode(&document); err != nil {
		return nil, err
	}
	if decoder.More() {
		return nil, io.ErrUnexpectedEOF
	}
	members, _ := document.(map[string]any)
	return members, nil
}

// nestedForm collects name=value pairs whose names nest: a[b]=1 is a hash, a[]=1 an array, a[][b]=1&a[][c]=2 an array of hashes, in
// which a new hash starts when a member comes a second time.
type nestedForm map[string]any

func (f nestedForm) addEncoded(pairs string) {
	for pair := range strings.SplitSeq(pairs, "&") {
		name, value, valued := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil || name == "" {
			continue
		}
		if !valued {
			f.add(name, nil) // "?x" alone is null
			continue
		}
		if text, err := url.QueryUnescape(value); err == nil {
			f.add(name, text)
		}
	}
}

func (f nestedForm) addMultipart(body []byte, boundary string) error {
	reader := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		f.add(part.FormName(), string(content))
	}
}

// add puts a value where its name says. A name that contradicts an earlier one replaces it.
func (f nestedForm) add(name string, value any) {
	first, rest, nested := strings.Cut(name, "[")
	if !nested || first == "" {
		f[name] = value
		return
	}
	f[first] = put(f[first], strings.Split(strings.TrimSuffix(rest, "]"), "]["), value)
}

// put stores value below container at the path of keys; an empty key appends to an array.
func put(container any, keys []string, value any) any {
	if len(keys) == 0 {
		return value
	}
	if keys[0] != "" {
		hash, isHash := container.(map[string]any)
		if !isHash {
			hash = map[string]any{}
		}
		hash[keys[0]] = put(hash[keys[0]], keys[1:], value)
		return hash
	}
	elements, _ := container.([]any)
	if len(keys) > 1 && keys[1] != "" && len(elements) > 0 {
		if last, isHash := elements[len(elements)-1].(map[string]any); isHash && !holds(last, keys[1:]) {
			put(last, keys[1:], value)
			return elements
		}
	}
	return append(elements, put(nil, keys[1:], value))
}

// holds tells whether the hash already has the member at the path of keys; an array always has room for another element.
func holds(hash map[string]any, keys []string) bool {
	for i, key := range keys {
		value, found := hash[key]
		if key == "" || !found {
			return false
		}
		if i == len(keys)-1 {
			return true
		}
		inner, isHash := value.(map[string]any)
		if !isHash {
			return len(keys) != i+2 || keys[i+1] != ""
		}
		hash = inner
	}
	return true
}
