// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// Command cicd-sandbox serves the emulated systems on a local port until it gets SIGTERM or SIGINT.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/sandbox"
)

// shutdownGrace is how long requests in flight may go on after the signal.
const shutdownGrace = 2 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return
		}
		fmt.Fprintln(os.Stderr, "cicd-sandbox:", err)
		stop()
		os.Exit(1)
	}
}

// settings are the command line.
type settings struct {
	listen, listenGitLab, listenNautes, listenRancher, envFile string
	options                                                    sandbox.Options
}

func parse(args []string) (settings, error) {
	var s settings
	var start, rate string
	flags := flag.NewFlagSet("cicd-sandbox", flag.ContinueOnError)
	flags.StringVar(&s.listen, "listen", "127.0.0.1:8086", "`address` of all systems; port 0 picks a free one, a missing host means loopback")
	flags.StringVar(&s.listenGitLab, "listen-gitlab", "", "`address` of a second listener, for GitLab's clients")
	flags.StringVar(&s.listenNautes, "listen-nautes", "", "`address` of a listener for Nautes' clients")
	flags.StringVar(&s.listenRancher, "listen-rancher", "", "`address` of a listener for Rancher's clients")
	flags.StringVar(&s.envFile, "env-file", "", "`file` that gets the export lines for the provider (mode 0600: it holds the admin's token)")
	flags.StringVar(&s.options.AdminToken, "admin-token", "", "token of GitLab's admin root, and of Rancher's (default random)")
	flags.StringVar(&s.options.Seed, "seed", "demo", "what the world holds at first: `demo`, none or a file with a JSON list of calls to make,\n"+
		`such as [{"method": "POST", "path": "/api/v4/projects", "body": {"name": "app"}, "as": "root"}]`)
	flags.StringVar(&start, "clock", "", "`instant` (RFC 3339) at which the clock stands still until POST /_sandbox/clock moves it (default: wall clock)")
	flags.DurationVar(&s.options.Latency, "latency", 0, "`time` added to each request")
	flags.StringVar(&rate, "rate-limit", "", "requests per minute and token, as `N/m` (default none)")
	flags.StringVar(&s.options.NautesVersion, "nautes-version", "v0.4.2", "`version` that Nautes speaks as: v0.4.2, or v0.3.8 with a destination that is text")
	flags.BoolVar(&s.options.NautesCollisions, "nautes-collisions", true,
		"let concurrent calls to Nautes collide and conflict as on the real server, where calls that come one by one don't")
	flags.DurationVar(&s.options.RancherFinalizing, "rancher-finalizing", 2*time.Second,
		"`time` for which an object deleted in Rancher is still there, as on the real server")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if start != "" {
		t, err := time.Parse(time.RFC3339, start)
		if err != nil {
			return s, fmt.Errorf("-clock %q is no time such as 2026-01-15T12:00:00Z", start)
		}
		s.options.Clock = t
	}
	if rate != "" {
		n, err := strconv.Atoi(strings.TrimSuffix(rate, "/m"))
		if err != nil || n < 0 {
			return s, fmt.Errorf("-rate-limit %q is no rate such as 600/m", rate)
		}
		s.options.RateLimit = n
	}
	return s, nil
}

// run serves until ctx ends; then it returns nil.
func run(ctx context.Context, args []string, out io.Writer) error {
	s, err := parse(args)
	if err != nil {
		return err
	}
	box, err := sandbox.New(s.options)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           box.Handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          log.New(io.Discard, "", 0), // connections that clients or faults break off are no news
	}
	server.RegisterOnShutdown(box.EndStreams)
	failed := make(chan error, 4)
	serve := func(address string) (baseURL string, err error) {
		listener, err := net.Listen("tcp", onLoopback(address))
		if errors.Is(err, syscall.EADDRINUSE) {
			return "", fmt.Errorf("something listens at %s already, maybe another sandbox; stop it, or choose another address, such as 127.0.0.1:0 for a free port", address)
		}
		if err != nil {
			return "", fmt.Errorf("can't listen at %q, where an address such as 127.0.0.1:8086 belongs: %w", address, err)
		}
		go func() { failed <- server.Serve(listener) }()
		return "http://" + reachable(listener.Addr()), nil
	}
	common, err := serve(s.listen)
	urls := baseURLs{common, common, common}
	for _, own := range []struct {
		address string
		url     *string
	}{{s.listenGitLab, &urls.gitlab}, {s.listenNautes, &urls.nautes}, {s.listenRancher, &urls.rancher}} {
		if err == nil && own.address != "" {
			*own.url, err = serve(own.address)
		}
	}
	defer server.Close()
	if err != nil {
		return err
	}
	exports := exportLines(urls, box)
	if s.envFile != "" {
		if err := writePrivate(s.envFile, exports); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "gitlab ready at %s/api/v4\nnautes ready at %s/api/v1\nrancher ready at %s/v3\npage at %s/\n%s",
		urls.gitlab, urls.nautes, urls.rancher, common, exports)

	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.Background(), shutdownGrace)
	defer cancel()
	_ = server.Shutdown(grace) // what is still in flight then, Close breaks off
	return nil
}

// baseURLs are where clients find the systems.
type baseURLs struct{ gitlab, nautes, rancher string }

// exportLines is a shell script that sets what the provider reads from its environment.
func exportLines(urls baseURLs, box *sandbox.Sandbox) string {
	token := shellQuote(box.AdminToken())
	lines := fmt.Sprintf("export GITLAB_BASE_URL=%s\nexport GITLAB_TOKEN=%s\n", shellQuote(urls.gitlab), token)
	lines += fmt.Sprintf("export NAUTES_BASE_URL=%s\nexport NAUTES_TOKEN=%s\n", shellQuote(urls.nautes), token)
	lines += fmt.Sprintf("export RANCHER_URL=%s\nexport RANCHER_TOKEN_KEY=%s\n", shellQuote(urls.rancher), token)
	if token := box.DeveloperToken(); token != "" {
		lines += "# token of the developer dev: " + token + "\n"
	}
	return lines
}

// shellQuote is text as one word of a POSIX shell, bare where that is safe.
func shellQuote(text string) string {
	if text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/") == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// onLoopback completes an address without host, which net.Listen would take for all interfaces.
func onLoopback(address string) string {
	if host, port, err := net.SplitHostPort(address); err == nil && host == "" {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return address
}

// reachable is an address that a client on this machine can use; a wildcard address is not.
func reachable(address net.Addr) string {
	tcp, isTCP := address.(*net.TCPAddr)
	if isTCP && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
	}
	return address.String()
}

// writePrivate makes the file, and the folder that it is in, or replaces it at once, so that nobody reads half of it nor, where it existed before, with its former mode.
func writePrivate(path, content string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	_, err = temporary.WriteString(content)
	err = cmp.Or(err, temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		_ = os.Remove(temporary.Name())
	}
	return err
}
