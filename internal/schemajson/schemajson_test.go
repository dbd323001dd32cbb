// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package schemajson_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/acctest"
	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/schemajson"
)

const address = "registry.terraform.io/hashicorp/probe"

// probe is a provider that offers something of every kind and can do nothing with it.
type probe struct {
	tfprotov6.ProviderServer
	diagnostics []*tfprotov6.Diagnostic
}

func (p probe) GetMetadata(context.Context, *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	return nil, errors.ErrUnsupported
}

func (p probe) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{
		IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{"probe_thing": {
			Version: 1,
			IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{
				{Name: "project", Type: tftypes.String, RequiredForImport: true, Description: "Path or id."},
				{Name: "number", Type: tftypes.Number, OptionalForImport: true},
			},
		}},
	}, nil
}

func (p probe) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	block := func(attributes ...*tfprotov6.SchemaAttribute) *tfprotov6.Schema {
		return &tfprotov6.Schema{Version: 3, Block: &tfprotov6.SchemaBlock{
			Attributes: attributes, Description: "A **thing**.", DescriptionKind: tfprotov6.StringKindMarkdown,
		}}
	}
	name := &tfprotov6.SchemaAttribute{Name: "name", Type: tftypes.String, Required: true, Description: "Its name."}
	thing := block(
		name,
		&tfprotov6.SchemaAttribute{Name: "secret_wo", Type: tftypes.String, Optional: true, Sensitive: true, WriteOnly: true},
		&tfprotov6.SchemaAttribute{Name: "old", Type: tftypes.Bool, Optional: true, Computed: true, Deprecated: true},
		&tfprotov6.SchemaAttribute{Name: "anything", Type: tftypes.DynamicPseudoType, Optional: true},
		&tfprotov6.SchemaAttribute{Name: "tree", Computed: true, Type: tftypes.Map{ElementType: tftypes.Object{
			AttributeTypes: map[string]tftypes.Type{"leaves": tftypes.Set{ElementType: tftypes.Number}},
		}}},
		&tfprotov6.SchemaAttribute{Name: "variables", Optional: true, NestedType: &tfprotov6.SchemaObject{
			Nesting:    tfprotov6.SchemaObjectNestingModeMap,
			Attributes: []*tfprotov6.SchemaAttribute{name},
		}},
	)
	thing.Block.BlockTypes = []*tfprotov6.SchemaNestedBlock{
		{TypeName: "timeouts", Nesting: tfprotov6.SchemaNestedBlockNestingModeSingle, Block: block(name).Block},
		{TypeName: "rule", Nesting: tfprotov6.SchemaNestedBlockNestingModeList, MinItems: 1, MaxItems: 2, Block: block(name).Block},
		{TypeName: "tag", Nesting: tfprotov6.SchemaNestedBlockNestingModeSet, Block: block(name).Block},
	}
	return &tfprotov6.GetProviderSchemaResponse{
		Diagnostics:              p.diagnostics,
		Provider:                 block(&tfprotov6.SchemaAttribute{Name: "token", Type: tftypes.String, Optional: true, Sensitive: true}),
		ResourceSchemas:          map[string]*tfprotov6.Schema{"probe_thing": thing},
		DataSourceSchemas:        map[string]*tfprotov6.Schema{"probe_thing": block(name)},
		EphemeralResourceSchemas: map[string]*tfprotov6.Schema{"probe_ticket": block(name)},
		ListResourceSchemas:      map[string]*tfprotov6.Schema{"probe_thing": block(name)},
		ActionSchemas:            map[string]*tfprotov6.ActionSchema{"probe_play": {Schema: block(name)}},
		Functions: map[string]*tfprotov6.Function{"join": {
			Summary:     "Joins.",
			Description: "Joins all parts.",
			Parameters:  []*tfprotov6.FunctionParameter{{Name: "glue", Type: tftypes.String, Description: "Between two parts."}},
			VariadicParameter: &tfprotov6.FunctionParameter{
				Name: "parts", Type: tftypes.List{ElementType: tftypes.String}, AllowNullValue: true, Description: "The parts.",
			},
			Return: &tfprotov6.FunctionReturn{Type: tftypes.String},
		}},
	}, nil
}

// written is what Write says about the probe, decoded.
func written(t *testing.T) map[string]any {
	t.Helper()
	var out bytes.Buffer
	if err := schemajson.Write(t.Context(), &out, address, probe{}); err != nil {
		t.Fatal(err)
	}
	return providerOf(t, out.Bytes())
}

func providerOf(t *testing.T, document []byte) map[string]any {
	t.Helper()
	var decoded struct {
		FormatVersion string                    `json:"format_version"`
		Schemas       map[string]map[string]any `json:"provider_schemas"`
	}
	if err := json.Unmarshal(document, &decoded); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, document)
	}
	if decoded.FormatVersion != "1.0" || len(decoded.Schemas) != 1 || decoded.Schemas[address] == nil {
		t.Fatalf("format version %q, providers %v", decoded.FormatVersion, decoded.Schemas)
	}
	return decoded.Schemas[address]
}

