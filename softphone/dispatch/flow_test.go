package dispatch

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"
)

func TestOurAddressIsLookedUpAgainAfterAMove(t *testing.T) {
	e, err := Open(Config{Networks: []string{"udp"}}) // all addresses of the machine
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	peer, before := netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("192.0.2.7")
	for name, move := range map[string]func() (*Flow, error){
		"dialled again": func() (*Flow, error) { return e.Dial(context.Background(), "udp", peer.String(), 5060) },
		"moved":         func() (*Flow, error) { e.Moved(); return e.udp.flow(netip.AddrPortFrom(peer, 5060)), nil },
	} {
		e.udp.local = map[netip.Addr]netip.Addr{peer: before}
		f, err := move()
		if err != nil {
			t.Fatal(err)
		}
		if f.Local().Addr() != peer || e.udp.flow(netip.AddrPortFrom(peer, 5060)).Local().Addr() != peer {
			t.Errorf("%s: our address is still %s", name, f.Local())
		}
	}
}

// broken is a socket whose reads fail at once until it is closed. Some of them are told when they come.
type broken struct {
	net.PacketConn
	reads  atomic.Int64
	told   chan time.Time // with room for all of them
	closed atomic.Bool
}

func newBroken() *broken { return &broken{told: make(chan time.Time, errorsInARow+3)} }

func (b *broken) ReadFrom([]byte) (int, net.Addr, error) {
	if b.reads.Add(1) <= int64(cap(b.told)) {
		b.told <- time.Now()
	}
	if b.closed.Load() {
		return 0, nil, net.ErrClosed
	}
	return 0, nil, errors.New("broken")
}

func (b *broken) Accept() (net.Conn, error) { _, _, err := b.ReadFrom(nil); return nil, err }
func (b *broken) Addr() net.Addr            { return &net.TCPAddr{} }

func (b *broken) Close() error {
	b.closed.Store(true)
	if b.PacketConn == nil {
		return nil
	}
	return b.PacketConn.Close()
}

func TestASocketThatKeepsFailingIsNotAskedWithoutPause(t *testing.T) {
	udp, tcp := newBroken(), newBroken()
	e, err := Open(Config{
		Networks: []string{"udp"}, IP: netip.MustParseAddr("127.0.0.1"),
		Wrap: func(c net.PacketConn) net.PacketConn { udp.PacketConn = c; return udp },
	})
	if err != nil {
		t.Fatal(err)
	}
	e.tcp = tcp
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- e.Run(ctx) }()
	for name, b := range map[string]*broken{"udp": udp, "tcp": tcp} {
		var last time.Time
		for n := range cap(b.told) {
			at := get(t, b.told, name+" asked again")
			if n >= errorsInARow && at.Sub(last) < errorPause {
				t.Errorf("%s: asked again after %s when %d reads had failed", name, at.Sub(last), n)
			}
			last = at
		}
	}
	cancel()
	if err := get(t, ended, "end"); err != nil {
		t.Error(err)
	}
}
