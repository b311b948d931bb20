package central

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/callbench/callbench/desk"
)

// Limits of the board.
const (
	feedSilence   = 2 * time.Second // then the board is stale
	goneAfter     = 5 * time.Second // a desk without a stream for so long is offline
	maxDayCalls   = 200000          // calls of a day that a queue remembers; beyond it the counts stop dead
	maxBoardQueue = 500
)

// board is what the PBX and the desks have told, as it stands. Any goroutine may use it.
type board struct {
	mu      sync.Mutex
	queues  map[string]*lineup
	exts    map[string]*extension
	present map[string]*presence // by user
	people  []person
	alive   desk.Millis // when the feed was heard last, central's clock
	day     string      // the counts are of this day
	steer   map[string]bool
	steered map[string]bool // what the PBX was told last
	dirty   chan struct{}   // room for one: steer has something to tell
}

// lineup is one queue.
type lineup struct {
	id, name string
	waiting  map[string]desk.WaitingCaller // by call
	calls    map[string]fate               // today's, by call
	members  map[string]bool               // extensions
	offered  int
	answered int
	gaveUp   int
}

// fate is what became of a call of today.
type fate int

const (
	fateWaits fate = iota
	fateAnswered
	fateAbandoned
)

// extension is a phone as the PBX sees it.
type extension struct {
	name  string
	state desk.AgentStatus
	since desk.Millis
}

// presence is an agent as the agent's desk tells it.
type presence struct {
	agent   desk.Agent
	told    bool // the desk has told a state
	streams int
	leftAt  desk.Millis
}

// person is a user who can appear on the board.
type person struct {
	user User
	ext  string
}

func newBoard() *board {
	return &board{
		queues: map[string]*lineup{}, exts: map[string]*extension{}, present: map[string]*presence{},
		steer: map[string]bool{}, steered: map[string]bool{}, dirty: make(chan struct{}, 1),
	}
}

// hear takes one event at central's time now; day is the local date.
func (b *board) hear(e desk.QueueEvent, now desk.Millis, day string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.alive = now
	if day != b.day {
		b.day = day
		for _, q := range b.queues {
			q.offered, q.answered, q.gaveUp = 0, 0, 0
			clear(q.calls)
		}
	}
	if e.Kind == desk.SnapshotBegan {
		b.begin()
		return
	}
	if e.Kind == desk.SnapshotEnded {
		clear(b.steered) // the PBX may have forgotten what it was told
		b.steerAll()
		return
	}
	if e.Agent != "" {
		b.hearPhone(e)
	}
	if e.Queue != "" {
		b.hearQueue(e)
	}
}

// begin forgets what the coming snapshot will say anew; the counts of the day stay.
func (b *board) begin() {
	clear(b.exts)
	for _, q := range b.queues {
		clear(q.waiting)
		clear(q.members)
	}
}

// queue finds or makes a queue; nil where there are too many.
func (b *board) queue(id string) *lineup {
	q := b.queues[id]
	if q == nil && len(b.queues) < maxBoardQueue {
		q = &lineup{
			id: id, name: id, waiting: map[string]desk.WaitingCaller{}, calls: map[string]fate{}, members: map[string]bool{},
		}
		b.queues[id] = q
	}
	return q
}

func (b *board) hearQueue(e desk.QueueEvent) {
	q := b.queue(e.Queue)
	if q == nil {
		return
	}
	if e.Kind == desk.QueueSeen {
		q.name = cmp.Or(e.Name, q.name)
	}
	if e.Kind == desk.AgentSeen {
		q.members[e.Agent] = true
	}
	if e.Kind == desk.CallerJoined {
		q.waiting[e.Call] = desk.WaitingCaller{Call: e.Call, Number: e.Number, Name: e.Name, Since: cmp.Or(e.Since, e.At)}
		q.offer(e.Call)
	}
	if _, waited := q.waiting[e.Call]; e.Kind == desk.CallerConnected && !waited {
		q.offer(e.Call) // its coming was missed
	}
	end := map[desk.QueueEventKind]fate{
		desk.CallerConnected: fateAnswered, desk.CallerAbandoned: fateAbandoned, desk.CallCompleted: fateWaits,
	}
	f, left := end[e.Kind]
	if !left {
		return
	}
	delete(q.waiting, e.Call)
	if was, today := q.calls[e.Call]; !today || was != fateWaits {
		return
	}
	q.calls[e.Call] = f
	if f == fateAnswered {
		q.answered++
	}
	if f == fateAbandoned {
		q.gaveUp++
	}
}

// offer counts a call that came today, once.
func (q *lineup) offer(call string) {
	if _, known := q.calls[call]; known || len(q.calls) >= maxDayCalls {
		return
	}
	q.calls[call] = fateWaits
	q.offered++
}

