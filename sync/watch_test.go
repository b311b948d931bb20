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
