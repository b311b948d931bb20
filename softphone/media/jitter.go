package media

import "time"

// Bounds of the jitter buffer.
const (
	slots         = 64   // packets: 1.28 s at 20 ms; what is further ahead restarts the buffer
	slotBytes     = 1500 // larger payloads are dropped
	minTargetMs   = 20.0
	maxTargetMs   = 120.0
	delayBins     = 48
	delayBinMs    = 5.0
	delayForget   = 0.975 // a weight one packet later: 0.8 s of memory at 20 ms
	delayQuantile = 0.97
)

// slot is a packet that waits for its time.
type slot struct {
	used  bool
	event bool // a digit's packet: no sound, but its time
	fills bool // an event that stands for a frame of time
	rx    *rxFormat
	ts    uint32
	n     int
	body  [slotBytes]byte
}

func (p *slot) payload() []byte { return p.body[:p.n] }

// jitterBuffer orders packets and says when playing may begin. Packets are kept by sequence
// number. It is used under Session.mu by the receive loop, that puts, and the playback clock,
// that takes.
type jitterBuffer struct {
	ring    [slots]slot
	started bool   // next is meaningful
	playing bool   // else: filling up to the target
	played  bool   // something was taken since the restart: what comes before next is late
	next    uint16 // to be played
	highest uint16 // newest put
	waited  int    // blocks since filling began
	late    int    // packets that came after their time
	delays  delayEstimate
	debt    int // samples made up while next had not come: they count against lost packets
}

// restart empties the buffer; the delay estimate lives on.
func (j *jitterBuffer) restart() {
	for i := range j.ring {
		j.ring[i].used = false
	}
	j.started, j.playing, j.played, j.waited, j.debt = false, false, false, 0, 0
}

// before reports whether sequence number a comes before b.
func before(a, b uint16) bool { return a != b && b-a < 0x8000 }

// put stores a packet, unless it is late, double or too long.
func (j *jitterBuffer) put(seq uint16, ts uint32, rx *rxFormat, payload []byte, event, fills bool) {
	if len(payload) > slotBytes {
		return
	}
	switch {
	case !j.started:
		j.started, j.next, j.highest = true, seq, seq
	case before(seq, j.next):
		if j.played || j.highest-seq >= slots {
			if j.next-seq > slots { // no straggler: the sender began anew without a new SSRC
				j.restart()
				j.started, j.next, j.highest = true, seq, seq
				break
			}
			j.late++
			return
		}
		j.next = seq // reordered at the very start
	case seq-j.next >= slots:
		j.restart()
		j.started, j.next, j.highest = true, seq, seq
	}
	p := &j.ring[seq%slots]
	if p.used {
		return
	}
	if before(j.highest, seq) {
		j.highest = seq
	}
	p.used, p.event, p.fills, p.rx, p.ts = true, event, fills, rx, ts
	p.n = copy(p.body[:], payload)
}

// span is the number of packets' times between next and the newest.
func (j *jitterBuffer) span() int {
	if !j.started || before(j.highest, j.next) {
		return 0
	}
	return int(j.highest-j.next) + 1
}

// verdict is what take found.
type verdict int

const (
	gotPacket verdict = iota
	lostPacket
	emptyBuffer
	fillingBuffer
)

// take gives the next packet in out, or, when it is lost and the one after it is here, that one
// in out with lostPacket, for its redundancy (out.n is 0 otherwise). frame is the length of a
// packet in samples.
func (j *jitterBuffer) take(out *slot, frame int) verdict {
	out.n = 0
	if j.span() == 0 {
		if !j.playing {
			return fillingBuffer
		}
		return emptyBuffer
	}
	if !j.playing {
		if float64(j.span()*frame+j.waited*Block) < j.target(frame) {
			j.waited++
			return fillingBuffer
		}
		j.playing, j.played, j.waited, j.debt = true, true, 0, 0
		for !j.ring[j.next%slots].used { // what was lost in the pause is not made up for; highest is there
			j.next++
		}
	}
	p := &j.ring[j.next%slots]
	if !p.used && j.debt >= frame { // its time was made up for already
		for !p.used && j.debt >= frame && j.next != j.highest {
			j.debt -= frame
			j.next++
			p = &j.ring[j.next%slots]
		}
	}
	if !p.used {
		j.next++
		if after := &j.ring[j.next%slots]; after.used {
			copySlot(out, after)
		}
		return lostPacket
	}
	copySlot(out, p)
	p.used = false
	j.next++
	j.debt = 0
	return gotPacket
}

// copySlot copies what is in use of a slot, not its 1500 bytes.
func copySlot(out, p *slot) {
	out.event, out.fills, out.rx, out.ts, out.n = p.event, p.fills, p.rx, p.ts, p.n
	copy(out.body[:p.n], p.body[:p.n])
}

// target is the sound, in samples, that shall wait when a packet's turn comes: a packet, the
// 10 ms grain of playback, and the delay that all but 3 % of packets keep.
func (j *jitterBuffer) target(frame int) float64 {
	ms := float64(frame+Block)*1000/Rate + j.delays.quantile()
	return min(max(ms, minTargetMs), max(maxTargetMs, float64(frame+Block)*1000/Rate)) * Rate / 1000
}

// delayEstimate learns how much later than the quickest packets the others come (the idea of
// NetEq's delay manager): a histogram that forgets.
type delayEstimate struct {
	bins     [delayBins]float64
	min, old float64 // quickest transit of this window and of the one before, ms
	left     int     // packets left in this window
}

// windowPackets is the length of a window of the minimum: 2 s at 20 ms, so that clock drift and
// a changed route are followed.
const windowPackets = 100

// forget starts anew: another source has other clocks.
func (e *delayEstimate) forget() { *e = delayEstimate{} }

// add takes the transit time of a packet: arrival less RTP time, ms, from any zero.
func (e *delayEstimate) add(transit float64) {
	if e.left == 0 {
		first := e.bins == [delayBins]float64{}
		e.old, e.min, e.left = e.min, transit, windowPackets
		if first {
			e.old, e.bins[0] = transit, 1
		}
	}
	e.left--
	e.min = min(e.min, transit)
	bin := min(delayBins-1, int((transit-min(e.min, e.old))/delayBinMs))
	for i := range e.bins {
		e.bins[i] *= delayForget
	}
	e.bins[bin] += 1 - delayForget
}

// quantile is the delay, ms, that delayQuantile of the packets keep.
func (e *delayEstimate) quantile() float64 {
	var sum float64
	for i, b := range e.bins {
		if sum += b; sum >= delayQuantile {
			return float64(i) * delayBinMs
		}
	}
	return 0
}

// transit is arrival less RTP time in ms. RTP time wraps: it is taken relative to a first packet.
func transit(at, zero time.Time, ts, first uint32, clock int) float64 {
	since := int32(ts - first) //nolint:gosec // the difference of two RTP times is signed.
	return float64(at.Sub(zero).Microseconds())/1000 - float64(since)*1000/float64(clock)
}
