// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
)

const (
	// starts is how often a provider is started: the median is what counts.
	starts = 11
	// startLimit bounds each start.
	startLimit = time.Minute
	// schemaLimit is the size in bytes that a schema may have. gRPC's own default is too small for large providers.
	schemaLimit = 256 << 20
)

// startup is how a provider starts.
type startup struct {
	// Seconds are the median time from the start of the process to its answered schema.
	Seconds float64 `json:"seconds"`
	// PeakMemory is the most resident memory in bytes that it had until then.
	PeakMemory int64 `json:"peak_memory_bytes"`
	// Protocol is the version of Terraform's plugin protocol that it speaks.
	Protocol int `json:"protocol"`
}

// measureStartup starts each provider several times and asks for its schema as Terraform does. They take turns, so that what else the machine does
// meets all of them.
func measureStartup(ctx context.Context, providers []*provider, environment []string, folder string) ([]startup, error) {
	times := make([][]time.Duration, len(providers))
	measured := make([]startup, len(providers))
	for range starts {
		for i, p := range providers {
			took, protocol, err := start(ctx, p.binary, environment)
			if err != nil {
				return nil, fmt.Errorf("starting %s: %w", p.binary, err)
			}
			times[i] = append(times[i], took)
			measured[i].Protocol = protocol
		}
	}
	for i, p := range providers {
		slices.Sort(times[i])
		measured[i].Seconds = times[i][starts/2].Seconds()

		// For its memory it starts once more under a stand-in, whose own time mustn't count above. To Linux, a new process has had at least the memory
		// of the one that started it: a stand-in has little.
		usageFile := filepath.Join(folder, p.Name+"-startup.jsonl")
		if _, _, err := start(ctx, p.standIn, append(slices.Clone(environment), realVariable+"="+p.binary, usageVariable+"="+usageFile)); err != nil {
			return nil, fmt.Errorf("starting %s: %w", p.standIn, err)
		}
		used, err := readUsage(usageFile)
		if err != nil {
			return nil, err
		}
		measured[i].PeakMemory = used.PeakMemory
	}
	return measured, nil
}

// start starts a provider, gets its schema, and ends it. It returns how long the first two took and the protocol's version.
func start(ctx context.Context, binary string, environment []string) (time.Duration, int, error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	command := exec.CommandContext(ctx, binary)
	command.Env = environment
	client := plugin.NewClient(&plugin.ClientConfig{
		// What Terraform says to a plugin, so that it knows that it was started as one.
		HandshakeConfig: plugin.HandshakeConfig{
			MagicCookieKey:   "TF_PLUGIN_MAGIC_COOKIE",
			MagicCookieValue: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		},
		VersionedPlugins: map[int]plugin.PluginSet{5: {"provider": schemaPlugin{}}, 6: {"provider": schemaPlugin{}}},
		Cmd:              command,
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:         true,
		SkipHostEnv:      true,
		GRPCDialOptions:  []grpc.DialOption{grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(schemaLimit))},
		Logger:           hclog.NewNullLogger(),
	})
	defer client.Kill()

	begin := time.Now()
	connection, err := client.Client()
	if err != nil {
		return 0, 0, err
	}
	dispensed, err := connection.Dispense("provider")
	if err != nil {
		return 0, 0, err
	}
	conn, ok := dispensed.(*grpc.ClientConn)
	if !ok {
		return 0, 0, fmt.Errorf("a connection of type %T", dispensed)
	}
	method := fmt.Sprintf("/tfplugin%d.Provider/GetProviderSchema", client.NegotiatedVersion())
	if client.NegotiatedVersion() == 5 {
		method = "/tfplugin5.Provider/GetSchema"
	}
	var schema message
	if err := conn.Invoke(ctx, method, &message{}, &schema, grpc.ForceCodec(verbatim{})); err != nil {
		return 0, 0, err
	}
	if len(schema) == 0 {
		return 0, 0, errors.New("the schema is empty")
	}
	return time.Since(begin), client.NegotiatedVersion(), nil
}

// schemaPlugin dispenses the connection itself.
type schemaPlugin struct{ plugin.NetRPCUnsupportedPlugin }

func (schemaPlugin) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error {
	return errors.New("this program serves no plugin")
}

func (schemaPlugin) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return conn, nil
}

// message is a protocol buffer as it goes over the wire. Nobody reads the schema here, and the request is empty, so no generated types are needed.
type message []byte

// verbatim is the codec of [message].
type verbatim struct{}

func (verbatim) Name() string { return "proto" }

func (verbatim) Marshal(v any) ([]byte, error) {
	m, ok := v.(*message)
	if !ok {
		return nil, fmt.Errorf("can't send a %T", v)
	}
	return *m, nil
}

func (verbatim) Unmarshal(data []byte, v any) error {
	m, ok := v.(*message)
	if !ok {
		return fmt.Errorf("can't receive a %T", v)
	}
	*m = slices.Clone(data)
	return nil
}
