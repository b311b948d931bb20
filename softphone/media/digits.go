package media

import (
	"encoding/binary"
	"fmt"
	"strings"
	"sync"
)

// Bounds and times of digits (RFC 4733 2.5).
const (
	waitingDigits = 64 // to the other side; more at once are refused with ErrDigitsFull
	heardDigits   = 32 // from the other side; nobody reading, further ones are dropped
	digitMs       = 120
	digitPauseMs  = 80
	digitVolume   = 10 // -10 dBm0
	digitEnds     = 3  // the last packet is sent three times
	digitKeys     = "0123456789*#ABCD"
	digitLate     = 240_000 // RTP ticks, 5 s at 48 kHz: further back is no late packet but a new clock
)

// digitQueue holds digits that wait for the capture clock. Its mutex is held for a copy of a
// byte.
type digitQueue struct {
	mu    sync.Mutex
	queue [waitingDigits]byte
	n     int
}

func (q *digitQueue) push(codes []byte) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.n+len(codes) > len(q.queue) {
		return false
	}
	q.n += copy(q.queue[q.n:], codes)
	return true
}

func (q *digitQueue) pop() (code byte, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.n == 0 {
		return 0, false
	}
	code = q.queue[0]
	copy(q.queue[:], q.queue[1:q.n])
	q.n--
	return code, true
}

// SendDigits queues d, characters of 0-9 * # A-D, all or none: each is sent as an RFC 4733 event of
// 120 ms with 80 ms between. They wait while the call is held. Errors: ErrBadDigit,
// ErrNoDigits, ErrDigitsFull.
func (s *Session) SendDigits(d string) error {
	codes := make([]byte, 0, len(d))
	for _, r := range strings.ToUpper(d) {
		code := strings.IndexRune(digitKeys, r)
		if code < 0 {
			return fmt.Errorf("send digits: %w", ErrBadDigit) // not which one: it may be of a card number
		}
		codes = append(codes, byte(code&0xF))
	}
	if a := s.agreed.Load(); a == nil || !a.digits {
		return fmt.Errorf("send digits: %w", ErrNoDigits)
	}
	if !s.typed.push(codes) {
		return fmt.Errorf("send digits: %w", ErrDigitsFull)
	}
	return nil
}

// Digits gives what the other side presses, one of 0-9 * # A-D each, at its first packet. It is
// never closed.
func (s *Session) Digits() <-chan byte { return s.heard }

// outDigit is the event being sent.
type outDigit struct {
	active bool
	code   byte
	start  uint32 // RTP time at which it began
	ms     int    // of it that passed
	pause  int    // ms still to wait before the next
}

// sendDigit sends the event packet of one frame in place of sound; false: no event is on.
func (s *Session) sendDigit(a *agreed) bool {
	t := &s.send
	d := &t.digit
	frameMs := a.blocks * minPtime
	if !d.active {
		if d.pause > 0 {
			d.pause -= frameMs
			return false
		}
		if !a.digits {
			return false
		}
		code, ok := s.typed.pop()
		if !ok {
			return false
		}
		*d = outDigit{active: true, code: code, start: t.ticks}
	}
	first := d.ms == 0
	d.ms += frameMs
	end := d.ms >= digitMs
	body := t.packet[12:16]
	body[0], body[1] = d.code, digitVolume
	if end {
		body[1] |= 0x80
	}
	binary.BigEndian.PutUint16(body[2:], uint16(d.ms*a.digitsClock/1000)) //nolint:gosec // ≤ 180 ms: 8640.
	s.transmit(a.digitsPT, first, d.start, len(body))
	if end {
		for range digitEnds - 1 {
			s.transmit(a.digitsPT, false, d.start, len(body))
		}
		*d = outDigit{pause: digitPauseMs}
		t.fresh = true
	}
	return true
}

// inDigit dedupes events by their timestamp: all packets of one event carry the same.
type inDigit struct {
	seen  bool
	start uint32
	ended bool
}

// take reads an event packet. fills reports whether the packet stands for a frame's time: the
// repeated last packets do not.
func (d *inDigit) take(payload []byte, ts uint32) (key byte, fresh, fills bool) {
	if len(payload) < 4 {
		return 0, false, false
	}
	if back := int32(d.start - ts); d.seen && back > 0 && back <= digitLate { //nolint:gosec // signed difference.
		return 0, false, false // a packet of an earlier event that was overtaken: that one has been heard
	}
	end := payload[1]&0x80 != 0
	fresh = !d.seen || d.start != ts
	if fresh {
		d.ended = false
	}
	fills = !d.ended
	d.seen, d.start, d.ended = true, ts, d.ended || end
	if int(payload[0]) >= len(digitKeys) {
		return 0, false, fills // flash, fax and modem tones
	}
	return digitKeys[payload[0]], fresh, fills
}
