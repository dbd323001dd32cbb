// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"errors"
	"regexp"
	"strings"
)

// runtimeID is the import id of a runtime, `<product>/<name>`. Neither can
// hold a slash: each is one segment of a path.
type runtimeID struct{ Product, Name string }

func (id runtimeID) String() string { return id.Product + "/" + id.Name }

func parseRuntimeID(text string) (runtimeID, error) {
	product, name, _ := strings.Cut(text, "/")
	if !segment.MatchString(product) || !segment.MatchString(name) {
		return runtimeID{}, errors.New("it must have the form <product>/<name>, for example nautes-labs/api-server-pr")
	}
	return runtimeID{Product: product, Name: name}, nil
}

// segment is what Nautes' router takes for one segment of a path: anything but
// a slash, and not the two names that it cleans away.
var segment = regexp.MustCompile(`^([^/.][^/]*|\.[^/.][^/]*|\.\.[^/]+)$`)
