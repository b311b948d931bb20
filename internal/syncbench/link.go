package syncbench

import (
	"context"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A slow line: a branch's, with everything else on it.
const (
	slowRate  = 64 << 10               // bytes a second each way, 512 kbit/s
	slowDelay = 150 * time.Millisecond // each way
	slowQueue = time.Second            // what the router holds, in time
	packet    = 1400
)

// lane is one direction of a line, shared by all its connections.
type lane struct {
	mu   sync.Mutex
	free time.Time // when what has been sent is through
	sent int64
}

// send takes n bytes onto the lane, as soon as the router takes them, and tells when they arrive.
func (l *lane) send(ctx context.Context, n int) (arrives time.Time, err error) {
	for {
		l.mu.Lock()
		now := time.Now()
		behind := l.free.Sub(now)
		if behind < slowQueue {
			if behind < 0 {
				l.free = now
			}
			l.free = l.free.Add(time.Duration(n) * time.Second / slowRate)
			l.sent += int64(n)
			arrives = l.free.Add(slowDelay)
			l.mu.Unlock()
			return arrives, nil
		}
		l.mu.Unlock()
		if err := pause(ctx, behind-slowQueue+time.Millisecond); err != nil {
			return arrives, err
		}
	}
}

func (l *lane) count() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sent
}

// pause waits; it ends early with ctx.
func pause(ctx context.Context, d time.Duration) error {
	over := time.NewTimer(d)
	defer over.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err() //nolint:wrapcheck // Run does
	case <-over.C:
		return nil
	}
}

// slowLine makes connections over one slow line.
type slowLine struct{ up, down lane }

func (s *slowLine) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err //nolint:wrapcheck // the client words it
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	c := &slowConn{Conn: conn, line: s, ctx: ctx, cancel: cancel, in: make(chan parcel, 64), out: make(chan parcel, 64)}
	go c.receive() // until Close
	go c.deliver() // until Close
	return c, nil
}

// parcel is bytes and when they arrive.
type parcel struct {
	bytes   []byte
	arrives time.Time
	err     error
}

type slowConn struct {
	net.Conn
	line   *slowLine
	ctx    context.Context //nolint:containedctx // lives as long as the connection
	cancel context.CancelFunc
	in     chan parcel
	out    chan parcel
	rest   []byte
	failed error
}

func (c *slowConn) receive() {
	for {
		p := parcel{bytes: make([]byte, packet)}
		n, err := c.Conn.Read(p.bytes)
		p.bytes, p.err = p.bytes[:n], err
		if n > 0 {
			if p.arrives, err = c.line.down.send(c.ctx, n); err != nil {
				p.err = err
			}
		}
		select {
		case <-c.ctx.Done():
			return
		case c.in <- p:
		}
		if p.err != nil {
			return
		}
	}
}

func (c *slowConn) deliver() {
	for {
		select {
		case <-c.ctx.Done():
			return
		case p := <-c.out:
			if pause(c.ctx, time.Until(p.arrives)) != nil {
				return
			}
			if _, err := c.Conn.Write(p.bytes); err != nil {
				return // Read tells
			}
		}
	}
}

func (c *slowConn) Read(b []byte) (int, error) {
	for len(c.rest) == 0 {
		if c.failed != nil {
			return 0, c.failed
		}
		select {
		case <-c.ctx.Done():
			return 0, io.ErrClosedPipe
		case p := <-c.in:
			if pause(c.ctx, time.Until(p.arrives)) != nil {
				return 0, io.ErrClosedPipe
			}
			c.rest, c.failed = p.bytes, p.err
		}
	}
	n := copy(b, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

func (c *slowConn) Write(b []byte) (int, error) {
	for done := 0; done < len(b); {
		n := min(packet, len(b)-done)
		arrives, err := c.line.up.send(c.ctx, n)
		if err != nil {
			return done, io.ErrClosedPipe
		}
		select {
		case <-c.ctx.Done():
			return done, io.ErrClosedPipe
		case c.out <- parcel{bytes: append([]byte(nil), b[done:done+n]...), arrives: arrives}:
		}
		done += n
	}
	return len(b), nil
}

func (c *slowConn) Close() error {
	c.cancel()
	return c.Conn.Close() //nolint:wrapcheck // as it is
}

// torn makes connections that break after some bytes, as long as any breaks are left.
type torn struct {
	mu    sync.Mutex
	dice  *rand.Rand
	left  int
	most  int64 // bytes until a break
	count atomic.Int64
}

func (t *torn) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err //nolint:wrapcheck // the client words it
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.left == 0 {
		return conn, nil
	}
	t.left--
	c := &tornConn{Conn: conn, t: t}
	c.left.Store(1 + t.dice.Int64N(t.most))
	return c, nil
}

type tornConn struct {
	net.Conn
	t    *torn
	left atomic.Int64
}

func (c *tornConn) Read(b []byte) (int, error) {
	left := c.left.Load()
	if left <= 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := c.Conn.Read(b[:min(int64(len(b)), left)])
	if c.left.Add(-int64(n)) <= 0 {
		c.t.count.Add(1)
		_ = c.Close()
	}
	return n, err //nolint:wrapcheck // as it is
}
