package app

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/floor"
	"github.com/callbench/callbench/internal/windowbench"
)

type windowBenchCommand struct {
	Only  []string `arg:"" optional:"" help:"Of first, idle, echo, pop, board, shift; without it all."`
	Lang  string   `enum:"zh-Hans,zh-Hant,en" default:"zh-Hans" help:"Language of the interface: zh-Hans, zh-Hant or en."`
	Calls int      `default:"120" help:"Calls of the eight hours of shift."`
	Seed  int64    `default:"1" help:"The same seed gives the same callers."`
	JSON  bool     `help:"Print JSON."`
	Prof  string   `type:"path" placeholder:"FILE" help:"Write the processor's profile of the last window there, and the memory's beside it."`
	Serve bool     `hidden:"" help:"Be the window of a measurement, as stdin says."`
}

// windowBenchParts are what can be measured, in the order of a report.
func windowBenchParts() []string { return []string{"first", "idle", "echo", "pop", "board", "shift"} }

// What the measurement repeats.
const (
	benchStarts   = 3
	benchPatience = 45 * time.Minute // of one window; it needs a few minutes
)

// benchOrders is the first line that a window of a measurement reads: what it is and what it measures.
type benchOrders struct {
	Dir      string        `json:"dir"`
	Lang     desk.Language `json:"lang"`
	Key      []byte        `json:"key"`
	URL      string        `json:"url"`
	Password string        `json:"password"`
	Parts    []string      `json:"parts"`
	Calls    int           `json:"calls"`
	Prof     string        `json:"prof,omitempty"`
	Script   string        `json:"script,omitempty"` // of the monkey
}

// benchWord is a line that such a window writes: a figure, or something it wants of the world. The world answers
// with a line, empty or an error's text.
type benchWord struct {
	Line *windowbench.Line `json:"line,omitempty"`
	Want string            `json:"want,omitempty"` // call, hang_up, net_off, net_on
	N    int               `json:"n,omitempty"`    // which caller
	Held string            `json:"held,omitempty"` // said to people only
}

// Run measures the real window on the display at hand, in a process of its own; floor and central are in this
// one, so that what is measured is the desk's. Exit 1 where a figure is above its limit. No profile is touched.
func (c windowBenchCommand) Run(ctx context.Context, p *program) (err error) {
	if c.Serve {
		return p.serveWindowBench(ctx)
	}
	for _, name := range c.Only {
		if !slices.Contains(windowBenchParts(), name) {
			return &usageError{fmt.Errorf("%q is not measured", name)}
		}
	}
	if len(c.Only) == 0 {
		c.Only = windowBenchParts()
	}
	if c.Calls < 8 {
		return &usageError{fmt.Errorf("a shift has at least 8 calls")}
	}
	b := &windowBench{p: p, cmd: c}
	if err := b.inWorld(ctx, b.measure); err != nil {
		return err
	}
	return b.tellReport()
}

// inWorld opens floor and central in a folder that is thrown away, and does what is to be done in front of them.
func (b *windowBench) inWorld(ctx context.Context, do func(context.Context) error) error {
	tmp, err := os.MkdirTemp("", "callbench-bench-*")
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	defer os.RemoveAll(tmp) //nolint:errcheck // made-up customers
	b.dir = tmp
	b.centre, err = openCentre(ctx, centreConfig{Dir: tmp, Seed: b.cmd.Seed, Lang: desk.Language(b.cmd.Lang), Log: b.p.log})
	if err != nil {
		return err
	}
	world, stop := context.WithCancel(ctx)
	var parts sync.WaitGroup
	var ran error
	parts.Go(func() { ran = b.centre.run(world) })
	b.report.Cores, b.report.Load[0] = runtime.NumCPU(), windowbench.Load()
	err = do(ctx)
	b.report.Load[1] = windowbench.Load()
	stop()
	parts.Wait()
	return errors.Join(err, ran)
}

// tellReport prints the report; exit 1 where a figure is above its limit.
func (b *windowBench) tellReport() (err error) {
	if b.cmd.JSON {
		err = b.p.printJSON(&b.report)
	} else {
		err = b.p.print(b.report.Text())
	}
	if err == nil && !b.report.Held() {
		return silent{exitNo}
	}
	return err
}

// windowBench is one run.
type windowBench struct {
	p      *program
	cmd    windowBenchCommand
	centre *centre
	dir    string
	report windowbench.Report
	script string        // of the monkey; empty: there is none
	onLine *floor.Placed // the call the window asked for last
}

