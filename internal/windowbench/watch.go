package windowbench

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"time"
)

// maxFreezes bounds the freezes a Watch remembers with their place; more are only counted.
const maxFreezes = 20

// Watch looks whether the window's goroutine turns. It hands it a beat, waits until the beat has been run, and does so
// again after a pause: how long a beat took is how long a key would have waited.
type Watch struct {
	Cross func(func())  // runs a function soon on the window's goroutine
	Every time.Duration // pause between two beats
	Limit time.Duration // what is longer is a freeze

	threads threads // of Run's goroutine

	mu      sync.Mutex
	beats   int
	worst   time.Duration
	frozen  int
	freezes []Freeze
}

// Freeze is a beat above the limit. Took is by the clock; Ours is that without the longest time that one thread of this
// process was ready to run while other programs had the processors: about what a quiet machine would have needed. Stack is where the window's
// goroutine stood when the limit was passed.
type Freeze struct {
	At         time.Time
	Took, Ours time.Duration
	Stack      string
}

// Seen is what a Watch has seen so far: beats, the longest (Freeze.Ours), freezes and the first of them.
type Seen struct {
	Beats   int
	Worst   time.Duration
	Frozen  int
	Freezes []Freeze
}

// Seen may be asked from any goroutine.
func (w *Watch) Seen() Seen {
	w.mu.Lock()
	defer w.mu.Unlock()
	return Seen{w.beats, w.worst, w.frozen, append([]Freeze(nil), w.freezes...)}
}

// Run watches until ctx ends.
func (w *Watch) Run(ctx context.Context) {
	defer w.threads.close()
	for ctx.Err() == nil {
		w.beat(ctx)
		select {
		case <-time.After(w.Every):
		case <-ctx.Done():
		}
	}
}

// beat is one beat; one that ctx cuts off is not counted.
func (w *Watch) beat(ctx context.Context) {
	ran := make(chan struct{})
	began, before := time.Now(), w.threads.delays()
	w.Cross(func() { close(ran) })
	late := time.NewTimer(w.Limit)
	defer late.Stop()
	stack := ""
	for done := false; !done; {
		select {
		case <-ran:
			done = true
		case <-late.C:
			stack = windowStack()
		case <-ctx.Done():
			return
		}
	}
	took := time.Since(began)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.beats++
	if took <= min(w.worst, w.Limit) { // whatever part of it is ours
		return
	}
	longest := time.Duration(0)
	for thread, waited := range w.threads.delays() {
		if was, known := before[thread]; known {
			longest = max(longest, waited-was)
		}
	}
	ours := max(took-longest, 0)
	w.worst = max(w.worst, ours)
	if ours <= w.Limit {
		return
	}
	if w.frozen++; len(w.freezes) < maxFreezes {
		w.freezes = append(w.freezes, Freeze{began, took, ours, stack})
	}
}

// stackLines bounds a stack: what is above is where it stands, what is below is always the same.
const stackLines = 26

// windowStack is where goroutine 1, which is the window's, stands now.
func windowStack() string {
	buf := make([]byte, 1<<20)
	text := string(buf[:runtime.Stack(buf, true)])
	_, text, _ = strings.Cut(text, "goroutine 1 ")
	text, _, _ = strings.Cut(text, "\n\n")
	if lines := strings.SplitAfterN(text, "\n", stackLines); len(lines) == stackLines {
		text = strings.Join(lines[:stackLines-1], "")
	}
	return text
}
