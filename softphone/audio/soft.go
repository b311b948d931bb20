package audio

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/callbench/callbench/softphone/media"
)

// blockTime is the length of a block.
const blockTime = time.Second * media.Block / media.Rate

// forgive is how far a paced device may fall behind and still catch up; after a longer stop (the
// machine slept) it begins anew.
const forgive = 500 * time.Millisecond

// flushBlocks is how often a WAV file's header is made true: once a second of sound.
const flushBlocks = media.Rate / media.Block

// pacer gives a block's turn at absolute times, so that late turns do not add up to drift.
type pacer struct {
	timer *time.Timer
	due   time.Time
}

// turn waits for the next block's time, or, while there is nothing to do, for work. It returns
// false when ctx has ended; fresh is set on the first turn after a pause.
func (p *pacer) turn(ctx context.Context, d drive) (fresh, ok bool) {
	for !d.busy() {
		select {
		case <-ctx.Done():
			return false, false
		case <-d.wake:
			p.due = time.Time{}
		}
	}
	now := time.Now()
	if fresh = p.due.IsZero(); fresh || now.Sub(p.due) > forgive {
		p.due = now
	}
	p.due = p.due.Add(blockTime)
	wait := p.due.Sub(now)
	if wait <= 0 {
		return fresh, ctx.Err() == nil
	}
	if p.timer == nil {
		p.timer = time.NewTimer(wait)
	} else {
		p.timer.Reset(wait)
	}
	select {
	case <-ctx.Done():
		return false, false
	case <-p.timer.C:
		return fresh, true
	}
}

func (p *pacer) stop() {
	if p.timer != nil {
		p.timer.Stop()
	}
}

// null hears silence, or plays to nobody, in real time: calls go on.
type null struct{ in bool }

func (null) name() string { return nullName }
func (null) close()       {}

func (n null) run(ctx context.Context, d drive) error {
	var p pacer
	defer p.stop()
	block := make([]int16, media.Block)
	for {
		if _, ok := p.turn(ctx, d); !ok {
			return nil
		}
		if n.in {
			d.stream.Capture(block)
		} else {
			d.stream.Playback(block)
		}
	}
}

// player is a microphone that hears a file or a tone.
type player struct {
	label string
	next  func(out []int16)
	begin func() // nil: nothing to rewind
}

// openFile makes a microphone of a WAV file, played in a loop.
func openFile(path string) (*player, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	pcm, err := media.ReadWAV(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	if len(pcm) == 0 {
		return nil, fmt.Errorf("%s holds no sound", filepath.Base(path))
	}
	at := 0
	return &player{
		label: "wav:" + filepath.Base(path),
		begin: func() { at = 0 },
		next: func(out []int16) {
			for n := 0; n < len(out); {
				k := copy(out[n:], pcm[at:])
				n, at = n+k, (at+k)%len(pcm)
			}
		},
	}, nil
}

func (m *player) name() string { return m.label }
func (m *player) close()       {}

func (m *player) run(ctx context.Context, d drive) error {
	var p pacer
	defer p.stop()
	block := make([]int16, media.Block)
	for {
		fresh, ok := p.turn(ctx, d)
		if !ok {
			return nil
		}
		if fresh && m.begin != nil {
			m.begin()
		}
		m.next(block)
		d.stream.Capture(block)
	}
}

// recorder is a speaker that writes what it hears to a file. A program that is killed leaves a
// file that is right but for its last second.
type recorder struct {
	label string
	file  *os.File
	out   *media.WAVWriter
	n     int // blocks
}

// createFile makes a speaker of a WAV file; what was in it is gone.
func createFile(path string) (*recorder, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	w, err := media.NewWAVWriter(f, media.Rate)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &recorder{label: "wav:" + filepath.Base(path), file: f, out: w}, nil
}

func (r *recorder) name() string { return r.label }

// close makes the header true; an error has no one left to act on it.
func (r *recorder) close() { _ = errors.Join(r.out.Flush(), r.file.Close()) }

func (r *recorder) run(ctx context.Context, d drive) error {
	var p pacer
	defer p.stop()
	block := make([]int16, media.Block)
	for {
		if _, ok := p.turn(ctx, d); !ok {
			return nil
		}
		d.stream.Playback(block)
		if err := r.out.Write(block); err != nil {
			return fmt.Errorf("%s: %w", r.label, err)
		}
		if r.n++; r.n%flushBlocks == 0 {
			if err := r.out.Flush(); err != nil {
				return fmt.Errorf("%s: %w", r.label, err)
			}
		}
	}
}
