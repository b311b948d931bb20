package sync

import (
	"errors"
	"math/rand/v2"
	"time"

	"github.com/callbench/callbench/sync/wire"
)

// Back-off between attempts.
const (
	firstPause = 200 * time.Millisecond
	lastPause  = 15 * time.Second // with its jitter below half a minute
	maxRetry   = 30 * time.Second // of what central asks for
)

// backoff makes pauses that double, each between half and one and a half of its length: when central comes back,
// the desks of a branch come one after the other.
type backoff struct {
	pause time.Duration
	dice  func(n int64) int64 // nil: Go's
}

func (b *backoff) next() time.Duration {
	b.pause = min(max(firstPause, 2*b.pause), lastPause)
	dice := b.dice
	if dice == nil {
		dice = rand.Int64N
	}
	return b.pause/2 + time.Duration(dice(int64(b.pause)))
}

// after is next, but not before central asked to be left alone.
func (b *backoff) after(err error) time.Duration {
	pause := b.next()
	if f, ok := errors.AsType[*wire.FaultError](err); ok && f.Retry > 0 {
		pause = max(pause, min(time.Duration(f.Retry)*time.Second, maxRetry))
	}
	return pause
}

func (b *backoff) reset() { b.pause = 0 }
