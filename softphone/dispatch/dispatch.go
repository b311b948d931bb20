// Package dispatch is ordered SIP: sockets, transactions and dialogs in which everything that belongs
// to one Call-ID happens on one goroutine, in the order of the wire.
//
// It owns the sockets (UDP, TCP, TLS), a mailbox per Call-ID and the transactions in it. sipgo
// parses, prints and runs the transaction state machines (RFC 3261 section 17, RFC 6026); sipgo's own
// layers start a goroutine per message and lose the order, so none of them is used above the parser.
//
// Who may call what: Open, Dial, Mailbox and Mailbox.Post are for any goroutine. Everything else on a
// Mailbox, Incoming, Outgoing or Dialog belongs to the mailbox's goroutine: call it from a function
// given to Post or After, or from one of the callbacks, which all run there. So the state of a call
// needs no lock. Nothing here blocks a mailbox but a write to a stream whose peer does not read, and
// that ends the connection after writeLimit.
//
// It stops when the context of Run ends: sockets close, transactions end, and Run returns when every
// reader and every mailbox has come to rest. What must still be said (BYE, un-REGISTER) is said
// before that by the owner, who cancels afterwards.
package dispatch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Errors of this package. They come wrapped.
var (
	ErrClosed   = errors.New("endpoint is closed")
	ErrFull     = errors.New("queue is full")
	ErrTimeout  = errors.New("no answer in time")
	ErrNoAck    = errors.New("no ACK in time")
	ErrFlowGone = errors.New("connection is gone")
	ErrMessage  = errors.New("message is not valid")
)

// The times of RFC 3261, table 4, that are ours to keep; sipgo's transactions keep the same.
const (
	t1     = 500 * time.Millisecond
	t2     = 4 * time.Second
	giveUp = 64 * t1
)

// Limits that hold when Config leaves them 0.
const (
	defaultMailboxes = 4096  // Call-IDs at a time
	defaultQueue     = 256   // waiting messages of one Call-ID
	defaultMessage   = 65535 // bytes
	maxStreams       = 512   // open TCP and TLS connections
	writeLimit       = 3 * time.Second
	errorsInARow     = 8 // of a listening socket, then it is asked once in errorPause
	errorPause       = 100 * time.Millisecond
)

// Config says where to listen and who gets what nobody has claimed.
type Config struct {
	// Networks to listen on, of "udp", "tcp" and "tls"; none means dialled connections only. UDP and TCP
	// share a port number; TLS has a port of its own.
	Networks []string
	IP       netip.Addr // invalid means all addresses of the machine
	Port     int        // 0: a free one
	TLSPort  int        // 0: a free one

	TLS       *tls.Config // certificates for listening, roots for dialling
	UserAgent string

	// Request gets requests outside every claimed Call-ID, on the mailbox of their Call-ID. Nil
	// answers 481 in dialogs and 405 outside.
	Request func(*Incoming)

	// Admit says whether a flow may open new Call-IDs; who may not gets 403 without any state being kept,
	// so that strangers cannot use the mailboxes up. It is called by readers and must not block. Nil
	// admits everybody.
	Admit func(*Flow) bool

	// Resolver looks names up; nil: the system's.
	Resolver *net.Resolver

	// Wrap replaces the UDP socket in tests (loss, delay, reordering). Nil leaves it.
	Wrap func(net.PacketConn) net.PacketConn

	Mailboxes int // limit of Call-IDs; a request beyond it gets 503
	Queue     int // limit of waiting messages per Call-ID; what is beyond it is dropped
	Message   int // limit of a message in bytes; longer ones are dropped, a stream is closed

	Log *slog.Logger
}

// Endpoint is one SIP end: its sockets and its mailboxes.
type Endpoint struct {
	cfg    Config
	log    *slog.Logger
	quiet  *slog.Logger // for sipgo's transactions, whose log has addresses of people in it
	parser *sip.Parser
	udp    *packetSocket
	tcp    net.Listener
	tls    net.Listener
	wg     sync.WaitGroup // readers and mailboxes
	quit   chan struct{}  // closed at the stop: readers that pause end

	mu      sync.Mutex
	boxes   map[string]*Mailbox
	streams map[*Flow]bool
	stopped bool
}

