// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// removalPatience is how long after its deletion an object may take to go away before its state says that something is wrong.
const removalPatience = 5 * time.Minute

// value is a field of an object as the API shows it, be it stored or computed.
func (c *call) value(o *object, name string) any {
	switch name {
	case "state", "transitioning", "transitioningMessage":
		if o.schema.stateful {
			return o.state(c.now)[name]
		}
	case "me":
		return o == c.user
	}
	return o.data[name]
}

// state derives the three fields that tell how an object is doing.
func (o *object) state(now time.Time) map[string]any {
	state := map[string]any{"state": "active", "transitioning": "no", "transitioningMessage": ""}
	switch {
	case !o.gone.IsZero():
		state["state"], state["transitioning"], state["transitioningMessage"] = "removing", "yes", "waiting on pipeline-cleanup"
		if now.After(o.removed.Add(removalPatience)) {
			state["transitioning"] = "error"
		}
	case o.at("spec", "active") == false:
		state["state"] = "inactive"
	}
	return state
}

// present shows an object in Norman's envelope.
func (c *call) present(o *object, op operation) map[string]any {
	sc := o.schema
	view := maps.Clone(o.data)
	if sc.stateful {
		maps.Copy(view, o.state(c.now))
	}
	if _, has := sc.fields["me"]; has {
		view["me"] = o == c.user
	}
	shown, err := c.s.construct(sc, view, op)
	if err != nil { // what is stored has been read by the same rules
		_, shown = failureBody(err)
		return shown
	}
	self := c.base + sc.path + "/" + sc.plural + "/" + o.id
	links := map[string]string{"self": self}
	if sc.can(http.MethodPut) {
		links["update"] = self
	}
	if sc.can(http.MethodDelete) {
		links["remove"] = self
	}
	for name := range sc.links {
		links[name] = self + "/" + strings.ToLower(name)
	}
	for _, child := range c.s.children[sc.id] {
		links[child.plural] = self + "/" + strings.ToLower(child.plural)
	}
	actions := map[string]string{}
	for name, action := range sc.actions {
		if action.available == nil || action.available(o) {
			actions[name] = self + "?action=" + name
		}
	}
	if sc == c.s.schemaType {
		links = c.schemaLinks(o)
	}
	shown["id"], shown["type"], shown["baseType"], shown["links"] = o.id, sc.id, sc.id, links
	if c.r.Header.Get("X-API-Action-Links") != "" {
		shown["actionLinks"] = actions
	} else {
		shown["actions"] = actions
	}
	return shown
}

// linkBase is what all links begin with: as configured, or as a proxy in front says, or the host that was asked.
func (s *Server) linkBase(r *http.Request) string {
	if s.config.BaseURL != "" {
		return s.config.BaseURL
	}
	if asked := r.Header.Get("X-API-Request-Url"); asked != "" {
		if u, err := url.Parse(asked); err == nil && u.Host != "" {
			return u.Scheme + "://" + u.Host + strings.TrimSuffix(u.Path, r.URL.Path)
		}
	}
	scheme, host := "http", r.Host
	if r.TLS != nil {
		scheme = "https"
	}
	if forwarded := r.Header.Get("X-Forwarded-Proto"); forwarded != "" {
		scheme = forwarded
	}
	if forwarded := r.Header.Get("X-Forwarded-Host"); forwarded != "" {
		host, _, _ = strings.Cut(forwarded, ",")
		if port := r.Header.Get("X-Forwarded-Port"); port != "" && !strings.Contains(host, ":") {
			host += ":" + port
		}
	}
	return scheme + "://" + host
}

// collectionURL is where all objects of a type are, whatever their parent.
func (c *call) collectionURL(sc *schema) string {
	return c.base + c.apiPath() + "/" + strings.ToLower(sc.plural)
}

// requestURL is the request's own URL without its query.
func (c *call) requestURL() string { return c.base + c.r.URL.Path }

// param is a parameter of a query and its value; "" = it isn't there.
type param struct{ name, value string }

// requestWith is the request's own URL with other parameters.
func (c *call) requestWith(changes ...param) string {
	query := maps.Clone(c.query)
	for _, change := range changes {
		query.Del(change.name)
		if change.value != "" {
			query.Set(change.name, change.value)
		}
	}
	return c.requestURL() + "?" + query.Encode()
}