// measure opens the windows one after another: some for the first frame only, one at an agent's work, one with a
// lead's board.
func (b *windowBench) measure(ctx context.Context) error {
	var work []string
	for _, part := range []string{"idle", "echo", "pop", "shift"} {
		if slices.Contains(b.cmd.Only, part) {
			work = append(work, part)
		}
	}
	if slices.Contains(b.cmd.Only, "first") {
		for range benchStarts {
			if err := b.window(ctx, demoAgent, []string{"first"}); err != nil {
				return err
			}
		}
	}
	if len(work) > 0 {
		if err := b.window(ctx, demoAgent, work); err != nil {
			return err
		}
	}
	if slices.Contains(b.cmd.Only, "board") {
		return b.window(ctx, demoLead, []string{"board"})
	}
	return nil
}

// window runs one window and does what it wants of the world, until it ends.
func (b *windowBench) window(ctx context.Context, user string, parts []string) error {
	ctx, stop := context.WithTimeout(ctx, benchPatience)
	defer stop()
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	cfg := b.centre.desk(user, workplaceConfig{})
	orders := benchOrders{
		Dir: b.dir, Lang: desk.Language(b.cmd.Lang), Key: cfg.StoreKey[:], URL: b.centre.url(), Password: b.centre.agentPassword,
		Parts: parts, Calls: b.cmd.Calls, Prof: b.cmd.Prof, Script: b.script,
	}
	orders.Dir = filepath.Join(b.dir, user)
	if err := os.MkdirAll(orders.Dir, 0o700); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	if orders.Key, err = keyIn(orders.Dir, orders.Key); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	if user == demoLead {
		orders.URL = "" // its board is made up in the window: central's would come in between
	}
	cmd := exec.CommandContext(ctx, self, "bench", "window", "--serve") //nolint:gosec // this program itself
	cmd.Stderr = b.p.stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	told := json.NewEncoder(in)
	err = told.Encode(orders) //nolint:gosec // the password of a made-up user, into a pipe
	words := bufio.NewScanner(out)
	for err == nil && words.Scan() {
		err = b.hear(ctx, words.Bytes(), told)
	}
	if err != nil {
		stop()
	}
	in.Close() //nolint:errcheck,gosec // nobody reads any more
	if werr := cmd.Wait(); err == nil && werr != nil {
		err = fmt.Errorf("bench: window %v: %w", parts, werr)
	}
	return err
}

// hear takes a line of the window.
func (b *windowBench) hear(ctx context.Context, text []byte, told *json.Encoder) error {
	var w benchWord
	if err := json.Unmarshal(text, &w); err != nil {
		return fmt.Errorf("bench: the window says %q: %w", text, err)
	}
	if w.Line != nil {
		b.report.Lines = append(b.report.Lines, *w.Line)
		b.tell(w.Line.Text())
	}
	if w.Held != "" {
		b.tell(w.Held)
	}
	if w.Want == "" {
		return nil
	}
	problem := ""
	if err := b.act(ctx, w); err != nil {
		problem = err.Error()
	}
	if err := told.Encode(problem); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	return nil
}

func (b *windowBench) tell(text string) { _, _ = fmt.Fprintln(b.p.stderr, text) } // nobody needs it

// act is the world outside the window.
func (b *windowBench) act(ctx context.Context, w benchWord) error {
	switch w.Want {
	case "call":
		placed, err := b.centre.floor.Call(ctx, b.centre.callers[w.N%len(b.centre.callers)])
		b.onLine = placed
		return err //nolint:wrapcheck // the window says what was wanted
	case "hang_up":
		if b.onLine != nil {
			b.onLine.HangUp() //nolint:contextcheck // what hangs up runs in the floor's loop, not here
		}
		return nil
	case "net_off":
		b.centre.takeAway()
		return nil
	case "net_on":
		b.centre.takeAway() // it may be there
		return b.centre.bringBack(ctx)
	}
	return fmt.Errorf("%s: %w", w.Want, desk.ErrInvalid)
}

// keyIn gives the key of the store in a folder: the one of an earlier window, else a new one, kept beside the made-up
// customers.
func keyIn(dir string, fresh []byte) ([]byte, error) {
	file := filepath.Join(dir, "key")
	key, err := os.ReadFile(filepath.Clean(file))
	if errors.Is(err, os.ErrNotExist) {
		return fresh, os.WriteFile(file, fresh, 0o600)
	}
	return key, err //nolint:wrapcheck // the caller says what it was for
}
