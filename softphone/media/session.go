package media

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Config is what a Session is opened with.
type Config struct {
	// IP is the address that RTP and RTCP are bound to and that stands in our SDP. It must be
	// one the other side can reach: not 0.0.0.0.
	IP netip.Addr
	// Codecs in order of preference: "opus", "pcma", "pcmu"; empty means these three. "g722" is
	// passed over until it is spoken.
	Codecs []string
	// Log gets changes of state; nil discards them.
	Log *slog.Logger
	// Wrap, if set, stands between the session and each of its two sockets (tests: loss, delay).
	Wrap func(net.PacketConn) net.PacketConn
}

// Session is the sound of one call; the package comment says who may call what.
type Session struct {
	log       *slog.Logger
	now       func() time.Time
	local     netip.AddrPort
	rtp, rtcp wire
	cname     string // random: RTCP names nobody

	agreed atomic.Pointer[agreed] // nil until the first Offer or Answer
	route  route
	muted  atomic.Bool

	send   sender      // of the capture clock
	play   player      // of the playback clock
	heard  chan byte   // digits from the other side
	typed  digitQueue  // digits to the other side
	counts sharedStats // atomics, written by whoever knows

	mu sync.Mutex // guards rx: held while one packet is copied or looked at
	rx receiver

	neg  sync.Mutex // guards plan; the control plane only
	plan negotiation
}

// Open binds an even RTP port and the RTCP port above it on cfg.IP; nothing is sent yet. Close
// gives them back. Errors: an address that cannot be bound, [ErrNoPorts], an unknown codec.
func Open(cfg Config) (*Session, error) {
	codecs, err := codecsOf(cfg.Codecs)
	if err != nil {
		return nil, fmt.Errorf("open media: %w", err)
	}
	if !cfg.IP.IsValid() || cfg.IP.IsUnspecified() {
		return nil, fmt.Errorf("open media: %q is no address to receive on", cfg.IP)
	}
	s := &Session{
		log: cfg.Log, now: time.Now, heard: make(chan byte, heardDigits),
		plan: negotiation{
			codecs: codecs, pts: map[string]uint8{}, remote: SendRecv, ptime: defaultPtime,
			encoders: map[string]encoder{}, decoders: map[string]*rxFormat{},
		},
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	var seed [24]byte
	_, _ = rand.Read(seed[:])                         // never fails (crypto/rand)
	s.plan.id = binary.BigEndian.Uint64(seed[:]) >> 2 // 62 bit: some peers read it as signed
	s.plan.version = 1
	s.cname = fmt.Sprintf("%x", seed[8:16])
	s.send.begin(binary.BigEndian.Uint32(seed[16:]), binary.BigEndian.Uint16(seed[20:]))
	s.counts.mark.ssrc = s.send.header.SSRC
	s.rtp, s.rtcp, s.local, err = listenPair(cfg.IP.Unmap(), cfg.Wrap)
	if err != nil {
		return nil, fmt.Errorf("open media: %w", err)
	}
	return s, nil
}

// Local is the address of our RTP.
func (s *Session) Local() netip.AddrPort { return s.local }

// Run receives and reports until ctx ends, then says goodbye by RTCP and returns nil. Its owner
// starts it once. It returns an error only when a socket fails for good.
func (s *Session) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	wake := func(w wire) func() bool {
		return context.AfterFunc(ctx, func() { _ = w.SetReadDeadline(time.Unix(1, 0)) }) // a closed socket is awake too
	}
	defer wake(s.rtp)()
	defer wake(s.rtcp)()
	done := make(chan error, 2) // both loops below end before Run returns
	go func() {
		defer cancel()
		done <- s.pump(ctx, s.rtp, s.receive)
	}()
	go func() {
		defer cancel()
		done <- s.pump(ctx, s.rtcp, s.receiveRTCP)
	}()
	s.report(ctx)
	return errors.Join(<-done, <-done)
}

// pump reads packets until ctx ends or the socket is closed.
func (s *Session) pump(ctx context.Context, w wire, take func([]byte, netip.AddrPort, time.Time)) error {
	buf := make([]byte, 2048) // RTP stays below the MTU; what is longer is cut and then refused
	failed := 0               // errors in a row
	for {
		n, from, err := w.read(buf)
		switch {
		case err == nil:
			failed = 0
			take(buf[:n], from, s.now())
		case ctx.Err() != nil || errors.Is(err, net.ErrClosed):
			return nil //nolint:nilerr // the read was ended on purpose.
		case errors.Is(err, os.ErrDeadlineExceeded):
			return fmt.Errorf("receive: %w", err)
		default:
			// An ICMP error reported on the socket (Windows does so) concerns one packet.
			if _, ok := errors.AsType[*net.OpError](err); !ok {
				return fmt.Errorf("receive: %w", err)
			}
			failed++
			falter(ctx, failed)
		}
	}
}

// A socket that fails errorsInARow times is asked once in errorPause until it gives a packet again, so that
// it does not use a core up.
const (
	errorsInARow = 8
	errorPause   = 100 * time.Millisecond
)

func falter(ctx context.Context, failed int) {
	if failed < errorsInARow {
		return
	}
	t := time.NewTimer(errorPause)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// Mute makes Capture send silence instead of what it is given.
func (s *Session) Mute(on bool) { s.muted.Store(on) }

// Close gives the ports back. Capture and Playback may still be called; they do nothing useful.
func (s *Session) Close() error {
	if err := errors.Join(s.rtp.Close(), s.rtcp.Close()); err != nil {
		return fmt.Errorf("close media: %w", err)
	}
	return nil
}
