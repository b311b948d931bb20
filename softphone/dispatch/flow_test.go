package dispatch

import (
	"context"
	"net/netip"
	"testing"
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
