package media

import "math"

// Concealment for codecs that have none of their own: the last pitch period is repeated and fades
// (the idea of ITU-T G.711 Appendix I, at 48 kHz), and what comes after is faded in over it.
const (
	pitchMin   = Rate / 400                  // samples: 400 Hz
	pitchMax   = Rate / 66                   // 66 Hz
	pitchMatch = Rate / 100                  // samples compared
	pastLen    = pitchMax + pitchMatch + 240 // history kept
	fullLen    = Rate / 100                  // made up at full level
	fadeLen    = Rate / 20                   // then faded to nothing within 50 ms
	joinLen    = Rate / 200                  // crossfade when real sound is back
	patchLen   = 48                          // samples over which the step at the seam is taken out
)

// concealer remembers what was played and makes up what is missing. It belongs to the playback
// clock.
type concealer struct {
	past   [pastLen]int16 // newest last
	filled int
	lag    int     // of the period being repeated, 0: not concealing
	made   int     // samples made up in this gap
	step   float32 // seam between the past and its repetition
}

// remember takes sound that was really played or made up.
func (c *concealer) remember(pcm []int16) {
	if len(pcm) >= pastLen {
		copy(c.past[:], pcm[len(pcm)-pastLen:])
		c.filled = pastLen
		return
	}
	copy(c.past[:], c.past[len(pcm):])
	copy(c.past[pastLen-len(pcm):], pcm)
	c.filled = min(pastLen, c.filled+len(pcm))
}

// reset forgets everything: a new source, or a pause.
func (c *concealer) reset() { c.filled, c.lag, c.made = 0, 0, 0 }

// conceal makes up len(out) samples. It must not be followed by remember of the same samples: the
// repetition goes on from what was heard last.
func (c *concealer) conceal(out []int16) {
	if c.filled < pastLen {
		clear(out)
		c.made += len(out)
		return
	}
	if c.lag == 0 {
		c.lag = pitchLag(c.past[:])
		c.step = float32(c.past[pastLen-1]) - float32(c.past[pastLen-1-c.lag])
		c.made = 0
	}
	for i := range out {
		k := c.made
		v := float32(c.past[pastLen-c.lag+k%c.lag])
		if k < patchLen {
			v += c.step * float32(patchLen-k) / patchLen
		}
		if k > fullLen {
			v *= float32(max(0, fullLen+fadeLen-k)) / fadeLen
		}
		out[i] = clip(v)
		c.made++
	}
}

// join fades real sound in over what would have been made up, and ends the gap.
func (c *concealer) join(pcm []int16) {
	if c.lag == 0 && c.made == 0 {
		return
	}
	var tail [joinLen]int16
	n := min(joinLen, len(pcm))
	c.conceal(tail[:n])
	crossfade(pcm[:n], tail[:n], pcm[:n])
	c.lag, c.made = 0, 0
}

// crossfade goes linearly from a to b; out may be either.
func crossfade(out, a, b []int16) {
	for i := range out {
		w := float32(i+1) / float32(len(out)+1)
		out[i] = clip(float32(a[i])*(1-w) + float32(b[i])*w)
	}
}

// pitchLag is the lag at which the end of past resembles itself most.
func pitchLag(past []int16) int {
	end := past[len(past)-pitchMatch:]
	best, lag := bestLag(past, len(past)-pitchMatch, end, pitchMin, pitchMax)
	if best <= 0 {
		return pitchMax / 2 // noise: any length does
	}
	return lag
}

// bestLag compares ref with past[at-lag:] for every lag from lo to hi and returns the best
// normalised correlation (-1…1) and its lag: coarse first, then to the sample.
func bestLag(past []int16, at int, ref []int16, lo, hi int) (best float64, lag int) {
	best, lag = -1, lo
	const coarse = 4
	for l := lo; l <= hi; l += coarse {
		if c := likeness(past[at-l:], ref, coarse); c > best {
			best, lag = c, l
		}
	}
	from, to := max(lo, lag-coarse+1), min(hi, lag+coarse-1)
	best = -1
	for l := from; l <= to; l++ {
		if c := likeness(past[at-l:], ref, 2); c > best {
			best, lag = c, l
		}
	}
	return best, lag
}

// likeness is the normalised correlation of two signals, every stride-th sample looked at.
func likeness(a, b []int16, stride int) float64 {
	var ab, aa, bb float64
	for i := 0; i < len(b); i += stride {
		x, y := float64(a[i]), float64(b[i])
		ab += x * y
		aa += x * x
		bb += y * y
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}
