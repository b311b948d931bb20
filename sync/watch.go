package sync

import (
	"context"
	"fmt"
	gosync "sync"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// Silences of a stream that sends a line each second.
const (
	staleAfter = 2 * time.Second // then the board is shown as stale
	deadAfter  = 5 * time.Second // then the stream is given up
)

// watch is the state of the stream's loop.
type watch struct {
	c      *Client
	seq    int64
	board  *desk.Board // newest, nil where none came
	stale  *time.Timer
	pauses backoff
}

// runWatch keeps a stream open. Its failures are nobody's news: a pull tells whether central is there.
func (c *Client) runWatch(ctx context.Context) {
	w := &watch{c: c, stale: time.NewTimer(staleAfter), pauses: backoff{dice: c.cfg.Dice}}
	defer w.stale.Stop()
	for ctx.Err() == nil {
		began := time.Now()
		err := w.stream(ctx)
		c.watching.Store(false)
		if ctx.Err() != nil {
			return
		}
		if err == nil && time.Since(began) > deadAfter {
			continue // it was old enough
		}
		signal(c.pokePull)
		w.pause(ctx)
	}
}

// pause waits before the next stream, and meanwhile tells that the board is stale.
func (w *watch) pause(ctx context.Context) {
	over := time.NewTimer(w.pauses.next())
	defer over.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.c.pokeWatch:
			return
		case <-over.C:
			return
		case <-w.stale.C:
			w.tellStale(ctx)
		}
	}
}

// stream reads one stream to its end; nil: central ended it in the ordinary way.
func (w *watch) stream(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	lines := make(chan wire.Hint)
	ended := make(chan error, 1)
	var reader gosync.WaitGroup
	reader.Go(func() { ended <- w.c.readStream(ctx, lines) })
	// The reader has gone before the next stream begins.
	defer reader.Wait()
	defer cancel()
	dead := time.NewTimer(callWithin)
	defer dead.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-dead.C:
			return fmt.Errorf("watch: silence: %w", desk.ErrOffline)
		case <-w.stale.C:
			w.tellStale(ctx)
		case <-w.c.pokeWatch: // the stream is open or being opened already
		case err := <-ended:
			return err
		case hint := <-lines:
			dead.Reset(deadAfter)
			w.stale.Reset(staleAfter)
			w.hear(ctx, hint)
		}
	}
}

// hear takes one line.
func (w *watch) hear(ctx context.Context, hint wire.Hint) {
	if !w.c.watching.Swap(true) {
		w.pauses.reset()
		signal(w.c.pokeAgent) // central may have started anew and forgotten the agent's state
	}
	if hint.Seq != w.seq {
		w.seq = hint.Seq
		signal(w.c.pokePull)
	}
	if hint.Board != nil {
		w.board = hint.Board
		w.c.emit(ctx, BoardSeen{Board: *hint.Board})
	}
}

func (w *watch) tellStale(ctx context.Context) {
	if w.board == nil || w.board.Stale {
		return
	}
	old := *w.board
	old.Stale = true
	w.board = &old
	w.c.emit(ctx, BoardSeen{Board: old})
}

// readStream opens a stream and passes its hints on; nil at an end after at least one.
func (c *Client) readStream(ctx context.Context, hints chan<- wire.Hint) error {
	r, err := c.cfg.Store.Replica(ctx)
	if err != nil {
		return fmt.Errorf("watch: %w", err)
	}
	some := false
	for hint, err := range stream[wire.Hint](ctx, c, wire.MethodWatch, wire.Watch{Desk: r.Desk}) {
		if err != nil {
			return err
		}
		some = true
		select {
		case <-ctx.Done():
			return ctx.Err()
		case hints <- *hint:
		}
	}
	if !some {
		return fmt.Errorf("watch: nothing came: %w", desk.ErrOffline)
	}
	return nil
}