func (b *board) hearPhone(e desk.QueueEvent) {
	x := b.exts[e.Agent]
	if x == nil {
		x = &extension{state: desk.AgentOffline, since: e.At}
		b.exts[e.Agent] = x
	}
	if e.Kind == desk.AgentSeen {
		x.name = cmp.Or(e.Name, x.name)
	}
	next, told := map[desk.QueueEventKind]desk.AgentStatus{
		desk.AgentReachable: desk.AgentReady, desk.AgentIdle: desk.AgentReady, desk.AgentRangOut: desk.AgentReady,
		desk.CallCompleted: desk.AgentReady, desk.AgentGone: desk.AgentOffline, desk.AgentRang: desk.AgentRinging,
		desk.CallerConnected: desk.AgentOnCall, desk.AgentBusy: desk.AgentOnCall,
	}[e.Kind]
	if told && next != x.state {
		x.state, x.since = next, cmp.Or(e.Since, e.At)
	}
}

// show makes the board that a user sees: every queue, and the agents of the user's group (admin: all).
// unowned shows leads the phones that belong to nobody, as admins see them.
func (b *board) show(u User, now desk.Millis, fed, unowned bool) desk.Board {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.blank(now, fed)
	for _, q := range b.queues {
		seen := desk.Queue{
			ID: q.id, Name: q.name, Waiting: make([]desk.WaitingCaller, 0, len(q.waiting)),
			Offered: q.offered, Answered: q.answered, Abandoned: q.gaveUp,
		}
		for _, caller := range q.waiting {
			seen.Waiting = append(seen.Waiting, caller)
		}
		slices.SortFunc(seen.Waiting, func(a, b desk.WaitingCaller) int {
			return cmp.Or(cmp.Compare(a.Since, b.Since), cmp.Compare(a.Call, b.Call))
		})
		for ext := range q.members {
			seen.Agents = append(seen.Agents, ext)
		}
		slices.Sort(seen.Agents)
		out.Queues = append(out.Queues, seen)
	}
	slices.SortFunc(out.Queues, func(a, b desk.Queue) int { return cmp.Compare(a.ID, b.ID) })
	out.Agents = b.agents(u, now, unowned)
	return out
}

// blank is a board with its time, and nothing on it; the lock is held.
func (b *board) blank(now desk.Millis, fed bool) desk.Board {
	out := desk.Board{Queues: []desk.Queue{}, Agents: []desk.Agent{}, AsOf: now}
	if fed {
		out.AsOf = b.alive
		out.Stale = now.Sub(b.alive) >= feedSilence
	}
	return out
}

// glance makes what an agent sees of the board: the queues that the agent's phone serves, of whose callers only since
// when they wait, no counts of the day, and the people of the agent's group.
func (b *board) glance(u User, now desk.Millis, fed bool) desk.Board {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.blank(now, fed)
	out.Agents = b.agents(u, now, false)
	ext := extensionOf(u.AOR)
	for _, q := range b.queues {
		if ext == "" || !q.members[ext] {
			continue
		}
		seen := desk.Queue{ID: q.id, Name: q.name, Waiting: make([]desk.WaitingCaller, 0, len(q.waiting))}
		for _, caller := range q.waiting {
			seen.Waiting = append(seen.Waiting, desk.WaitingCaller{Since: caller.Since})
		}
		slices.SortFunc(seen.Waiting, func(a, b desk.WaitingCaller) int { return cmp.Compare(a.Since, b.Since) })
		out.Queues = append(out.Queues, seen)
	}
	slices.SortFunc(out.Queues, func(a, b desk.Queue) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// agents lists the people of the group and, for an admin or where they are for all, the phones that belong
// to nobody: nobody knows whose group they are in.
func (b *board) agents(u User, now desk.Millis, unowned bool) []desk.Agent {
	list := []desk.Agent{}
	owned := map[string]bool{}
	for _, p := range b.people {
		owned[p.ext] = true
		if u.Role != desk.RoleAdmin && p.user.Group != u.Group {
			continue
		}
		a := b.agent(p, now)
		if p.user.Role == desk.RoleAgent || a.State != desk.AgentOffline {
			list = append(list, a)
		}
	}
	for ext, x := range b.exts {
		if !owned[ext] && (unowned || u.Role == desk.RoleAdmin) {
			list = append(list, desk.Agent{Extension: ext, Name: x.name, State: x.state, Since: x.since, Cause: desk.CausePhone})
		}
	}
	slices.SortFunc(list, func(a, b desk.Agent) int {
		return cmp.Or(cmp.Compare(a.User, b.User), cmp.Compare(a.Extension, b.Extension))
	})
	return list
}

// agent is a person as the desk tells, or, where no desk is connected, as the phone does.
func (b *board) agent(p person, now desk.Millis) desk.Agent {
	a := desk.Agent{User: p.user.Name, Name: p.user.Display, Group: p.user.Group, Extension: p.ext, State: desk.AgentOffline}
	if at := b.present[p.user.Name]; at != nil {
		if at.told && (at.streams > 0 || now.Sub(at.leftAt) < goneAfter) {
			a.State, a.Reason, a.Since = at.agent.State, at.agent.Reason, at.agent.Since
			a.Cause, a.Pending = at.agent.Cause, at.agent.Pending
			return a
		}
		a.Since = at.leftAt
	}
	// The desk may be working without central: a call shows on the phone.
	if x := b.exts[p.ext]; x != nil && (x.state == desk.AgentRinging || x.state == desk.AgentOnCall) {
		a.State, a.Since, a.Cause = x.state, x.since, desk.CausePhone
	}
	return a
}
