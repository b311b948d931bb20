package sync

import (
	"context"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// PublishAgent tells central the agent's state. It never blocks; only the newest state counts, and it is
// told again whenever central may have forgotten it.
func (c *Client) PublishAgent(a desk.Agent) {
	c.mu.Lock()
	c.agent = &a
	c.mu.Unlock()
	signal(c.pokeAgent)
}

// runAgent tells states as they come. While central is away it tries again, at most lastPause apart; the
// next stream pokes it at once.
func (c *Client) runAgent(ctx context.Context) {
	pauses := backoff{dice: c.cfg.Dice}
	retry := time.NewTimer(lastPause)
	retry.Stop()
	defer retry.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.pokeAgent:
		case <-retry.C:
		}
		c.mu.Lock()
		a := c.agent
		c.mu.Unlock()
		if a == nil {
			continue
		}
		retry.Stop()
		r, err := c.cfg.Store.Replica(ctx)
		if err == nil {
			_, err = call[wire.Done](ctx, c, wire.MethodSetAgent, wire.SetAgent{
				Desk: r.Desk, Agent: *a, Now: desk.MillisOf(c.cfg.Now()),
			})
		}
		if err != nil {
			retry.Reset(pauses.next())
			continue
		}
		pauses.reset()
	}
}
