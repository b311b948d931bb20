package sync

import (
	"context"
	"errors"
	"fmt"
	gosync "sync"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// Silences.
const (
	firstWithin = 10 * time.Second // central says something at once: after that nothing comes through
	staleAfter  = 2 * time.Second  // then the board is shown as stale …
	deadAfter   = 5 * time.Second  // … and a stream that brings one is given up
	calmAfter   = (2*wire.BeatSeconds + 5) * time.Second
)

// Streams that do not get through: some proxies collect them, or cut them.
const (
	maxCut    = 3                // in a row; then hints are polled for
	pollsFor  = 10 * time.Minute // and after that a stream is tried again
	shortLife = 20 * time.Second // a stream that tears before it is this old was cut
)

// watch is the state of the hints' loop.
type watch struct {
	c      *Client
	seq    int64
	board  *desk.Board   // newest, nil where none came
	trust  time.Duration // silence within which it counts as known
	stale  *time.Timer
	pauses backoff
	cut    int       // streams in a row that did not get through
	polls  time.Time // until then hints are polled for
}

// runWatch keeps hints coming: by a stream, or by polls where streams do not get through. Its failures are nobody's
// news: a pull tells whether central is there.
func (c *Client) runWatch(ctx context.Context) {
	w := &watch{c: c, trust: staleAfter, stale: time.NewTimer(staleAfter), pauses: backoff{dice: c.cfg.Dice}}
	defer w.stale.Stop()
	for ctx.Err() == nil {
		began := time.Now()
		err := w.hearOn(ctx)
		if err == nil && w.polling() {
			continue
		}
		c.watching.Store(false)
		if ctx.Err() != nil {
			return
		}
		lived := time.Since(began)
		if err == nil && lived > deadAfter {
			continue // it was old enough
		}
		w.judge(err, lived)
		signal(c.pokePull)
		w.pause(ctx)
	}
}

func (w *watch) polling() bool { return time.Now().Before(w.polls) }

// hearOn is one stream, or one poll.
func (w *watch) hearOn(ctx context.Context) error {
	if w.polling() {
		return w.listen(ctx, calmAfter, w.poll)
	}
	return w.listen(ctx, firstWithin, w.c.readStream)
}

// judge counts streams that ended as those do that a proxy collects or cuts. Where central cannot be reached at all,
// nothing is learned about streams; a poll then fails like everything else.
func (w *watch) judge(err error, lived time.Duration) {
	f, _ := errors.AsType[*wire.FaultError](err)
	switch {
	case w.polling():
		w.polls = time.Time{} // that does not work either
	case f != nil && f.Code == wire.CodeNotThere:
		w.cut = maxCut
	case f != nil || lived >= shortLife || w.c.down.Load():
		w.cut = 0
	default:
		w.cut++
	}
	if w.cut >= maxCut {
		w.cut, w.polls = 0, time.Now().Add(pollsFor)
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

// listen takes the hints that read passes on until it ends, or is silent: before the first hint for as long as first.
// Nil: central ended it in the ordinary way.
func (w *watch) listen(ctx context.Context, first time.Duration, read func(context.Context, chan<- wire.Hint) error) error {
	ctx, cancel := context.WithCancel(ctx)
	hints := make(chan wire.Hint)
	ended := make(chan error, 1)
	var reader gosync.WaitGroup
	reader.Go(func() { ended <- read(ctx, hints) })
	// The reader has gone before the next stream begins.
	defer reader.Wait()
	defer cancel()
	dead := time.NewTimer(first)
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
		case hint := <-hints:
			w.hear(ctx, hint)
			w.stale.Reset(w.trust)
			if (hint.Board != nil || hint.BoardStands) && hint.BoardEvery <= wire.BoardBeatSeconds {
				dead.Reset(deadAfter)
			} else {
				dead.Reset(calmAfter)
			}
		}
	}
}

// hear takes one hint.
func (w *watch) hear(ctx context.Context, hint wire.Hint) {
	if !w.c.watching.Swap(true) {
		w.pauses.reset()
		signal(w.c.pokeAgent) // central may have started anew and forgotten the agent's state
	}
	if hint.Seq != w.seq {
		w.seq = hint.Seq
		signal(w.c.pokePull)
	}
	if b := hint.BoardAfter(w.board); b != nil {
		w.board, w.trust = b, staleAfter
		if hint.BoardEvery > wire.BoardBeatSeconds {
			w.trust = time.Duration(hint.BoardEvery)*time.Second + deadAfter
		}
		w.c.emit(ctx, BoardSeen{Board: *b})
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
	for hint, err := range stream[wire.Hint](ctx, c, wire.MethodWatch, wire.Watch{Desk: r.Desk, Glance: true}) {
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

// poll asks once for what is newer than the newest hint, and passes it on.
func (w *watch) poll(ctx context.Context, hints chan<- wire.Hint) error {
	r, err := w.c.cfg.Store.Replica(ctx)
	if err != nil {
		return fmt.Errorf("poll: %w", err)
	}
	hint, err := call[wire.Hint](patient(ctx, calmAfter), w.c, wire.MethodPoll, wire.Poll{Desk: r.Desk, Seq: w.seq, Glance: true})
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case hints <- *hint:
		return nil
	}
}
