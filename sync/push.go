package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/mistake"
	"github.com/callbench/callbench/sync/wire"
)

// maxMends bounds the new desk ids and new beginnings in one go; beyond it something else is wrong.
const maxMends = 3

// runPush brings ops up: when poked, when asked, and again after a failure.
func (c *Client) runPush(ctx context.Context) {
	pauses := backoff{dice: c.cfg.Dice}
	retry := time.NewTimer(0)
	defer retry.Stop()
	for failed := false; ; {
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
		retry.Stop()
		tried := attempt{up: true, err: err}
		if err != nil {
			pause := pauses.after(err)
			retry.Reset(pause)
			tried.next, tried.n = desk.MillisOf(c.cfg.Now().Add(pause)), c.firstWaiting(ctx)
		} else {
			pauses.reset()
			c.tellDrained(ctx)
		}
		if n > 0 || err != nil || failed { // an empty outbox says nothing about the link
			c.report(ctx, tried)
		}
		failed = err != nil
		if n > 0 {
			signal(c.pokePull) // the ops leave the outbox with the next checkpoint
		}
		if asked != nil {
			asked <- outcome{n: n, err: err}
		}
	}
}

// firstWaiting is the number of the first op that central has not taken; 0: none, or the store does not say.
func (c *Client) firstWaiting(ctx context.Context) int64 {
	ops, err := c.cfg.Store.Pending(ctx, c.acked().n, 1, 1)
	if err != nil || len(ops) == 0 {
		return 0
	}
	return ops[0].N
}

// push sends everything that central has not acknowledged and tells how many ops it took.
func (c *Client) push(ctx context.Context) (int, error) {
	taken, mends := 0, 0
	var hunt hunt
	for {
		was := c.acked()
		ops, err := c.cfg.Store.Pending(ctx, was.n, hunt.batch(was.n), c.pace.push())
		if err != nil {
			return taken, fmt.Errorf("push: %w", err)
		}
		if len(ops) == 0 {
			return taken, nil
		}
		err = c.send(ctx, was, ops, hunt.empty)
		if err == nil {
			taken += len(ops)
			hunt.passed()
			continue
		}
		f, ok := errors.AsType[*wire.FaultError](err)
		if !ok {
			return taken, err
		}
		if f.Code == wire.CodeInvalid && !hunt.empty {
			hunt.failed(ops)
			continue
		}
		again, mendErr := c.mend(ctx, was, f)
		if mendErr != nil {
			return taken, mendErr
		}
		if !again || mends >= maxMends {
			return taken, err
		}
		mends++
	}
}

// hunt finds the op for which central does not take a batch: half the batch is sent, and half of that, until it is
// alone; then it goes without its content, so that it is refused and those behind it get through.
type hunt struct {
	upTo  int64 // the op is not behind this one; 0: nothing is hunted
	size  int
	empty bool
}

// batch is how many ops to send after op n.
func (h *hunt) batch(n int64) int {
	if h.upTo == 0 || n >= h.upTo {
		*h = hunt{}
		return pushOps
	}
	return max(1, h.size)
}

// failed takes note that central did not take ops.
func (h *hunt) failed(ops []desk.Op) {
	h.upTo, h.size, h.empty = ops[len(ops)-1].N, len(ops)/2, len(ops) == 1
}

// passed takes note that a batch went through.
func (h *hunt) passed() {
	if h.empty {
		*h = hunt{}
	}
}

// send makes one push. It may take as long as the line needs for so many bytes, several times over.
func (c *Client) send(ctx context.Context, was acks, ops []desk.Op, empty bool) error {
	r, err := c.cfg.Store.Replica(ctx)
	if err != nil {
		return fmt.Errorf("push: %w", err)
	}
	before, err := c.cfg.Store.OpID(ctx, ops[0].N-1)
	if err != nil {
		return fmt.Errorf("push: %w", err)
	}
	ops, size := sendable(ops, empty)
	began := c.cfg.Now()
	out, err := call[wire.Pushed](patient(ctx, c.pace.wait(size)), c, wire.MethodPush, wire.Push{Desk: r.Desk, Cursor: r.Cursor, Ops: ops, BeforeID: before})
	_, fault := errors.AsType[*wire.FaultError](err)
	c.pace.pushed(size, c.cfg.Now().Sub(began), err != nil && !fault)
	if err != nil {
		return err
	}
	last := ops[len(ops)-1].N
	if out.LastN < last {
		return fmt.Errorf("central took ops up to %d of %d: %w", out.LastN, last, desk.ErrConflict)
	}
	c.took(was, last)
	if mistake.Made(mistake.AckDropsOutbox) {
		_, _ = c.cfg.Store.ApplyPage(ctx, desk.Page{Epoch: r.Epoch, From: r.Cursor, To: r.Cursor, Last: true, LastN: last})
	}
	c.mu.Lock()
	c.gap = gap{}
	c.mu.Unlock()
	return nil
}

