package dispatch

import (
	"context"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"
)

// memNet is a network in memory for synctest: addresses are ports of 127.0.0.1. drop decides which
// datagrams are lost; nil loses none.
type memNet struct {
	mu    sync.Mutex
	conns map[string]*memConn
	drop  func(p []byte) bool
}

type packet struct {
	p    []byte
	from net.Addr
}

type memConn struct {
	n    *memNet
	addr *net.UDPAddr
	in   chan packet
	done chan struct{}
	once sync.Once
}

// wrap replaces a socket by one in memory that has the same address.
func (n *memNet) wrap(c net.PacketConn) net.PacketConn {
	addr := c.LocalAddr().(*net.UDPAddr)
	_ = c.Close()
	m := &memConn{n: n, addr: addr, in: make(chan packet, 1024), done: make(chan struct{})}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.conns == nil {
		n.conns = map[string]*memConn{}
	}
	n.conns[addr.String()] = m
	return m
}

func (m *memConn) WriteTo(p []byte, to net.Addr) (int, error) {
	m.n.mu.Lock()
	defer m.n.mu.Unlock()
	dst := m.n.conns[to.String()]
	if dst == nil || (m.n.drop != nil && m.n.drop(p)) {
		return len(p), nil
	}
	select {
	case dst.in <- packet{append([]byte(nil), p...), m.addr}:
	default: // a full socket buffer loses, as a real one
	}
	return len(p), nil
}

func (m *memConn) ReadFrom(p []byte) (int, net.Addr, error) {
	select {
	case k := <-m.in:
		return copy(p, k.p), k.from, nil
	case <-m.done:
		return 0, nil, net.ErrClosed
	}
}

func (m *memConn) Close() error                     { m.once.Do(func() { close(m.done) }); return nil }
func (m *memConn) LocalAddr() net.Addr              { return m.addr }
func (m *memConn) SetDeadline(time.Time) error      { return nil }
func (m *memConn) SetReadDeadline(time.Time) error  { return nil }
func (m *memConn) SetWriteDeadline(time.Time) error { return nil }

// lossy loses the share of all datagrams, the same ones for the same seed.
func lossy(seed uint64, share float64) func([]byte) bool {
	r := rand.New(rand.NewPCG(seed, 1))
	return func([]byte) bool { return r.Float64() < share }
}

// start runs an endpoint until the test ends.
func start(t *testing.T, cfg Config) *Endpoint {
	t.Helper()
	cfg.IP = netip.MustParseAddr("127.0.0.1")
	if cfg.Networks == nil {
		cfg.Networks = []string{"udp", "tcp"}
	}
	e, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = e.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return e
}
