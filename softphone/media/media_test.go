package media

import (
	"context"
	"math"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestToneGoesThroughEveryCodec(t *testing.T) {
	for _, codec := range []string{"opus", "pcma", "pcmu"} {
		t.Run(codec, func(t *testing.T) {
			l := newLine(t, codec)
			l.call(SendRecv, SendRecv)
			atA, atB := l.talk(2*time.Second, 440)
			wantTone(t, "at b", atB[Rate/2:], 440, 0.98)
			wantTone(t, "at a", atA[Rate/2:], 1000, 0.98)
			st := l.b.Stats()
			if st.Codec != codec || st.Lost != 0 || st.Concealed != 0 || st.RxPackets != 100 || st.FirstRx.IsZero() || st.FirstTx.IsZero() {
				t.Errorf("stats: %+v", st)
			}
			if st.MOS < 4 || st.BufferMs > 50 {
				t.Errorf("a clean line: %+v", st)
			}
			if level := Level(atB[Rate/2:]); level < 0.2 || level > 0.4 {
				t.Errorf("0.4 peak came out with RMS %.3f", level)
			}
		})
	}
}

func TestDelayOnACleanLineIsBelowFiftyMilliseconds(t *testing.T) {
	for _, codec := range []string{"opus", "pcma"} {
		l := newLine(t, codec)
		l.call(SendRecv, SendRecv)
		var in, out, none [Block]int16
		heard := -1
		for i := 0; i < 100 && heard < 0; i++ {
			if i == 50 {
				NewTone(800, 0.8).Fill(in[:])
			}
			l.step(in[:], none[:], none[:], out[:])
			if Level(out[:]) > 0.1 {
				heard = i
			}
		}
		ms := (heard - 50 + 1) * 10
		t.Logf("%s: %d ms", codec, ms)
		if heard < 0 || ms > 50 {
			t.Errorf("%s: heard after %d ms", codec, ms)
		}
	}
}

func TestToneSurvivesABadLine(t *testing.T) {
	for _, codec := range []string{"opus", "pcma"} {
		t.Run(codec, func(t *testing.T) {
			l := newLine(t, codec)
			l.call(SendRecv, SendRecv)
			l.toB.loss, l.toB.jitter = 0.05, 40*time.Millisecond
			_, atB := l.talk(10*time.Second, 500)
			wantTone(t, "at b", atB[Rate:], 500, 0.7)
			st := l.b.Stats()
			t.Logf("%+v", st)
			lost := l.toB.n - l.toB.passed
			if st.Lost < lost/2 || st.Concealed > 2*lost+10 {
				t.Errorf("%d of %d lost, stats say %d lost and %d concealed", lost, l.toB.n, st.Lost, st.Concealed)
			}
			if st.BufferMs > 120 || st.JitterMs < 5 || codec == "pcma" && st.MOS > 4.2 {
				t.Errorf("stats: %+v", st)
			}
		})
	}
}

func TestOpusRedundancyReplacesLostPackets(t *testing.T) {
	l := newLine(t, "opus")
	l.call(SendRecv, SendRecv)
	l.toB.loss = 0.1
	var none, out, pcm [Block]int16
	phase := 0.0
	for i := range 500 { // five seconds of a voice: harmonics of a wandering pitch, in syllables
		for k := range pcm {
			x := float64(i*Block+k) / Rate
			phase += 2 * math.Pi * (120 + 20*math.Sin(8*x)) / Rate
			var v float64
			for h := 1.0; h < 20; h++ {
				v += math.Sin(h*phase) / h
			}
			pcm[k] = int16(4000 * v * (0.5 + 0.5*math.Sin(25*x)))
		}
		l.step(pcm[:], none[:], none[:], out[:])
	}
	st, lost := l.b.Stats(), l.toB.n-l.toB.passed
	if lost < 10 || st.Concealed > lost/2 {
		t.Errorf("of %d lost packets %d had to be made up", lost, st.Concealed)
	}
}

func TestDelayReturnsAfterASpike(t *testing.T) {
	l := newLine(t, "pcma")
	l.call(SendRecv, SendRecv)
	l.toB.spike = func(n int) time.Duration { // ten packets come 300 ms late, all at once
		if n >= 100 && n < 115 {
			return time.Duration(115-n) * 20 * time.Millisecond
		}
		return 0
	}
	l.talk(2400*time.Millisecond, 500)
	high := l.b.Stats().BufferMs
	l.talk(3*time.Second, 500)
	low := l.b.Stats().BufferMs
	t.Logf("%.0f ms, then %.0f ms", high, low)
	if high < 80 || low > 70 {
		t.Errorf("the buffer went to %.0f ms and back to %.0f ms", high, low)
	}
}

func TestHoldDirections(t *testing.T) {
	for _, c := range []struct {
		name     string
		offer    Direction
		answer   Direction
		toB, toA bool // sound flows
		remoteB  Direction
	}{
		{"nobody holds", SendRecv, SendRecv, true, true, SendRecv},
		{"a holds and plays music", SendOnly, SendRecv, true, false, SendOnly},
		{"a holds in silence", Inactive, SendRecv, false, false, Inactive},
		{"a only listens", RecvOnly, SendRecv, false, true, RecvOnly},
		{"b answers by holding", SendRecv, SendOnly, false, true, SendRecv},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLine(t, "pcma")
			l.call(SendRecv, SendRecv)
			l.talk(300*time.Millisecond, 440)
			l.call(c.offer, c.answer)
			a, b := l.a.Stats().TxPackets, l.b.Stats().TxPackets
			atA, atB := l.talk(time.Second, 440)
			a, b = l.a.Stats().TxPackets-a, l.b.Stats().TxPackets-b
			if (a > 0) != c.toB || (b > 0) != c.toA {
				t.Errorf("a sent %d packets, b %d", a, b)
			}
			if heard := Level(atB[Rate/2:]) > 0.1; heard != c.toB {
				t.Errorf("b hears: %v", heard)
			}
			if heard := Level(atA[Rate/2:]) > 0.1; heard != c.toA {
				t.Errorf("a hears: %v", heard)
			}
			if got := l.b.Remote(); got != c.remoteB {
				t.Errorf("b sees %s", got)
			}
			l.call(SendRecv, SendRecv)
			atA, atB = l.talk(time.Second, 440)
			wantTone(t, "at b, resumed", atB[Rate/2:], 440, 0.95)
			wantTone(t, "at a, resumed", atA[Rate/2:], 1000, 0.95)
		})
	}
}

