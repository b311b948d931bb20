package audio

import (
	"encoding/binary"
	"sync/atomic"
)

// ringLen is the samples between a device's thread and ours: 85 ms, so that either may be late by as much as
// a busy machine makes it, and more than mostBlocks and a block, whatever a callback takes.
const ringLen = 4096

// ring carries samples from one goroutine or thread to one other without a lock. Samples that do
// not fit are refused; the writer drops them.
type ring struct {
	buf     [ringLen]int16
	written atomic.Uint64 // samples since the beginning; the writer's
	_       [56]byte      // the two counters on cache lines of their own
	read    atomic.Uint64 // the reader's
}

// len is the samples waiting. Called by the reader it may only grow, by the writer only shrink.
func (r *ring) len() int { return int(r.written.Load() - r.read.Load()) } //nolint:gosec // ≤ ringLen.

// put writes what fits and returns how much that was.
func (r *ring) put(pcm []int16) int {
	at := r.written.Load()
	n := min(len(pcm), ringLen-int(at-r.read.Load())) //nolint:gosec // ≤ ringLen.
	for i, v := range pcm[:n] {
		r.buf[(at+uint64(i))%ringLen] = v
	}
	r.written.Store(at + uint64(n)) //nolint:gosec // not negative.
	return n
}

// take reads what is there, up to len(pcm), and returns how much that was.
func (r *ring) take(pcm []int16) int {
	at := r.read.Load()
	n := min(len(pcm), int(r.written.Load()-at)) //nolint:gosec // ≤ ringLen.
	for i := range pcm[:n] {
		pcm[i] = r.buf[(at+uint64(i))%ringLen]
	}
	r.read.Store(at + uint64(n)) //nolint:gosec // not negative.
	return n
}

// putBytes is put for a device's 16-bit samples; native order is little on all we build for.
func (r *ring) putBytes(b []byte) {
	at := r.written.Load()
	n := min(len(b)/2, ringLen-int(at-r.read.Load())) //nolint:gosec // ≤ ringLen.
	for i := range n {
		r.buf[(at+uint64(i))%ringLen] = int16(binary.LittleEndian.Uint16(b[2*i:])) //nolint:gosec // two's complement is meant.
	}
	r.written.Store(at + uint64(n)) //nolint:gosec // not negative.
}

// takeBytes is take for a device's samples; what is missing becomes silence. It reports whether
// nothing was missing.
func (r *ring) takeBytes(b []byte) bool {
	at := r.read.Load()
	n := min(len(b)/2, int(r.written.Load()-at)) //nolint:gosec // ≤ ringLen.
	for i := range n {
		binary.LittleEndian.PutUint16(b[2*i:], uint16(r.buf[(at+uint64(i))%ringLen])) //nolint:gosec // two's complement is meant.
	}
	clear(b[2*n:])
	r.read.Store(at + uint64(n)) //nolint:gosec // not negative.
	return 2*n == len(b)
}
