package media

import "math"

// The telephone band meets 48 kHz through one low-pass filter: 144 taps of a Kaiser-windowed
// sinc, flat to 3.4 kHz, 60 dB down at 4.6 kHz, 1.5 ms of delay each way. Used as a polyphase
// filter it costs 24 products a 48 kHz sample.
const (
	ratio     = 6 // 48 kHz / 8 kHz
	firTaps   = 144
	phaseTaps = firTaps / ratio
	firCutoff = 3900.0
	firBeta   = 6.0
)

// clip rounds to 16 bit and limits at full scale.
func clip(v float32) int16 {
	switch {
	case v >= math.MaxInt16:
		return math.MaxInt16
	case v <= math.MinInt16:
		return math.MinInt16
	case v >= 0:
		return int16(v + 0.5)
	}
	return int16(v - 0.5)
}

// bessel is the modified Bessel function of order 0, what a Kaiser window is made of.
func bessel(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; k < 50; k++ { // the series has converged to float64 long before 50 for x < 20
		term *= (x / (2 * k)) * (x / (2 * k))
		sum += term
	}
	return sum
}

// kaiser is the window at x in -1…1.
func kaiser(x, beta float64) float64 {
	if x <= -1 || x >= 1 {
		return 0
	}
	return bessel(beta*math.Sqrt(1-x*x)) / bessel(beta)
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// lowPass returns the filter above with a gain of 1 at 0 Hz.
func lowPass() [firTaps]float32 {
	var h [firTaps]float64
	var sum float64
	const mid = (firTaps - 1) / 2.0
	for i := range h {
		t := float64(i) - mid
		h[i] = sinc(2*firCutoff/Rate*t) * kaiser(t/(mid+1), firBeta)
		sum += h[i]
	}
	var out [firTaps]float32
	for i := range h {
		out[i] = float32(h[i] / sum)
	}
	return out
}

// dot is the inner product of two slices of equal length.
func dot(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float32
	for i := 0; i+3 < len(a); i += 4 { // all our lengths are multiples of four
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	return s0 + s1 + s2 + s3
}

// decimator turns 48 kHz into 8 kHz, a block at a time, with memory between the blocks.
type decimator struct {
	taps [firTaps]float32
	buf  [firTaps - ratio + Block]float32 // history first, then the block
}

func newDecimator() *decimator { return &decimator{taps: lowPass()} }

// process turns a Block of samples into Block/ratio at out.
func (d *decimator) process(in, out []int16) {
	const history = firTaps - ratio
	for i, v := range in[:Block] {
		d.buf[history+i] = float32(v)
	}
	for k := range out[:Block/ratio] {
		out[k] = clip(dot(d.taps[:], d.buf[k*ratio:k*ratio+firTaps]))
	}
	copy(d.buf[:history], d.buf[Block:])
}

// interpolator turns 8 kHz into 48 kHz with memory between the calls.
type interpolator struct {
	phase [ratio][phaseTaps]float32 // newest sample last
	buf   [phaseTaps - 1 + maxNarrow]float32
}

// maxNarrow is the most 8 kHz samples of one call: a packet of 120 ms.
const maxNarrow = 960

func newInterpolator() *interpolator {
	h := lowPass()
	p := &interpolator{}
	for i := range h {
		p.phase[i%ratio][phaseTaps-1-i/ratio] = h[i] * ratio
	}
	return p
}

// process turns n = len(in) ≤ maxNarrow samples into n*ratio at out.
func (p *interpolator) process(in, out []int16) {
	const history = phaseTaps - 1
	for i, v := range in {
		p.buf[history+i] = float32(v)
	}
	for i := range in {
		window := p.buf[i : i+phaseTaps]
		for k := range p.phase {
			out[i*ratio+k] = clip(dot(p.phase[k][:], window))
		}
	}
	copy(p.buf[:history], p.buf[len(in):])
}

// Resample converts a whole recording from one rate to another (Hz, both above 0) by windowed
// sinc with 24 zero crossings a side. It is for files, not for streams: it allocates and adds no delay.
func Resample(pcm []int16, from, to int) []int16 {
	if from <= 0 || to <= 0 {
		return nil
	}
	if from == to {
		return append([]int16(nil), pcm...)
	}
	g := gcd(from, to)
	up, down := to/g, from/g
	const crossings = 24
	cut := 0.95 * min(1, float64(to)/float64(from)) // of the source's Nyquist frequency
	half := int(math.Ceil(crossings / cut))
	table := make(map[int][]float32, min(up, 1024)) // phase → taps; filled as phases come up
	out := make([]int16, int(int64(len(pcm))*int64(up)/int64(down)))
	for i := range out {
		pos := int64(i) * int64(down)
		at, phase := int(pos/int64(up)), int(pos%int64(up))
		taps := table[phase]
		if taps == nil {
			taps = sincTaps(float64(phase)/float64(up), half, cut)
			table[phase] = taps
		}
		var sum float32
		for k, h := range taps {
			if j := at - half + 1 + k; j >= 0 && j < len(pcm) {
				sum += h * float32(pcm[j])
			}
		}
		out[i] = clip(sum)
	}
	return out
}

// sincTaps are the 2*half weights around a point frac (0…1) after a source sample.
func sincTaps(frac float64, half int, cut float64) []float32 {
	taps := make([]float32, 2*half)
	for k := range taps {
		t := float64(k-half+1) - frac
		taps[k] = float32(cut * sinc(cut*t) * kaiser(t/float64(half), 8))
	}
	return taps
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
