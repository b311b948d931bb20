package floor

import (
	"time"

	"github.com/callbench/callbench/softphone/media"
)

// talker is one end of a conversation inside the floor. Both methods take one block (media.Block
// samples at media.Rate) and are called in turn, on the line's goroutine only.
type talker interface {
	say(out []int16) // fills out with what is said now
	hear(in []int16) // what the agent said
}

// How a customer talks.
const (
	beforeMatter = 700 * time.Millisecond // after the answer
	turnPause    = 800 * time.Millisecond // of silence, and the customer thinks it is their turn
	speechMin    = 500 * time.Millisecond // shorter sounds are no turn
	wonders      = 12 * time.Second       // of silence on both sides, and the customer asks
	speechLevel  = 250                    // mean absolute sample above which somebody speaks
	pilotLevel   = 0.02                   // peak of the pilot tone, of full scale
)

// block is the duration of one block of sound.
const block = 10 * time.Millisecond

// customer says the matter, the detail when the agent has said something, then short answers in turn;
// asks once in a while whether anybody is there; and says goodbye when told to.
type customer struct {
	voice   voice
	pilot   *media.Tone // nil: none
	next    []clip      // what is still to be said in turns, the last two for ever
	now     reading     // being said
	f       *filter
	silence time.Duration
	spoken  time.Duration // by the agent, in this turn
	quiet   time.Duration // of the agent since
	leaving bool
	left    func() // called once, when the goodbye is said
}

// newCaller is a customer who called: begins with the matter.
func newCaller(v voice, pilot float64) *customer {
	c := newCallee(v, pilot)
	c.next = []clip{v.detail, v.yes, v.ok}
	c.now = reading{pause: samples(beforeMatter), c: v.matter}
	return c
}

// newCallee is a customer who was called: asks who it is.
func newCallee(v voice, pilot float64) *customer {
	c := &customer{voice: v, next: []clip{v.yes, v.ok}, f: newFilter()}
	c.now = reading{pause: samples(beforeMatter / 2), c: v.hello}
	if pilot > 0 {
		c.pilot = media.NewTone(pilot, pilotLevel)
	}
	return c
}

func samples(d time.Duration) int { return int(d * media.Rate / time.Second) }

func (c *customer) say(out []int16) {
	clear(out)
	if c.pilot != nil {
		c.pilot.Fill(out)
	}
	if c.now.over() {
		c.turn()
	}
	c.now.fill(c.f, out)
}

// turn decides what is said next; it is called while the customer is silent.
func (c *customer) turn() {
	switch {
	case c.leaving:
		if c.left != nil {
			c.left()
			c.left = nil
		}
	case c.spoken >= speechMin && c.quiet >= turnPause:
		c.now, c.spoken, c.silence = reading{c: c.next[0]}, 0, 0
		if len(c.next) > 2 {
			c.next = c.next[1:]
		} else {
			c.next = []clip{c.next[1], c.next[0]}
		}
	case c.silence >= wonders:
		c.now, c.silence = reading{c: c.voice.there}, 0
	default:
		c.silence += block
	}
}

func (c *customer) hear(in []int16) {
	sum := 0
	for _, s := range in {
		sum += max(int(s), -int(s))
	}
	if sum > speechLevel*len(in) {
		c.spoken, c.quiet, c.silence = c.spoken+block, 0, 0
		return
	}
	c.quiet += block
	if c.quiet > 5*turnPause && c.spoken < speechMin {
		c.spoken = 0
	}
}

// leave makes the customer say goodbye; left is called when that is said.
func (c *customer) leave(left func()) {
	c.leaving, c.left = true, left
	c.now = reading{c: c.voice.bye}
}

// echo says what it heard, 700.
type echo struct{ last [media.Block]int16 }

func (e *echo) say(out []int16) { copy(out, e.last[:]) }
func (e *echo) hear(in []int16) { copy(e.last[:], in) }

// steady is a tone for measuring, 701.
type steady struct{ tone *media.Tone }

func (s *steady) say(out []int16) { s.tone.Fill(out) }
func (s *steady) hear([]int16)    {}

// loopPlayer repeats a clip without end, after an introduction: what those hear who wait.
type loopPlayer struct {
	intro, loop clip
	again       int // samples after which the introduction is heard again, between two rounds; 0: never
	now         reading
	played      int
	f           *filter
}

func newLoopPlayer(intro, loop clip, again time.Duration) *loopPlayer {
	return &loopPlayer{intro: intro, loop: loop, again: samples(again), now: reading{c: intro}, f: newFilter()}
}

func (p *loopPlayer) fill(out []int16) {
	clear(out)
	for len(out) > 0 {
		if p.now.over() {
			p.now = reading{c: p.loop}
			if p.again > 0 && p.played >= p.again {
				p.now, p.played = reading{c: p.intro}, 0
			}
			if p.now.over() {
				return // nothing to play
			}
		}
		n := p.now.fill(p.f, out)
		p.played += n
		out = out[n:]
	}
}
