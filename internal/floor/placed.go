package floor

import (
	"sync"
	"time"

	"github.com/callbench/callbench/softphone/media"
)

// Placed is a call of the floor's people as a test or a demo watches it. Any goroutine may use it.
type Placed struct {
	id       string
	caller   Caller
	born     time.Time
	f        *Floor
	line     *line
	answered chan struct{}
	done     chan struct{}

	mu        sync.Mutex
	agent     string
	outcome   Outcome
	invitedAt time.Time
	rangAt    time.Time
}

func (f *Floor) newPlaced(id string, c Caller, l *line) *Placed {
	return &Placed{id: id, caller: c, born: f.cfg.Now(), f: f, line: l, answered: make(chan struct{}), done: make(chan struct{})}
}

// ID is the linked id, as in X-Linked-ID and the events.
func (p *Placed) ID() string { return p.id }

// Caller is who calls or is called, with everything that was drawn.
func (p *Placed) Caller() Caller { return p.caller }

// Answered is closed when an agent (or, of a dialled call, the customer) answered.
func (p *Placed) Answered() <-chan struct{} { return p.answered }

// Done is closed when the call is over.
func (p *Placed) Done() <-chan struct{} { return p.done }

// Agent is the extension that the call is connected with, or empty.
func (p *Placed) Agent() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.agent
}

// Outcome is how the call ended; empty before Done.
func (p *Placed) Outcome() Outcome {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.outcome
}

// HangUp makes the customer end the call: one who waits leaves at once, one who talks says goodbye
// first, about two seconds.
func (p *Placed) HangUp() {
	p.f.note(func(l *loop) { l.leave(p.id) })
}

// Heard is what the customer heard in the last ten seconds, at HeardRate, oldest first.
func (p *Placed) Heard() []int16 { return p.line.sound() }

// HeardTone is the share 0…1 of hz in what the customer heard in the last d (up to ten seconds). Before the call
// was silence, so that a call's first packets are not taken for a whole d of the tone.
func (p *Placed) HeardTone(hz float64, d time.Duration) float64 {
	pcm := p.Heard()
	n := max(1, int(min(d, heardFor)*HeardRate/time.Second))
	pcm = pcm[max(0, len(pcm)-n):]
	return media.ToneLevel(pcm, HeardRate, hz) * float64(len(pcm)) / float64(n)
}

// Digits are the keys that the agent pressed, the last 64.
func (p *Placed) Digits() string { return p.line.pressed() }

// InvitedAt is when the newest INVITE to an agent's phone went out, RangAt when that phone said that it
// rings; zero before. They are for measuring a desk.
func (p *Placed) InvitedAt() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.invitedAt
}

// RangAt is explained at InvitedAt.
func (p *Placed) RangAt() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.rangAt
}

func (p *Placed) invited() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.invitedAt, p.rangAt = time.Now(), time.Time{}
}

func (p *Placed) rang() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.rangAt.IsZero() {
		p.rangAt = time.Now()
	}
}

// connected and over are called by the floor's loop, each once at most.
func (p *Placed) connected(agent string) {
	p.mu.Lock()
	p.agent = agent
	p.mu.Unlock()
	close(p.answered)
}

func (p *Placed) over(how Outcome) {
	p.mu.Lock()
	p.outcome = how
	p.mu.Unlock()
	close(p.done)
}
