package sync

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/mistake"
	"github.com/callbench/callbench/sync/wire"
)

// How often a desk pulls without being told to. With an open stream that is only a safety net.
const (
	pollAlone    = 15 * time.Second
	pollWatching = 5 * time.Minute
)

// maxMisfits bounds the pages one after the other that may fail to fit the store in one checkpoint.
const maxMisfits = 3

// runPull brings rows down: when poked or asked, after a failure, and from time to time.
func (c *Client) runPull(ctx context.Context) {
	pauses := backoff{dice: c.cfg.Dice}
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
		retry.Stop()
		tried, pause := attempt{err: err}, c.poll()
		if rows > 0 {
			pauses.reset() // it came along
		}
		if err != nil {
			pause = pauses.after(err)
			tried.next = desk.MillisOf(c.cfg.Now().Add(pause))
		} else {
			pauses.reset()
		}
		retry.Reset(pause)
		c.report(ctx, tried)
		if asked != nil {
			asked <- outcome{n: rows, err: err}
		}
	}
}

// poll is the pause to the next pull without a reason, with jitter.
func (c *Client) poll() time.Duration {
	b := backoff{pause: pollAlone / 2, dice: c.cfg.Dice}
	if c.watching.Load() {
		return pollWatching
	}
	return b.next()
}

// pull takes one checkpoint and tells how many rows changed. Its first page is asked for by itself: mostly it is the
// only one, and of a snapshot it is what is due today. The others are fetched ahead while the store takes the one
// before. Wherever this ends, the next pull goes on after the last page that was applied.
func (c *Client) pull(ctx context.Context) (rows int, err error) {
	misfits, waited := 0, c.gapSeen()
	done := false
	defer func() {
		if c.brought += rows; done {
			c.brought = 0
		}
	}()
	var began time.Time
	for first := true; ; first = false {
		if c.holds() {
			c.emit(ctx, Fetching{Rows: c.brought + rows, Held: true})
			return rows, c.present(ctx)
		}
		from, err := c.standing(ctx)
		if err != nil {
			return rows, err
		}
		var page *desk.Page
		n := 0
		if c.byHand() && !first {
			c.rest(ctx, c.cfg.Now().Sub(began))
		}
		began = c.cfg.Now()
		if first || c.byHand() {
			page, n, err = c.page(ctx, from)
		} else {
			page, n, err = c.pages(ctx, from, c.brought+rows)
		}
		rows += n
		if n > 0 {
			misfits = 0
		}
		if errors.Is(err, desk.ErrConflict) && misfits < maxMisfits {
			misfits++ // an answer that came late: ask from where the store stands
			continue
		}
		if errors.Is(err, desk.ErrCopied) && misfits < maxMisfits {
			misfits++
			if err := c.newLife(ctx); err != nil {
				return rows, fmt.Errorf("pull: %w", err)
			}
			signal(c.pokePush)
			continue
		}
		if err != nil {
			return rows, err
		}
		if page == nil || !page.Last {
			c.emit(ctx, Fetching{Rows: c.brought + rows})
			continue
		}
		if len(page.Refused) > 0 && page.LastN < c.acked().n {
			continue // more refusals than one page tells
		}
		outbox, err := c.cfg.Store.Outbox(ctx)
		if err != nil {
			return rows, fmt.Errorf("pull: %w", err)
		}
		done = true
		c.emit(ctx, Synced{Outbox: outbox, Cursor: page.To, Rows: c.brought + rows})
		if waited {
			c.gapPulled()
		}
		return rows, nil
	}
}

// holds reports whether a checkpoint waits now: not where a push waits for it, what was saved comes first.
func (c *Client) holds() bool { return c.held.Load() && !c.gapSeen() }

// present asks nothing but whether central is there and lets us in.
func (c *Client) present(ctx context.Context) error {
	_, err := call[wire.SignedIn](ctx, c, wire.MethodSession, wire.Session{})
	return err
}

// place is from where a page is asked for; it must be the same when the page is applied.
type place struct {
	replica desk.Replica
	acks    acks
	life    int
}

func (c *Client) standing(ctx context.Context) (place, error) {
	c.mu.Lock()
	from := place{acks: c.acks, life: c.life}
	c.mu.Unlock()
	var err error
	if from.replica, err = c.cfg.Store.Replica(ctx); err != nil {
		return from, fmt.Errorf("pull: %w", err)
	}
	if mistake.Made(mistake.AckedNotSent) {
		from.acks.n = math.MaxInt64
	}
	return from, nil
}

// question asks for the page after from.
func (c *Client) question(from place) wire.Pull {
	return wire.Pull{
		Desk: from.replica.Desk, Cursor: from.replica.Cursor, Epoch: from.replica.Epoch, Acked: from.acks.n,
		Limit: c.pace.limit(c.line.rate()),
	}
}

// page asks for the page after from and applies it.
func (c *Client) page(ctx context.Context, from place) (*desk.Page, int, error) {
	page, err := c.fetch(ctx, from)
	if err != nil {
		return nil, 0, err
	}
	n, err := c.apply(ctx, from, page)
	return page, n, err
}

// fetch asks for the page after from.
func (c *Client) fetch(ctx context.Context, from place) (*desk.Page, error) {
	var weight meter
	page, err := call[desk.Page](metered(ctx, &weight), c, wire.MethodPull, c.question(from))
	if err != nil {
		return nil, err
	}
	c.pace.came(len(page.Rows), weight.bytes)
	return page, nil
}

// apply gives a page that was asked for from there to the store.
func (c *Client) apply(ctx context.Context, from place, page *desk.Page) (int, error) {
	if page.Epoch == "" || page.To == "" || page.LastN > from.acks.n {
		return 0, fmt.Errorf("pull: %w", errNotCentral)
	}
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case c.renaming <- struct{}{}:
	}
	defer func() { <-c.renaming }()
	c.mu.Lock()
	same := c.life == from.life
	c.mu.Unlock()
	if !same {
		return 0, fmt.Errorf("pull: the desk has a new id: %w", desk.ErrConflict)
	}
	n, err := c.toStore(ctx, from.replica.Epoch, *page)
	if err != nil {
		return n, fmt.Errorf("pull: %w", err)
	}
	return n, c.compare(ctx, from, page)
}

// compare looks whether central has what it said it had taken. One that came back from a backup has not: what it
// lacks is in the outbox, or is again since the page was applied, and goes up once more. A Reset may have given the
// desk a new id with that: then the other pages that were asked for under the old one do not fit (desk.ErrConflict).
func (c *Client) compare(ctx context.Context, from place, page *desk.Page) error {
	if page.Reset {
		is, err := c.cfg.Store.Replica(ctx)
		if err != nil {
			return fmt.Errorf("pull: %w", err)
		}
		moved := is.Desk != from.replica.Desk
		if moved || from.replica.Epoch != "" && page.Epoch != from.replica.Epoch {
			c.cfg.Log.WarnContext(ctx, "central is not the one it was; what it lacks is sent again", "desk", is.Desk)
			c.forget(moved)
			signal(c.pokePush)
		}
		if moved {
			return fmt.Errorf("pull: the desk has a new id: %w", desk.ErrConflict)
		}
	}
	if page.Last && page.LastN < from.acks.n && len(page.Refused) == 0 && c.acked() == from.acks && c.fallBack(page.LastN) {
		c.cfg.Log.WarnContext(ctx, "central lacks changes that it had taken; they are sent again", "desk", from.replica.Desk)
		signal(c.pokePush)
	}
	return nil
}
