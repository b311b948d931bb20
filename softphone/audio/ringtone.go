package audio

import (
	"math"

	"github.com/callbench/callbench/softphone/media"
)

// The ring: two soft tones, a fifth and its root (E5 and A4), in two pulses at the start of each
// second, the second one lower. Nothing in it is at a frequency that telephony uses.
const (
	ringHigh    = 659.26 // Hz
	ringLow     = 554.37
	ringLevel   = 0.25
	pulseBlocks = 22 // 220 ms
	pulseGap    = 6  // between the two
	ringBlocks  = 100
)

// ringTone makes the ring's sound, block by block.
type ringTone struct {
	at    int // block of the second
	phase [2]float64
}

func newRingTone() *ringTone { return &ringTone{} }

// restart makes the next block the first of a pulse.
func (r *ringTone) restart() { r.at, r.phase = 0, [2]float64{} }

// add mixes the next block into out, loud as a share of its usual level.
func (r *ringTone) add(out []int16, loud float64) {
	pulse, hz := -1, ringHigh
	switch {
	case r.at < pulseBlocks:
		pulse = r.at
	case r.at >= pulseBlocks+pulseGap && r.at < 2*pulseBlocks+pulseGap:
		pulse, hz = r.at-pulseBlocks-pulseGap, ringLow
	}
	if r.at++; r.at == ringBlocks {
		r.at = 0
	}
	if pulse < 0 {
		r.phase = [2]float64{}
		return
	}
	const pulseLen = pulseBlocks * media.Block
	for i := range out {
		t := float64(pulse*media.Block+i) / pulseLen
		env := ringLevel * math.Sin(math.Pi*math.Sqrt(t)) // quick to come, slow to go, no click
		v := loud * env * (math.Sin(r.phase[0]) + 0.4*math.Sin(r.phase[1]))
		out[i] = int16(max(math.MinInt16, min(math.MaxInt16, float64(out[i])+v*math.MaxInt16/1.4)))
		r.phase[0] = math.Mod(r.phase[0]+2*math.Pi*hz/media.Rate, 2*math.Pi)
		r.phase[1] = math.Mod(r.phase[1]+2*math.Pi*2*hz/media.Rate, 2*math.Pi)
	}
}

// ringer is the Stream of a device that rings; with calls set they sound too.
type ringer struct {
	calls media.Stream // nil: a device that only rings
	on    func() bool
	tone  *ringTone
	level *level // of the tone
	was   bool
}

// Capture is not asked for: a ringer is a speaker's.
func (r *ringer) Capture([]int16) {}

// Playback fills out with calls, and the ring above them.
func (r *ringer) Playback(out []int16) {
	if r.calls != nil {
		r.calls.Playback(out)
	} else {
		clear(out)
	}
	on := r.on()
	if on && !r.was {
		r.tone.restart()
	}
	if r.was = on; on {
		r.tone.add(out, r.level.gain())
	}
}
