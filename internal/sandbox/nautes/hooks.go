// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"errors"
	"fmt"
	"slices"
)

// knownHook is a hook in the catalogue of a pipeline component.
type knownHook struct {
	pre, post    bool
	eventSources []string // the types that it can follow; nil = all
}

// hookCatalogue is the hooks that each pipeline component offers, which on a real server somebody configures.
var hookCatalogue = map[string]map[string]knownHook{
	"tekton": {
		"ls":        {pre: true, post: true},
		"pre-only":  {pre: true, eventSources: []string{"gitlab"}},
		"post-only": {post: true},
	},
}

// verifyHooks checks the runtime's hooks against what the cluster's pipeline component offers.
func (c *cluster) verifyHooks(r *runtimeSpec) error {
	if r.Hooks == nil {
		return nil
	}
	if c.Components.EventListener == nil {
		return panicked()
	}
	known, aliases := hookCatalogue[c.Components.Pipeline.Name], map[string]bool{}
	verify := func(hooks []hookSpec, place string, allowed func(knownHook) bool) error {
		names := map[string]bool{}
		for _, hook := range hooks {
			rule, exists := known[hook.Name]
			switch {
			case !exists:
				return fmt.Errorf("unknown hook %s", hook.Name)
			case !allowed(rule):
				return fmt.Errorf("hook %s can not be a %s hook", hook.Name, place)
			case names[hook.Name]:
				return fmt.Errorf("a duplicate hook %s was found", hook.Name)
			case aliases[hook.alias()]:
				return fmt.Errorf("hook alias %s is used by other hook", hook.alias())
			}
			if unsupported := rule.unsupported(r); unsupported != nil {
				return fmt.Errorf("hook %s verify failed: hook doesn't support event source %v", hook.Name, unsupported)
			}
			names[hook.Name], aliases[hook.alias()] = true, true
		}
		return nil
	}
	err := verify(r.Hooks.PreHooks, "pre", func(h knownHook) bool { return h.pre })
	if err == nil {
		err = verify(r.Hooks.PostHooks, "post", func(h knownHook) bool { return h.post })
	}
	if err != nil {
		return errors.New("hook is illegal: " + err.Error())
	}
	return nil
}

// unsupported are the types of the runtime's event sources that the hook can't follow.
func (h knownHook) unsupported(r *runtimeSpec) []string {
	var types []string
	for _, event := range r.EventSources {
		if event.GitLab != nil {
			types = append(types, "gitlab")
		}
		if event.Calendar != nil {
			types = append(types, "calendar")
		}
	}
	slices.Sort(types)
	types = slices.DeleteFunc(slices.Compact(types), func(t string) bool { return slices.Contains(h.eventSources, t) })
	if h.eventSources == nil || len(types) == 0 {
		return nil
	}
	return types
}
