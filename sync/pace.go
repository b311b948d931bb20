package sync

import (
	gosync "sync"
	"time"

	"github.com/callbench/callbench/desk"
)

// Bounds of pages and pushes.
const (
	leastRows  = 50                     // of a page; fewer are mostly way
	pageOnLine = 400 * time.Millisecond // of a slow line for one page: what else comes down waits no longer

	pushOps    = 100
	leastPush  = 16 << 10
	firstPush  = 64 << 10
	mostPush   = 1 << 20         // below wire.MaxPushBytes with room for the message's own
	pushQuick  = time.Second     // a push that took less may be followed by one twice as long
	pushLong   = 3 * time.Second // one that took more by one half as long
	assumeUp   = 16 << 10        // bytes a second that go up, as long as nothing is known
	upPatience = 4               // how many times longer than expected a push may take
)

// pace says how much to ask for and to send at once. Pages have as many rows as central gives, since the store itself
// takes them in turns so short that nobody who saves waits; on a slow line as many as come down within pageOnLine.
// Pushes have as many bytes as go up in a second or so.
type pace struct {
	mu    gosync.Mutex
	most  int     // rows, from Config
	width float64 // bytes of a row on the line; 0: not known
	up    int     // bytes of a push
	rate  float64 // bytes a second of the newest pushes
}

func newPace(most int) pace {
	if most <= 0 || most > desk.MaxPageRows {
		most = desk.MaxPageRows
	}
	return pace{most: most, up: firstPush, rate: assumeUp}
}

// limit is how many rows to ask for on a line of that many bytes a second; 0: not known.
func (p *pace) limit(rate float64) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if rate == 0 || rate >= slowBelow || p.width == 0 {
		return p.most
	}
	return min(p.most, max(leastRows, int(rate*pageOnLine.Seconds()/p.width)))
}

// came takes in what rows weighed on the line.
func (p *pace) came(rows int, bytes int64) {
	if rows < leastRows || bytes == 0 {
		return // too few to tell
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	width := float64(bytes) / float64(rows)
	if p.width > 0 {
		width = (3*p.width + width) / 4
	}
	p.width = width
}

// push is how many bytes to send at once.
func (p *pace) push() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.up
}

// wait is how long a push of that many bytes may take without an answer.
func (p *pace) wait(bytes int) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return callWithin + time.Duration(upPatience*float64(bytes)/p.rate*float64(time.Second))
}

// pushed takes in how long a push took; lost: no answer came.
func (p *pace) pushed(bytes int, took time.Duration, lost bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	took = max(took, time.Millisecond)
	switch {
	case lost:
		p.up = max(leastPush, p.up/2)
		p.rate = max(p.rate/2, 1<<10)
		return
	case took > pushLong:
		p.up = max(leastPush, min(p.up, bytes)/2)
	case took < pushQuick && bytes >= p.up/2:
		p.up = min(mostPush, 2*p.up)
	}
	if bytes >= leastPush {
		p.rate = float64(bytes) / took.Seconds()
	}
}
