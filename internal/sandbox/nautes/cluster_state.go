// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"time"
)

// syncDelay is how long it takes by the sandbox's clock until a change in default.project has reached the clusters. With Argo CD it is minutes.
const syncDelay = time.Second

// deployment is what the clusters hold of one product. Checks that look there see an older state than git's.
type deployment struct {
	underWay     []productState // oldest first
	environments map[string]string
	runtimes     map[string]deployedRuntime
}

// productState is what matters to the clusters in a commit of default.project.
type productState struct {
	since        time.Time
	environments map[string]string // name → cluster
	runtimes     map[string]deployedRuntime
}

type deployedRuntime struct {
	environment, namespace string
	admissible             bool // by Kubernetes' schema
}

// namespaceUsed tells whether a runtime other than the product's one of that name has the namespace on the cluster.
func (s *Server) namespaceUsed(cluster, namespace string, product int, name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	return s.taken(cluster, namespace, product, name)
}

func (s *Server) taken(cluster, namespace string, product int, name string) bool {
	for id, d := range s.deployed {
		for other, r := range d.runtimes {
			if r.namespace == namespace && d.environments[r.environment] == cluster && (id != product || other != name) {
				return true
			}
		}
	}
	return false
}

// observe notes the state of a product that was just read or pushed.
func (s *Server) observe(g *group, t *tree) {
	state := productState{environments: map[string]string{}, runtimes: map[string]deployedRuntime{}}
	for _, n := range t.all(environmentKind) {
		state.environments[n.name] = n.spec.(*environmentSpec).Cluster
	}
	for _, n := range t.all(runtimeKind) {
		runtime := n.spec.(*runtimeSpec)
		state.runtimes[n.name] = deployedRuntime{runtime.Destination.Environment, runtime.namespace(n.name), runtime.admissible(n.name)}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	d := s.deployed[g.ID]
	if d == nil {
		d = &deployment{runtimes: map[string]deployedRuntime{}}
		s.deployed[g.ID] = d
	}
	if last := len(d.underWay) - 1; last >= 0 && reflect.DeepEqual(d.underWay[last].environments, state.environments) &&
		reflect.DeepEqual(d.underWay[last].runtimes, state.runtimes) {
		return
	}
	state.since = s.config.Clock.Now()
	d.underWay = append(d.underWay, state)
}

// settle brings to the clusters what has been under way for long enough. The mutex is held.
func (s *Server) settle() {
	now := s.config.Clock.Now()
	for _, id := range slices.Sorted(maps.Keys(s.deployed)) {
		for d := s.deployed[id]; len(d.underWay) > 0 && !now.Before(d.underWay[0].since.Add(syncDelay)); {
			s.apply(id, d, d.underWay[0])
			d.underWay = d.underWay[1:]
		}
	}
}

// apply is what Argo CD does. A runtime that Kubernetes refuses stays as it was before; a new one doesn't come to be.
func (s *Server) apply(product int, d *deployment, state productState) {
	d.environments = state.environments
	maps.DeleteFunc(d.runtimes, func(name string, _ deployedRuntime) bool {
		_, kept := state.runtimes[name]
		return !kept
	})
	for _, name := range slices.Sorted(maps.Keys(state.runtimes)) {
		r := state.runtimes[name]
		target := s.clusters[d.environments[r.environment]]
		if r.admissible && target != nil && target.runsPipelines() && !s.taken(target.Name, r.namespace, product, name) {
			d.runtimes[name] = r
		}
	}
}

// kubernetesName is what Kubernetes takes as the name of a pipeline or event source.
var kubernetesName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)

// admissible tells whether Kubernetes takes a runtime of this content, which the API never says.
func (r *runtimeSpec) admissible(name string) bool {
	names := []string{name}
	for _, p := range r.Pipelines {
		names = append(names, p.Name)
	}
	for _, e := range r.EventSources {
		names = append(names, e.Name)
		if e.GitLab != nil && e.GitLab.Events == nil {
			return false
		}
	}
	return !slices.ContainsFunc(names, func(name string) bool { return !kubernetesName.MatchString(name) })
}
