// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
)

type component struct {
	Name      string            `json:"name"`
	Namespace string            `json:"namespace"`
	Additions map[string]string `json:"additions"`
}

type componentsList struct {
	MultiTenant         *component `json:"multi_tenant"`
	SecretSync          *component `json:"secret_sync"`
	Gateway             *component `json:"gateway"`
	Deployment          *component `json:"deployment"`
	ProgressiveDelivery *component `json:"progressive_delivery"`
	Pipeline            *component `json:"pipeline"`
	EventListener       *component `json:"event_listener"`
}

// cluster is a cluster, as an answer shows it.
type cluster struct {
	Name                string           `json:"name"`
	Kind                string           `json:"cluster_kind"`
	Type                string           `json:"cluster_type"`
	Usage               string           `json:"usage"`
	HostCluster         string           `json:"host_cluster"`
	PrimaryDomain       string           `json:"primary_domain"`
	WorkerType          string           `json:"worker_type"`
	APIServer           string           `json:"api_server"`
	Components          componentsList   `json:"components_list"`
	ReservedNamespaces  map[string][]any `json:"reserved_namespaces_allowed_products"`
	AllowedClusterKinds map[string][]any `json:"product_allowed_cluster_resources"`
}

// runsPipelines tells whether pipeline runtimes may have the cluster as their destination.
func (c *cluster) runsPipelines() bool { return c.Usage == "worker" && c.WorkerType == "pipeline" }

type clusterBody struct {
	APIServer           string           `json:"api_server"`
	Kind                string           `json:"cluster_kind"`
	Type                string           `json:"cluster_type"`
	Usage               string           `json:"usage"`
	HostCluster         string           `json:"host_cluster"`
	VCluster            *vclusterMessage `json:"vcluster"`
	Kubeconfig          string           `json:"kubeconfig"`
	WorkerType          string           `json:"worker_type"`
	PrimaryDomain       string           `json:"primary_domain"`
	ReservedNamespaces  map[string][]any `json:"reserved_namespaces_allowed_products"`
	AllowedClusterKinds map[string][]any `json:"product_allowed_cluster_resources"`
	Components          *componentsList  `json:"components_list"`
}

type vclusterMessage struct {
	HTTPSNodePort string `json:"https_node_port"`
}

type saveCluster struct {
	Name      string       `json:"cluster_name"`
	SkipCheck bool         `json:"insecure_skip_check"`
	Body      *clusterBody `json:"body"`
}

func (r *saveCluster) problem(*Server) string {
	if r.Body == nil {
		return ""
	}
	const field = "SaveRequest_Body."
	return embedded("SaveRequest.Body", broken(
		notEmpty(field+"ApiServer", r.Body.APIServer), notEmpty(field+"ClusterKind", r.Body.Kind),
		oneOf(field+"ClusterType", r.Body.Type, "physical", "virtual"), oneOf(field+"Usage", r.Body.Usage, "host", "worker")))
}

type oneCluster struct {
	Name      string `json:"cluster_name"`
	SkipCheck bool   `json:"insecure_skip_check"`
}

func clusterRoutes() []route {
	return []route{
		{http.MethodGet, "/clusters", on((*call).listClusters)},
		{http.MethodGet, "/clusters/{cluster_name}", on((*call).getCluster)},
		{http.MethodPost, "/clusters/{cluster_name}", on((*call).saveCluster)},
		{http.MethodDelete, "/clusters/{cluster_name}", on((*call).deleteCluster)},
	}
}

// cluster is the cluster of that name; nil if there is none. Nobody changes a cluster once it is saved.
func (s *Server) cluster(name string) *cluster {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clusters[name]
}

// shown leaves out the event listener, which the real server forgets in answers.
func (c *cluster) shown() cluster {
	shown := *c
	shown.Components.EventListener = nil
	return shown
}

// known refuses a caller whom GitLab doesn't know.
func (c *call) known() error {
	_, err := c.gitlab.call(http.MethodGet, "user", nil, nil)
	return err
}

func (c *call) getCluster(r *oneCluster) (any, error) {
	if err := c.known(); err != nil {
		return nil, err
	}
	found := c.s.cluster(r.Name)
	if found == nil {
		return nil, fmt.Errorf("the cluster resource %s is not found", r.Name)
	}
	return found.shown(), nil
}

