// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package nautes

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The kinds of resources in default.project.
const (
	projectKind     = "Project"
	environmentKind = "Environment"
	codeRepoKind    = "CodeRepo"
	bindingKind     = "CodeRepoBinding"
	runtimeKind     = "ProjectPipelineRuntime"
	deploymentKind  = "DeploymentRuntime" // read over, since the API server stores such files too; this server has no API for them
)

const apiVersion = "nautes.resource.nautes.io/v1alpha1"

type projectSpec struct {
	Product  string `json:"product"`
	Language string `json:"language"`
}

type environmentSpec struct {
	Product string `json:"product"`
	Cluster string `json:"cluster"`
	EnvType string `json:"envType"`
}

type codeRepoSpec struct {
	CodeRepoProvider  string         `json:"codeRepoProvider"`
	Product           string         `json:"product"`
	Project           string         `json:"project"`
	RepoName          string         `json:"repoName"`
	URL               string         `json:"url,omitempty"`
	DeploymentRuntime bool           `json:"deploymentRuntime"`
	PipelineRuntime   bool           `json:"pipelineRuntime"`
	Webhook           *webhookEvents `json:"webhook"`
}

type webhookEvents struct {
	Events []string `json:"events"`
}

type bindingSpec struct {
	CodeRepo    string   `json:"codeRepo,omitempty"`
	Product     string   `json:"product,omitempty"`
	Projects    []string `json:"projects,omitempty"`
	Permissions string   `json:"permissions,omitempty"`
}

// resourceFile is a resource as the file holds it, in JSON.
type resourceFile struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		CreationTimestamp any    `json:"creationTimestamp"`
		Name              string `json:"name"`
	} `json:"metadata"`
	Spec json.RawMessage `json:"spec"`
}

// toYAML writes a resource's file.
func (n *node) toYAML(old bool) ([]byte, error) {
	spec := n.spec
	if runtime, ok := spec.(*runtimeSpec); ok && old {
		spec = runtime.toOld()
	}
	file := resourceFile{APIVersion: apiVersion, Kind: n.kind}
	file.Metadata.Name = n.name
	var err error
	if file.Spec, err = json.Marshal(spec); err != nil {
		return nil, err
	}
	content, err := json.Marshal(file)
	if err != nil {
		return nil, err
	}
	return jsonToYAML(content)
}

// jsonToYAML writes JSON as YAML with sorted names, as Kubernetes' tools do.
func jsonToYAML(content []byte) ([]byte, error) {
	var value any
	if err := json.Unmarshal(content, &value); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := errors.Join(encoder.Encode(value), encoder.Close()); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// readNode reads a resource's file; folder is where the real server's clone would lie.
func readNode(folder, path string, content []byte, old bool) (*node, error) {
	if len(content) == 0 {
		return nil, fmt.Errorf("invalid file, content is empty in %s/%s", folder, path)
	}
	var value any
	if err := yaml.Unmarshal(content, &value); err != nil {
		return nil, fmt.Errorf("conversion yaml to json, err: %w", err)
	}
	asJSON, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("conversion yaml to json, err: %w", err)
	}
	var file resourceFile
	if err := json.Unmarshal(asJSON, &file); err != nil {
		return nil, fmt.Errorf("the file is unable to unmarshal standard k8s structure, file path: %s/%s, err: %w", folder, path, err)
	}
	n := &node{path: path, kind: file.Kind, name: file.Metadata.Name}
	if file.Kind == "" {
		return nil, fmt.Errorf("node %s kind is empty", n.baseName())
	}
	var spec any
	switch file.Kind {
	case projectKind:
		spec = new(projectSpec)
	case environmentKind:
		spec = new(environmentSpec)
	case codeRepoKind:
		spec = new(codeRepoSpec)
	case bindingKind:
		spec = new(bindingSpec)
	case deploymentKind:
		spec = new(json.RawMessage)
	case runtimeKind:
		if spec = new(runtimeSpec); old {
			spec = new(oldRuntimeSpec)
		}
	default:
		return nil, fmt.Errorf("when loading the nodes tree, unable to generate resource node tree of type '%s'", file.Kind)
	}
	if len(file.Spec) > 0 {
		if err := json.Unmarshal(file.Spec, spec); err != nil {
			return nil, misfit(file.Kind, err)
		}
	}
	if runtime, ok := spec.(*oldRuntimeSpec); ok {
		spec = runtime.toNew()
	}
	n.spec = spec
	return n, nil
}

// misfit is the error of a value that has another type than the resource's field, in the words of the real server's types.
func misfit(kind string, err error) error {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return err
	}
	typeName := wrong.Type.String()
	switch wrong.Type.Name() {
	case "destinationSpec":
		typeName = "v1alpha1.ProjectPipelineDestination"
	case "":
	default:
		typeName = strings.Replace(typeName, "nautes.", "v1alpha1.", 1)
	}
	return fmt.Errorf("json: cannot unmarshal %s into Go struct field %sSpec.spec.%s of type %s", wrong.Value, kind, wrong.Field, typeName)
}
