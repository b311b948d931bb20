package media

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
)

// Where dynamic payload types of ours start: telephone events, when nothing is agreed yet.
const (
	eventsNarrow = 101 // telephone-event/8000
	eventsWide   = 97  // telephone-event/48000
	eventsFmtp   = "0-15"
)

// agreed is what a negotiation came to. It is replaced as a whole and never changed, so the sound
// goroutines read it without a lock; encoders and decoders in it live on from one to the next.
type agreed struct {
	codec  codec
	pt     uint8 // of the packets we send
	enc    encoder
	blocks int // of 10 ms in a packet we send

	digits      bool // the other side takes telephone events
	digitsPT    uint8
	digitsClock int

	sends, receives bool

	rx       [128]*rxFormat // by payload type of the packets we receive
	rxDigits [128]bool
}

// rxFormat is a payload type that we can decode.
type rxFormat struct {
	codec codec
	dec   decoder
}

// negotiation is the control plane's memory; Session.neg guards it.
type negotiation struct {
	codecs   []codec
	id       uint64
	version  uint64
	last     []byte      // our last description, to see whether anything changed
	lines    []mediaLine // shape of the session: later offers keep every line (RFC 3264 8)
	ours     int
	pts      map[string]uint8 // "name/clock" → payload type, once used it stays
	offered  []format
	dir      Direction // of our last description
	remote   Direction
	ptime    int
	current  string // codec agreed
	encoders map[string]encoder
	decoders map[string]*rxFormat
}

// ptFor is the payload type that name/clock has in this session, or else the wish if free.
func (n *negotiation) ptFor(name string, clock int, wish uint8) uint8 {
	key := fmt.Sprintf("%s/%d", name, clock)
	if pt, ok := n.pts[key]; ok {
		return pt
	}
	taken := func(pt uint8) bool {
		for _, used := range n.pts {
			if used == pt {
				return true
			}
		}
		return false
	}
	if wish >= 96 {
		for taken(wish) && wish < 127 { // 32 dynamic numbers for 4 formats: one is free
			wish++
		}
	}
	n.pts[key] = wish
	return wish
}

// offer lists our formats: the codec in use first, so that a re-INVITE keeps it.
func (n *negotiation) offer() []format {
	var first, rest, events []format
	clocks := map[int]bool{}
	for _, c := range n.codecs {
		f := format{pt: n.ptFor(c.name, c.clock, c.pt), name: c.name, clock: c.clock, fmtp: c.fmtp}
		if c.name == n.current {
			first = append(first, f)
		} else {
			rest = append(rest, f)
		}
		clocks[c.clock] = true
	}
	for _, clock := range []int{48000, 8000} {
		if clocks[clock] {
			events = append(events, n.events(clock))
		}
	}
	return append(append(first, rest...), events...)
}

func (n *negotiation) events(clock int) format {
	wish := uint8(eventsNarrow)
	if clock == 48000 {
		wish = eventsWide
	}
	return format{pt: n.ptFor(telephoneEvent, clock, wish), name: telephoneEvent, clock: clock, fmtp: eventsFmtp}
}

// write makes the description; its version counts up only when something changed (RFC 3264 8).
func (n *negotiation) write(local netip.AddrPort, formats []format, ptime int, d Direction) ([]byte, error) {
	desc := describe{
		local: local, id: n.id, version: n.version, lines: n.lines, ours: n.ours,
		formats: formats, ptime: ptime, dir: d,
	}
	body, err := desc.marshal()
	if err != nil {
		return nil, fmt.Errorf("write sdp: %w", err)
	}
	if n.last != nil && !bytes.Equal(body, n.last) {
		n.version++
		desc.version = n.version
		if body, err = desc.marshal(); err != nil {
			return nil, fmt.Errorf("write sdp: %w", err)
		}
	}
	n.last = body
	return bytes.Clone(body), nil
}

// Offer returns an SDP offer that asks for d. From then on packets of every format in it are
// understood, since early media may come before the answer.
func (s *Session) Offer(d Direction) ([]byte, error) {
	s.neg.Lock()
	defer s.neg.Unlock()
	n := &s.plan
	formats := n.offer()
	body, err := n.write(s.local, formats, n.ptime, d)
	if err != nil {
		return nil, err
	}
	n.offered, n.dir = formats, d
	if s.agreed.Load() == nil {
		a := &agreed{receives: d.Receives()}
		if err := n.listen(a, formats); err != nil {
			return nil, err
		}
		s.agreed.Store(a)
	}
	return body, nil
}

