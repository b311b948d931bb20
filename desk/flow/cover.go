package flow

import (
	"fmt"
	"slices"
	"strings"
)

// Gap is something in a flow that none of its tests passes.
type Gap struct {
	Line int    `json:"line"`
	Kind string `json:"kind"` // step, goto, option, end
	Text string `json:"text"`
}

// Cover runs a flow's tests and lists what they leave out, in order of the file. total counts
// everything that could be passed: steps, gotos, options and ends.
func Cover(f *Flow) (gaps []Gap, total int) {
	passed := map[int]bool{} // lines
	for _, result := range Test(f) {
		f.pass(result.run, passed)
	}
	tally := func(line int, kind, format string, args ...any) {
		total++
		if !passed[line] {
			gaps = append(gaps, Gap{Line: line, Kind: kind, Text: fmt.Sprintf(format, args...)})
		}
	}
	for _, s := range f.steps {
		tally(s.line, "step", "%s", s.id)
		for _, a := range s.asks {
			for _, o := range a.options {
				tally(o.line, "option", "%s of %s", o.id, a.id)
			}
		}
		for _, g := range s.gotos {
			tally(g.line, "goto", "%s from %s", g.to.text, s.id)
		}
	}
	for _, e := range f.ends {
		tally(e.line, "end", "%s", e.id)
	}
	slices.SortFunc(gaps, func(a, b Gap) int { return a.Line - b.Line })
	return gaps, total
}

// pass marks the lines that a run went through.
func (f *Flow) pass(r Run, passed map[int]bool) {
	for n, id := range r.Path {
		s := f.steps[f.stepOf[id]]
		passed[s.line] = true
		for _, a := range s.asks {
			for _, o := range a.options {
				passed[o.line] = passed[o.line] || r.Answers[a.id] == o.id
			}
		}
		// The way on from here depends on the answers up to here only.
		passed[s.gotos[f.way(s, Run{Hash: r.Hash, Path: r.Path[:n+1], Answers: r.Answers, Facts: r.Facts})].line] = true
	}
	if i, ok := f.endOf[r.Step]; ok {
		passed[f.ends[i].line] = true
	} else {
		passed[f.steps[f.stepOf[r.Step]].line] = true
	}
}

// Graph draws a flow as a Mermaid flowchart with the names in lang.
func Graph(f *Flow, lang string) string {
	var b strings.Builder
	b.WriteString("flowchart TD\n")
	// Numbers instead of IDs: "end" and others mean something to Mermaid.
	number := map[string]string{}
	for i, s := range f.steps {
		number[s.id] = fmt.Sprintf("s%d", i+1)
		fmt.Fprintf(&b, "  s%d[%q]\n", i+1, f.plain(s.name, lang))
	}
	for i, e := range f.ends {
		number[e.id] = fmt.Sprintf("e%d", i+1)
		fmt.Fprintf(&b, "  e%d([%q])\n", i+1, f.plain(e.name, lang)+" · "+e.outcome)
	}
	for _, s := range f.steps {
		for _, g := range s.gotos {
			arrow := "-->"
			if g.text != "" {
				arrow = fmt.Sprintf("-->|%q|", g.text)
			}
			fmt.Fprintf(&b, "  %s %s %s\n", number[s.id], arrow, number[g.to.text])
		}
	}
	return b.String()
}
