// Package syncbench measures the desk's link to central: a first sync, one over a bad or slow line, and the return of
// many desks after a long time offline, all with the real client, store and server, over TLS on loopback.
//
// It owns the folder it is given. callbench bench sync calls Run once; central runs in a process of its own (Serve),
// so that what is measured of memory is the desk's. Everything that Run starts has ended when it returns.
package syncbench

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/callbench/callbench/desk"
)

// Names of what is measured, in the order of a report.
func Names() []string { return []string{"first", "cut", "slow", "queue", "return"} }

// Config says what to measure.
type Config struct {
	Dir       string   // made if it is not there; central's data in it is used again
	Only      []string // of Names; empty: all
	Customers int      // in the scope of first
	Desks     int      // that return
	Calls     int      // of each of them, and a hundredth of those that are queued
	Cuts      int      // of the connection
	Seed      uint64   // of the cuts
	Self      []string // the command that does Serve
	Tell      io.Writer
}

// Line is one figure. Limit is what it must not be above; 0: none.
type Line struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Limit float64 `json:"limit,omitempty"`
}

// Report is what a run found.
type Report struct {
	Customers int    `json:"customers"`
	Lines     []Line `json:"lines"`
}

// Held reports whether no figure is above its limit.
func (r Report) Held() bool {
	return !slices.ContainsFunc(r.Lines, func(l Line) bool { return l.Limit > 0 && l.Value > l.Limit })
}

// Text is a report for people.
func (r Report) Text() string {
	var b strings.Builder
	for _, l := range r.Lines {
		fmt.Fprintf(&b, "%-44s %10.2f %s", l.Name, l.Value, l.Unit)
		if l.Limit > 0 {
			fmt.Fprintf(&b, "  (at most %g)", l.Limit)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// bench is one run.
type bench struct {
	cfg Config
	r   Report
}

// Run measures.
func Run(ctx context.Context, cfg Config) (Report, error) {
	if cfg.Tell == nil {
		cfg.Tell = io.Discard
	}
	if len(cfg.Only) == 0 {
		cfg.Only = Names()
	}
	b := &bench{cfg: cfg, r: Report{Customers: cfg.Customers}}
	steps := map[string]func(context.Context) error{
		"first": b.first, "cut": b.cut, "slow": b.slow, "queue": b.queue, "return": b.comeBack,
	}
	for _, name := range Names() {
		if !slices.Contains(cfg.Only, name) {
			continue
		}
		b.tell("%s …", name)
		if err := steps[name](ctx); err != nil {
			return b.r, fmt.Errorf("sync bench: %s: %w", name, err)
		}
	}
	return b.r, nil
}

func (b *bench) tell(format string, args ...any) {
	_, _ = fmt.Fprintf(b.cfg.Tell, format+"\n", args...) // nobody needs it
}

func (b *bench) line(name string, value float64, unit string, limit float64) {
	b.r.Lines = append(b.r.Lines, Line{name, value, unit, limit})
	b.tell("  %s: %.2f %s", name, value, unit)
}

// times adds the median, the 99th percentile and the worst of took.
func (b *bench) times(name string, took []time.Duration, limit float64) {
	if len(took) == 0 {
		return
	}
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b.line(name+", p50 of "+fmt.Sprint(len(took)), ms(took[len(took)/2]), "ms", 0)
	b.line(name+", p99", ms(took[len(took)*99/100]), "ms", limit)
	b.line(name+", worst", ms(took[len(took)-1]), "ms", 0)
}

// fresh gives an empty folder in the run's.
func (b *bench) fresh(name string) (string, error) {
	dir := filepath.Join(b.cfg.Dir, name)
	if err := os.RemoveAll(dir); err != nil {
		return "", err //nolint:wrapcheck // Run does
	}
	return dir, os.MkdirAll(dir, 0o700) //nolint:wrapcheck // Run does
}

// today is when the made-up customers live: callbacks of the day are due by it.
func today() desk.Millis { return desk.MillisOf(time.Now()) }
