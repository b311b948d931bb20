package media

import (
	"math"
	"sync"
	"sync/atomic"
)

// Mixer drives several Streams as one: all get the same capture, and what they play is summed
// and limited at full scale. Capture and Playback never wait for Add or remove. The zero Mixer is
// ready. After remove has returned a Stream may still get the block that was on its way.
type Mixer struct {
	joined  atomic.Pointer[[]*entry] // replaced, never changed: the sound goroutines read it unlocked
	scratch [Block]int16             // of Playback
	sum     [Block]int32             // of Playback

	mu sync.Mutex // guards replacing joined
}

// entry gives each Add an identity of its own.
type entry struct{ Stream }

// Add joins s until remove is called; calling remove again does nothing.
func (m *Mixer) Add(s Stream) (remove func()) {
	e := &entry{s}
	m.replace(func(old []*entry) []*entry { return append(old, e) })
	return func() {
		m.replace(func(old []*entry) []*entry {
			kept := old[:0]
			for _, o := range old {
				if o != e {
					kept = append(kept, o)
				}
			}
			return kept
		})
	}
}

// replace swaps the list for a changed copy.
func (m *Mixer) replace(change func([]*entry) []*entry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []*entry
	if old := m.joined.Load(); old != nil {
		list = append(list, *old...)
	}
	list = change(list)
	m.joined.Store(&list)
}

// Len is the number of Streams joined.
func (m *Mixer) Len() int {
	if list := m.joined.Load(); list != nil {
		return len(*list)
	}
	return 0
}

// Capture gives in to every Stream.
func (m *Mixer) Capture(in []int16) {
	list := m.joined.Load()
	if list == nil {
		return
	}
	for _, e := range *list {
		e.Capture(in)
	}
}

// Playback fills out, [Block] samples at most, with the sum of all Streams.
func (m *Mixer) Playback(out []int16) {
	list := m.joined.Load()
	if list == nil || len(*list) == 0 {
		clear(out)
		return
	}
	if len(*list) == 1 { // nearly always: one call
		(*list)[0].Playback(out)
		return
	}
	n := min(len(out), Block)
	clear(m.sum[:n])
	for _, e := range *list {
		e.Playback(m.scratch[:n])
		for i, v := range m.scratch[:n] {
			m.sum[i] += int32(v)
		}
	}
	for i, v := range m.sum[:n] {
		out[i] = limit(v)
	}
}

// Mix adds src to dst, sample by sample, and limits at full scale.
func Mix(dst, src []int16) {
	for i := range min(len(dst), len(src)) {
		dst[i] = limit(int32(dst[i]) + int32(src[i]))
	}
}

// limit cuts a sum down to 16 bit.
func limit(v int32) int16 {
	return int16(min(math.MaxInt16, max(math.MinInt16, v)))
}
