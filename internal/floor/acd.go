package floor

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/callbench/callbench/desk"
)

// acd is the automatic call distributor: who waits, who is free, who is rung. It is a plain value with
// a clock handed in: every input is a method that takes the moment, and what must be done about it is
// collected in actions until take. It has one owner (the floor's loop, or a test) and no goroutine.
type acd struct {
	cfg     Config
	pace    pace
	queues  []Queue
	members []*member
	calls   []*queued // in order of arrival, VIPs before the others
	actions []action
}

// standing is what a member is doing as far as queue calls go.
type standing int

const (
	free standing = iota
	ringing
	talking
	pausing // wrap-up, or left alone after not answering
)

// member is an agent: a real one with a phone, or a simulated one.
type member struct {
	ext, name string
	queues    []string
	sim       bool
	rng       *rand.Rand // of a simulated member
	order     int

	reachable   bool // the phone is registered
	ready       bool
	standing    standing
	outside     int       // calls outside the queues
	outsideID   string    // the first of them
	outsideAt   time.Time // since when
	outsideEnds time.Time // of a simulated member
	until       time.Time // the pause ends
	last        time.Time // end of the last queue call, for least recent
}

// queued is a call in a queue, from joining until it is over.
type queued struct {
	id       string
	caller   Caller
	scripted bool // patience is hastened by Speed
	backdrop bool // background traffic: simulated members first
	rng      *rand.Rand

	joined    time.Time
	patience  time.Time // gives up
	agent     *member   // who is rung or talks
	rangAt    time.Time
	ringEnds  time.Time // rings out
	answers   time.Time // a simulated member answers; zero: never
	connected time.Time // zero: waiting
	talkEnds  time.Time
	leaving   bool // the caller was told to say goodbye
	tries     map[*member]int
}

// verb says what an action wants done.
type verb int

const (
	doEmit   verb = iota // an event for the feeds
	doRing               // invite the agent's phone
	doCancel             // stop ringing it
	doLeave              // the caller says goodbye and hangs up
	doOver               // the call is over; outcome tells how
)

// action is something that the acd wants done. Only real members are rung, cancelled and left.
type action struct {
	verb    verb
	event   desk.QueueEvent
	call    *queued
	agent   *member
	outcome Outcome
}

// Outcome is how a call ended.
type Outcome string

// The outcomes.
const (
	OutcomeCompleted Outcome = "completed" // talked, and one side hung up
	OutcomeAbandoned Outcome = "abandoned" // left before anyone answered
	OutcomeStopped   Outcome = "stopped"   // the floor closed
)

func newACD(cfg Config) *acd {
	a := &acd{cfg: cfg, pace: simPace(), queues: cfg.Queues}
	for _, g := range cfg.Agents {
		a.members = append(a.members, &member{ext: g.Extension, name: g.Name, queues: g.Queues, ready: g.Ready, order: len(a.members)})
	}
	for i := range cfg.Colleagues {
		m := colleague(cfg, i)
		m.order = len(a.members)
		a.members = append(a.members, m)
	}
	return a
}

// take hands over what has to be done since the last take, in order.
func (a *acd) take() []action {
	out := a.actions
	a.actions = nil
	return out
}

func (a *acd) emit(now time.Time, kind desk.QueueEventKind, e desk.QueueEvent) {
	e.At, e.Kind = desk.MillisOf(now), kind
	a.actions = append(a.actions, action{verb: doEmit, event: e})
}

// fast shortens a duration of the script by Speed.
func (a *acd) fast(d time.Duration) time.Duration {
	return time.Duration(float64(d) / a.cfg.Speed)
}

func (a *acd) member(ext string) *member {
	for _, m := range a.members {
		if m.ext == ext {
			return m
		}
	}
	return nil
}

func (a *acd) call(id string) *queued {
	for _, c := range a.calls {
		if c.id == id {
			return c
		}
	}
	return nil
}

func (a *acd) queue(id string) (Queue, bool) {
	for _, q := range a.queues {
		if q.ID == id {
			return q, true
		}
	}
	return Queue{}, false
}

// waiting counts the callers of a queue whom nobody has answered.
func (a *acd) waiting(queue string) int {
	n := 0
	for _, c := range a.calls {
		if c.connected.IsZero() && c.caller.Queue == queue {
			n++
		}
	}
	return n
}