func (c *call) listClusters(r *listed) (any, error) {
	if err := c.known(); err != nil {
		return nil, err
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	var reply items[cluster]
	for _, name := range slices.Sorted(maps.Keys(c.s.clusters)) {
		found := c.s.clusters[name]
		selected, err := selects(r.FieldSelector, fields{
			"cluster_name": contains(name), "cluster_type": equals(found.Type), "usage": equals(found.Usage), "worker_type": equals(found.WorkerType),
		})
		if err != nil {
			return nil, err
		}
		if selected {
			reply.Items = append(reply.Items, found.shown())
		}
	}
	return reply, nil
}

func (c *call) saveCluster(r *saveCluster) (any, error) {
	if r.Body == nil {
		return nil, panicked()
	}
	saved, err := r.Body.cluster(r.Name)
	if err != nil {
		return nil, err
	}
	if err := c.known(); err != nil {
		return nil, err
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.clusters[r.Name] = saved
	return message{"Successfully saved " + r.Name + " cluster"}, nil
}

func (c *call) deleteCluster(r *oneCluster) (any, error) {
	if err := c.known(); err != nil {
		return nil, err
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.s.clusters[r.Name] == nil {
		return nil, fmt.Errorf("the cluster resource %s is not found", r.Name)
	}
	delete(c.s.clusters, r.Name)
	return message{"Successfully deleted " + r.Name + " cluster"}, nil
}

// cluster makes a cluster of a body: it gets a domain, and the components that its use needs but the body doesn't name.
func (b *clusterBody) cluster(name string) (*cluster, error) {
	address, err := url.Parse(b.APIServer)
	worker := b.Usage == "worker"
	switch {
	case err != nil || address.Scheme != "https" || address.Hostname() == "":
		err = fmt.Errorf("the apiserver %s is not an https URL", b.APIServer)
	case worker && b.Type == "virtual" && b.HostCluster == "":
		err = errors.New("the 'Host Cluster' for virtual cluster is required")
	case worker && b.WorkerType == "":
		err = errors.New("when the cluster usage is 'worker', the 'WorkerType' field is required")
	}
	if err != nil {
		return nil, fmt.Errorf("failed to validate save request, err: %w", err)
	}
	switch {
	case !worker && b.Type != "physical":
		err = errors.New("host cluster can not be a virtual cluster")
	case !worker && b.WorkerType != "":
		err = errors.New("host cluster's work type should be empty")
	case b.Type == "physical" && b.HostCluster != "":
		err = errors.New("host cluster can not belong to another host")
	}
	if err != nil {
		return nil, fmt.Errorf("failed to validate cluster, err: %w", err)
	}
	if b.Type == "physical" && b.Kubeconfig == "" {
		return nil, errors.New("failed to save kubeconfig to secret store, err: register physical cluster, kubeconfig is not empty")
	}
	domain := b.PrimaryDomain
	if domain == "" {
		domain = address.Hostname()
		if net.ParseIP(domain) != nil {
			domain += ".nip.io"
		}
	}
	made := &cluster{
		Name: name, Kind: b.Kind, Type: b.Type, Usage: b.Usage, HostCluster: b.HostCluster, PrimaryDomain: domain, WorkerType: b.WorkerType,
		APIServer: b.APIServer, ReservedNamespaces: b.ReservedNamespaces, AllowedClusterKinds: b.AllowedClusterKinds,
	}
	if b.Components != nil {
		made.Components = *b.Components
	}
	made.complete(address.Hostname())
	return made, nil
}

// complete gives the cluster each component that clusters of its use have, and takes the others away.
func (c *cluster) complete(host string) {
	pipelines, deployments, physical := c.runsPipelines(), c.Usage == "worker" && c.WorkerType == "deployment", c.Type == "physical"
	list := &c.Components
	for _, standard := range []struct {
		place           **component
		needed          bool
		name, namespace string
		additions       map[string]string
	}{
		{&list.MultiTenant, pipelines || deployments, "hnc", "hnc-system", nil},
		{&list.SecretSync, pipelines || deployments, "external-secrets", "external-secrets", nil},
		{&list.Gateway, pipelines || physical, "traefik", "traefik", map[string]string{"httpNodePort": "30080", "httpsNodePort": "30443"}},
		{&list.Deployment, pipelines || deployments, "argocd", "argocd", c.hostAddition("argocd", host)},
		{&list.ProgressiveDelivery, deployments, "argo-rollouts", "argo-rollouts", nil},
		{&list.Pipeline, pipelines, "tekton", "tekton-pipelines", c.hostAddition("tekton", host)},
		{&list.EventListener, pipelines, "argo-events", "argo-events", nil},
	} {
		if !standard.needed {
			*standard.place = nil
			continue
		}
		made := component{}
		if *standard.place != nil {
			made = **standard.place
		}
		if made.Name == "" {
			made.Name, made.Namespace = standard.name, standard.namespace
		}
		if made.Namespace == "" {
			made.Namespace = standard.namespace
		}
		additions := maps.Clone(standard.additions)
		if additions == nil {
			additions = map[string]string{}
		}
		maps.Copy(additions, made.Additions)
		made.Additions = additions
		*standard.place = &made
	}
}

// hostAddition is the name under which a component can be reached.
func (c *cluster) hostAddition(component, host string) map[string]string {
	return map[string]string{"host": component + "." + c.Name + "." + host + ".nip.io"}
}

// RemoveComponent takes a component ("pipeline" or "event_listener") from a cluster. Only clusters from before there were components lack one;
// the API always fills it in.
func (s *Server) RemoveComponent(name, component string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	changed := *s.clusters[name]
	switch component {
	case "pipeline":
		changed.Components.Pipeline = nil
	case "event_listener":
		changed.Components.EventListener = nil
	}
	s.clusters[name] = &changed
}
