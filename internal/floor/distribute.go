package floor

import (
	"cmp"
	"slices"
	"time"

	"github.com/callbench/callbench/desk"
)

// eligible reports whether m may be rung for a call of the queue now.
func (m *member) eligible(queue string) bool {
	return m.reachable && m.ready && m.standing == free && m.outside == 0 && slices.Contains(m.queues, queue)
}

// distribute rings somebody for every caller for whom somebody is free, the longest waiting first,
// VIPs before them.
func (a *acd) distribute(now time.Time) {
	for _, c := range a.calls {
		if c.agent != nil {
			continue
		}
		if m := a.pick(c); m != nil {
			a.ring(now, c, m)
		}
	}
}

// pick chooses the agent for a caller: least often tried for this call, then real agents before
// simulated ones (for background traffic the other way round: simulated agents are what it is for),
// then the one whose last call ended longest ago. Nil: nobody is free.
func (a *acd) pick(c *queued) *member {
	var best *member
	for _, m := range a.members {
		if !m.eligible(c.caller.Queue) {
			continue
		}
		if best == nil || cmp.Or(
			cmp.Compare(c.tries[m], c.tries[best]),
			rank(m, c)-rank(best, c),
			m.last.Compare(best.last),
			m.order-best.order) < 0 {
			best = m
		}
	}
	return best
}

func rank(m *member, c *queued) int {
	if m.sim == c.backdrop {
		return 0
	}
	return 1
}

func (a *acd) ring(now time.Time, c *queued, m *member) {
	c.agent, c.rangAt, c.ringEnds = m, now, now.Add(a.cfg.RingTimeout)
	c.answers = time.Time{}
	m.standing = ringing
	a.emit(now, desk.AgentRang, desk.QueueEvent{Call: c.id, Queue: c.caller.Queue, Agent: m.ext})
	if !m.sim {
		a.actions = append(a.actions, action{verb: doRing, call: c, agent: m})
		return
	}
	c.ringEnds = now.Add(a.fast(a.cfg.RingTimeout))
	if c.rng.Float64() >= simMisses {
		c.answers = now.Add(a.fast(a.pace.answer.draw(c.rng)))
	}
}

// next is the moment of the earliest thing that is due; false where nothing is.
func (a *acd) next() (time.Time, bool) {
	var at time.Time
	sooner := func(t time.Time) {
		if !t.IsZero() && (at.IsZero() || t.Before(at)) {
			at = t
		}
	}
	for _, c := range a.calls {
		switch {
		case c.leaving: // the leg ends it
		case !c.connected.IsZero():
			sooner(c.talkEnds)
		case c.agent != nil:
			sooner(c.patience)
			sooner(c.ringEnds)
			sooner(c.answers)
		default:
			sooner(c.patience)
		}
	}
	for _, m := range a.members {
		if m.standing == pausing {
			sooner(m.until)
		}
		if m.sim && m.outside > 0 {
			sooner(m.outsideEnds)
		}
	}
	return at, !at.IsZero()
}

// fire does what is due at this moment, which is at or after next's.
func (a *acd) fire(at time.Time) {
	due := func(t time.Time) bool { return !t.IsZero() && !t.After(at) }
	for _, c := range slices.Clone(a.calls) {
		switch {
		case !c.connected.IsZero() && c.leaving:
		case !c.connected.IsZero() && due(c.talkEnds) && c.agent.sim:
			a.ended(at, c.id)
		case !c.connected.IsZero() && due(c.talkEnds):
			a.farewell(c)
		case !c.connected.IsZero():
		case c.agent != nil && due(c.answers):
			a.answered(at, c.id, c.agent.ext)
		case due(c.patience):
			a.abandon(at, c)
		case c.agent != nil && due(c.ringEnds):
			if !c.agent.sim {
				a.actions = append(a.actions, action{verb: doCancel, call: c, agent: c.agent})
			}
			a.refused(at, c.id, c.agent.ext)
		}
	}
	for _, m := range a.members {
		if m.standing == pausing && due(m.until) {
			m.standing = free
			a.maybeOutside(at, m)
		}
		if m.sim && m.outside > 0 && due(m.outsideEnds) {
			a.setOutside(at, m.ext, m.outsideID, false)
		}
	}
	a.distribute(at)
}
