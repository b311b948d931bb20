package floor

import (
	"context"
	"sync"
	"time"

	"github.com/callbench/callbench/softphone/media"
)

// HeardRate is the sampling rate in Hz of what Placed.Heard gives.
const HeardRate = clipRate

const (
	heardFor  = 10 * time.Second // older sound is forgotten
	lineAhead = 5                // blocks that a late line makes up for; beyond that it skips
	maxDigits = 64               // pressed keys that are remembered, the last ones
)

// stage is where a line stands. It only goes forward.
type stage int

const (
	stageWaiting stage = iota // hears the queue
	stageTalking
	stageLeaving // says goodbye
	stageOver
)

// cast is who is on a line and what is played to them.
type cast struct {
	talker talker
	queue  *loopPlayer // heard while waiting; nil: silence
	hold   *loopPlayer // heard while the agent holds
}

// line is the sound of one person on the floor's side of a call: every 10 ms what they say goes into
// the RTP session that the floor has with the agent's phone, and what comes out of it is what they
// hear. Its goroutine owns the talker; anybody may call the other methods.
type line struct {
	enter func() cast // called once, on the line's goroutine: decoding sounds takes a moment
	cast              // of the line's goroutine

	mu      sync.Mutex
	session *media.Session
	at      stage
	left    func() // for stageLeaving
	heard   []int16
	next    int // where the ring heard goes on
	full    bool
	digits  []byte
}

func newLine(enter func() cast) *line {
	return &line{enter: enter, heard: make([]int16, int(heardFor/time.Second)*HeardRate)}
}

// connect joins the line to a session: the agent answered.
func (l *line) connect(s *media.Session) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.at == stageWaiting {
		l.session, l.at = s, stageTalking
	}
}

// leave makes a customer say goodbye and then calls left, from the line's goroutine; others, and those
// who talk to nobody, go at once.
func (l *line) leave(left func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.at < stageLeaving {
		l.at, l.left = stageLeaving, left
	}
}

// end ends the line's goroutine. The session may be closed afterwards: a last block may still reach
// it, which it drops.
func (l *line) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at, l.session = stageOver, nil
}

// run is the line's clock. It ends with the line or with ctx.
func (l *line) run(ctx context.Context) {
	l.cast = l.enter()
	t := time.NewTicker(block)
	defer t.Stop()
	due := time.Now()
	b := &lineBlock{}
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-t.C:
			if behind := now.Sub(due); behind > lineAhead*block {
				due = now
			}
			for ; !due.After(now); due = due.Add(block) {
				if !l.step(b) {
					return
				}
			}
		}
	}
}

// lineBlock is the memory of a line's clock, so that a block allocates nothing.
type lineBlock struct {
	say, hear [media.Block]int16
	leaving   bool
}

// step is one block; false: the line is over.
func (l *line) step(b *lineBlock) bool {
	l.mu.Lock()
	s, at, left := l.session, l.at, l.left
	l.mu.Unlock()
	switch {
	case at == stageOver:
		return false
	case s == nil:
		clear(b.hear[:])
		if l.queue != nil {
			l.queue.fill(b.hear[:])
		}
		l.remember(b.hear[:])
		if at == stageLeaving && !b.leaving {
			b.leaving = true
			left()
		}
		return true
	}
	if at == stageLeaving && !b.leaving {
		b.leaving = true
		if c, ok := l.talker.(*customer); ok {
			c.leave(left)
		} else {
			left()
		}
	}
	s.Playback(b.hear[:])
	if !s.Remote().Receives() {
		// The agent holds: the caller hears the switchboard's music and nothing else, and waits.
		l.hold.fill(b.hear[:])
		clear(b.say[:])
		if b.leaving && left != nil {
			l.talker.say(b.say[:]) // the goodbye of a caller on hold is heard by nobody
		}
	} else {
		l.talker.hear(b.hear[:])
		l.talker.say(b.say[:])
	}
	l.remember(b.hear[:])
	s.Capture(b.say[:])
	l.press(s.Digits())
	return true
}

// remember keeps a block at HeardRate: the mean of each six samples, which is good enough to judge
// tones by.
func (l *line) remember(in []int16) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for ; len(in) >= ratio; in = in[ratio:] {
		sum := 0
		for _, s := range in[:ratio] {
			sum += int(s)
		}
		l.heard[l.next] = int16(sum / ratio)
		if l.next++; l.next == len(l.heard) {
			l.next, l.full = 0, true
		}
	}
}

// press takes the keys that the agent pressed.
func (l *line) press(digits <-chan byte) {
	for {
		select {
		case d, ok := <-digits:
			if !ok {
				return
			}
			l.mu.Lock()
			if l.digits = append(l.digits, d); len(l.digits) > maxDigits {
				l.digits = l.digits[1:]
			}
			l.mu.Unlock()
		default:
			return
		}
	}
}

// sound is a copy of what was heard, oldest first.
func (l *line) sound() []int16 {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []int16
	if l.full {
		out = append(out, l.heard[l.next:]...)
	}
	return append(out, l.heard[:l.next]...)
}

func (l *line) pressed() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.digits)
}
