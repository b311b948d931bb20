package floor

import (
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/callbench/callbench/desk"
)

// script says who calls when. It is pure like the acd: due hands out the callers of a moment, at the
// same moments for the same seed whatever the agents do; and the same callers, but that somebody who is
// on the line already is passed over. One stream is the foreground (callers for real agents), and each
// queue with simulated agents has a background stream that keeps them busy.
type script struct {
	cfg     Config
	started bool      // the foreground
	at      time.Time // the next foreground caller; zero: none
	rng     *rand.Rand
	names   *deck
	queue   string // of foreground callers that name none

	backdrops []*backdrop
}

// backdrop is the background traffic of one queue.
type backdrop struct {
	queue string
	at    time.Time
	mean  time.Duration
	idle  bool // comes only when a simulated agent is free, so that it never waits before a real one
	rng   *rand.Rand
	names *deck
}

// deck deals callers in shuffled order and starts over when all were dealt.
type deck struct {
	callers []Caller
	order   []int
	rng     *rand.Rand
}

func (d *deck) deal() Caller {
	if len(d.order) == 0 {
		d.order = d.rng.Perm(len(d.callers))
	}
	c := d.callers[d.order[0]]
	d.order = d.order[1:]
	return c
}

func newScript(cfg Config, now time.Time) *script {
	callers := cfg.Callers
	if len(callers) == 0 {
		callers = ownCallers()
	}
	s := &script{cfg: cfg, rng: stream(cfg.Seed, "script", ""), queue: cfg.Queues[0].ID}
	s.names = &deck{callers: callers, rng: stream(cfg.Seed, "names", "")}
	served := map[string]bool{}
	for _, g := range cfg.Agents {
		for _, q := range g.Queues {
			served[q] = true
		}
	}
	if len(cfg.Agents) > 0 {
		s.queue = cfg.Agents[0].Queues[0]
	}
	for i, q := range cfg.Queues {
		sims := (cfg.Colleagues - i + len(cfg.Queues) - 1) / len(cfg.Queues)
		if sims <= 0 {
			continue
		}
		b := &backdrop{queue: q.ID, idle: served[q.ID], rng: stream(cfg.Seed, "backdrop", q.ID)}
		b.names = &deck{callers: callers, rng: stream(cfg.Seed, "backdrop names", q.ID)}
		// A queue that simulated agents serve alone gets about what they can carry, so that callers
		// wait on the board; one that real agents serve gets less.
		load := 1.05
		if b.idle {
			load = 0.65
		}
		b.mean = time.Duration(float64(simHandling) / float64(sims) / load)
		b.at = now.Add(s.fast(time.Duration(b.rng.Float64() * float64(b.mean) / 2)))
		s.backdrops = append(s.backdrops, b)
	}
	if len(cfg.Agents) == 0 {
		s.start(now)
	}
	return s
}

func (s *script) fast(d time.Duration) time.Duration {
	return time.Duration(float64(d) / s.cfg.Speed)
}

// start begins the foreground, once: the first real agent is ready.
func (s *script) start(now time.Time) {
	if s.started || s.cfg.Between.Max == 0 {
		return
	}
	s.started = true
	s.at = now.Add(s.fast(s.cfg.FirstCall))
}

// next is when the next caller comes; false: none will.
func (s *script) next() (time.Time, bool) {
	at := s.at
	for _, b := range s.backdrops {
		if at.IsZero() || b.at.Before(at) {
			at = b.at
		}
	}
	return at, !at.IsZero()
}

// due hands out the callers of exactly this moment, which next gave. Numbers that are on the floor
// already (live) are passed over for the next in the deck; a background caller is left out where the
// queue is full enough or, with idle set, nobody simulated is free.
func (s *script) due(at time.Time, a *acd) []*queued {
	var out []*queued
	live := map[string]bool{}
	for _, c := range a.calls {
		live[c.caller.Number] = true
	}
	pick := func(d *deck) (Caller, bool) {
		for range min(len(d.callers), 20) {
			if c := d.deal(); !live[c.Number] {
				live[c.Number] = true
				return c, true
			}
		}
		return Caller{}, false
	}
	if !s.at.IsZero() && !s.at.After(at) {
		s.at = s.at.Add(s.fast(s.cfg.Between.draw(s.rng)))
		if c, ok := pick(s.names); ok {
			if c.Queue == "" {
				c.Queue = s.queue
			}
			out = append(out, &queued{caller: c, scripted: true})
		}
	}
	for _, b := range s.backdrops {
		if b.at.After(at) {
			continue
		}
		// Between half and one and a half of the mean: lively, but never a flood.
		gap := time.Duration((0.5 + b.rng.Float64()) * float64(b.mean))
		b.at = b.at.Add(max(s.fast(gap).Round(time.Millisecond), time.Millisecond))
		patience := time.Duration(30+b.rng.IntN(60)) * time.Second
		c, ok := pick(b.names)
		if !ok || a.waiting(b.queue) >= backdropFull || b.idle && !a.simFree(b.queue) {
			continue
		}
		c.Queue, c.Patience = b.queue, patience
		out = append(out, &queued{caller: c, scripted: true, backdrop: true})
	}
	return out
}

// simFree reports whether a simulated agent of the queue could be rung now.
func (a *acd) simFree(queue string) bool {
	for _, m := range a.members {
		if m.sim && m.eligible(queue) {
			return true
		}
	}
	return false
}

// ownCallers are the callers of a floor that was given none.
func ownCallers() []Caller {
	names := [...]string{"王芳", "李强", "张伟", "刘娜", "陈勇", "杨丽", "赵军", "黄敏", "周涛", "吴霞", "Emma Clark", "Jack Wilson"}
	out := make([]Caller, 0, len(names))
	for i, n := range names {
		c := Caller{Number: "1390000" + strconv.Itoa(1001+i), Name: n, Topic: topics()[i%len(topics())], Lang: "zh"}
		if n[0] < 0x80 {
			c.Lang = "en"
		}
		if i == 3 {
			c.VIP, c.Tier = true, desk.TierLoyal
		}
		out = append(out, c)
	}
	return out
}