// Open binds the sockets; nothing is read before Run.
func Open(cfg Config) (*Endpoint, error) {
	if cfg.Mailboxes == 0 {
		cfg.Mailboxes = defaultMailboxes
	}
	if cfg.Queue == 0 {
		cfg.Queue = defaultQueue
	}
	if cfg.Message == 0 {
		cfg.Message = defaultMessage
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Resolver == nil {
		cfg.Resolver = net.DefaultResolver
	}
	if cfg.TLS == nil {
		cfg.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if !cfg.IP.IsValid() {
		cfg.IP = netip.IPv4Unspecified()
	}
	e := &Endpoint{
		cfg: cfg, log: cfg.Log, quiet: slog.New(slog.DiscardHandler), parser: sip.NewParser(),
		boxes: map[string]*Mailbox{}, streams: map[*Flow]bool{}, quit: make(chan struct{}),
	}
	e.parser.MaxMessageLength = cfg.Message
	if err := e.listen(); err != nil {
		e.closeSockets()
		return nil, fmt.Errorf("open SIP endpoint: %w", err)
	}
	return e, nil
}

// Run reads the sockets until ctx ends; it returns nil then, when all has come to rest.
func (e *Endpoint) Run(ctx context.Context) error {
	if e.udp != nil {
		e.goRun(e.udp.read)
	}
	if e.tcp != nil {
		e.goRun(func() { e.accept(e.tcp, "TCP") })
	}
	if e.tls != nil {
		e.goRun(func() { e.accept(e.tls, "TLS") })
	}
	<-ctx.Done()
	e.stop()
	return nil
}

// Close is for an endpoint whose Run was never called.
func (e *Endpoint) Close() error { e.stop(); return nil }

func (e *Endpoint) stop() {
	e.mu.Lock()
	var streams []*Flow
	for f := range e.streams {
		streams = append(streams, f)
	}
	for _, b := range e.boxes {
		e.push(b, b.terminate)
	}
	if !e.stopped {
		close(e.quit)
	}
	e.stopped = true
	e.mu.Unlock()
	e.closeSockets()
	for _, f := range streams {
		f.Close()
	}
	e.wg.Wait()
}

// goRun starts a goroutine that Run waits for; after the stop it starts none.
func (e *Endpoint) goRun(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.stopped {
		e.wg.Go(f)
	}
}

// Addr tells where the endpoint listens ("udp", "tcp", "tls"); the zero value where it does not.
func (e *Endpoint) Addr(network string) netip.AddrPort {
	var a net.Addr
	switch {
	case network == "udp" && e.udp != nil:
		a = e.udp.conn.LocalAddr()
	case network == "tcp" && e.tcp != nil:
		a = e.tcp.Addr()
	case network == "tls" && e.tls != nil:
		a = e.tls.Addr()
	default:
		return netip.AddrPort{}
	}
	return addrPort(a)
}

// receive takes a message off the wire into the mailbox of its Call-ID. It is called by the reader of
// the flow, so the order of a flow is the order of the mailbox.
func (e *Endpoint) receive(f *Flow, msg sip.Message) {
	if err := valid(msg); err != nil {
		e.log.Debug("SIP message refused", "err", err)
		if req, ok := msg.(*sip.Request); ok && !req.IsAck() && req.Via() != nil && req.CallID() != nil {
			_ = f.write(sip.NewResponseFromRequest(req, sip.StatusBadRequest, "Bad Request", nil))
		}
		return
	}
	msg.SetSource(f.remote.String())
	msg.SetTransport(f.network)
	id := string(*msg.CallID())
	e.mu.Lock()
	b := e.boxes[id]
	if req, ok := msg.(*sip.Request); ok && b == nil && !req.IsAck() {
		e.mu.Unlock()
		if e.cfg.Admit != nil && !e.cfg.Admit(f) {
			_ = f.write(sip.NewResponseFromRequest(req, sip.StatusForbidden, "Forbidden", nil))
			return
		}
		e.mu.Lock()
		if b = e.boxes[id]; b == nil && len(e.boxes) < e.cfg.Mailboxes && !e.stopped {
			b = e.newBox(id)
		}
		if b == nil {
			e.mu.Unlock()
			_ = f.write(sip.NewResponseFromRequest(req, sip.StatusServiceUnavailable, "Too Busy", nil))
			return
		}
	}
	if b == nil || b.waiting >= e.cfg.Queue {
		// A stray response or ACK, or a flood in one Call-ID: UDP repeats what matters.
		e.mu.Unlock()
		return
	}
	b.waiting++
	e.push(b, func() {
		e.mu.Lock()
		b.waiting--
		e.mu.Unlock()
		b.receive(f, msg)
	})
	e.mu.Unlock()
}

// valid checks what everything below relies upon (RFC 3261 section 8.1.1).
func valid(msg sip.Message) error {
	via, cseq, id, from, to := msg.Via(), msg.CSeq(), msg.CallID(), msg.From(), msg.To()
	if via == nil || cseq == nil || id == nil || from == nil || to == nil || *id == "" {
		return fmt.Errorf("%w: a mandatory header is missing", ErrMessage)
	}
	if req, ok := msg.(*sip.Request); ok {
		if req.Method != cseq.MethodName {
			return fmt.Errorf("%w: CSeq names another method", ErrMessage)
		}
		if req.SipVersion != "SIP/2.0" {
			return fmt.Errorf("%w: SIP version", ErrMessage)
		}
		if m := req.MaxForwards(); m != nil && m.Val() > 255 {
			return fmt.Errorf("%w: Max-Forwards", ErrMessage)
		}
	}
	return nil
}

// closeSockets makes the readers end.
func (e *Endpoint) closeSockets() {
	var all []io.Closer
	if e.udp != nil {
		all = append(all, e.udp.conn)
	}
	if e.tcp != nil {
		all = append(all, e.tcp)
	}
	if e.tls != nil {
		all = append(all, e.tls)
	}
	for _, c := range all {
		_ = c.Close() // nothing to do about it
	}
}
