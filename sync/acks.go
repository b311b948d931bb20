package sync

// acks is which ops central has told this run of the program that it took. What a Pull says of it must never be
// more than what the central asked has: a desk whose file came back from a backup would drop work for a number
// that central knows from an earlier life, and one whose central came back from a backup would never send it again.
type acks struct {
	n    int64
	life int // grows whenever n falls: an answer to a push of before then says nothing any more
}

// acked gives how far central has taken our ops, and the life to give to took.
func (c *Client) acked() acks {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.acks
}

// took notes that central took the ops up to n, as was asked in the life that was.
func (c *Client) took(was acks, n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.acks.life == was.life {
		c.acks.n = max(c.acks.n, n)
	}
}

// fallBack notes that central has the ops up to n at most, and reports whether that is less than it had said.
func (c *Client) fallBack(n int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n >= c.acks.n {
		return false
	}
	c.acks = acks{n: n, life: c.acks.life + 1}
	return true
}

// forget notes that nothing is known any more of what central has: central or the desk's id is another one. moved: it
// is the desk, and no page that was asked for under the old id may be applied.
func (c *Client) forget(moved bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.acks = acks{life: c.acks.life + 1}
	if moved {
		c.life++
	}
}
