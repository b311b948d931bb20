package dispatch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Flow is the way to one peer: a stream connection, or our UDP socket with the peer's address.
// Requests to a registered contact go back by the flow its REGISTER came by (RFC 5626 section 5.3).
// It may be used from any goroutine.
type Flow struct {
	network string // UDP, TCP, TLS
	local   netip.AddrPort
	remote  netip.AddrPort
	socket  *packetSocket

	conn net.Conn // streams
	mu   sync.Mutex
	done chan struct{}
	once sync.Once
}

// Network is "UDP", "TCP" or "TLS".
func (f *Flow) Network() string { return f.network }

// Remote is the peer's address.
func (f *Flow) Remote() netip.AddrPort { return f.remote }

// Local is our address as the peer's network should see it: never the unspecified one.
func (f *Flow) Local() netip.AddrPort { return f.local }

// Done is closed when the connection is gone; for UDP when the endpoint has stopped reading.
func (f *Flow) Done() <-chan struct{} { return f.done }

// Close ends a stream; a UDP flow has nothing to close.
func (f *Flow) Close() {
	if f.conn == nil {
		return
	}
	f.once.Do(func() {
		_ = f.conn.Close()
		close(f.done)
	})
}

// Contact is our address on this flow as a Contact URI.
func (f *Flow) Contact(user string) sip.Uri {
	u := sip.Uri{Scheme: "sip", User: user, Host: f.local.Addr().String(), Port: int(f.local.Port())}
	if f.network != "UDP" {
		u.UriParams.Add("transport", strings.ToLower(f.network))
	}
	return u
}

// write prints a message to the peer.
func (f *Flow) write(msg sip.Message) error {
	return f.writeBytes([]byte(msg.String()))
}

func (f *Flow) writeBytes(p []byte) error {
	if f.conn == nil {
		_, err := f.socket.conn.WriteTo(p, net.UDPAddrFromAddrPort(f.remote))
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	_ = f.conn.SetWriteDeadline(time.Now().Add(writeLimit))
	if _, err := f.conn.Write(p); err != nil {
		f.Close() // half a message may be out: the stream is of no more use
		return fmt.Errorf("%w: %w", ErrFlowGone, err)
	}
	return nil
}

// Dial gives a flow to host:port by "udp", "tcp" or "tls"; host may be a name. A stream to the same
// address is used again. It blocks for name lookup and connecting, so call it off the mailboxes. Port 0: the first of
// Locate that can be dialled.
func (e *Endpoint) Dial(ctx context.Context, network, host string, port int) (*Flow, error) {
	places, err := e.Locate(ctx, network, host, port)
	if err != nil {
		return nil, err
	}
	for _, p := range places {
		var f *Flow
		if f, err = e.DialPlace(ctx, p); err == nil {
			return f, nil
		}
	}
	return nil, err
}

// DialPlace gives a flow to a place that Locate found.
func (e *Endpoint) DialPlace(ctx context.Context, p Place) (*Flow, error) {
	ips, err := e.addresses(ctx, p.Host)
	for _, ip := range ips {
		var f *Flow
		f, err = e.dialIP(ctx, p.network, p.cert, netip.AddrPortFrom(ip, uint16(p.Port))) //nolint:gosec // a port
		if err == nil {
			return f, nil
		}
	}
	return nil, fmt.Errorf("dial SIP peer: %w", err)
}

func (e *Endpoint) dialIP(ctx context.Context, network, host string, to netip.AddrPort) (*Flow, error) {
	to = netip.AddrPortFrom(to.Addr().Unmap(), to.Port())
	if network == "UDP" {
		if e.udp == nil {
			return nil, fmt.Errorf("%w: no UDP socket", ErrClosed)
		}
		e.udp.forget(to.Addr()) // the machine may have moved to another network since
		return e.udp.flow(to), nil
	}
	if network != "TCP" && network != "TLS" {
		return nil, fmt.Errorf("%w: transport %q", errors.ErrUnsupported, network)
	}
	if f := e.stream(network, to); f != nil {
		return f, nil
	}
	// Keep-alives find a peer that vanished without a word within half a minute.
	d := net.Dialer{Timeout: 4 * time.Second, KeepAliveConfig: keepAlive()}
	var conn net.Conn
	var err error
	if network == "TLS" {
		cfg := e.cfg.TLS.Clone()
		cfg.ServerName = strings.Trim(host, "[]") // an IP literal is checked as one and never sent as SNI
		conn, err = (&tls.Dialer{NetDialer: &d, Config: cfg}).DialContext(ctx, "tcp", to.String())
	} else {
		conn, err = d.DialContext(ctx, "tcp", to.String())
	}
	if err != nil {
		return nil, err
	}
	return e.serveStream(conn, network)
}

func keepAlive() net.KeepAliveConfig {
	return net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}
}

