package sync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// How often a desk pulls without being told to. With an open stream that is only a safety net.
const (
	pollAlone    = 15 * time.Second
	pollWatching = 5 * time.Minute
)

// maxMisfits bounds the pages that may fail to fit the store in one checkpoint.
const maxMisfits = 3

// runPull brings rows down: when poked or asked, after a failure, and from time to time.
func (c *Client) runPull(ctx context.Context) {
	var pauses backoff
	retry := time.NewTimer(0)
	defer retry.Stop()
	for {
		var asked chan outcome
		select {
		case <-ctx.Done():
			return
		case <-c.pokePull:
		case <-retry.C:
		case a := <-c.askPull:
			asked = a.answer
		}
		rows, err := c.pull(ctx)
		c.report(ctx, err)
		retry.Stop()
		if err != nil {
			retry.Reset(pauses.next())
		} else {
			pauses.reset()
			retry.Reset(c.poll())
		}
		if asked != nil {
			asked <- outcome{n: rows, err: err}
		}
	}
}

// poll is the pause to the next pull without a reason, with jitter.
func (c *Client) poll() time.Duration {
	b := backoff{pause: pollAlone / 2}
	if c.watching.Load() {
		return pollWatching
	}
	return b.next()
}

// pull takes one checkpoint, page by page, and tells how many rows changed.
func (c *Client) pull(ctx context.Context) (int, error) {
	rows, misfits := 0, 0
	for {
		page, n, err := c.page(ctx)
		rows += n
		if errors.Is(err, desk.ErrConflict) && misfits < maxMisfits {
			misfits++ // an answer that came late: ask from where the store stands
			continue
		}
		if err != nil {
			return rows, err
		}
		if !page.Last {
			continue
		}
		if len(page.Refused) > 0 && page.LastN < c.ackedSoFar() {
			continue // more refusals than one page tells
		}
		outbox, err := c.cfg.Store.Outbox(ctx)
		if err != nil {
			return rows, fmt.Errorf("pull: %w", err)
		}
		c.emit(ctx, Synced{Outbox: outbox, Cursor: page.To, Rows: rows})
		return rows, nil
	}
}

// page asks for the page after the store's cursor and applies it.
func (c *Client) page(ctx context.Context) (*desk.Page, int, error) {
	c.mu.Lock()
	acked, life := c.acked, c.life
	c.mu.Unlock()
	r, err := c.cfg.Store.Replica(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("pull: %w", err)
	}
	page, err := call[desk.Page](ctx, c, wire.MethodPull, wire.Pull{
		Desk: r.Desk, Cursor: r.Cursor, Epoch: r.Epoch, Acked: acked, Limit: c.cfg.PageRows,
	})
	if err != nil {
		return nil, 0, err
	}
	if page.Epoch == "" || page.To == "" || page.LastN > acked {
		return nil, 0, fmt.Errorf("pull: %w", errNotCentral)
	}
	select {
	case <-ctx.Done():
		return nil, 0, ctx.Err()
	case c.renaming <- struct{}{}:
	}
	defer func() { <-c.renaming }()
	c.mu.Lock()
	same := c.life == life
	c.mu.Unlock()
	if !same {
		return nil, 0, fmt.Errorf("pull: the desk has a new id: %w", desk.ErrConflict)
	}
	n, err := c.cfg.Store.ApplyPage(ctx, *page)
	if err != nil {
		return nil, n, fmt.Errorf("pull: %w", err)
	}
	return page, n, nil
}