func TestMuteSendsSilence(t *testing.T) {
	l := newLine(t, "opus")
	l.call(SendRecv, SendRecv)
	l.a.Mute(true)
	before := l.a.Stats().TxPackets
	_, atB := l.talk(time.Second, 440)
	if Level(atB[Rate/2:]) > 0.001 || l.a.Stats().TxPackets == before {
		t.Errorf("level %.4f, %d packets", Level(atB), l.a.Stats().TxPackets-before)
	}
	l.a.Mute(false)
	_, atB = l.talk(time.Second, 440)
	wantTone(t, "unmuted", atB[Rate/2:], 440, 0.95)
}

func TestDigitsArriveOnceEach(t *testing.T) {
	for _, codec := range []string{"opus", "pcmu"} {
		for _, loss := range []float64{0, 0.2} {
			l := newLine(t, codec)
			l.call(SendRecv, SendRecv)
			l.toB.loss, l.toA.loss = loss, loss
			l.talk(200*time.Millisecond, 440)
			if err := l.a.SendDigits("0123456789*#aBCD"); err != nil {
				t.Fatal(err)
			}
			if err := l.b.SendDigits("55"); err != nil {
				t.Fatal(err)
			}
			l.talk(5*time.Second, 440)
			if got := readDigits(l.b); got != "0123456789*#ABCD" {
				t.Errorf("%s, loss %.1f: b heard %q", codec, loss, got)
			}
			if got := readDigits(l.a); got != "55" {
				t.Errorf("%s, loss %.1f: a heard %q", codec, loss, got)
			}
			if st := l.b.Stats(); loss == 0 && (st.Lost != 0 || st.Concealed != 0) {
				t.Errorf("%s: digits count as loss: %+v", codec, st)
			}
		}
	}
}

