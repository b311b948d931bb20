package media

import (
	"testing"
)

// TestNothingIsAllocatedPerPacket holds a call in steady state to its promise: capture, send,
// receive and playback of both ends. The sockets are real and unwrapped.
func TestNothingIsAllocatedPerPacket(t *testing.T) {
	for _, codec := range []string{"opus", "pcma", "pcmu"} {
		t.Run(codec, func(t *testing.T) {
			step := steady(t, codec)
			for range 200 { // the codec's scratch buffers grow at first
				step()
			}
			if n := testing.AllocsPerRun(500, step); n != 0 {
				t.Errorf("%.2f allocations every 20 ms", n)
			}
		})
	}
}

// steady returns a function that carries 20 ms of sound from a to b and back.
func steady(t testing.TB, codec string) func() {
	t.Helper()
	open := func() *Session {
		s, err := Open(Config{IP: loopback, Codecs: []string{codec}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	l := &line{t: t, a: open(), b: open()}
	l.call(SendRecv, SendRecv)
	tone := NewTone(440, 0.3)
	in, out, buf := make([]int16, Block), make([]int16, Block), make([]byte, 2048)
	pass := func(to *Session) {
		n, addr, err := to.rtp.read(buf)
		if err != nil {
			t.Fatal(err)
		}
		to.receive(buf[:n], addr, to.now())
	}
	return func() {
		for range 2 {
			tone.Fill(in)
			l.a.Capture(in)
			l.b.Capture(in)
		}
		pass(l.b)
		pass(l.a)
		for range 2 {
			l.a.Playback(out)
			l.b.Playback(out)
		}
	}
}

// BenchmarkCall is 20 ms of a call, both ends: half of it, over 20 ms, is the share of a core
// that one desk's call takes.
func BenchmarkCall(b *testing.B) {
	for _, codec := range []string{"opus", "pcma", "pcmu"} {
		b.Run(codec, func(b *testing.B) {
			step := steady(b, codec)
			b.ReportAllocs()
			for b.Loop() {
				step()
			}
			perEnd := float64(b.Elapsed().Microseconds()) / float64(b.N) / 2
			b.ReportMetric(perEnd/20000*100, "%core/call")
		})
	}
}

// BenchmarkStretch is one look for a seam, the dearest thing Playback does now and then.
func BenchmarkStretch(b *testing.B) {
	p := &player{}
	NewTone(210, 0.5).Fill(p.queue[:])
	for b.Loop() {
		p.n = 4 * Block
		p.shorten()
	}
}

// BenchmarkConceal is the first made-up block of a gap.
func BenchmarkConceal(b *testing.B) {
	var c concealer
	var out [Block]int16
	past := make([]int16, pastLen)
	NewTone(210, 0.5).Fill(past)
	for b.Loop() {
		c.reset()
		c.remember(past)
		c.conceal(out[:])
	}
}
