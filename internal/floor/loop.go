package floor

import (
	"context"
	"slices"
	"time"
)

// keptCalls is how many ended calls Find still knows; older ones are forgotten.
const keptCalls = 8

// tick is how often the loop looks for phones that have gone.
const tick = time.Second

// loop owns the state of the floor and is its one goroutine that may touch it.
type loop struct {
	f      *Floor
	w      *world
	phones registrations
	feeds  map[*subscriber]bool
	open   map[*leg]bool      // every leg that is not at its end
	ring   map[string]*leg    // the leg of a queue call to a real agent, by linked id
	people map[string]*Placed // whoever has a line, by linked id
	ended  []*Placed
}

func newLoop(f *Floor) *loop {
	return &loop{
		f: f, w: newWorld(f.cfg, f.epoch),
		phones: registrations{longest: f.cfg.MaxExpires, byExt: map[string][]binding{}},
		feeds:  map[*subscriber]bool{}, open: map[*leg]bool{}, ring: map[string]*leg{}, people: map[string]*Placed{},
	}
}

func (l *loop) run(ctx context.Context) {
	// The script counts from here, however long ago the floor was opened.
	l.w.script = newScript(l.f.cfg, l.f.cfg.Now())
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			l.close()
			return
		case do := <-l.f.inbox:
			do(l)
		case <-timer.C:
			l.reachability(l.f.cfg.Now())
		}
		l.settle() //nolint:contextcheck // a call's sockets are opened on its mailbox, without waiting
		wait := tick
		if at, ok := l.w.next(); ok {
			wait = min(wait, max(at.Sub(l.f.cfg.Now()), 0))
		}
		timer.Reset(wait)
	}
}

// settle does what is due and what the world wants done.
func (l *loop) settle() {
	l.w.advance(l.f.cfg.Now())
	for actions := l.w.take(); len(actions) > 0; actions = l.w.take() {
		for _, a := range actions {
			l.perform(a)
		}
	}
}

func (l *loop) perform(a action) {
	switch a.verb {
	case doEmit:
		for s := range l.feeds {
			s.put(a.event)
		}
	case doRing:
		l.ringAgent(a)
	case doCancel:
		if g := l.ring[a.call.id]; g != nil {
			delete(l.ring, a.call.id)
			g.post(g.hangUp)
		}
	case doLeave:
		if p, g := l.people[a.call.id], l.ring[a.call.id]; p != nil && g != nil {
			p.line.leave(func() { g.post(g.hangUp) })
		}
	case doOver:
		delete(l.ring, a.call.id)
		l.bury(a.call.id, a.outcome)
	}
}

// subscribe gives a feed its snapshot, and from then on every event.
func (l *loop) subscribe(s *subscriber) {
	l.settle() // what is pending belongs before the snapshot
	s.restart(l.w.snapshot(l.f.cfg.Now()))
	l.feeds[s] = true
}

// reachability tells the world which phones are there.
func (l *loop) reachability(now time.Time) {
	l.phones.expire(now)
	for _, g := range l.f.cfg.Agents {
		_, there := l.phones.newest(g.Extension)
		l.w.setReachable(now, g.Extension, there)
	}
}

// place puts a caller into a queue now, with a line, so that what they hear while waiting is kept.
func (l *loop) place(c Caller) (*Placed, error) {
	if c.Queue == "" {
		c.Queue = l.w.script.queue
	}
	q := &queued{id: l.w.id(), caller: c}
	if err := l.w.join(l.f.cfg.Now(), q); err != nil {
		return nil, err
	}
	return l.person(q), nil
}

// person gives the line of a queue call, a new one if need be.
func (l *loop) person(q *queued) *Placed {
	if p := l.people[q.id]; p != nil {
		return p
	}
	if q.caller.Topic == "" {
		q.caller.Topic = topics()[stream(l.f.cfg.Seed, "topic", q.id).IntN(len(topics()))]
	}
	queue, _ := l.w.queue(q.caller.Queue)
	f, c := l.f, q.caller
	return l.seat(q.id, c, func() cast {
		return cast{
			talker: newCaller(f.voice(c), f.pilot(c)),
			queue:  newLoopPlayer(f.clip(langOf(queue.Lang)+"-wait"), f.clip("music"), 30*time.Second),
			hold:   newLoopPlayer(nil, f.clip("music"), 0),
		}
	})
}