func readDigits(s *Session) string {
	var b strings.Builder
	for {
		select {
		case d := <-s.Digits():
			b.WriteByte(d)
		default:
			return b.String()
		}
	}
}

func TestADigitThatWasOvertakenIsNotHeardAgain(t *testing.T) {
	event := func(code byte, end bool) []byte {
		b := []byte{code, digitVolume, 0, 160}
		if end {
			b[1] |= 0x80
		}
		return b
	}
	for name, from := range map[string]uint32{"": 1000, ", as the clock wraps": 0xFFFFFFF0} {
		var d inDigit
		var heard []byte
		for _, p := range []struct {
			code byte
			end  bool
			at   uint32
		}{{1, false, 0}, {1, true, 0}, {2, false, 1600}, {1, true, 0}, {2, true, 1600}, {1, true, 0}, {2, true, 1600}, {2, false, 3200}} {
			if key, fresh, _ := d.take(event(p.code, p.end), from+p.at); fresh {
				heard = append(heard, key)
			}
		}
		if string(heard) != "122" {
			t.Errorf("heard %s%s", heard, name)
		}
		if key, fresh, _ := d.take(event(7, false), from-digitLate); !fresh || key != '7' {
			t.Errorf("a new clock's digit is not heard%s", name)
		}
	}
}

func TestDigitsAreBounded(t *testing.T) {
	l := newLine(t, "pcma")
	if err := l.a.SendDigits("1"); err == nil {
		t.Error("digits before negotiation")
	}
	l.call(SendRecv, SendRecv)
	if err := l.a.SendDigits("12x"); err == nil {
		t.Error("x is no digit")
	}
	if err := l.a.SendDigits(strings.Repeat("1", waitingDigits)); err != nil {
		t.Error(err)
	}
	if err := l.a.SendDigits("1"); err == nil {
		t.Error("the queue is full")
	}
}

func TestChangeOfCodecInMidCall(t *testing.T) {
	l := newLine(t)
	l.call(SendRecv, SendRecv)
	l.talk(500*time.Millisecond, 440)
	if c := l.a.Stats().Codec; c != "opus" {
		t.Fatalf("first codec is %s", c)
	}
	offer, err := l.a.Offer(SendRecv)
	if err != nil {
		t.Fatal(err)
	}
	narrow := strings.NewReplacer("RTP/AVP 96 8 0 97 101", "RTP/AVP 8 101").Replace(string(offer))
	answer, err := l.b.Answer([]byte(narrow), SendRecv)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.a.Accept(answer); err != nil {
		t.Fatal(err)
	}
	atA, atB := l.talk(2*time.Second, 440)
	if c := l.b.Stats().Codec; c != "pcma" {
		t.Errorf("codec is %s", c)
	}
	wantTone(t, "at b", atB[Rate:], 440, 0.98)
	wantTone(t, "at a", atA[Rate:], 1000, 0.98)
}

func TestSourceMayMoveButNotBeTakenOver(t *testing.T) {
	l := newLine(t, "pcma")
	l.call(SendRecv, SendRecv)
	l.talk(500*time.Millisecond, 440)
	to := *l.b.route.rtp.Load()
	stranger := netip.AddrPortFrom(loopback, to.Port()^2)
	if l.b.route.admit(stranger, l.now) {
		t.Error("a stranger was heard in mid-call")
	}
	if !l.b.route.admit(stranger, l.now.Add(relatchAfter+10*time.Millisecond)) || *l.b.route.rtp.Load() != stranger {
		t.Error("a moved source was not followed")
	}
	if !l.b.route.admit(to, l.now.Add(relatchAfter+20*time.Millisecond)) {
		t.Error("the source that SDP named was refused")
	}
}