func (e *Endpoint) stream(network string, to netip.AddrPort) *Flow {
	e.mu.Lock()
	defer e.mu.Unlock()
	for f := range e.streams {
		if f.network == network && f.remote == to {
			return f
		}
	}
	return nil
}

// serveStream starts the reader of a connection. Beyond maxStreams it is closed.
func (e *Endpoint) serveStream(conn net.Conn, network string) (*Flow, error) {
	f := &Flow{
		network: network, conn: conn, done: make(chan struct{}),
		local: addrPort(conn.LocalAddr()), remote: addrPort(conn.RemoteAddr()),
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stopped || len(e.streams) >= maxStreams {
		_ = conn.Close()
		return nil, ErrClosed
	}
	e.streams[f] = true
	e.wg.Go(func() { e.readStream(f) })
	return f, nil
}

func (e *Endpoint) readStream(f *Flow) {
	defer func() {
		f.Close()
		e.mu.Lock()
		delete(e.streams, f)
		e.mu.Unlock()
	}()
	p := e.parser.NewSIPStream()
	defer p.Close()
	buf := make([]byte, 16<<10)
	ping := 0    // bytes of CRLF CRLF seen between messages
	idle := true // between messages: a CRLF alone may also be a piece of one
	for {
		n, err := f.conn.Read(buf)
		if err != nil {
			return
		}
		if idle && strings.Trim(string(buf[:n]), "\r\n") == "" {
			// RFC 5626 section 3.5.1: a double CRLF is a ping, a single one its answer.
			if ping += n; ping >= 4 {
				ping = 0
				_ = f.writeBytes([]byte("\r\n"))
			}
			continue
		}
		ping = 0
		err = p.ParseSIPStream(buf[:n], func(m sip.Message) { e.receive(f, m) })
		idle = err == nil
		if err != nil && !errors.Is(err, sip.ErrParseSipPartial) {
			// There is no boundary to find again in a stream that does not parse.
			e.log.Debug("SIP stream closed: it does not parse", "network", f.network)
			return
		}
	}
}

// falter keeps a socket that fails again and again from using a core up: n is its errors in a row. It reports
// whether to read on: false after the stop.
func (e *Endpoint) falter(n int) bool {
	if n < errorsInARow {
		return true
	}
	t := time.NewTimer(errorPause)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-e.quit:
		return false
	}
}

func (e *Endpoint) accept(l net.Listener, network string) {
	failed := 0 // in a row
	for {
		conn, err := l.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			failed++ // out of files, or a peer that has gone again
			if !e.falter(failed) {
				return
			}
			continue
		}
		failed = 0
		_, _ = e.serveStream(conn, network) // refused connections are closed there
	}
}

// packetSocket is our UDP socket.
type packetSocket struct {
	e    *Endpoint
	conn net.PacketConn
	done chan struct{}

	mu    sync.Mutex
	local map[netip.Addr]netip.Addr // our address towards a peer, when bound to all of them
}

