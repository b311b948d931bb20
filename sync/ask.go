package sync

import (
	"context"
	"fmt"

	"github.com/callbench/callbench/sync/wire"
)

// Open asks for the whole record of a customer whom this desk holds as a stub, during the call that is named by
// its linked id. It is to be shown and not to be kept. Errors as call gives them: desk.ErrOffline,
// desk.ErrForbidden, a *wire.FaultError, wrapped; ctx's. Open, Lease and Pool may be called from any goroutine.
func (c *Client) Open(ctx context.Context, customer, linked string) (*wire.Opened, error) {
	id, err := c.deskID(ctx)
	if err != nil {
		return nil, fmt.Errorf("open record: %w", err)
	}
	return asked(call[wire.Opened](ctx, c, wire.MethodOpen, wire.Open{Desk: id, Customer: customer, Call: linked}))
}

// Lease asks for a callback, or gives it back.
func (c *Client) Lease(ctx context.Context, callback string, release bool) (*wire.Leased, error) {
	id, err := c.deskID(ctx)
	if err != nil {
		return nil, fmt.Errorf("lease: %w", err)
	}
	return asked(call[wire.Leased](ctx, c, wire.MethodLease, wire.Lease{Desk: id, Callback: callback, Release: release}))
}

// Pool asks for a page of the customers in the pool; in.Desk is filled in.
func (c *Client) Pool(ctx context.Context, in wire.Pool) (*wire.Pooled, error) {
	var err error
	if in.Desk, err = c.deskID(ctx); err != nil {
		return nil, fmt.Errorf("pool: %w", err)
	}
	return asked(call[wire.Pooled](ctx, c, wire.MethodPool, in))
}

func asked[Out any](out *Out, err error) (*Out, error) {
	if err != nil {
		return nil, fmt.Errorf("ask central: %w", err)
	}
	return out, nil
}

func (c *Client) deskID(ctx context.Context) (string, error) {
	r, err := c.cfg.Store.Replica(ctx)
	return r.Desk, err
}
