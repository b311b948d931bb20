package sync

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// A stream that has ended, with a long pause before the next, must not keep an old board looking fresh.
func TestABoardIsStaleAfterTwoSecondsOfSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &Client{events: make(chan Event, 8), pokePull: make(chan struct{}, 1), pokeAgent: make(chan struct{}, 1), pokeWatch: make(chan struct{})}
		w := &watch{c: c, stale: time.NewTimer(time.Hour)}
		w.hear(t.Context(), wire.Hint{Seq: 1, Board: &desk.Board{}})
		if b, ok := (<-c.events).(BoardSeen); !ok || b.Board.Stale {
			t.Errorf("at once: %+v", b)
		}
		w.stale.Reset(staleAfter) // as by the last line
		w.pauses.pause = lastPause
		began := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); w.pause(ctx) }()
		b, ok := (<-c.events).(BoardSeen)
		if took := time.Since(began); !ok || !b.Board.Stale || took != staleAfter {
			t.Errorf("%+v after %v", b, took)
		}
		cancel()
		<-ended
	})
}

// A glance comes more seldom than a lead's board: it is not stale as soon as that one.
func TestAGlanceIsTrustedAsLongAsCentralSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &Client{events: make(chan Event, 8), pokePull: make(chan struct{}, 1), pokeAgent: make(chan struct{}, 1), pokeWatch: make(chan struct{})}
		w := &watch{c: c, trust: staleAfter, stale: time.NewTimer(time.Hour)}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		hints := []wire.Hint{{Seq: 1, Board: &desk.Board{}, BoardEvery: wire.BeatSeconds}, {Seq: 2}}
		go func() {
			ended <- w.listen(ctx, firstWithin, func(ctx context.Context, out chan<- wire.Hint) error {
				for _, h := range hints {
					out <- h
				}
				<-ctx.Done()
				return ctx.Err()
			})
		}()
		began := time.Now()
		if b, ok := (<-c.events).(BoardSeen); !ok || b.Board.Stale {
			t.Errorf("at once: %+v", b)
		}
		b, ok := (<-c.events).(BoardSeen)
		if took := time.Since(began); !ok || !b.Board.Stale || took != wire.BeatSeconds*time.Second+deadAfter {
			t.Errorf("%+v after %v", b, took)
		}
		cancel()
		<-ended
	})
}

// A proxy that collects a stream lets nothing of it through: three of them, and hints are polled for; after a while a
// stream is tried again.
func TestSilentStreamsAreGivenUpForPolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &watch{c: &Client{}, stale: time.NewTimer(time.Hour)}
		mute := func(ctx context.Context, _ chan<- wire.Hint) error {
			<-ctx.Done()
			return ctx.Err()
		}
		began := time.Now()
		for i := range maxCut {
			if w.polling() {
				t.Fatalf("polls after %d streams", i)
			}
			at := time.Now()
			err := w.listen(t.Context(), firstWithin, mute)
			w.judge(err, time.Since(at))
		}
		if !w.polling() || time.Since(began) > time.Minute {
			t.Errorf("polling: %v, after %v", w.polling(), time.Since(began))
		}
		time.Sleep(pollsFor)
		if w.polling() {
			t.Error("no stream is tried again")
		}
	})
}

// While central is away streams fail, too: that says nothing of them.
func TestStreamsAreNotBlamedForACentralThatIsAway(t *testing.T) {
	c := &Client{}
	c.down.Store(true)
	w := &watch{c: c}
	for range 2 * maxCut {
		w.judge(desk.ErrOffline, 0)
	}
	if w.polling() {
		t.Error("polls of a central that is away")
	}
	w.judge(&wire.FaultError{Code: wire.CodeNotThere}, 0)
	if !w.polling() {
		t.Error("a central without streams is not polled")
	}
}
