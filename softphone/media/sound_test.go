package media

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"testing"
)

func TestToneLevelFindsItsToneOnly(t *testing.T) {
	pcm := make([]int16, Rate/10)
	NewTone(1000, 0.5).Fill(pcm)
	wantTone(t, "pure", pcm, 1000, 0.999)
	if l := ToneLevel(pcm, Rate, 1200); l > 0.01 {
		t.Errorf("1200 Hz is %.4f of a tone of 1000", l)
	}
	NewTone(440, 0.5).Add(pcm)
	if l := ToneLevel(pcm, Rate, 1000); math.Abs(l-0.5) > 0.02 {
		t.Errorf("one of two equal tones is %.3f", l)
	}
	if ToneLevel(make([]int16, 100), Rate, 440) != 0 || ToneLevel(nil, Rate, 440) != 0 {
		t.Error("a tone in silence")
	}
	if got := Level(pcm); math.Abs(got-0.5) > 0.01 {
		t.Errorf("level %.3f", got)
	}
}

func TestTelephoneBandFilter(t *testing.T) {
	for _, c := range []struct {
		hz       float64
		min, max float64 // gain through 48 → 8 → 48 kHz
	}{
		{100, 0.97, 1.03},
		{1000, 0.97, 1.03},
		{3000, 0.97, 1.03},
		{3400, 0.80, 1.03},
		{5000, 0, 0.01},
		{12000, 0, 0.002},
	} {
		tone, down, up := NewTone(c.hz, 0.5), newDecimator(), newInterpolator()
		var wide, out [Block]int16
		var narrow [Block / ratio]int16
		var in, heard []int16
		for range 50 {
			tone.Fill(wide[:])
			down.process(wide[:], narrow[:])
			up.process(narrow[:], out[:])
			in, heard = append(in, wide[:]...), append(heard, out[:]...)
		}
		gain := Level(heard[Rate/10:]) / Level(in[Rate/10:])
		if gain < c.min || gain > c.max {
			t.Errorf("%.0f Hz: gain %.4f, want %.3f…%.3f", c.hz, gain, c.min, c.max)
		}
		if c.min > 0.9 {
			wantTone(t, "through 8 kHz", heard[Rate/10:], c.hz, 0.9995)
		}
	}
}

func TestResampleKeepsPitchAndLength(t *testing.T) {
	for _, rate := range []int{8000, 11025, 16000, 22050, 44100, 96000} {
		pcm := make([]int16, rate)
		for i := range pcm {
			pcm[i] = int16(10000 * math.Sin(2*math.Pi*600*float64(i)/float64(rate)))
		}
		out := Resample(pcm, rate, Rate)
		if len(out) != Rate {
			t.Errorf("%d Hz: a second became %d samples", rate, len(out))
		}
		wantTone(t, "resampled", out, 600, 0.9995)
		back := Resample(out, Rate, rate)
		if got := ToneLevel(back, rate, 600); got < 0.9995 || len(back) != rate {
			t.Errorf("%d Hz and back: %.4f, %d samples", rate, got, len(back))
		}
	}
	if len(Resample(nil, 8000, Rate)) != 0 || Resample([]int16{1}, 0, Rate) != nil {
		t.Error("nothing became something")
	}
}

func TestWAVThereAndBack(t *testing.T) {
	pcm := make([]int16, Rate/2)
	NewTone(500, 0.5).Fill(pcm)
	var buf bytes.Buffer
	if err := WriteWAV(&buf, Rate, pcm); err != nil {
		t.Fatal(err)
	}
	got, err := ReadWAV(bytes.NewReader(buf.Bytes()))
	if err != nil || len(got) != len(pcm) || got[1000] != pcm[1000] {
		t.Fatalf("%v, %d samples", err, len(got))
	}
	for n := range buf.Len() { // cut anywhere it is read or refused, never worse
		if n > 60 && n < buf.Len()-60 {
			continue
		}
		if got, err := ReadWAV(bytes.NewReader(buf.Bytes()[:n])); err == nil && len(got) > len(pcm) {
			t.Errorf("%d bytes gave %d samples", n, len(got))
		}
	}
	odd := bytes.Clone(buf.Bytes())
	odd[34] = 8 // bits a sample
	if _, err := ReadWAV(bytes.NewReader(odd)); err == nil {
		t.Error("8 bit was read as 16")
	}
}

func TestWAVWriterIsReadableWhileItWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "heard.wav")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := NewWAVWriter(f, Rate)
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]int16, Rate)
	NewTone(500, 0.5).Fill(pcm)
	for range 2 {
		if err := w.Write(pcm); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := w.Write(pcm); err != nil { // not flushed: as if the program died here
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadWAV(bytes.NewReader(raw))
	if err != nil || len(got) != 2*Rate {
		t.Errorf("%v, %d samples", err, len(got))
	}
}

// still is a Stream of one value.
type still struct {
	value int16
	heard int16
}

func (s *still) Capture(in []int16) { s.heard = in[0] }
func (s *still) Playback(out []int16) {
	for i := range out {
		out[i] = s.value
	}
}

func TestMixerSumsAndLimits(t *testing.T) {
	var m Mixer
	in, out := make([]int16, Block), make([]int16, Block)
	in[0], out[0] = 7, 9
	m.Capture(in)
	m.Playback(out)
	if out[0] != 0 || m.Len() != 0 {
		t.Error("an empty mixer is not silent")
	}
	a, b := &still{value: 20000}, &still{value: 20000}
	removeA, removeB := m.Add(a), m.Add(b)
	m.Capture(in)
	m.Playback(out)
	if out[0] != math.MaxInt16 || a.heard != 7 || b.heard != 7 || m.Len() != 2 {
		t.Errorf("mixed to %d; heard %d and %d", out[0], a.heard, b.heard)
	}
	removeA()
	removeA()
	m.Playback(out)
	if out[0] != 20000 || m.Len() != 1 {
		t.Errorf("after remove: %d", out[0])
	}
	removeB()
	if Mix(out, out); out[0] != math.MaxInt16 {
		t.Errorf("Mix gave %d", out[0])
	}
}

func TestConcealmentOfAToneHasNoClick(t *testing.T) {
	var c concealer
	pcm := make([]int16, 6*Block)
	tone := NewTone(230, 0.5)
	tone.Fill(pcm)
	c.remember(pcm)
	made := make([]int16, 2*Block)
	c.conceal(made)
	tone.Fill(make([]int16, len(made)))
	after := make([]int16, 2*Block)
	tone.Fill(after)
	c.join(after)
	whole := append(append(pcm, made...), after...)
	wantTone(t, "with a gap of 20 ms", whole, 230, 0.9)
	limit := 2 * math.Pi * 230 / Rate * 0.5 * math.MaxInt16 * 3 // three times a sine's steepest step
	for i := 1; i < len(whole); i++ {
		if step := math.Abs(float64(whole[i]) - float64(whole[i-1])); step > limit {
			t.Fatalf("a step of %.0f at sample %d, limit %.0f", step, i, limit)
		}
	}
	NewTone(40, 0.5).Fill(pcm) // a tone that no period fits: the seam must still be even
	c.reset()
	c.remember(pcm[:len(pcm)-1000])
	c.conceal(made)
	if step := math.Abs(float64(made[0]) - float64(pcm[len(pcm)-1001])); step > 500 {
		t.Errorf("a step of %.0f at the seam", step)
	}
	c.conceal(make([]int16, Rate/5))
	if c.conceal(made); Level(made) != 0 {
		t.Error("a long gap does not fade out")
	}
}

func TestStretchKeepsTheTone(t *testing.T) {
	p := &player{}
	tone := NewTone(300, 0.5)
	var out []int16
	cut, put := 0, 0
	for i := range 200 {
		block := make([]int16, max(0, 4*Block-p.n))
		tone.Fill(block)
		p.add(block)
		if i%4 == 0 {
			cut += p.shorten()
		}
		if i%4 == 2 {
			put += p.lengthen()
		}
		out = append(out, p.queue[:Block]...)
		p.drop(Block)
	}
	if cut < Rate/10 || put < Rate/10 {
		t.Errorf("%d samples cut, %d put in", cut, put)
	}
	wantTone(t, "stretched", out[:Rate/10], 300, 0.9)
	limit := 2 * math.Pi * 300 / Rate * 0.5 * math.MaxInt16 * 2
	for i := 1; i < len(out); i++ {
		if step := math.Abs(float64(out[i]) - float64(out[i-1])); step > limit {
			t.Fatalf("a step of %.0f at sample %d, limit %.0f", step, i, limit)
		}
	}
}
