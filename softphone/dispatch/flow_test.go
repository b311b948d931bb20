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

// broken is a socket whose reads fail at once until it is closed.
type broken struct {
	net.PacketConn
	reads  atomic.Int64
	closed atomic.Bool
}

func (b *broken) ReadFrom([]byte) (int, net.Addr, error) {
	b.reads.Add(1)
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
	udp, tcp := &broken{}, &broken{}
	e, err := Open(Config{
		Networks: []string{"udp"}, IP: netip.MustParseAddr("127.0.0.1"),
		Wrap: func(c net.PacketConn) net.PacketConn { udp.PacketConn = c; return udp },
	})
	if err != nil {
		t.Fatal(err)
	}
	e.tcp = tcp
	ctx, cancel := context.WithTimeout(context.Background(), 5*errorPause)
	defer cancel()
	begin := time.Now()
	if err := e.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begin); took > 5*errorPause+time.Second {
		t.Errorf("the stop took %s", took)
	}
	for name, b := range map[string]*broken{"udp": udp, "tcp": tcp} {
		if n := b.reads.Load(); n < errorsInARow || n > errorsInARow+10 {
			t.Errorf("%s: asked %d times in %s", name, n, 5*errorPause)
		}
	}
}
