//go:build !nowindow

package app

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"path/filepath"
	"runtime/pprof"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/hands"
	"github.com/callbench/callbench/internal/windowbench"
	"github.com/callbench/callbench/softphone/audio"
	"github.com/callbench/callbench/ui"
	"github.com/callbench/callbench/ui/present"
)

// windowProbe measures the window it is in. Its script runs beside the desk, as the demo's centre does, and ends
// the window.
type windowProbe struct {
	p      *program
	orders benchOrders
	in     *bufio.Scanner
	out    *json.Encoder
	look   *lookout
	law    draftLaw
	s      *windowSession
	hands  *hands.Hands
	window uint32          // at the X server
	note   image.Rectangle // where its field lies, in pixels

	first chan time.Time     // room for one: when the first screen was in the picture
	pops  chan time.Duration // room for one: how long the newest look-up took to be in the picture

	mu     sync.Mutex
	looked time.Time // when the look-up for the call that rings was answered; zero: none is waited for
	drawn  bool      // of Fyne's goroutine: the widgets have its customer
	begun  bool      // of Fyne's goroutine: the first picture has been
}

// serveWindowBench is the window of a measurement.
func (p *program) serveWindowBench(ctx context.Context) error {
	b := &windowProbe{
		p: p, in: bufio.NewScanner(p.stdin), out: json.NewEncoder(p.stdout), look: newLookout(),
		first: make(chan time.Time, 1), pops: make(chan time.Duration, 1),
	}
	b.in.Buffer(nil, 16<<20) // a script is in one line
	if !b.in.Scan() {
		return fmt.Errorf("no orders: %w", io.ErrUnexpectedEOF)
	}
	if err := json.Unmarshal(b.in.Bytes(), &b.orders); err != nil {
		return fmt.Errorf("orders: %w", err)
	}
	flows, err := shippedFlows()
	if err != nil {
		return err
	}
	o := b.orders
	cfg := workplaceConfig{
		Version: p.version, Language: o.Lang, Flows: flows, Books: p.books(""), Routes: demoRoutes(o.Lang), Log: p.log, Wish: desk.AgentNotReady,
		Org: "demo", User: demoAgent, StorePath: filepath.Join(o.Dir, "desk.db"), StoreKey: [32]byte(o.Key),
		Audio: audio.Config{In: "null", Out: "null", Ring: "null", Log: p.log},
	}
	if o.URL != "" {
		cfg.Central = &centralAccess{URL: o.URL, Password: func() (string, error) { return o.Password, nil }}
	}
	if o.Prof != "" {
		f, err := os.Create(o.Prof)
		if err != nil {
			return fmt.Errorf("profile: %w", err)
		}
		defer f.Close() //nolint:errcheck // it can be made again
		if err := pprof.StartCPUProfile(f); err != nil {
			return fmt.Errorf("profile: %w", err)
		}
		defer pprof.StopCPUProfile()
		defer writeAllocs(o.Prof + ".allocs")
	}
	var failed error
	plan := windowPlan{lang: o.Lang, ready: &cfg, title: "Callbench bench", follow: b.turn}
	plan.beside = func(ctx context.Context, _ func(desk.Event)) error {
		defer b.s.stop()
		failed = b.run(ctx)
		return nil
	}
	return errors.Join(p.showMeasured(ctx, plan, b), failed)
}

// writeAllocs writes what the process has taken of memory, and what it still holds.
func writeAllocs(file string) {
	f, err := os.Create(filepath.Clean(file))
	if err != nil {
		return // it can be made again
	}
	defer f.Close()                          //nolint:errcheck // likewise
	_ = pprof.Lookup("allocs").WriteTo(f, 0) // likewise
}

// begin takes the session before its window is made, and what has to be told of its drawing.
func (b *windowProbe) begin(s *windowSession, o *ui.Options) {
	b.s, b.look.loop = s, s.desk.loop
	shown := o.Shown
	o.Shown = func(screen present.Screen) {
		shown(screen)
		b.drawn = b.drawn || screen.Customer.Kind == present.CustomerKnown
	}
	o.Painted = b.painted
}

// turn is a watcher.
func (b *windowProbe) turn(t turn) {
	b.look.turn(t)
	b.law.turn(t)
	if _, ok := t.e.(desk.CustomerFound); ok {
		b.mu.Lock()
		b.looked = time.Now()
		b.mu.Unlock()
	}
}

