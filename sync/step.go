package sync

import "context"

// Work is what Step does.
type Work int

// The kinds of work.
const (
	Push Work = iota // what waits goes up, batch by batch
	Pull             // one checkpoint comes down, page by page
)

// Step does once, and to its end, what one of Run's loops does again and again, and tells how many ops or rows
// that were. It is for who drives a Client by hand, a simulator for example: Run must not run. Steps of one Client may
// be nested (a pull begun while a push waits for its answer), as Run's loops are beside each other. What there is to
// tell is given to Config.Emit at once.
func (c *Client) Step(ctx context.Context, w Work) (n int, err error) {
	c.byStep.Store(true)
	if w == Push {
		n, err = c.push(ctx)
		if err == nil {
			c.tellDrained(ctx)
		}
		return n, err
	}
	return c.pull(ctx)
}
