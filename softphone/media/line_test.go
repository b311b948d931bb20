package media

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"testing"
	"time"
)

var loopback = netip.MustParseAddr("127.0.0.1")

// line is two sessions on loopback whose time the test moves on: nothing waits for a wall clock,
// so every run is the same.
type line struct {
	t    testing.TB
	a, b *Session
	now  time.Time
	toB  *weather // what happens to packets from a to b
	toA  *weather
}

// weather drops, delays and reorders packets by a seeded plan.
type weather struct {
	net.PacketConn
	line   *line
	rng    *rand.Rand
	loss   float64
	jitter time.Duration // each packet is late by 0…jitter
	spike  func(n int) time.Duration
	n      int
	held   []heldPacket
	passed int // packets that reached the socket
}

type heldPacket struct {
	due time.Time
	raw []byte
	to  net.Addr
}

func (w *weather) WriteTo(b []byte, to net.Addr) (int, error) {
	w.n++
	if w.rng.Float64() < w.loss {
		return len(b), nil
	}
	due := w.line.now
	if w.jitter > 0 {
		due = due.Add(time.Duration(w.rng.Int64N(int64(w.jitter))))
	}
	if w.spike != nil {
		due = due.Add(w.spike(w.n))
	}
	w.held = append(w.held, heldPacket{due, append([]byte(nil), b...), to})
	return len(b), nil
}

// release sends what is due, in the order in which it is due, and tells how much that was.
func (w *weather) release() int {
	sent := 0
	for {
		best := -1
		for i, p := range w.held {
			if !p.due.After(w.line.now) && (best < 0 || p.due.Before(w.held[best].due)) {
				best = i
			}
		}
		if best < 0 {
			return sent
		}
		p := w.held[best]
		w.held = append(w.held[:best], w.held[best+1:]...)
		if _, err := w.PacketConn.WriteTo(p.raw, p.to); err != nil {
			w.line.t.Fatal(err)
		}
		w.passed++
		sent++
	}
}

// newLine opens two sessions; negotiate with call.
func newLine(t testing.TB, codecs ...string) *line {
	t.Helper()
	l := &line{t: t, now: time.Unix(1_800_000_000, 0)}
	open := func(w **weather) *Session {
		first := true
		s, err := Open(Config{IP: loopback, Codecs: codecs, Wrap: func(c net.PacketConn) net.PacketConn {
			if !first { // RTCP goes unharmed
				return c
			}
			first = false
			*w = &weather{PacketConn: c, line: l, rng: rand.New(rand.NewPCG(1, 2))}
			return *w
		}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		s.now = func() time.Time { return l.now }
		return s
	}
	l.a, l.b = open(&l.toB), open(&l.toA)
	return l
}

// call negotiates: a offers, b answers.
func (l *line) call(da, db Direction) {
	l.t.Helper()
	offer, err := l.a.Offer(da)
	if err != nil {
		l.t.Fatal(err)
	}
	answer, err := l.b.Answer(offer, db)
	if err != nil {
		l.t.Fatal(err)
	}
	if err := l.a.Accept(answer); err != nil {
		l.t.Fatalf("%v\n%s", err, answer)
	}
}

// deliver hands n packets from a session's socket to it.
func (l *line) deliver(s *Session, n int) {
	l.t.Helper()
	var buf [2048]byte
	_ = s.rtp.SetReadDeadline(time.Now().Add(5 * time.Second))
	for range n {
		got, from, err := s.rtp.read(buf[:])
		if err != nil {
			l.t.Fatalf("packet lost on loopback: %v", err)
		}
		s.receive(buf[:got], from, l.now)
	}
}

// step lets 10 ms pass: both ends speak, then hear.
func (l *line) step(fromA, fromB, atA, atB []int16) {
	l.t.Helper()
	l.a.Capture(fromA)
	l.b.Capture(fromB)
	l.deliver(l.b, l.toB.release())
	l.deliver(l.a, l.toA.release())
	l.a.Playback(atA)
	l.b.Playback(atB)
	l.now = l.now.Add(10 * time.Millisecond)
}

// talk lets a sound a tone of hz and b one of 1000 Hz for a while, and returns what each heard.
func (l *line) talk(d time.Duration, hz float64) (atA, atB []int16) {
	l.t.Helper()
	ta, tb := NewTone(hz, 0.4), NewTone(1000, 0.4)
	var fa, fb, pa, pb [Block]int16
	for range int(d / (10 * time.Millisecond)) {
		ta.Fill(fa[:])
		tb.Fill(fb[:])
		l.step(fa[:], fb[:], pa[:], pb[:])
		atA, atB = append(atA, pa[:]...), append(atB, pb[:]...)
	}
	return atA, atB
}

// wantTone fails unless pcm is a clear tone of hz.
func wantTone(t testing.TB, what string, pcm []int16, hz, share float64) {
	t.Helper()
	if got := ToneLevel(pcm, Rate, hz); got < share {
		t.Errorf("%s: %.0f Hz is %.3f of the sound, want ≥ %.3f (level %.3f)", what, hz, got, share, Level(pcm))
	}
}