// alone is the cast of somebody who waits in no queue.
func (f *Floor) alone(t talker) cast {
	return cast{talker: t, hold: newLoopPlayer(nil, f.clip("music"), 0)}
}

// seat starts the line of somebody.
func (l *loop) seat(id string, c Caller, enter func() cast) *Placed {
	p := l.f.newPlaced(id, c, newLine(enter))
	l.people[id] = p
	l.f.goRun(func() { p.line.run(l.f.life) })
	return p
}

// bury ends somebody's line and remembers the call for a while.
func (l *loop) bury(id string, how Outcome) {
	p := l.people[id]
	if p == nil {
		return
	}
	delete(l.people, id)
	p.line.end()
	p.over(how)
	if l.ended = append(l.ended, p); len(l.ended) > keptCalls {
		l.ended = slices.Delete(l.ended, 0, 1)
	}
}

func (l *loop) find(number string) *Placed {
	var best *Placed
	for _, p := range l.people {
		if p.caller.Number == number && (best == nil || p.born.After(best.born)) {
			best = p
		}
	}
	if best != nil {
		return best
	}
	for _, p := range slices.Backward(l.ended) {
		if p.caller.Number == number {
			return p
		}
	}
	return nil
}

// leave is a customer who hangs up, of any kind of call.
func (l *loop) leave(id string) {
	if l.w.call(id) != nil {
		l.w.leave(l.f.cfg.Now(), id)
		return
	}
	p := l.people[id]
	if p == nil {
		return
	}
	for g := range l.open {
		if g.id == id {
			p.line.leave(func() { g.post(g.hangUp) })
		}
	}
}

// ringAgent sends an INVITE to the agent's newest contact.
func (l *loop) ringAgent(a action) {
	now := l.f.cfg.Now()
	id, ext := a.call.id, a.agent.ext
	to, there := l.phones.newest(ext)
	box := l.f.sip.Mailbox(callID(id, ext))
	if !there || box == nil {
		if box != nil {
			box.Release()
		}
		l.w.refused(now, id, ext)
		return
	}
	p := l.person(a.call)
	g := &leg{f: l.f, id: id, ext: ext, box: box, invited: p.invited, rang: p.rang}
	g.answered = func(l *loop) {
		if l.ring[id] != g || !l.w.answered(l.f.cfg.Now(), id, ext) {
			g.post(g.hangUp) // the caller left in the same moment
			return
		}
		p.line.connect(g.session)
		p.connected(ext)
	}
	g.over = func(l *loop) {
		if l.ring[id] != g {
			return // was cancelled
		}
		delete(l.ring, id)
		l.w.refused(l.f.cfg.Now(), id, ext) // each of the two
		l.w.ended(l.f.cfg.Now(), id)        // does only what fits the call's state
	}
	l.open[g], l.ring[id] = true, g
	queue, _ := l.w.queue(a.call.caller.Queue)
	g.post(func() {
		g.invite(invitation{to: to, number: a.call.caller.Number, name: a.call.caller.Name, queue: queue})
	})
}

// close ends everything: calls get BYE or CANCEL, people their outcome. It waits for the legs' ends,
// farewell at most; whoever asks the loop meanwhile is still heard.
func (l *loop) close() {
	for id := range l.people {
		l.bury(id, OutcomeStopped)
	}
	for g := range l.open {
		g.post(g.hangUp)
	}
	clear(l.ring)
	late := time.NewTimer(farewell)
	defer late.Stop()
	for len(l.open) > 0 {
		select {
		case do := <-l.f.inbox:
			do(l)
		case <-late.C:
			return
		}
	}
}
