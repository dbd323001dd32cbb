// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Command cicd-bench is what `make bench` runs: it starts the sandbox with a latency, lets Terraform or OpenTofu create, refresh, plan and destroy many
// objects of each system there, and measures the requests that reach the sandbox, the time that passes, and what the provider's processes use. With a
// GitLab provider of somebody else's to compare with, that one does the same work for GitLab in the same run.
//
// It prints tables, writes bench.json and bench.svg, and ends with a non-zero code when the provider doesn't keep what it promises.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox/process"
)

func main() {
	if standsIn() {
		code, err := standIn()
		if err != nil {
			fmt.Fprintln(os.Stderr, "bench: standing in for a provider:", err)
			code = 1
		}
		os.Exit(code)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return
		}
		if ctx.Err() != nil {
			err = errors.New("interrupted")
		}
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

// settings are the command line.
type settings struct {
	terraform, binaries, peer, out string
	systems                        []string
	latency                        time.Duration
	parallelism                    int
	population                     population
}

func parse(args []string) (settings, error) {
	var s settings
	var systems string
	flags := flag.NewFlagSet("cicd-bench", flag.ContinueOnError)
	flags.StringVar(&s.terraform, "terraform", "terraform", "Terraform or OpenTofu to `run`")
	flags.StringVar(&s.binaries, "bin", "build/bin", "`folder` that holds the provider's and the sandbox's binaries")
	flags.StringVar(&s.peer, "peer", "", "`binary` of terraform-provider-gitlab to compare with (default none)")
	flags.StringVar(&s.out, "out", "build/bench", "`folder` for bench.json and bench.svg; its folder work is emptied first")
	flags.StringVar(&systems, "systems", "gitlab,nautes,rancher", "`systems` to measure")
	flags.DurationVar(&s.latency, "latency", 50*time.Millisecond, "`time` that the sandbox adds to each request")
	flags.IntVar(&s.parallelism, "parallelism", 10, "how many objects Terraform handles at a time")
	p := &s.population
	flags.IntVar(&p.Projects, "projects", 20, "GitLab projects")
	flags.IntVar(&p.Schedules, "schedules", 1000, "pipeline schedules in all of them together, a fifth with variables")
	flags.IntVar(&p.Variables, "variables", 5, "variables of each schedule that has any")
	flags.IntVar(&p.Products, "products", 4, "Nautes products")
	flags.IntVar(&p.Runtimes, "runtimes", 200, "pipeline runtimes in all of them together")
	flags.IntVar(&p.Pipelines, "pipelines", 500, "Rancher pipelines")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	s.systems = strings.Split(systems, ",")
	for _, system := range s.systems {
		if configurations[system] == "" {
			return s, fmt.Errorf("-systems: %q is none of gitlab, nautes, rancher", system)
		}
	}
	if s.parallelism < 1 || s.latency < 0 {
		return s, errors.New("-parallelism must be 1 or more, and -latency not negative")
	}
	if s.peer != "" && !slices.Contains(s.systems, gitlab) {
		return s, errors.New("-peer is compared with for GitLab, which -systems leaves out")
	}
	return s, p.check()
}

// run measures everything, and fails when a promise isn't kept. The sandbox is stopped whatever happens.
func run(ctx context.Context, args []string) (err error) {
	if !measurable {
		return fmt.Errorf("%s doesn't tell how much memory a process had: run it on Linux or macOS", runtime.GOOS)
	}
	s, err := parse(args)
	if err != nil {
		return err
	}
	// Terraform runs in other folders than this process, so no path may be relative.
	if s.terraform, err = exec.LookPath(s.terraform); err != nil {
		return err
	}
	paths := []*string{&s.terraform, &s.binaries, &s.out}
	if s.peer != "" {
		paths = append(paths, &s.peer)
	}
	for _, path := range paths {
		if *path, err = filepath.Abs(*path); err != nil {
			return err
		}
	}
	work := filepath.Join(s.out, "work")
	if err := os.RemoveAll(work); err != nil {
		return err
	}
	if err := os.MkdirAll(work, 0o750); err != nil {
		return err
	}

	seed := filepath.Join(work, "seed.json")
	if err := s.population.seedFile(seed); err != nil {
		return err
	}
	box, err := process.Start(ctx, filepath.Join(s.binaries, "cicd-sandbox"), filepath.Join(work, "sandbox.env"),
		"-seed", seed, "-latency", s.latency.String())
	if err != nil {
		return fmt.Errorf("starting the sandbox: %w", err)
	}
	defer func() { err = errors.Join(err, box.Stop()) }()

	found, err := s.measure(ctx, box, work)
	if err != nil {
		return err
	}
	fmt.Println()
	printTables(os.Stdout, found)
	if err := errors.Join(found.save(filepath.Join(s.out, "bench.json")), saveChart(found, filepath.Join(s.out, "bench.svg"))); err != nil {
		return err
	}
	if broken := slices.ContainsFunc(found.Promises, func(p promise) bool { return !p.Kept }); broken {
		return errors.New("not all promises are kept")
	}
	return nil
}

// measure measures the providers' start-up and all steps of all systems.
func (s settings) measure(ctx context.Context, box *process.Sandbox, work string) (result, error) {
	found := result{
		Time:     time.Now().UTC().Truncate(time.Second),
		Machine:  machine{OS: runtime.GOOS, Arch: runtime.GOARCH, Cores: runtime.NumCPU()},
		Settings: conditions{population: s.population, LatencyMS: float64(s.latency.Microseconds()) / 1000, Parallelism: s.parallelism},
	}
	cicd, other := ours(filepath.Join(s.binaries, "terraform-provider-cicd")), peer(s.peer)
	providers := []*provider{&cicd}
	if s.peer != "" {
		providers = append(providers, &other)
	}
	commandLine, err := installStandIns(filepath.Join(work, "providers"), providers)
	if err != nil {
		return found, err
	}
	terraform := terraform{
		binary:      s.terraform,
		environment: append(box.Environment(), "TF_CLI_CONFIG_FILE="+commandLine, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1"),
		parallelism: s.parallelism,
	}
	if found.Terraform, err = terraform.version(ctx); err != nil {
		return found, err
	}

	startups, err := measureStartup(ctx, providers, terraform.environment, work)
	if err != nil {
		return found, err
	}
	found.Ours = describeProduct(cicd, startups[0])
	if s.peer != "" {
		described := describeProduct(other, startups[1])
		found.Peer = &described
	}

	project := ""
	if slices.Contains(s.systems, rancher) {
		if project, err = newRancherProject(ctx, box.BaseURL(), box.Token()); err != nil {
			return found, err
		}
	}
	measure := func(name string, p provider, baseURL string) ([]step, error) {
		folder := filepath.Join(work, name+"-"+p.Name)
		if err := (configuration{s.population, p, baseURL, project}).write(name, folder); err != nil {
			return nil, err
		}
		fmt.Printf("%s with %s: %s\n", titles[name], p.Source, s.population.describe(name))
		return workspace{terraform, folder, p, journal{box.BaseURL()}}.measure(ctx, func(done step) {
			fmt.Printf("  %s: %s requests, %s\n", done.Name, thousands(done.Requests), seconds(done.WallSeconds))
		})
	}
	for _, name := range s.systems {
		measured := system{Name: name}
		if measured.Ours, err = measure(name, cicd, ""); err != nil {
			return found, err
		}
		if name == gitlab && s.peer != "" {
			if measured.Peer, err = measure(name, other, box.BaseURL()+"/api/v4/"); err != nil {
				return found, err
			}
		}
		found.Systems = append(found.Systems, measured)
	}
	found.Promises = checkPromises(found)
	return found, nil
}
