package sync

import (
	"context"
	"errors"
	"iter"
	gosync "sync"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// pagesAhead is how many pages wait in memory for the store, of wire.MaxPageBytes each; then the line waits.
const pagesAhead = 2

// byHand reports whether each page is to be asked for by itself, with a rest after it.
func (c *Client) byHand() bool { return c.talking.Load() && c.line.slow() }

// Talking tells that a call is up, or that none is any more. As long as one is, pages on a slow line leave half of it
// to the voice. It never blocks.
func (c *Client) Talking(on bool) { c.talking.Store(on) }

// pages applies the pages after from, up to the last one or as long as it is the right way to get them, and gives the
// newest that was applied; nil: none. before is how many rows the checkpoint had brought already.
func (c *Client) pages(ctx context.Context, from place, before int) (newest *desk.Page, rows int, err error) {
	ctx, cancel := context.WithCancel(ctx)
	stream := c.streams() && !c.line.slow()
	source := c.chain(ctx, from)
	if stream {
		source = c.stream(ctx, from)
	}
	var fetcher gosync.WaitGroup
	defer fetcher.Wait()
	defer cancel()
	if c.running.Load() {
		source = ahead(ctx, &fetcher, source)
	}
	for page, err := range source {
		if err != nil && stream {
			return newest, rows, c.torn(ctx, err, newest != nil)
		}
		if err != nil {
			return newest, rows, err
		}
		n, err := c.apply(ctx, from, page)
		rows += n
		if err != nil {
			return newest, rows, err
		}
		newest = page
		if page.Last {
			return newest, rows, nil
		}
		c.emit(ctx, Fetching{Rows: before + rows})
		if c.holds() || c.byHand() || stream != (c.streams() && !c.line.slow()) {
			return newest, rows, nil // the rest in another way
		}
	}
	return newest, rows, c.torn(ctx, desk.ErrOffline, newest != nil)
}

// Streams that bring nothing: some proxies let none through.
const (
	maxBarren    = 2 // in a row; then pages are pulled
	streamsAgain = 10 * time.Minute
)

// streams reports whether pages come by streams.
func (c *Client) streams() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.cfg.Now().Before(c.unary)
}

// torn says what the early end of a stream means: nil where the rest is simply asked for, from where the store stands.
func (c *Client) torn(ctx context.Context, err error, some bool) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	f, ok := errors.AsType[*wire.FaultError](err)
	if ok && f.Code != wire.CodeNotThere && f.Code != wire.CodeUnavailable {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.barren++; some {
		c.barren = 0
	}
	if c.barren >= maxBarren || ok {
		c.unary, c.barren = c.cfg.Now().Add(streamsAgain), 0
	}
	return nil
}

// stream gives the pages of one Snapshot.
func (c *Client) stream(ctx context.Context, from place) iter.Seq2[*desk.Page, error] {
	return func(yield func(*desk.Page, error) bool) {
		var weight meter
		for page, err := range stream[desk.Page](metered(ctx, &weight), c, wire.MethodSnapshot, c.question(from)) {
			if err == nil {
				c.pace.came(len(page.Rows), weight.bytes)
				weight.bytes = 0
			}
			if !yield(page, err) || err != nil {
				return
			}
		}
	}
}

// chain gives the same pages by one Pull each: the cursor of the next stands in the one before.
func (c *Client) chain(ctx context.Context, from place) iter.Seq2[*desk.Page, error] {
	return func(yield func(*desk.Page, error) bool) {
		for {
			page, err := c.fetch(ctx, from)
			if !yield(page, err) || err != nil || page.Last || c.byHand() {
				return
			}
			from.replica.Cursor, from.replica.Epoch = page.To, page.Epoch
		}
	}
}

// ahead fetches pages while earlier ones are applied, until ctx ends; fetcher waits for that.
func ahead(ctx context.Context, fetcher *gosync.WaitGroup, source iter.Seq2[*desk.Page, error]) iter.Seq2[*desk.Page, error] {
	type fetched struct {
		page *desk.Page
		err  error
	}
	pages := make(chan fetched, pagesAhead)
	fetcher.Go(func() {
		defer close(pages)
		for page, err := range source {
			select {
			case <-ctx.Done():
				return
			case pages <- fetched{page, err}:
			}
		}
	})
	return func(yield func(*desk.Page, error) bool) {
		for f := range pages {
			if !yield(f.page, f.err) {
				return
			}
		}
	}
}

// restAtMost bounds the rest after a page.
const restAtMost = 5 * time.Second

// rest leaves a slow line to a call for as long as the last page took. Who drives the client step by step rests as
// he likes.
func (c *Client) rest(ctx context.Context, took time.Duration) {
	if !c.running.Load() {
		return
	}
	over := time.NewTimer(min(took, restAtMost))
	defer over.Stop()
	select {
	case <-ctx.Done():
	case <-over.C:
	}
}
