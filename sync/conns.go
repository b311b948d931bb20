package sync

import (
	"context"
	"net"
	gosync "sync"
)

// conns is the open connections of a client. When the network is another one they lead nowhere, and nothing would say so for
// many seconds: they are closed, and the calls on them fail at once.
type conns struct {
	mu  gosync.Mutex
	all map[*conn]bool
}

// dial is next, but that its connections are known.
func (c *conns) dial(next func(ctx context.Context, network, address string) (net.Conn, error)) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		one, err := next(ctx, network, address)
		if err != nil {
			return nil, err
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.all == nil {
			c.all = map[*conn]bool{}
		}
		known := &conn{Conn: one, of: c}
		c.all[known] = true
		return known, nil
	}
}

// drop closes them all.
func (c *conns) drop() {
	c.mu.Lock()
	all := c.all
	c.all = nil
	c.mu.Unlock()
	for one := range all {
		_ = one.Close() // it leads nowhere
	}
}

type conn struct {
	net.Conn
	of *conns
}

func (c *conn) Close() error {
	c.of.mu.Lock()
	delete(c.of.all, c)
	c.of.mu.Unlock()
	return c.Conn.Close() //nolint:wrapcheck // as it is
}
