package media

import (
	"net/netip"
	"time"

	"github.com/pion/rtp"
)

// oldSSRC is how long stragglers of a stream that has been replaced are ignored.
const oldSSRC = 500 * time.Millisecond

// Bounds of RFC 3550 A.1, in packets: a step ahead of up to maxDropout is loss, one back of up to maxMisorder
// is reordering, and what is beyond is a sender that began anew, once a second packet follows on.
const (
	maxDropout  = 3000
	maxMisorder = 100
)

// receiver is what Session.mu guards: the jitter buffer and the figures of RFC 3550 A.1, A.3 and A.8.
type receiver struct {
	packet rtp.Packet // of the receive loop; reused
	buffer jitterBuffer
	digit  inDigit

	has      bool
	ssrc     uint32
	old      uint32 // the one before, ignored until oldUntil
	oldUntil time.Time
	first    uint16
	highest  uint16
	jumped   bool   // the last packet was out of bounds,
	bad      uint16 // and this number would follow on it
	cycles   uint32
	received uint32
	lost     uint32 // of earlier SSRCs

	clock   int
	zero    time.Time // arrival of the packet that carried zeroTS
	zeroTS  uint32
	transit float64 // of the last packet, ms
	jitter  float64 // ms

	expectedPrior, receivedPrior uint32 // at our last report
	srMid                        uint32 // of their last sender report
	srAt                         time.Time
}

// receive takes one packet of the RTP socket. It runs on the receive loop.
func (s *Session) receive(raw []byte, from netip.AddrPort, now time.Time) {
	if len(raw) < 12 || raw[0]>>6 != 2 {
		return
	}
	if raw[1] >= 192 && raw[1] <= 223 { // RTCP on the RTP port (RFC 5761 4)
		s.receiveRTCP(raw, from, now)
		return
	}
	a := s.agreed.Load()
	if a == nil {
		return
	}
	s.mu.Lock()
	key, fresh := s.rx.take(s, a, raw, from, now)
	s.mu.Unlock()
	if fresh {
		select {
		case s.heard <- key:
		default: // heardDigits wait unread: this one is dropped
		}
	}
}

// take puts a packet where it belongs; fresh: it is the first one of a digit.
func (r *receiver) take(s *Session, a *agreed, raw []byte, from netip.AddrPort, now time.Time) (key byte, fresh bool) {
	if r.packet.Unmarshal(raw) != nil {
		return 0, false
	}
	p := &r.packet
	rx, event := a.rx[p.PayloadType&0x7F], a.rxDigits[p.PayloadType&0x7F]
	if rx == nil && !event || !s.route.admit(from, now) {
		return 0, false
	}
	if r.has && p.SSRC != r.ssrc && p.SSRC == r.old && now.Before(r.oldUntil) {
		return 0, false
	}
	if !r.has || p.SSRC != r.ssrc {
		r.change(p, now)
	}
	clock := r.clock
	if rx != nil {
		clock = rx.codec.clock
	}
	if clock != r.clock {
		r.clock, r.zero, r.zeroTS = clock, now, p.Timestamp
		r.transit = 0
		r.buffer.delays.forget()
	}
	r.count(p, now, event)
	s.counts.gotPacket(now)
	fills := true
	if event {
		key, fresh, fills = r.digit.take(p.Payload, p.Timestamp)
	}
	if a.receives {
		r.buffer.put(p.SequenceNumber, p.Timestamp, rx, p.Payload, event, fills)
	}
	return key, fresh
}

// change starts the figures of a new source; what is left of the old one's sound is dropped.
func (r *receiver) change(p *rtp.Packet, now time.Time) {
	if r.has {
		r.lost += r.missing()
		r.old, r.oldUntil = r.ssrc, now.Add(oldSSRC)
	}
	r.has, r.ssrc = true, p.SSRC
	r.first, r.highest, r.cycles, r.received = p.SequenceNumber, p.SequenceNumber, 0, 0
	r.expectedPrior, r.receivedPrior, r.srMid = 0, 0, 0
	r.clock = 0
	r.jumped, r.digit = false, inDigit{}
	r.buffer.restart()
	r.buffer.delays.forget()
}

// count keeps the figures (RFC 3550 A.1 and A.8).
func (r *receiver) count(p *rtp.Packet, now time.Time, event bool) {
	if !r.follows(p.SequenceNumber) {
		return
	}
	if before(r.highest, p.SequenceNumber) {
		if p.SequenceNumber < r.highest {
			r.cycles += 1 << 16
		}
		r.highest = p.SequenceNumber
	}
	r.received++
	if event || r.clock == 0 { // an event's packets share one timestamp
		return
	}
	t := transit(now, r.zero, p.Timestamp, r.zeroTS, r.clock)
	d := t - r.transit
	if d < 0 {
		d = -d
	}
	if r.received > 1 && d < 1000 { // a larger jump is a new clock, no jitter
		r.jitter += (d - r.jitter) / 16
	}
	r.transit = t
	r.buffer.delays.add(t)
}

// follows tells whether a packet counts as one of the sequence so far, and begins a new one when two packets
// in a row say that the sender has, though its SSRC is the same (RFC 3550 A.1).
func (r *receiver) follows(seq uint16) bool {
	step := seq - r.highest
	if step < maxDropout || -step <= maxMisorder {
		r.jumped = false
		return true
	}
	if !r.jumped || seq != r.bad {
		r.jumped, r.bad = true, seq+1
		return false
	}
	r.lost += r.missing()
	r.first, r.highest, r.cycles, r.received = seq, seq, 0, 0
	r.expectedPrior, r.receivedPrior = 0, 0
	r.jumped, r.digit = false, inDigit{}
	return true
}

// expected is the number of packets that the source sent, as far as we can know.
func (r *receiver) expected() uint32 {
	if !r.has || r.received == 0 {
		return 0
	}
	return r.cycles + uint32(r.highest) - uint32(r.first) + 1
}

// missing is the number of packets of this source that never came.
func (r *receiver) missing() uint32 {
	if e := r.expected(); e > r.received {
		return e - r.received
	}
	return 0
}