func TestNewSSRCIsFollowed(t *testing.T) {
	l := newLine(t, "pcmu")
	l.call(SendRecv, SendRecv)
	l.talk(500*time.Millisecond, 440)
	l.a.send.begin(0xDEADBEEF, 65530) // near the wrap of sequence numbers
	_, atB := l.talk(2*time.Second, 700)
	wantTone(t, "at b", atB[Rate/2:], 700, 0.98)
	if st := l.b.Stats(); st.Lost != 0 {
		t.Errorf("a new source counts as loss: %+v", st)
	}
}

// TestRunEndToEnd lets real sockets, loops and reports work.
func TestRunEndToEnd(t *testing.T) {
	open := func() *Session {
		s, err := Open(Config{IP: loopback})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	a, b := open(), open()
	(&line{t: t, a: a, b: b}).call(SendRecv, SendRecv)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	for _, s := range []*Session{a, b} {
		go func() { ended <- s.Run(ctx) }()
	}
	tone, tick := NewTone(620, 0.5), time.NewTicker(10*time.Millisecond)
	defer tick.Stop()
	var in, out [Block]int16
	var heard []int16
	for range 150 {
		<-tick.C
		tone.Fill(in[:])
		a.Capture(in[:])
		b.Capture(in[:])
		b.Playback(out[:])
		heard = append(heard, out[:]...)
	}
	b.sendReport(false) // RTT takes two reports: theirs, then ours
	wait(t, tick, func() bool { a.mu.Lock(); defer a.mu.Unlock(); return a.rx.srMid != 0 })
	a.sendReport(false)
	wait(t, tick, func() bool { return b.Stats().RTTms > 0 })
	// A busy machine loses ticks, and where a block came late the tone goes on in another phase: what counts is
	// that it is that tone, and nothing else, between such places.
	clean := 0
	for piece := range slices.Chunk(heard[Rate/2:], Rate/10) {
		if ToneLevel(piece, Rate, 620) >= 0.9 {
			clean++
		}
	}
	if clean < 6 {
		t.Errorf("at b: 620 Hz is heard in %d of 10 tenths of a second", clean)
	}
	cancel()
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	if st := b.Stats(); st.RTTms > 200 {
		t.Errorf("%+v", st)
	}
	for _, s := range []*Session{a, b} {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// wait looks at cond every tick for five seconds at most.
func wait(t *testing.T, tick *time.Ticker, cond func() bool) {
	t.Helper()
	for range 500 {
		if cond() {
			return
		}
		<-tick.C
	}
	t.Fatal("waited five seconds in vain")
}

func TestQualityOfLateLeavesABadBeginningBehind(t *testing.T) {
	bad := Stats{Codec: codecPCMA, RxPackets: 100, Concealed: 100, delay: 80}
	bad.MOS = mos(bad.Codec, bad.delay, bad.Loss())
	now := Stats{Codec: codecPCMA, RxPackets: 600, Concealed: 100, delay: 80}
	now.MOS = mos(now.Codec, now.delay, now.Loss())
	if late := now.Since(bad); late.MOS < 4.2 || late.RxPackets != 500 || late.Loss() != 0 {
		t.Errorf("500 good packets after a bad beginning: %+v", late)
	}
	if late := now.Since(now); late.MOS != 0 {
		t.Errorf("nothing came, and its quality is %v", late.MOS)
	}
	if now.MOS > 4 || bad.MOS > 2 {
		t.Errorf("as a whole %v, at first %v", now.MOS, bad.MOS)
	}
}
