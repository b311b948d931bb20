package sync

import "context"

// Push and Pull make one attempt each, for tests that drive a Client without Run. Events are dropped.
func (c *Client) Push(ctx context.Context) (int, error) {
	defer c.drain()
	return c.push(ctx)
}

// Pull takes one checkpoint.
func (c *Client) Pull(ctx context.Context) (int, error) {
	defer c.drain()
	return c.pull(ctx)
}

func (c *Client) drain() {
	for {
		select {
		case <-c.events:
		default:
			return
		}
	}
}