// Answer takes the other side's offer and returns the answer to it, with d narrowed to what the
// offer allows. It picks the codec in use if offered again, else the first of Config.Codecs. Errors:
// ErrBadSDP, ErrNoMedia; the session then stays as it was.
func (s *Session) Answer(offer []byte, d Direction) ([]byte, error) {
	lines, err := parse(offer)
	if err != nil {
		return nil, fmt.Errorf("answer: %w", err)
	}
	s.neg.Lock()
	defer s.neg.Unlock()
	n := &s.plan
	at, c, f, ok := n.choose(lines)
	if !ok {
		return nil, fmt.Errorf("answer: %w", ErrNoMedia)
	}
	l := lines[at]
	wants := l.wants()
	dir := direction(d.Sends() && wants.Receives(), d.Receives() && wants.Sends())
	formats := []format{{pt: f.pt, name: c.name, clock: c.clock, fmtp: c.fmtp}}
	clear(n.pts) // the offerer's numbers rule from here on
	n.pts[fmt.Sprintf("%s/%d", c.name, c.clock)] = f.pt
	events, withDigits := l.digits(c.clock)
	if withDigits {
		formats = append(formats, format{events.pt, telephoneEvent, events.clock, eventsFmtp})
		n.pts[fmt.Sprintf("%s/%d", telephoneEvent, events.clock)] = events.pt
	}
	n.lines, n.ours = lines, at
	body, err := n.write(s.local, formats, l.ptime, dir)
	if err != nil {
		return nil, err
	}
	n.offered, n.dir = nil, dir
	return body, s.settle(l, c, f, dir, formats)
}

// choose finds the first line and the codec for an answer.
func (n *negotiation) choose(lines []mediaLine) (at int, c codec, f format, ok bool) {
	wishes := n.codecs
	if cur, known := codecNamed(n.current); known {
		wishes = append([]codec{cur}, wishes...)
	}
	for i, l := range lines {
		if !l.usable() {
			continue
		}
		for _, c := range wishes {
			if f, found := l.find(c.name, c.clock); found {
				return i, c, f, true
			}
		}
	}
	return 0, codec{}, format{}, false
}

// Accept takes the answer to our last Offer. Errors: ErrBadSDP; ErrNoMedia when the other side
// refused or answered with nothing we offered.
func (s *Session) Accept(answer []byte) error {
	lines, err := parse(answer)
	if err != nil {
		return fmt.Errorf("accept: %w", err)
	}
	s.neg.Lock()
	defer s.neg.Unlock()
	n := &s.plan
	if n.offered == nil {
		return fmt.Errorf("accept: %w: nothing was offered", ErrNoMedia)
	}
	if n.ours >= len(lines) || !lines[n.ours].usable() {
		return fmt.Errorf("accept: %w", ErrNoMedia)
	}
	l := lines[n.ours]
	for _, f := range l.formats { // the answerer's order is its preference
		c, known := codecNamed(f.name)
		if known && c.clock == f.clock && offers(n.offered, c) {
			if n.lines == nil {
				n.lines = lines
			}
			wants := l.wants()
			return s.settle(l, c, f, direction(n.dir.Sends() && wants.Receives(), n.dir.Receives()), n.offered)
		}
	}
	return fmt.Errorf("accept: %w", ErrNoMedia)
}

func offers(formats []format, c codec) bool {
	for _, f := range formats {
		if f.name == c.name && f.clock == c.clock {
			return true
		}
	}
	return false
}

// settle puts a finished negotiation into force. f is how the other side numbers the codec, rx
// are the formats that we listen to.
func (s *Session) settle(l mediaLine, c codec, f format, dir Direction, rx []format) error {
	n := &s.plan
	a := &agreed{
		codec: c, pt: f.pt, blocks: l.ptime / minPtime,
		receives: dir.Receives(),
		sends:    dir.Sends() && !l.hold,
	}
	if e, ok := l.digits(c.clock); ok {
		a.digits, a.digitsPT, a.digitsClock = true, e.pt, e.clock
	}
	enc, ok := n.encoders[c.name]
	if !ok {
		var err error
		if enc, err = c.newEncoder(); err != nil {
			return fmt.Errorf("settle %s: %w", c.name, err)
		}
		n.encoders[c.name] = enc
	}
	a.enc = enc
	if err := n.listen(a, rx); err != nil {
		return err
	}
	n.current, n.remote, n.ptime = c.name, l.wants(), l.ptime
	s.route.signal(l.remote(), l.remoteRTCP())
	s.agreed.Store(a)
	return nil
}

// listen fills in what a understands.
func (n *negotiation) listen(a *agreed, formats []format) error {
	for _, f := range formats {
		if f.name == telephoneEvent {
			a.rxDigits[f.pt] = true
			continue
		}
		rx, ok := n.decoders[f.name]
		if !ok {
			c, _ := codecNamed(f.name)
			dec, err := c.newDecoder()
			if err != nil {
				return fmt.Errorf("settle %s: %w", f.name, err)
			}
			rx = &rxFormat{codec: c, dec: dec}
			n.decoders[f.name] = rx
		}
		a.rx[f.pt] = rx
	}
	return nil
}

// Remote is what the other side said last that it wants, seen from there: SendOnly or Inactive
// means that it holds us (0.0.0.0 counts). SendRecv before any negotiation.
func (s *Session) Remote() Direction {
	s.neg.Lock()
	defer s.neg.Unlock()
	return s.plan.remote
}

// codecsOf reads Config.Codecs.
func codecsOf(names []string) ([]codec, error) {
	if len(names) == 0 {
		names = []string{codecOpus, codecPCMA, codecPCMU}
	}
	var out []codec
	for _, name := range names {
		if strings.EqualFold(name, codecG722) {
			continue
		}
		c, ok := codecNamed(name)
		if !ok {
			return nil, fmt.Errorf("%w: unknown codec %q", ErrNoMedia, name)
		}
		out = append(out, c)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: no codec", ErrNoMedia)
	}
	return out, nil
}
