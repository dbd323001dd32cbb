// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
)

// JSON sends a request that wants JSON, with a bearer token unless that is
// empty, and a JSON body unless that is nil. It returns the answer, whatever its
// status, and the answer's whole body. client is one of [NewClient]'s.
func JSON(ctx context.Context, client *http.Client, method, address, token string, body []byte) (*http.Response, []byte, error) {
	var content io.Reader
	if body != nil {
		content = bytes.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, method, address, content)
	if err != nil {
		return nil, nil, err
	}
	// Some servers have pages for browsers, and take who doesn't say for one.
	req.Header.Set("Accept", "application/json")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	answer, ok := resp.Body.(*Answer)
	if !ok {
		return nil, nil, errors.New("transport: the client was not made by NewClient")
	}
	return resp, answer.Bytes(), nil
}
