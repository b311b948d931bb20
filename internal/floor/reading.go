package floor

import (
	"math"

	"github.com/callbench/callbench/softphone/media"
)

const (
	ratio = media.Rate / clipRate
	taps  = 12 // of the interpolating filter, in samples of the clip
)

// filter brings clips to media.Rate: for each of the six phases between two samples the weights of the
// samples around (a sinc under a Hann window). Its images lie 40 dB down, below what a telephone shows.
type filter [ratio][taps]float32

func newFilter() *filter {
	var f filter
	for p := range f {
		sum := 0.0
		var w [taps]float64
		for k := range w {
			x := float64(k-taps/2+1) - float64(p)/ratio
			w[k] = (0.5 + 0.5*math.Cos(2*math.Pi*x/taps))
			if x != 0 {
				w[k] *= math.Sin(math.Pi*x) / (math.Pi * x)
			}
			sum += w[k]
		}
		for k := range w {
			f[p][k] = float32(w[k] / sum)
		}
	}
	return &f
}

// reading is a clip being played: first a pause, then the sound.
type reading struct {
	pause int // samples at media.Rate
	c     clip
	at    int // samples at media.Rate
}

func (r *reading) over() bool { return r.pause == 0 && r.at >= len(r.c)*ratio }

// fill mixes what comes next into out and tells how many samples that were; fewer than len(out) only
// at the end of the clip.
func (r *reading) fill(f *filter, out []int16) int {
	n := min(r.pause, len(out))
	r.pause -= n
	for ; n < len(out) && r.at < len(r.c)*ratio; n++ {
		first, weights := r.at/ratio-taps/2+1, &f[r.at%ratio]
		var v float32
		for k := range weights {
			if i := first + k; i >= 0 && i < len(r.c) {
				v += weights[k] * float32(r.c[i])
			}
		}
		out[n] = int16(min(max(float32(out[n])+v, math.MinInt16), math.MaxInt16))
		r.at++
	}
	return n
}