func (s *packetSocket) read() {
	defer close(s.done)
	buf := make([]byte, s.e.cfg.Message+1)
	failed := 0 // in a row
	for {
		n, from, err := s.conn.ReadFrom(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			// An ICMP error or an oversized datagram of one peer must not end the phone.
			failed++
			if !s.e.falter(failed) {
				return
			}
			continue
		}
		failed = 0
		switch {
		case n > s.e.cfg.Message, strings.Trim(string(buf[:min(n, 8)]), "\r\n\x00") == "":
			continue // too long, or a keep-alive
		}
		msg, err := s.e.parser.ParseSIP(buf[:n])
		if err != nil {
			s.e.log.Debug("SIP datagram does not parse", "bytes", n)
			continue
		}
		s.e.receive(s.flow(addrPort(from)), msg)
	}
}

func (s *packetSocket) flow(to netip.AddrPort) *Flow {
	local := addrPort(s.conn.LocalAddr())
	if local.Addr().IsUnspecified() {
		local = netip.AddrPortFrom(s.towards(to), local.Port())
	}
	return &Flow{network: "UDP", local: local, remote: to, socket: s, done: s.done}
}

// Moved tells the endpoint that the machine's addresses may have changed: what it knows of them is asked
// for again. Flows that exist keep the address they were made with; Dial makes new ones.
func (e *Endpoint) Moved() {
	if e.udp == nil {
		return
	}
	e.udp.mu.Lock()
	defer e.udp.mu.Unlock()
	clear(e.udp.local)
}

func (s *packetSocket) forget(peer netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.local, peer)
}

// towards finds the address of this machine that packets to a peer leave from. The answers are kept until
// the peer is dialled again or the machine moves, since every datagram that comes asks; the memory is
// emptied when it is full, which only costs asking again.
func (s *packetSocket) towards(to netip.AddrPort) netip.Addr {
	s.mu.Lock()
	ip, ok := s.local[to.Addr()]
	s.mu.Unlock()
	if ok {
		return ip
	}
	ip = netip.IPv4Unspecified()
	if c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(to)); err == nil { // sends nothing
		ip = addrPort(c.LocalAddr()).Addr()
		_ = c.Close()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.local == nil || len(s.local) >= 256 {
		s.local = map[netip.Addr]netip.Addr{}
	}
	s.local[to.Addr()] = ip
	return ip
}

func addrPort(a net.Addr) netip.AddrPort {
	var ap netip.AddrPort
	switch a := a.(type) {
	case *net.UDPAddr:
		ap = a.AddrPort()
	case *net.TCPAddr:
		ap = a.AddrPort()
	default:
		ap, _ = netip.ParseAddrPort(a.String())
	}
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}

// listen binds what Config names. UDP and TCP get the same port; a free one is looked for a few times
// because the port that is free for one may be taken for the other.
func (e *Endpoint) listen() error {
	var err error
	for range 10 {
		if err = e.listenOnce(); err == nil || e.cfg.Port != 0 {
			return err
		}
		e.closeSockets()
		e.udp, e.tcp, e.tls = nil, nil, nil
	}
	return err
}

func (e *Endpoint) listenOnce() error {
	port := e.cfg.Port
	at := func(p int) string { return net.JoinHostPort(e.cfg.IP.String(), fmt.Sprint(p)) }
	lc := net.ListenConfig{KeepAliveConfig: keepAlive()}
	ctx := context.Background()
	for _, n := range e.cfg.Networks {
		switch n {
		case "udp":
			c, err := lc.ListenPacket(ctx, "udp", at(port))
			if err != nil {
				return err
			}
			if e.cfg.Wrap != nil {
				c = e.cfg.Wrap(c)
			}
			e.udp = &packetSocket{e: e, conn: c, done: make(chan struct{})}
			port = int(addrPort(c.LocalAddr()).Port())
		case "tcp":
			l, err := lc.Listen(ctx, "tcp", at(port))
			if err != nil {
				return err
			}
			e.tcp = l
			port = int(addrPort(l.Addr()).Port())
		case "tls":
			l, err := lc.Listen(ctx, "tcp", at(e.cfg.TLSPort))
			if err != nil {
				return err
			}
			e.tls = tls.NewListener(l, e.cfg.TLS)
		default:
			return fmt.Errorf("%w: transport %q", errors.ErrUnsupported, n)
		}
	}
	return nil
}