// join puts a caller into its queue. desk.ErrNotFound: no such queue; desk.ErrNotNow: it is full.
func (a *acd) join(now time.Time, c *queued) error {
	if _, ok := a.queue(c.caller.Queue); !ok {
		return fmt.Errorf("queue %q: %w", c.caller.Queue, desk.ErrNotFound)
	}
	if a.waiting(c.caller.Queue) >= maxWaiting {
		return fmt.Errorf("queue %q is full: %w", c.caller.Queue, desk.ErrNotNow)
	}
	patience := c.caller.Patience
	if patience == 0 {
		patience = a.cfg.Patience
	}
	if c.scripted {
		patience = a.fast(patience)
	}
	c.joined, c.patience, c.tries = now, now.Add(patience), map[*member]int{}
	c.rng = stream(a.cfg.Seed, "call", c.id)
	at := len(a.calls)
	if c.caller.VIP {
		for at > 0 && !a.calls[at-1].caller.VIP {
			at--
		}
	}
	a.calls = append(a.calls[:at], append([]*queued{c}, a.calls[at:]...)...)
	a.emit(now, desk.CallerJoined, desk.QueueEvent{Call: c.id, Queue: c.caller.Queue, Number: c.caller.Number, Name: c.caller.Name, Since: desk.MillisOf(now)})
	a.distribute(now)
	return nil
}

// setReachable tells that a phone registered or is gone.
func (a *acd) setReachable(now time.Time, ext string, on bool) {
	m := a.member(ext)
	if m == nil || m.reachable == on {
		return
	}
	m.reachable = on
	kind := desk.AgentGone
	if on {
		kind = desk.AgentReachable
	}
	a.emit(now, kind, desk.QueueEvent{Agent: ext, Name: m.name})
	a.distribute(now)
}

// setReady tells that an agent takes queue calls or not. An agent who is being rung goes on ringing.
func (a *acd) setReady(now time.Time, ext string, on bool) {
	if m := a.member(ext); m != nil && !m.sim && m.ready != on {
		m.ready = on
		a.distribute(now)
	}
}

// setOutside tells that a call outside the queues began or ended at an extension.
func (a *acd) setOutside(now time.Time, ext, id string, on bool) {
	m := a.member(ext)
	if m == nil {
		return
	}
	if on {
		if m.outside++; m.outside == 1 {
			m.outsideID, m.outsideAt = id, now
			a.emit(now, desk.AgentBusy, desk.QueueEvent{Agent: ext, Call: id})
		}
		return
	}
	if m.outside == 0 {
		return
	}
	if m.outside--; m.outside == 0 {
		a.emit(now, desk.AgentIdle, desk.QueueEvent{Agent: ext, Call: m.outsideID})
		a.distribute(now)
	}
}

// answered tells that the agent who is rung took the call. It reports false where the call is no
// longer theirs (the caller gave up in the same moment).
func (a *acd) answered(now time.Time, id, ext string) bool {
	c := a.call(id)
	if c == nil || c.agent == nil || c.agent.ext != ext || !c.connected.IsZero() {
		return false
	}
	c.connected = now
	c.agent.standing = talking
	talk := c.caller.Talk
	switch {
	case c.agent.sim:
		talk = a.fast(a.pace.talk.draw(c.rng))
	case talk == 0:
		talk = a.cfg.Talk
	}
	c.talkEnds = now.Add(talk)
	a.emit(now, desk.CallerConnected, desk.QueueEvent{Call: id, Queue: c.caller.Queue, Agent: ext, Number: c.caller.Number, Name: c.caller.Name, Since: desk.MillisOf(now)})
	return true
}

// refused tells that the agent who is rung will not take the call: busy, declined, no phone there, or
// not answered in time. The next agent is rung.
func (a *acd) refused(now time.Time, id, ext string) {
	c := a.call(id)
	if c == nil || c.agent == nil || c.agent.ext != ext || !c.connected.IsZero() {
		return
	}
	m := c.agent
	c.agent = nil
	c.tries[m]++
	m.standing, m.until = pausing, now.Add(a.cfg.Retry)
	a.emit(now, desk.AgentRangOut, desk.QueueEvent{Call: id, Queue: c.caller.Queue, Agent: ext})
	a.distribute(now)
}

