package media

import "math"

// ToneLevel tells the share 0…1 of the energy of pcm, sampled at rate Hz, that lies at hz
// (Goertzel's algorithm). A pure tone gives nearly 1, noise nearly 0, silence 0. The longer the
// block, the narrower the band: n samples tell tones rate/n Hz apart.
func ToneLevel(pcm []int16, rate int, hz float64) float64 {
	if len(pcm) == 0 || rate <= 0 {
		return 0
	}
	k := 2 * math.Cos(2*math.Pi*hz/float64(rate))
	var s1, s2, energy float64
	for _, v := range pcm {
		x := float64(v)
		s1, s2 = x+k*s1-s2, s1
		energy += x * x
	}
	if energy == 0 {
		return 0
	}
	power := s1*s1 + s2*s2 - k*s1*s2
	return min(1, max(0, 2*power/(float64(len(pcm))*energy)))
}

// Level is the root mean square of pcm as a share 0…1 of full scale.
func Level(pcm []int16) float64 {
	if len(pcm) == 0 {
		return 0
	}
	var energy float64
	for _, v := range pcm {
		energy += float64(v) * float64(v)
	}
	return math.Sqrt(energy/float64(len(pcm))) / (math.MaxInt16 + 1)
}

// Tone is a sine at [Rate] whose phase goes on from one Fill to the next. It is not safe for use
// by several goroutines.
type Tone struct {
	step, phase, peak float64
}

// NewTone makes a tone of hz with a peak of level (0…1 of full scale).
func NewTone(hz, level float64) *Tone {
	return &Tone{step: 2 * math.Pi * hz / Rate, peak: min(1, max(0, level)) * math.MaxInt16}
}

// Fill writes the next len(out) samples.
func (t *Tone) Fill(out []int16) {
	for i := range out {
		out[i] = clip(float32(t.peak * math.Sin(t.phase)))
		t.phase += t.step
		if t.phase > 2*math.Pi {
			t.phase -= 2 * math.Pi
		}
	}
}

// Add mixes the next len(out) samples into out.
func (t *Tone) Add(out []int16) {
	for i := range out {
		out[i] = clip(float32(out[i]) + float32(t.peak*math.Sin(t.phase)))
		t.phase += t.step
		if t.phase > 2*math.Pi {
			t.phase -= 2 * math.Pi
		}
	}
}
