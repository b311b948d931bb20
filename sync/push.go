package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// Limits of one push.
const (
	pushOps   = 100
	pushBytes = 1 << 20 // below wire.MaxPushBytes with room for JSON's own
	maxLives  = 3       // new desk ids in one go; beyond it something else is wrong
)

// runPush brings ops up: when poked, when asked, and again after a failure.
func (c *Client) runPush(ctx context.Context) {
	var pauses backoff
	retry := time.NewTimer(0)
	defer retry.Stop()
	for {
		var asked chan outcome
		select {
		case <-ctx.Done():
			return
		case <-c.pokePush:
		case <-retry.C:
		case a := <-c.askPush:
			asked = a.answer
		}
		n, err := c.push(ctx)
		if n > 0 || err != nil { // an empty outbox says nothing about the link
			c.report(ctx, err)
		}
		retry.Stop()
		if err != nil {
			retry.Reset(pauses.next())
		} else {
			pauses.reset()
			c.tellDrained(ctx)
		}
		if n > 0 {
			signal(c.pokePull) // the ops leave the outbox with the next checkpoint
		}
		if asked != nil {
			asked <- outcome{n: n, err: err}
		}
	}
}

// push sends everything that central has not acknowledged and tells how many ops it took.
func (c *Client) push(ctx context.Context) (int, error) {
	taken, lives, batch, empty := 0, 0, pushOps, false
	for {
		ops, err := c.cfg.Store.Pending(ctx, c.ackedSoFar(), batch, pushBytes)
		if err != nil {
			return taken, fmt.Errorf("push: %w", err)
		}
		if len(ops) == 0 {
			return taken, nil
		}
		err = c.send(ctx, ops, empty)
		if err == nil {
			taken += len(ops)
			batch, empty = pushOps, false
			continue
		}
		var f *wire.FaultError
		if !errors.As(err, &f) {
			return taken, err
		}
		if f.Code == wire.CodeInvalid && !empty {
			// One of them is to blame: find it, then send it without its content.
			empty = len(ops) == 1
			batch = 1
			continue
		}
		again, mendErr := c.mend(ctx, f, ops[0].N)
		if mendErr != nil {
			return taken, mendErr
		}
		if !again || lives >= maxLives {
			return taken, err
		}
		lives++
	}
}

// send makes one push.
func (c *Client) send(ctx context.Context, ops []desk.Op, empty bool) error {
	r, err := c.cfg.Store.Replica(ctx)
	if err != nil {
		return fmt.Errorf("push: %w", err)
	}
	out, err := call[wire.Pushed](ctx, c, wire.MethodPush, wire.Push{Desk: r.Desk, Ops: sendable(ops, empty)})
	if err != nil {
		return err
	}
	last := ops[len(ops)-1].N
	if out.LastN < last {
		return fmt.Errorf("central took ops up to %d of %d: %w", out.LastN, last, desk.ErrConflict)
	}
	c.setAcked(last)
	return nil
}

// mend does what a fault asks for; false where nothing can be done here.
func (c *Client) mend(ctx context.Context, f *wire.FaultError, first int64) (bool, error) {
	if f.Cause == wire.CauseCloned {
		return true, c.newLife(ctx)
	}
	if f.Cause != wire.CauseGap {
		return false, nil
	}
	// Central lacks ops before our first: it came back from a backup. The store may still have them.
	ops, err := c.cfg.Store.Pending(ctx, f.LastN, 1, pushBytes)
	if err != nil {
		return false, fmt.Errorf("push: %w", err)
	}
	if len(ops) > 0 && ops[0].N == f.LastN+1 && ops[0].N < first {
		c.setAcked(f.LastN)
		return true, nil
	}
	return true, c.newLife(ctx)
}

// newLife takes a fresh desk id. No page asked for under the old one may be applied after it: its
// numbers mean other ops.
func (c *Client) newLife(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case c.renaming <- struct{}{}:
	}
	defer func() { <-c.renaming }()
	r, err := c.cfg.Store.NewDesk(ctx)
	if err != nil {
		return fmt.Errorf("take a new desk id: %w", err)
	}
	c.cfg.Log.WarnContext(ctx, "central knows this desk's numbers from other work: the desk has a new id", "desk", r.Desk)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.acked = 0
	c.life++
	return nil
}

func (c *Client) ackedSoFar() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.acked
}

func (c *Client) setAcked(n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.acked = n
}

// sendable replaces each op that cannot travel by an empty one of the same number, which central
// refuses: one bad op must not hold up those behind it, and its text stays on the desk. With empty set
// central could not even read the op.
func sendable(ops []desk.Op, empty bool) []desk.Op {
	out := make([]desk.Op, len(ops))
	for i, op := range ops {
		text, err := json.Marshal(op)
		if empty || err != nil || len(text) > desk.MaxOpBytes {
			op.Changes, op.Salt = nil, nil // the chain goes on without the text
		}
		out[i] = op
	}
	return out
}
