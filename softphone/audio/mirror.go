package audio

import (
	"sync"
	"time"

	"github.com/callbench/callbench/softphone/media"
)

// MaxMirror bounds how late a Mirror gives back what it heard.
const MaxMirror = 5 * time.Second

// Mirror is a Stream that gives back what it heard a while later, so that a person can hear how others would hear
// them. Attach it; it needs no stopping. It allocates nothing once made.
type Mirror struct {
	mu       sync.Mutex
	kept     []int16 // a ring a little longer than the delay
	after    int     // the delay in samples
	at       int     // where the next sample is written
	waiting  int     // samples that have not been given back
	speaking bool    // the delay has passed: it gives back
}

// slack is how far microphone and speaker may be out of step, in samples: 100 ms.
const slack = media.Rate / 10

// NewMirror makes a mirror; after is its delay, MaxMirror at most.
func NewMirror(after time.Duration) *Mirror {
	samples := int(min(max(after, blockTime), MaxMirror) * media.Rate / time.Second)
	return &Mirror{kept: make([]int16, samples+slack), after: samples}
}

// Capture implements media.Stream. A speaker that takes nothing loses the oldest.
func (m *Mirror) Capture(in []int16) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, v := range in {
		m.kept[m.at] = v
		m.at = (m.at + 1) % len(m.kept)
	}
	m.waiting = min(m.waiting+len(in), len(m.kept))
	m.speaking = m.speaking || m.waiting >= m.after
}

// Playback implements media.Stream: silence until the delay has passed, and where the microphone gave nothing.
func (m *Mirror) Playback(out []int16) {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(out)
	if !m.speaking {
		return
	}
	n := min(len(out), m.waiting)
	from := (m.at - m.waiting + len(m.kept)) % len(m.kept)
	for i := range n {
		out[i] = m.kept[(from+i)%len(m.kept)]
	}
	m.waiting -= n
}
