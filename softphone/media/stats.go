package media

import (
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// Stats is how a call's sound fares, as far as this side can tell.
type Stats struct {
	Codec      string    // "opus", "pcma", "pcmu"; empty before negotiation
	SRTP       bool      // encrypted; not spoken yet
	RTTms      float64   // round trip by RTCP (RFC 3550 6.4.1), 0 while unknown
	JitterMs   float64   // interarrival jitter (RFC 3550 A.8)
	BufferMs   float64   // sound waiting in the jitter buffer, smoothed
	Lost       int       // packets that never came, or came too late to be played
	Concealed  int       // packets' worth of sound that was made up
	TheirLoss  float64   // share 0…1 of our packets that the other side reported lost last
	MOS        float64   // 1…4.5 by the E-model (ITU-T G.107), 0 before the first packet
	RxPackets  int       // digits' packets included
	TxPackets  int       // digits' packets included
	TxFailures int       // packets that the network of this machine refused
	FirstRx    time.Time // zero before the first packet
	FirstTx    time.Time // zero before the first packet

	delay float64 // ms one way, devices included, that MOS was reckoned with
}

// sharedStats is written by the goroutine that knows and read by Stats.
type sharedStats struct {
	tx, txFailed, rx atomic.Int64
	firstTx, firstRx atomic.Int64 // Unix ns
	concealed        atomic.Int64 // thousandths of a packet
	level            atomic.Int64 // samples
	theirLoss        atomic.Int64 // percent
	theirFraction    atomic.Uint32
	rtt              atomic.Int64 // ns

	mu   sync.Mutex // guards mark, for some nanoseconds
	mark sentMark
}

// sentMark is what a sender report says.
type sentMark struct {
	ssrc, ticks     uint32
	at              time.Time
	packets, octets uint32
}

func (c *sharedStats) sent(bytes int, ticks, ssrc uint32, now time.Time) {
	if c.tx.Add(1) == 1 {
		c.firstTx.Store(now.UnixNano())
	}
	c.mu.Lock()
	if c.mark.ssrc != ssrc {
		c.mark = sentMark{ssrc: ssrc}
	}
	c.mark.ticks, c.mark.at = ticks, now
	c.mark.packets++
	c.mark.octets += uint32(bytes) //nolint:gosec // below maxPacket; the sum wraps by design.
	c.mu.Unlock()
}

func (c *sharedStats) gotPacket(now time.Time) {
	if c.rx.Add(1) == 1 {
		c.firstRx.Store(now.UnixNano())
	}
}

func (c *sharedStats) madeUp(samples, frame int) { c.concealed.Add(int64(samples * 1000 / frame)) }
func (c *sharedStats) setLevel(samples float64)  { c.level.Store(int64(samples)) }
func (c *sharedStats) stamp(v *atomic.Int64) (t time.Time) {
	if ns := v.Load(); ns != 0 {
		t = time.Unix(0, ns)
	}
	return t
}

// Stats tells how the sound fares now. It may be called from any goroutine.
func (s *Session) Stats() Stats {
	c := &s.counts
	out := Stats{
		RTTms: float64(c.rtt.Load()) / 1e6, BufferMs: float64(c.level.Load()) * 1000 / Rate,
		Concealed: int(c.concealed.Load() / 1000), TheirLoss: float64(c.theirFraction.Load()) / 256,
		RxPackets: int(c.rx.Load()), TxPackets: int(c.tx.Load()), TxFailures: int(c.txFailed.Load()),
		FirstRx: c.stamp(&c.firstRx), FirstTx: c.stamp(&c.firstTx),
	}
	ptime := defaultPtime
	if a := s.agreed.Load(); a != nil && a.enc != nil {
		out.Codec, ptime = a.codec.name, a.blocks*minPtime
	}
	s.mu.Lock()
	out.JitterMs = s.rx.jitter
	out.Lost = int(s.rx.lost+s.rx.missing()) + s.rx.buffer.late
	s.mu.Unlock()
	if out.RxPackets > 0 {
		out.delay = out.RTTms/2 + out.BufferMs + float64(ptime) + deviceMs
		out.MOS = mos(out.Codec, out.delay, out.Loss())
	}
	return out
}

// Loss is the share 0…1 of the sound that was made up, because it did not come or came too late.
func (s Stats) Loss() float64 {
	if s.Concealed <= 0 || s.RxPackets < 0 {
		return 0
	}
	return float64(s.Concealed) / float64(s.RxPackets+s.Concealed)
}

// Since is how the sound has fared since an earlier look at the same call: counts are differences and MOS is theirs, 0
// where nothing was to come.
func (s Stats) Since(before Stats) Stats {
	s.Lost -= before.Lost
	s.Concealed -= before.Concealed
	s.RxPackets -= before.RxPackets
	s.TxPackets -= before.TxPackets
	s.TxFailures -= before.TxFailures
	s.MOS = 0
	if s.RxPackets+s.Concealed > 0 {
		s.MOS = mos(s.Codec, s.delay, s.Loss())
	}
	return s
}

// deviceMs is what the sound devices of both ends add to the delay, taken as known.
const deviceMs = 40

// mos is the E-model (ITU-T G.107) with default values for all but delay (one way, ms), loss (share
// of packets, taken as random) and codec, turned into a mean opinion score (G.107 Annex B).
// G.113 gives Ie 0 and Bpl 25.1 for G.711 with concealment; for Opus there is no standard
// value: Ie 0 and, for its redundancy, 30 are ours. The scale is that of narrowband telephony.
func mos(codec string, delay, loss float64) float64 {
	robust := 25.1
	if codec == codecOpus {
		robust = 30
	}
	impair := 95 * 100 * loss / (100*loss + robust)
	late := 0.024 * delay
	if delay > 177.3 {
		late += 0.11 * (delay - 177.3)
	}
	r := 93.2 - late - impair
	if r <= 0 {
		return 1
	}
	r = math.Min(r, 100)
	return 1 + 0.035*r + r*(r-60)*(100-r)*7e-6
}
