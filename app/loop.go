package app

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/callbench/callbench/desk"
)

// inboxBound is how many events may wait for the loop. The loop never waits for disk or network, so
// they wait microseconds; were it ever full, senders wait, and nothing is dropped.
const inboxBound = 4096

// loop owns desk.State: one goroutine takes events in order, Update makes the next state, watchers
// see it, commands are handed out. Nothing else ever writes a state.
type loop struct {
	inbox    chan stamped
	done     chan struct{} // closed when run has ended; senders stop waiting
	state    atomic.Pointer[desk.State]
	now      func() time.Time
	zone     string // IANA name of the desk's zone
	watchers []watcher
	exec     func(desk.Command)
}

// stamped is an event with its moment. The stamp is made by the sender, who may want to know the IDs
// that Update will make from it.
type stamped struct {
	at desk.Stamp
	e  desk.Event
}

// turn is one round of the loop: an event, the states before and after it, and the commands it gave.
type turn struct {
	stamped
	before, after desk.State
	commands      []desk.Command
}

// watcher is called on the loop's goroutine after each event, before its commands are carried out. It
// must not wait.
type watcher func(turn)

func newLoop(now func() time.Time, exec func(desk.Command), watchers ...watcher) *loop {
	l := &loop{inbox: make(chan stamped, inboxBound), done: make(chan struct{}), now: now, zone: zoneName(now()), exec: exec, watchers: watchers}
	l.state.Store(&desk.State{})
	return l
}

// stamp makes the stamp of an event that happens now.
func (l *loop) stamp() desk.Stamp {
	now := l.now()
	_, offset := now.Zone()
	fresh, err := uuid.NewV7()
	if err != nil { // the system's random source is gone; nothing can be saved safely
		fresh = uuid.Nil
	}
	return desk.Stamp{At: desk.MillisOf(now), Offset: offset / 60, Zone: l.zone, Fresh: fresh.String()}
}

// send puts an event into the inbox. Any goroutine may call it; after the loop has ended it does
// nothing.
func (l *loop) send(e desk.Event) { l.sendAs(l.stamp(), e) }

func (l *loop) sendAs(at desk.Stamp, e desk.Event) {
	select {
	case l.inbox <- stamped{at, e}:
	case <-l.done:
	}
}

// current is the newest state; any goroutine may ask.
func (l *loop) current() desk.State { return *l.state.Load() }

// run takes events until ctx ends, then those that already wait.
func (l *loop) run(ctx context.Context) {
	defer close(l.done)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case s := <-l.inbox:
			l.take(s)
		case <-tick.C:
			l.take(stamped{l.stamp(), desk.Ticked{}})
		case <-ctx.Done():
			for {
				select {
				case s := <-l.inbox:
					l.take(s)
				default:
					return
				}
			}
		}
	}
}

func (l *loop) take(s stamped) {
	before := l.current()
	after, commands := desk.Update(before, s.at, s.e)
	l.state.Store(&after)
	for _, w := range l.watchers {
		w(turn{s, before, after, commands})
	}
	for _, c := range commands {
		l.exec(c)
	}
}