// What Terraform before 1.14 never prints is compared with the format's own rules.
func TestWriteListsWhatOlderTerraformLeavesOut(t *testing.T) {
	t.Parallel()
	block := map[string]any{
		"attributes": map[string]any{"name": map[string]any{
			"type": "string", "required": true, "description": "Its name.", "description_kind": "plain",
		}},
		"description": "A **thing**.", "description_kind": "markdown",
	}
	want := map[string]any{
		"action_schemas":        map[string]any{"probe_play": map[string]any{"block": block}},
		"list_resource_schemas": map[string]any{"probe_thing": map[string]any{"version": 3.0, "block": block}},
		"resource_identity_schemas": map[string]any{"probe_thing": map[string]any{
			"version": 1.0,
			"attributes": map[string]any{
				"project": map[string]any{"type": "string", "required_for_import": true, "description": "Path or id."},
				"number":  map[string]any{"type": "number", "optional_for_import": true},
			},
		}},
	}
	got := written(t)
	for member, value := range want {
		if diff := cmp.Diff(value, got[member]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", member, diff)
		}
	}
}

func TestWriteRepeatsItself(t *testing.T) {
	t.Parallel()
	var first, second bytes.Buffer
	for _, out := range []*bytes.Buffer{&first, &second} {
		if err := schemajson.Write(t.Context(), out, address, probe{}); err != nil {
			t.Fatal(err)
		}
	}
	if first.String() != second.String() {
		t.Error("two writes of one schema differ")
	}
}

func TestWriteRefusesAnInvalidSchema(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	err := schemajson.Write(t.Context(), &out, address, probe{diagnostics: []*tfprotov6.Diagnostic{
		{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: "Old", Detail: "harmless"},
		{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Invalid name", Detail: "\"Name\" has a capital letter."},
	}})
	if err == nil || !strings.Contains(err.Error(), "capital letter") || strings.Contains(err.Error(), "harmless") {
		t.Errorf("error is %v", err)
	}
	if out.Len() != 0 {
		t.Errorf("wrote %q", out.String())
	}
}

// The promise itself: whatever the command-line tool prints, Write prints too, word for word.
func TestWriteAgreesWithTheCommandLineTool(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.WriteOnly) // Older tools leave out of the schema what they don't know.
	tool := acctest.Tool()
	if tool == "" {
		t.Skip("neither TF_ACC_TERRAFORM_PATH nor a terraform in PATH")
	}

	ctx, stop := context.WithCancel(t.Context())
	reattach, closed := make(chan *plugin.ReattachConfig), make(chan struct{})
	go func() {
		_ = tf6server.Serve(address, func() tfprotov6.ProviderServer { return probe{} },
			tf6server.WithDebug(ctx, reattach, closed), tf6server.WithoutLogStderrOverride())
	}()
	config := <-reattach
	t.Cleanup(func() { stop(); <-closed })

	type location struct{ Network, String string }
	providers, err := json.Marshal(map[string]any{address: map[string]any{
		"Protocol": config.Protocol, "ProtocolVersion": 6, "Pid": config.Pid, "Test": true,
		"Addr": location{config.Addr.Network(), config.Addr.String()},
	}})
	if err != nil {
		t.Fatal(err)
	}

	folder := t.TempDir()
	configuration := filepath.Join(folder, "terraformrc") // an empty one, since that of the caller may add warnings
	if err := os.WriteFile(configuration, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	main := "terraform {\n  required_providers {\n    probe = { source = \"" + address + "\" }\n  }\n}\n"
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(main), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(arguments ...string) []byte {
		command := exec.CommandContext(t.Context(), tool, arguments...)
		command.Dir = folder
		command.Env = append(os.Environ(),
			"TF_REATTACH_PROVIDERS="+string(providers), "TF_CLI_CONFIG_FILE="+configuration, "CHECKPOINT_DISABLE=1")
		var complaints bytes.Buffer
		command.Stderr = &complaints
		out, err := command.Output()
		if err != nil {
			t.Fatalf("%s: %v\n%s%s", command, err, out, complaints.Bytes())
		}
		return out
	}
	run("init", "-input=false")
	want := providerOf(t, run("providers", "schema", "-json"))

	got := written(t)
	for member := range want {
		if diff := cmp.Diff(want[member], got[member]); diff != "" {
			t.Errorf("%s (-tool +ours):\n%s", member, diff)
		}
	}
	for _, member := range []string{"provider", "resource_schemas", "data_source_schemas", "functions"} {
		if want[member] == nil {
			t.Errorf("the tool printed no %s: nothing was compared", member)
		}
	}
}
