package sync

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// knockEvery is how often a desk whose password central does not take shows its last token: the password may
// have been changed because the desk was stolen.
const knockEvery = time.Minute

// errWiping answers every call after an order to wipe the desk.
var errWiping error = &wire.FaultError{Code: wire.CodeForbidden, Cause: wire.CauseWiped, Message: "the desk is being wiped"}

// heed looks whether an answer is an order to wipe the desk, and begins to obey. The answer comes from the
// central whose certificate the desk trusts (checkURL: TLS but on loopback), and the order must name this desk
// or its user: one that was meant for another does nothing.
func (c *Client) heed(ctx context.Context, err error) error {
	f, ok := errors.AsType[*wire.FaultError](err)
	if !ok || f.Cause != wire.CauseWiped {
		return err
	}
	r, rerr := c.cfg.Store.Replica(ctx)
	if rerr != nil {
		return errors.Join(err, rerr)
	}
	if !names(f.Wipe, r.Desk, c.cfg.User) {
		c.cfg.Log.WarnContext(ctx, "an order to wipe another desk came here; it is not obeyed", slog.String("desk", r.Desk))
		return fmt.Errorf("an order for another desk: %w", errNotCentral)
	}
	c.mu.Lock()
	first := c.order == nil
	if first {
		order := *f.Wipe
		c.order, c.token = &order, ""
		c.last = cmp.Or(order.Token, c.last)
	}
	c.mu.Unlock()
	if first {
		c.cfg.Log.WarnContext(ctx, "central orders this desk to be wiped", slog.Bool("drain", f.Wipe.Drain))
		c.emit(ctx, WipeOrdered{Order: *f.Wipe})
		signal(c.pokePush)
	}
	return err
}

// names reports whether an order is for this desk, or for all desks of its user.
func names(o *wire.WipeOrder, deskID, user string) bool {
	switch {
	case o == nil:
		return false
	case o.Desk != "":
		return o.Desk == deskID
	}
	return o.User != "" && o.User == user
}

// underOrder tells how a call is made once the desk is to be wiped: a push that drains goes out with the token
// that proves the desk, anything else not at all. done is false where there is no order.
func (c *Client) underOrder(method string) (done bool, token string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.order == nil {
		return false, "", nil
	}
	if method == wire.MethodPush && c.order.Drain {
		return true, c.last, nil
	}
	return true, "", errWiping
}

// tellDrained tells that nothing waits any more, after a push that went well.
func (c *Client) tellDrained(ctx context.Context) {
	c.mu.Lock()
	now := c.order != nil && c.order.Drain && !c.drained
	c.drained = c.drained || now
	c.mu.Unlock()
	if now {
		c.emit(ctx, Drained{})
	}
}

// Waiting counts the ops that central has not taken. The outbox counts more: there an op stays until a pull has
// proven that it is taken, and a desk under an order does not pull. It may be called after Run has returned.
func (c *Client) Waiting(ctx context.Context) (int, error) {
	n, after := 0, c.acked().n
	for {
		ops, err := c.cfg.Store.Pending(ctx, after, pushOps, mostPush)
		if err != nil {
			return n, fmt.Errorf("count what waits: %w", err)
		}
		if len(ops) == 0 {
			return n, nil
		}
		n, after = n+len(ops), ops[len(ops)-1].N
	}
}

// knock shows the last token to hear whether the desk is to be wiped; nil where there is nothing to hear.
func (c *Client) knock(ctx context.Context) error {
	c.mu.Lock()
	token, now := c.last, c.cfg.Now()
	if token == "" || now.Sub(c.knocked) < knockEvery {
		c.mu.Unlock()
		return nil
	}
	c.knocked = now
	c.mu.Unlock()
	_, err := once[wire.SignedIn](ctx, c.http, c.cfg.URL, wire.MethodSession, token, wire.Session{})
	if f, ok := errors.AsType[*wire.FaultError](err); ok && f.Cause == wire.CauseWiped {
		return c.heed(ctx, err)
	}
	return nil
}

// TellWiped reports to central that the order has been carried out, at, with lost ops that had not gone up. It
// may be called after Run has returned, and once the store is gone. Errors: desk.ErrOffline and others, wrapped.
func (c *Client) TellWiped(ctx context.Context, deskID string, lost int) error {
	c.mu.Lock()
	token := c.last
	c.mu.Unlock()
	_, err := once[wire.Done](ctx, c.http, c.cfg.URL, wire.MethodTellWiped, token, wire.TellWiped{
		Desk: deskID, At: desk.MillisOf(c.cfg.Now()), Lost: lost,
	})
	if err != nil {
		return fmt.Errorf("report the wiping: %w", err)
	}
	return nil
}

// KeepEnvelope hands an envelope to central: the key of the store, sealed to the organisation's recovery key.
// The same one again is no change. Errors: desk.ErrInvalid (too long), desk.ErrOffline and others, wrapped.
func (c *Client) KeepEnvelope(ctx context.Context, epoch int64, keyID string, envelope []byte) error {
	r, err := c.cfg.Store.Replica(ctx)
	if err == nil {
		_, err = call[wire.Done](ctx, c, wire.MethodKeepEnvelope, wire.KeepEnvelope{Desk: r.Desk, Epoch: epoch, KeyID: keyID, Envelope: envelope})
	}
	if err != nil {
		return fmt.Errorf("hand in the envelope: %w", err)
	}
	return nil
}
