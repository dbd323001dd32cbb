// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// titles are the systems' names for people.
var titles = map[string]string{gitlab: "GitLab", nautes: "Nautes", rancher: "Rancher"}

// printTables prints all figures of a result.
func printTables(w io.Writer, r result) {
	fmt.Fprintf(w, "%s, %s/%s with %d cores, %v ms latency, parallelism %d\n",
		r.Terraform, r.Machine.OS, r.Machine.Arch, r.Machine.Cores, r.Settings.LatencyMS, r.Settings.Parallelism)
	fmt.Fprint(w, "\nStart-up, from the start of the process to its schema\n\n")
	start := table{{"", "time", "peak memory"}, {"cicd", seconds(r.Ours.Startup.Seconds), megabytes(r.Ours.Startup.PeakMemory)}}
	if r.Peer != nil {
		start = append(start, []string{"peer", seconds(r.Peer.Startup.Seconds), megabytes(r.Peer.Startup.PeakMemory)}, []string{
			"cicd/peer", ratio(r.Ours.Startup.Seconds, r.Peer.Startup.Seconds), ratio(float64(r.Ours.Startup.PeakMemory), float64(r.Peer.Startup.PeakMemory)),
		})
	}
	start.print(w, 1)
	fmt.Fprint(w, `
Steps: apply; refresh, a plan that asks the server; plan, one that doesn't, which is what Terraform and the provider cost as such; destroy.
CPU and memory are those of the provider's processes.
`)
	for _, s := range r.Systems {
		fmt.Fprintf(w, "\n%s: %s\n\n", titles[s.Name], r.Settings.describe(s.Name))
		stepTable(s).print(w, 2)
		if s.Name == nautes {
			fmt.Fprintf(w, "\nNautes takes one call a second, so a client makes them 1.1 s apart: an apply or a destroy takes that for each of its requests,\nwhatever the client does.\n")
		}
		fmt.Fprintln(w)
		kindTable(s).print(w, 2)
	}
	fmt.Fprint(w, "\nPromises\n\n")
	for _, p := range r.Promises {
		verdict := "ok    "
		if !p.Kept {
			verdict = "not ok"
		}
		fmt.Fprintf(w, "%s  %s: %s\n", verdict, p.Text, p.Found)
	}
}

// stepTable is what each step took. Below the peer's figures stand ours as parts of them.
func stepTable(s system) table {
	t := table{{"step", "provider", "requests", "wall", "CPU", "peak memory"}}
	add := func(ours, peer step) {
		row := func(name, provider string, s step) {
			t = append(t, []string{name, provider, thousands(s.Requests), seconds(s.WallSeconds), seconds(s.CPUSeconds), megabytes(s.PeakMemory)})
		}
		row(ours.Name, "cicd", ours)
		if s.Peer == nil {
			return
		}
		row("", "peer", peer)
		t = append(t, []string{
			"", "cicd/peer", ratio(float64(ours.Requests), float64(peer.Requests)), ratio(ours.WallSeconds, peer.WallSeconds),
			ratio(ours.CPUSeconds, peer.CPUSeconds), ratio(float64(ours.PeakMemory), float64(peer.PeakMemory)),
		})
	}
	for _, ours := range s.Ours {
		add(ours, find(s.Peer, ours.Name))
	}
	add(asking(s.Ours), asking(s.Peer))
	return t
}

// kindTable is how many requests of each kind each step made.
func kindTable(s system) table {
	t := table{{"step", "kind of request", "cicd"}}
	if s.Peer != nil {
		t[0] = append(t[0], "peer")
	}
	for _, ours := range s.Ours {
		peer := find(s.Peer, ours.Name)
		all := kinds{}
		for _, some := range []kinds{ours.Kinds, peer.Kinds} {
			for kind, count := range some {
				all[kind] += count
			}
		}
		name := ours.Name
		for _, kind := range all.sorted() {
			row := []string{name, kind, thousands(ours.Kinds[kind])}
			if s.Peer != nil {
				row = append(row, thousands(peer.Kinds[kind]))
			}
			t = append(t, row)
			name = ""
		}
	}
	return t
}

// table is rows of cells, the headings first.
type table [][]string

// print prints the table, its first columns flush left and the others, which are numbers, flush right.
func (t table) print(w io.Writer, left int) {
	widths := make([]int, len(t[0]))
	for _, row := range t {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range t {
		var line strings.Builder
		for i, cell := range row {
			padding := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i < left {
				line.WriteString("  " + cell + padding)
			} else {
				line.WriteString("  " + padding + cell)
			}
		}
		fmt.Fprintln(w, strings.TrimRight(line.String(), " "))
	}
}

// ratio is ours as a part of the peer's, as in `0.08`.
func ratio(ours, peer float64) string {
	switch {
	case peer == 0:
		return "-"
	case ours/peer >= 10:
		return fmt.Sprintf("%.0f", ours/peer)
	default:
		return fmt.Sprintf("%.2f", ours/peer)
	}
}

// seconds is a time, with three digits that say something. A difference may be negative.
func seconds(s float64) string {
	switch {
	case s < 1:
		return fmt.Sprintf("%.0f ms", s*1000)
	case s < 10:
		return fmt.Sprintf("%.2f s", s)
	default:
		return fmt.Sprintf("%.1f s", s)
	}
}

// megabytes is a size in units of 1,000,000 bytes; nothing if there is none.
func megabytes(bytes int64) string {
	if bytes == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f MB", float64(bytes)/1e6)
}

// thousands is a number with commas, as in `1,000`.
func thousands(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
