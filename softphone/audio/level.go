package audio

import (
	"math"
	"sync/atomic"

	"github.com/callbench/callbench/softphone/media"
)

// Found is the devices there are: names as Config takes them, as the system orders them.
type Found struct {
	In, Out []string // MaxFound each at most
}

// MaxFound bounds the devices of a direction that List tells.
const MaxFound = 16

// MaxLevel is the loudest level, in percent of what a device or a call gives.
const MaxLevel = 200

// level is how loud a side is, and the loudest that came by. The sound goroutines use it without waiting.
type level struct {
	less atomic.Int32 // 100 less the percent, so that the zero value is as it comes
	peak atomic.Int32 // the greatest sample since it was asked for, after the gain
}

func (l *level) set(percent int) { l.less.Store(int32(100 - min(max(percent, 0), MaxLevel))) }

func (l *level) gain() float64 { return float64(100-l.less.Load()) / 100 }

// pass scales a block in place and notes its peak.
func (l *level) pass(pcm []int16) {
	if less := l.less.Load(); less != 0 {
		gain := 100 - less
		for i, v := range pcm {
			pcm[i] = int16(min(max(int32(v)*gain/100, math.MinInt16), math.MaxInt16))
		}
	}
	most := int32(0)
	for _, v := range pcm {
		most = max(most, max(int32(v), -int32(v)))
	}
	for was := l.peak.Load(); most > was && !l.peak.CompareAndSwap(was, most); was = l.peak.Load() {
	}
}

// measured is a Stream whose sound goes through a level, in whichever direction it is used.
type measured struct {
	of    media.Stream
	level *level
}

// Capture implements media.Stream. The block is the device's own: it may be changed.
func (m *measured) Capture(in []int16) {
	m.level.pass(in)
	m.of.Capture(in)
}

// Playback implements media.Stream.
func (m *measured) Playback(out []int16) {
	m.of.Playback(out)
	m.level.pass(out)
}

// SetLevel sets how loud a side is, in percent of what comes in, 0 to MaxLevel; 100 is as it comes.
func (d *Devices) SetLevel(which Side, percent int) {
	for i, s := range &d.sides {
		if s.which == which {
			d.levels[i].set(percent)
		}
	}
}

// Peak is the loudest that microphone and speaker had since it was last asked, as shares of full scale. The ring is
// not in it.
func (d *Devices) Peak() (in, out float64) {
	const full = -math.MinInt16
	return float64(d.levels[0].peak.Swap(0)) / full, float64(d.levels[1].peak.Swap(0)) / full
}
