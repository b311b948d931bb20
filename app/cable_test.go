//go:build windowtest

package app

import (
	"net"
	"net/url"
	"sync"
	"testing"
)

// cable is the line between a desk and central. Pulled, it carries nothing and tells nobody, as a real one.
type cable struct {
	listener net.Listener
	to       string

	mu     sync.Mutex
	plugs  *sync.Cond
	pulled bool
	ended  bool
	ends   []net.Conn
}

func startCable(t *testing.T, address string) *cable {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{listener: l, to: u.Host}
	c.plugs = sync.NewCond(&c.mu)
	var all sync.WaitGroup
	all.Go(func() { c.accept(&all) })
	t.Cleanup(func() {
		l.Close()
		c.mu.Lock()
		c.ended = true
		for _, end := range c.ends {
			end.Close()
		}
		c.plugs.Broadcast()
		c.mu.Unlock()
		all.Wait()
	})
	return c
}

func (c *cable) url() string { return "http://" + c.listener.Addr().String() }

func (c *cable) accept(all *sync.WaitGroup) {
	for {
		near, err := c.listener.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", c.to)
		if err != nil {
			near.Close()
			continue
		}
		c.mu.Lock()
		c.ends = append(c.ends, near, far)
		c.mu.Unlock()
		all.Go(func() { c.carry(near, far) })
		all.Go(func() { c.carry(far, near) })
	}
}

// carry copies; what comes while the cable is out waits, as in the senders of a real network.
func (c *cable) carry(to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		c.mu.Lock()
		for c.pulled && !c.ended {
			c.plugs.Wait()
		}
		c.mu.Unlock()
		if n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (c *cable) pull() { c.set(true) }
func (c *cable) plug() { c.set(false) }

func (c *cable) set(pulled bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pulled = pulled
	c.plugs.Broadcast()
}
