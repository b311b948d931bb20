package sync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/callbench/callbench/sync/wire"
)

// Drain brings up what waits in the store of a user who has gone home and whose place at this computer another has
// taken, and learns by one checkpoint what became of it. Nobody watches: of cfg.Emit's events only WipeOrdered matters.
// It signs in with the token that was kept, else with the password where there is one, and waits out a network that is
// down, with pauses, until ctx ends. nil: central has answered for everything. Errors, wrapped: ctx's, desk.ErrForbidden
// (the token is no longer good, or the user is disabled or to be wiped), *wire.FaultError where central does
// not take it.
func Drain(ctx context.Context, cfg Config) error {
	if cfg.Password == nil {
		cfg.Password = func() (string, error) { return "", errNoPassword }
	}
	c := New(cfg)
	defer c.http.CloseIdleConnections()
	pauses := backoff{dice: cfg.Dice}
	for {
		left, err := c.drainOnce(ctx)
		if err == nil && left == 0 {
			return nil
		}
		f, answered := errors.AsType[*wire.FaultError](err)
		if answered && f.Code != wire.CodeUnavailable && f.Code != wire.CodeExhausted && !c.gapSeen() {
			return fmt.Errorf("drain: %w", err)
		}
		pause := time.NewTimer(pauses.after(err))
		select {
		case <-ctx.Done():
			pause.Stop()
			return fmt.Errorf("drain: %w", errors.Join(ctx.Err(), err))
		case <-pause.C:
		}
	}
}

var errNoPassword = errors.New("no password is kept")

// drainOnce makes one push and one pull, and tells how many ops central has not answered for. That a push waits for the
// pull is no error of it.
func (c *Client) drainOnce(ctx context.Context) (left int, err error) {
	_, pushErr := c.Step(ctx, Push)
	_, pullErr := c.Step(ctx, Pull)
	if pullErr != nil && pushErr != nil {
		pullErr = nil // the same trouble twice
	}
	if err := errors.Join(pushErr, pullErr); err != nil {
		return 0, err
	}
	return c.Waiting(ctx)
}

// ReportWiped is Client.TellWiped for a store that Drain had to do with: token is the one that was kept for it, read
// before the secrets went.
func ReportWiped(ctx context.Context, cfg Config, token, deskID string, lost int) error {
	c := New(cfg)
	defer c.http.CloseIdleConnections()
	c.last = token
	return c.TellWiped(ctx, deskID, lost)
}
