package media

import (
	"crypto/rand"
	"encoding/binary"
	"time"

	"github.com/pion/rtp"
)

// maxBlocks is the most 10 ms blocks in a packet.
const maxBlocks = maxPtime / minPtime

// maxPacket is the largest packet we send: 60 ms of G.711 or the largest Opus frame, and a header.
const maxPacket = 1500

// captureGap is the pause between two Capture calls beyond which RTP time is moved on, so that
// the other side hears a pause and not a packet that is late for ever.
const captureGap = 200 * time.Millisecond

// sender is the state of the capture clock.
type sender struct {
	header rtp.Header
	clock  int    // of the codec in use, 0 before the first packet
	ticks  uint32 // RTP time of the frame being filled
	fresh  bool   // the next packet starts a talk spurt: marker bit
	frame  [maxBlocks * Block]int16
	filled int // blocks
	packet [maxPacket]byte
	last   time.Time
	digit  outDigit
}

// begin sets a random SSRC, sequence number and timestamp (RFC 3550 5.1).
func (t *sender) begin(ssrc uint32, seq uint16) {
	t.header = rtp.Header{Version: 2, SSRC: ssrc, SequenceNumber: seq}
	t.ticks = ssrc ^ uint32(seq)<<8
	t.fresh = true
}

// Capture takes a [Block] of sound from the capture clock; when a packet is full it is encoded and
// sent. Other lengths are ignored. While we may not send (hold, nothing negotiated) only time passes.
func (s *Session) Capture(in []int16) {
	a := s.agreed.Load()
	if len(in) != Block || a == nil || a.enc == nil {
		return
	}
	t := &s.send
	now := s.now()
	t.follow(a, now)
	if !a.sends || s.route.rtp.Load() == nil {
		t.filled, t.fresh = 0, true
		t.ticks += uint32(t.clock / 100) //nolint:gosec // 80 or 480.
		return
	}
	block := t.frame[t.filled*Block : (t.filled+1)*Block]
	if s.muted.Load() {
		clear(block)
	} else {
		copy(block, in)
	}
	if t.filled++; t.filled < a.blocks {
		return
	}
	frame := t.frame[:t.filled*Block]
	t.filled = 0
	if !s.sendDigit(a) {
		a.enc.expectLoss(int(s.counts.theirLoss.Load()))
		if n := a.enc.encode(frame, t.packet[12:]); n > 0 {
			s.transmit(a.pt, t.fresh, t.ticks, n)
			t.fresh = false
		}
	}
	t.ticks += uint32(t.clock / 100 * a.blocks) //nolint:gosec // at most 2880.
}

// follow adapts to a new agreement and to pauses of the capture clock.
func (t *sender) follow(a *agreed, now time.Time) {
	if a.codec.clock != t.clock {
		if t.clock != 0 { // RFC 7160: another clock rate is another stream
			var seed [6]byte
			_, _ = rand.Read(seed[:])
			t.begin(binary.BigEndian.Uint32(seed[:]), binary.BigEndian.Uint16(seed[4:]))
		}
		t.clock, t.filled = a.codec.clock, 0
	}
	if t.filled >= a.blocks {
		t.filled = 0 // a shorter packetisation was agreed in the middle of a frame
	}
	if gap := now.Sub(t.last); !t.last.IsZero() && gap > captureGap {
		t.ticks += uint32(min(gap.Milliseconds(), time.Hour.Milliseconds()) * int64(t.clock) / 1000) //nolint:gosec // wraps by design.
		t.fresh = true
	}
	t.last = now
}

// transmit sends n bytes of payload that stand at packet[12:].
func (s *Session) transmit(pt uint8, marker bool, ticks uint32, n int) {
	t := &s.send
	t.header.PayloadType, t.header.Marker, t.header.Timestamp = pt, marker, ticks
	to := s.route.rtp.Load()
	if _, err := t.header.MarshalTo(t.packet[:12]); err != nil || to == nil {
		return
	}
	t.header.SequenceNumber++
	if s.rtp.write(t.packet[:12+n], *to) != nil {
		s.counts.txFailed.Add(1) // the reporter logs it once a change; the next packet tries again
		return
	}
	s.counts.sent(n, ticks, t.header.SSRC, s.now())
}