// gap is that central lacks ops which the store did not have to send, or is another one: a checkpoint may bring them
// back into the outbox.
type gap struct {
	seen   bool
	pulled bool // a checkpoint is complete since
}

// mend does what a fault asks for; false where nothing can be done here and now.
func (c *Client) mend(ctx context.Context, was acks, f *wire.FaultError) (bool, error) {
	switch f.Cause {
	case wire.CauseCloned:
		return true, c.newLife(ctx)
	case wire.CauseCentralOld: // the ops before it are taken; it waits for another central
		c.took(was, f.LastN)
		return false, nil
	case wire.CauseEpoch: // the desk's rows are of another central than this one
		c.waitForPull()
		return false, nil
	case wire.CauseGap:
		return c.mendGap(ctx, f.LastN)
	case wire.CauseWrongPassword, wire.CauseDisabled, wire.CauseTooMany, wire.CauseToken, wire.CauseWiped, wire.CauseDeskOld:
		// not for a push to mend
	}
	return false, nil
}

// mendGap goes on from what central has. Where the store has no op to follow that, central came back from a backup: the
// next checkpoint puts the ops that were kept back into the outbox. If that was in vain they are kept no more, and
// what waits goes up under a new desk id.
func (c *Client) mendGap(ctx context.Context, lastN int64) (bool, error) {
	c.fallBack(lastN)
	ops, err := c.cfg.Store.Pending(ctx, lastN, 1, 1)
	if err != nil {
		return false, fmt.Errorf("push: %w", err)
	}
	if len(ops) == 0 || ops[0].N == lastN+1 {
		return true, nil
	}
	c.mu.Lock()
	vain := c.gap.pulled
	c.mu.Unlock()
	if vain {
		return true, c.newLife(ctx)
	}
	c.waitForPull()
	return false, nil
}

// waitForPull notes that a push waits for a checkpoint, and asks for one.
func (c *Client) waitForPull() {
	c.mu.Lock()
	c.gap = gap{seen: true}
	c.mu.Unlock()
	signal(c.pokePull)
}

// gapSeen reports whether a push waits for a checkpoint.
func (c *Client) gapSeen() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gap.seen
}

// gapPulled notes that a checkpoint is complete that began while a push waited for it.
func (c *Client) gapPulled() {
	c.mu.Lock()
	c.gap.pulled = c.gap.seen
	c.mu.Unlock()
	signal(c.pokePush)
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
	c.mu.Lock()
	c.gap = gap{}
	c.mu.Unlock()
	r, err := c.cfg.Store.NewDesk(ctx)
	if err != nil {
		return fmt.Errorf("take a new desk id: %w", err)
	}
	c.cfg.Log.WarnContext(ctx, "central knows this desk's numbers from other work: the desk has a new id", "desk", r.Desk)
	c.forget(true)
	return nil
}

// sendable replaces each op that cannot travel by an empty one of the same number, which central
// refuses: one bad op must not hold up those behind it, and its text stays on the desk. With empty set
// central could not even read the op. size is about what goes over the line.
func sendable(ops []desk.Op, empty bool) (out []desk.Op, size int) {
	out = make([]desk.Op, len(ops))
	for i, op := range ops {
		text, err := json.Marshal(op)
		if empty || err != nil || len(text) > desk.MaxOpBytes || !utf8.Valid(text) {
			op.Changes, op.Salt, text = nil, nil, nil // the chain goes on without the text
		}
		size += len(text)
		out[i] = op
	}
	return out, size
}
