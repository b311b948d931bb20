package media

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"time"
)

// portTries bounds the search for an even port with a free odd one above it; then ErrNoPorts.
const portTries = 100

// wire is a UDP socket without allocation per packet.
type wire interface {
	read(b []byte) (int, netip.AddrPort, error)
	write(b []byte, to netip.AddrPort) error
	SetReadDeadline(t time.Time) error
	Close() error
}

type udpWire struct{ *net.UDPConn }

func (w udpWire) read(b []byte) (int, netip.AddrPort, error) {
	n, from, err := w.ReadFromUDPAddrPort(b)
	return n, netip.AddrPortFrom(from.Addr().Unmap(), from.Port()), err
}

func (w udpWire) write(b []byte, to netip.AddrPort) error {
	_, err := w.WriteToUDPAddrPort(b, to)
	return err
}

// wrappedWire is what Config.Wrap made of a socket; it allocates, which tests do not mind.
type wrappedWire struct{ net.PacketConn }

func (w wrappedWire) read(b []byte) (int, netip.AddrPort, error) {
	n, from, err := w.ReadFrom(b)
	if err != nil {
		return n, netip.AddrPort{}, err
	}
	udp, ok := from.(*net.UDPAddr)
	if !ok {
		return 0, netip.AddrPort{}, fmt.Errorf("read from %T", from)
	}
	ap := udp.AddrPort()
	return n, netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port()), nil
}

func (w wrappedWire) write(b []byte, to netip.AddrPort) error {
	_, err := w.WriteTo(b, net.UDPAddrFromAddrPort(to))
	return err
}

// listenPair binds RTP to an even port and RTCP to the next one (RFC 3550 11).
func listenPair(ip netip.Addr, wrap func(net.PacketConn) net.PacketConn) (rtp, rtcp wire, local netip.AddrPort, err error) {
	for range portTries {
		a, err := listenUDP(ip, 0)
		if err != nil {
			return nil, nil, local, err
		}
		bound, ok := netip.AddrPort{}, false
		if udp, isUDP := a.LocalAddr().(*net.UDPAddr); isUDP {
			bound, ok = udp.AddrPort(), udp.Port%2 == 0
		}
		if ok {
			var b *net.UDPConn
			if b, err = listenUDP(ip, bound.Port()+1); err == nil {
				return dress(a, wrap), dress(b, wrap), netip.AddrPortFrom(ip, bound.Port()), nil
			}
		}
		if err := a.Close(); err != nil {
			return nil, nil, local, err
		}
	}
	return nil, nil, local, ErrNoPorts
}

func listenUDP(ip netip.Addr, port uint16) (*net.UDPConn, error) {
	network := "udp4"
	if ip.Is6() {
		network = "udp6"
	}
	var lc net.ListenConfig
	conn, err := lc.ListenPacket(context.Background(), network, netip.AddrPortFrom(ip, port).String())
	if err != nil {
		return nil, err
	}
	udp, ok := conn.(*net.UDPConn)
	if !ok {
		return nil, fmt.Errorf("listen: %T", conn)
	}
	return udp, nil
}

func dress(c *net.UDPConn, wrap func(net.PacketConn) net.PacketConn) wire {
	if wrap == nil {
		return udpWire{c}
	}
	return wrappedWire{wrap(c)}
}