// painted is told from within the drawing of a frame. The frame is in the picture when Fyne's goroutine comes to
// what is queued here: the swap of its buffers is over then.
func (b *windowProbe) painted() {
	drawn, begun := b.drawn, b.begun
	b.drawn, b.begun = false, true
	ui.Cross(func() {
		now := time.Now()
		if !begun {
			b.first <- now // once: there is room
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		if drawn && !b.looked.IsZero() {
			select {
			case b.pops <- now.Sub(b.looked):
			default: // nobody has asked for the one before
			}
			b.looked = time.Time{}
		}
	})
}

// run measures part after part.
func (b *windowProbe) run(ctx context.Context) error {
	b.send(desk.SettingsChanged{Settings: desk.Settings{Scheme: "light"}}) // the ink of the text is looked for
	for _, part := range b.orders.Parts {
		do := map[string]func(context.Context) error{
			"first": b.firstFrame, "idle": b.idle, "echo": b.echo, "pop": b.pop, "board": b.board, "shift": b.shift, "monkey": b.monkey,
		}[part]
		if err := do(ctx); err != nil {
			if ctx.Err() != nil {
				return nil //nolint:nilerr // the window was closed
			}
			return fmt.Errorf("%s: %w", part, err)
		}
	}
	return nil
}

func (b *windowProbe) line(name string, value float64, unit string, limit float64) error {
	return b.out.Encode(benchWord{Line: &windowbench.Line{Name: name, Value: value, Unit: unit, Limit: limit}}) //nolint:wrapcheck // a pipe
}

func (b *windowProbe) spread(name string, took []time.Duration, limit float64) error {
	s := windowbench.SpreadOf(took)
	return errors.Join(
		b.line(fmt.Sprintf("%s, p50 of %d", name, len(took)), s.P50, "ms", 0),
		b.line(name+", p95", s.P95, "ms", limit),
		b.line(name+", worst", s.Worst, "ms", 0),
	)
}

// want asks the world for something and waits until it has done it.
func (b *windowProbe) want(what string, n int) error {
	if err := b.out.Encode(benchWord{Want: what, N: n}); err != nil {
		return err //nolint:wrapcheck // a pipe
	}
	if !b.in.Scan() {
		return fmt.Errorf("no answer to %s: %w", what, io.ErrUnexpectedEOF)
	}
	var problem string
	if err := json.Unmarshal(b.in.Bytes(), &problem); err != nil {
		return fmt.Errorf("answer to %s: %w", what, err)
	}
	if problem != "" {
		return fmt.Errorf("%s: %s", what, problem) //nolint:err113 // of another process
	}
	return nil
}

// until waits for a state, for a bounded time.
func (b *windowProbe) until(ctx context.Context, what string, ok func(desk.State) bool) (desk.State, error) {
	limit, stop := context.WithTimeout(ctx, stagePatience)
	defer stop()
	got, err := b.look.until(limit, ok)
	if err != nil {
		return got.state, fmt.Errorf("not %s: %w", what, err)
	}
	return got.state, nil
}

func (b *windowProbe) send(e desk.Event) { b.s.desk.loop.send(e) }

// reach connects to the X server and finds the window there.
func (b *windowProbe) reach() (err error) {
	if b.hands != nil {
		return nil
	}
	if b.hands, err = hands.Open(""); err != nil {
		return err //nolint:wrapcheck // it says what was done
	}
	found := make(chan uint32, 1)
	ui.Cross(func() {
		w, ok := b.s.win.(driver.NativeWindow)
		if !ok {
			found <- 0
			return
		}
		w.RunNative(func(context any) {
			x, _ := context.(driver.X11WindowContext)
			found <- uint32(x.WindowHandle) //nolint:gosec // an X window has 29 bits
		})
	})
	if b.window = <-found; b.window == 0 {
		return fmt.Errorf("the window is not an X server's: %w", errors.ErrUnsupported)
	}
	return nil
}

// findNote learns where the first line of the note is: to look at more of it takes longer.
func (b *windowProbe) findNote() {
	found := make(chan image.Rectangle, 1)
	ui.Cross(func() {
		pos, size := b.s.ui.NoteField()
		scale := b.s.win.Canvas().Scale()
		px := func(v float32) int { return int(v * scale) }
		found <- image.Rect(px(pos.X), px(pos.Y), px(pos.X+size.Width), px(pos.Y+min(size.Height, 36)))
	})
	b.note = <-found
}

// on runs f on Fyne's goroutine and waits for it.
func (b *windowProbe) on(f func(fyne.Canvas)) {
	done := make(chan struct{})
	ui.Cross(func() { f(b.s.win.Canvas()); close(done) })
	<-done
}
