// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"html"
	"os"
	"path"
	"strings"
)

// The chart's geometry, in pixels.
const (
	margin      = 28
	columnWidth = 396
	columnGap   = 36
	chartWidth  = 2*margin + 2*columnWidth + columnGap
	labelWidth  = 66 // left of the bars
	valueWidth  = 76 // right of the longest bar
	barHeight   = 16
	barGap      = 4
	titleHeight = 26
	panelGap    = 22
)

// chartStyle has colours for light and dark surroundings. The chart brings its own background, so that it can be read where the two are mistaken.
const chartStyle = `
  .back { fill: #ffffff; stroke: #d0d7de }
  text { font: 13px -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; fill: #1f2328 }
  .heading { font-size: 16px; font-weight: 600 }
  .title { font-weight: 600 }
  .quiet { fill: #59636e }
  .axis { stroke: #d0d7de }
  .ours { fill: #0969da }
  .peer { fill: #afb8c1 }
  @media (prefers-color-scheme: dark) {
    .back { fill: #0d1117; stroke: #3d444d }
    text { fill: #f0f6fc }
    .quiet { fill: #9198a1 }
    .axis { stroke: #3d444d }
    .ours { fill: #4493f8 }
    .peer { fill: #656c76 }
  }
`

// bar is one bar of a panel.
type bar struct {
	label string
	class string // ours, peer
	value float64
	text  string // the value with its unit
}

// panel is bars on one scale.
type panel struct {
	title string
	bars  []bar
}

// height is how much room a panel takes from top to bottom.
func (p panel) height() int { return titleHeight + len(p.bars)*(barHeight+barGap) }

func requestsBar(label, class string, s step) bar {
	return bar{label, class, float64(s.Requests), thousands(s.Requests)}
}

func timeBar(label, class string, s step) bar {
	return bar{label, class, s.WallSeconds, seconds(s.WallSeconds)}
}

// panelsOf are the panels of a system, two in a row. With a peer, each figure has a panel, as what is to be seen is the two side by side. Without one,
// the steps share panels.
func panelsOf(s system, r result) []panel {
	if s.Peer == nil || r.Peer == nil {
		requests, time := panel{title: "Requests"}, panel{title: "Time"}
		for _, name := range []string{apply, refresh} {
			ours := find(s.Ours, name)
			requests.bars = append(requests.bars, requestsBar(name, "ours", ours))
			time.bars = append(time.bars, timeBar(name, "ours", ours))
		}
		return []panel{requests, time}
	}
	ourName, peerName := path.Base(r.Ours.Source), path.Base(r.Peer.Source)
	var panels []panel
	for _, name := range []string{refresh, apply} {
		ours, peer := find(s.Ours, name), find(s.Peer, name)
		panels = append(panels,
			panel{"Requests of " + name, []bar{requestsBar(ourName, "ours", ours), requestsBar(peerName, "peer", peer)}},
			panel{"Time of " + name, []bar{timeBar(ourName, "ours", ours), timeBar(peerName, "peer", peer)}},
		)
	}
	memoryBar := func(label, class string, bytes int64) bar { return bar{label, class, float64(bytes), megabytes(bytes)} }
	startBar := func(label, class string, s startup) bar { return bar{label, class, s.Seconds, seconds(s.Seconds)} }
	return append(panels,
		panel{"Peak memory of the provider", []bar{memoryBar(ourName, "ours", peak(s.Ours)), memoryBar(peerName, "peer", peak(s.Peer))}},
		panel{"Start-up, from the process to its schema", []bar{startBar(ourName, "ours", r.Ours.Startup), startBar(peerName, "peer", r.Peer.Startup)}},
	)
}

// chart draws the result as SVG.
func chart(r result) string {
	var body strings.Builder
	y := margin + 14
	write := func(x, y int, class, format string, arguments ...any) {
		fmt.Fprintf(&body, "<text x=\"%d\" y=\"%d\" class=\"%s\">%s</text>\n", x, y, class, html.EscapeString(fmt.Sprintf(format, arguments...)))
	}
	legend := margin
	entry := func(class, name string) {
		fmt.Fprintf(&body, "<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"12\" rx=\"2\" class=\"%s\"/>\n", legend, y-11, class)
		write(legend+18, y, "", "%s", name)
		legend += 18 + 8*len(name) + 24
	}
	entry("ours", r.Ours.Source)
	if r.Peer != nil {
		entry("peer", r.Peer.Source)
	}
	y += 22
	write(margin, y, "quiet", "%s with parallelism %d, each answer of the server delayed by %v ms; shorter is better", r.Terraform, r.Settings.Parallelism, r.Settings.LatencyMS)
	for _, s := range r.Systems {
		y += 42
		write(margin, y, "heading", "%s: %s", titles[s.Name], r.Settings.describe(s.Name))
		y += panelGap
		panels := panelsOf(s, r)
		for i := 0; i < len(panels); i += 2 {
			row := panels[i : i+2]
			row[0].draw(&body, write, margin, y)
			row[1].draw(&body, write, margin+columnWidth+columnGap, y)
			y += max(row[0].height(), row[1].height())
			if i+2 < len(panels) {
				y += panelGap
			}
		}
	}
	height := y + margin
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-label="What the provider costs">
<style>%s</style>
<rect class="back" x="0.5" y="0.5" width="%d" height="%d" rx="6"/>
%s</svg>
`, chartWidth, height, chartWidth, height, chartStyle, chartWidth-1, height-1, body.String())
}

// draw draws a panel with its upper left corner at x, y.
func (p panel) draw(body *strings.Builder, write func(x, y int, class, format string, arguments ...any), x, y int) {
	write(x, y+12, "title", "%s", p.title)
	longest := 0.0
	for _, b := range p.bars {
		longest = max(longest, b.value)
	}
	left, top := x+labelWidth, y+titleHeight
	at := top
	for _, b := range p.bars {
		width := 0.0
		if longest > 0 {
			width = b.value / longest * (columnWidth - labelWidth - valueWidth)
		}
		write(x, at+13, "quiet", "%s", b.label)
		fmt.Fprintf(body, "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" class=\"%s\"/>\n", left, at, max(width, 1), barHeight, b.class)
		write(left+int(max(width, 1))+7, at+13, "", "%s", b.text)
		at += barHeight + barGap
	}
	fmt.Fprintf(body, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" class=\"axis\"/>\n", left, top-3, left, at-1)
}

// saveChart writes the chart.
func saveChart(r result, file string) error {
	return os.WriteFile(file, []byte(chart(r)), 0o600)
}
