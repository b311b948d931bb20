// Package windowbench holds what the measurement of the window and the random monkey share: figures with their
// limits, what a process uses, and a watch over the window's goroutine. It knows no widget and draws nothing.
//
// A Report belongs to one goroutine. A Watch has none of its own: Run blocks until its context ends.
package windowbench

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Line is one figure. Limit is what it must not be above; 0: none.
type Line struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Limit float64 `json:"limit,omitempty"`
}

// Report is what a run found. Load is how many processes wanted a processor, on average over the minute before the
// run began and before it ended; Cores is how many there are to share. 0: not known.
type Report struct {
	Cores int        `json:"cores"`
	Load  [2]float64 `json:"load"`
	Lines []Line     `json:"lines"`
}

// Add notes a figure.
func (r *Report) Add(name string, value float64, unit string, limit float64) Line {
	l := Line{name, value, unit, limit}
	r.Lines = append(r.Lines, l)
	return l
}

// Held reports whether no figure is above its limit.
func (r *Report) Held() bool {
	return !slices.ContainsFunc(r.Lines, func(l Line) bool { return l.Limit > 0 && l.Value > l.Limit })
}

// Text is a report for people.
func (r *Report) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d cores, load %.1f at the start, %.1f at the end\n", r.Cores, r.Load[0], r.Load[1])
	for _, l := range r.Lines {
		b.WriteString(l.Text())
		b.WriteByte('\n')
	}
	return b.String()
}

// Text is a figure for people; one above its limit is marked.
func (l Line) Text() string {
	text := fmt.Sprintf("%-56s %9.2f %s", l.Name, l.Value, l.Unit)
	if l.Limit > 0 {
		text += fmt.Sprintf("  (at most %g)", l.Limit)
	}
	if l.Limit > 0 && l.Value > l.Limit {
		text += "  ABOVE"
	}
	return text
}

// Spread is the shape of some durations, in milliseconds.
type Spread struct{ P50, P95, Worst float64 }

// SpreadOf sorts the durations and says how they lie; of none it is all 0.
func SpreadOf(took []time.Duration) Spread {
	if len(took) == 0 {
		return Spread{}
	}
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return Spread{ms(took[len(took)/2]), ms(took[len(took)*95/100]), ms(took[len(took)-1])}
}