// ended tells that a connected call is over, whoever hung up.
func (a *acd) ended(now time.Time, id string) {
	c := a.call(id)
	if c == nil || c.connected.IsZero() {
		return
	}
	m := c.agent
	m.standing, m.last = pausing, now
	m.until = now.Add(a.cfg.WrapUp)
	if m.sim {
		m.until = now.Add(a.fast(a.pace.wrapUp.draw(m.rng)))
	}
	a.emit(now, desk.CallCompleted, desk.QueueEvent{Call: id, Queue: c.caller.Queue, Agent: m.ext})
	a.over(c, OutcomeCompleted)
	a.distribute(now)
}

// leave is a caller hanging up: a waiting one abandons, a talking one ends the call.
func (a *acd) leave(now time.Time, id string) {
	c := a.call(id)
	switch {
	case c == nil:
	case !c.connected.IsZero() && c.agent.sim:
		a.ended(now, id)
	case !c.connected.IsZero():
		a.farewell(c)
	default:
		a.abandon(now, c)
	}
}

// farewell lets the caller of a real agent say goodbye, once; ended follows from the leg.
func (a *acd) farewell(c *queued) {
	if !c.leaving {
		c.leaving = true
		a.actions = append(a.actions, action{verb: doLeave, call: c, agent: c.agent})
	}
}

// abandon takes a waiting caller out. An agent who is being rung is left free, without AgentRangOut:
// it is not theirs that the caller left.
func (a *acd) abandon(now time.Time, c *queued) {
	if m := c.agent; m != nil {
		m.standing = free
		if !m.sim {
			a.actions = append(a.actions, action{verb: doCancel, call: c, agent: m})
		}
	}
	a.emit(now, desk.CallerAbandoned, desk.QueueEvent{Call: c.id, Queue: c.caller.Queue, Number: c.caller.Number, Name: c.caller.Name})
	a.over(c, OutcomeAbandoned)
	a.distribute(now)
}

func (a *acd) over(c *queued, how Outcome) {
	for i := range a.calls {
		if a.calls[i] == c {
			a.calls = append(a.calls[:i], a.calls[i+1:]...)
			break
		}
	}
	a.actions = append(a.actions, action{verb: doOver, call: c, agent: c.agent, outcome: how})
}

// snapshot is the present in events, as desk.QueueEventKind prescribes it.
func (a *acd) snapshot(now time.Time) []desk.QueueEvent {
	at := desk.MillisOf(now)
	out := []desk.QueueEvent{{At: at, Kind: desk.SnapshotBegan}}
	add := func(kind desk.QueueEventKind, e desk.QueueEvent) {
		e.At, e.Kind = at, kind
		out = append(out, e)
	}
	for _, q := range a.queues {
		add(desk.QueueSeen, desk.QueueEvent{Queue: q.ID, Name: q.Name})
	}
	for _, m := range a.members {
		for _, q := range m.queues {
			add(desk.AgentSeen, desk.QueueEvent{Agent: m.ext, Queue: q, Name: m.name})
		}
		if m.reachable {
			add(desk.AgentReachable, desk.QueueEvent{Agent: m.ext, Name: m.name})
		}
		if m.outside > 0 {
			add(desk.AgentBusy, desk.QueueEvent{Agent: m.ext, Call: m.outsideID, Since: desk.MillisOf(m.outsideAt)})
		}
	}
	for _, c := range a.calls {
		e := desk.QueueEvent{Call: c.id, Queue: c.caller.Queue, Number: c.caller.Number, Name: c.caller.Name, Since: desk.MillisOf(c.joined)}
		add(desk.CallerJoined, e)
		if c.agent == nil {
			continue
		}
		if c.connected.IsZero() {
			add(desk.AgentRang, desk.QueueEvent{Call: c.id, Queue: c.caller.Queue, Agent: c.agent.ext, Since: desk.MillisOf(c.rangAt)})
			continue
		}
		e.Agent, e.Since = c.agent.ext, desk.MillisOf(c.connected)
		add(desk.CallerConnected, e)
	}
	add(desk.SnapshotEnded, desk.QueueEvent{})
	return out
}
