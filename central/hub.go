package central

import (
	"slices"
	"sync"
)

// touched says whose desks a transaction is news for.
type touched struct {
	all    bool // customers: everyone holds at least a stub
	scopes map[string]bool
}

// Limits of the open streams; a desk that finds no place polls.
const (
	maxWatchers = 20000
	maxOfUser   = 8 // streams of one user; the oldest makes room
)

// hub tells watching desks that there is something to pull. It may be used from any goroutine.
type hub struct {
	mu       sync.Mutex
	seq      int64            // newest that was published
	all      int64            // newest that was news for everyone
	scopes   map[string]int64 // newest that was news for a scope: as many as there are groups and users
	watchers map[*watcher]struct{}
	ofUser   map[string][]*watcher // oldest first
}

// watcher is one open stream. The channels have room for one: several hints become one.
type watcher struct {
	wake    chan struct{} // rows
	stirred chan struct{} // the board
	gone    chan struct{} // closed when a newer stream of the user took the place
	user    string
	board   bool
	scope   string // guarded by hub.mu, as is seq
	seq     int64
}

func newHub() *hub {
	return &hub{scopes: map[string]int64{}, watchers: map[*watcher]struct{}{}, ofUser: map[string][]*watcher{}}
}

// join adds a stream; nil where there is no room.
func (h *hub) join(s session) *watcher {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.watchers) >= maxWatchers {
		return nil
	}
	if list := h.ofUser[s.user.Name]; len(list) >= maxOfUser {
		close(list[0].gone)
		h.remove(list[0])
	}
	w := &watcher{
		wake: make(chan struct{}, 1), stirred: make(chan struct{}, 1), gone: make(chan struct{}),
		user: s.user.Name, board: seesBoard(s.user), scope: s.scope(),
	}
	w.seq = h.newest(w.scope)
	h.watchers[w] = struct{}{}
	h.ofUser[w.user] = append(h.ofUser[w.user], w)
	return w
}

func (h *hub) leave(w *watcher) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.remove(w)
}

// remove forgets a stream; one that is not known any more stays so.
func (h *hub) remove(w *watcher) {
	delete(h.watchers, w)
	list := slices.DeleteFunc(h.ofUser[w.user], func(one *watcher) bool { return one == w })
	h.ofUser[w.user] = list
	if len(list) == 0 {
		delete(h.ofUser, w.user)
	}
}

// newest is the newest seq that was news for a scope, and nobody else's: a desk that polls would else be told of
// news, and find none, as often as it asks.
func (h *hub) newest(scope string) int64 {
	if scope == scopeAll {
		return h.seq
	}
	return max(h.all, h.scopes[scope])
}

// refresh notes the scope a stream has now and gives the newest seq it should know.
func (h *hub) refresh(w *watcher, scope string) int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	if w.scope != scope {
		w.scope, w.seq = scope, max(w.seq+1, h.newest(scope)) // a new scope is news by itself
	}
	return w.seq
}

// publish wakes the streams that a committed transaction is news for.
func (h *hub) publish(seq int64, t touched) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seq = max(h.seq, seq)
	if t.all {
		h.all = max(h.all, seq)
	}
	for scope := range t.scopes {
		h.scopes[scope] = max(h.scopes[scope], seq)
	}
	for w := range h.watchers {
		if w.scope == scopeNone {
			continue
		}
		if !t.all && w.scope != scopeAll && !t.scopes[w.scope] {
			continue
		}
		w.seq = max(w.seq, seq)
		signal(w.wake)
	}
}

// catchUp wakes everyone where another process has written.
func (h *hub) catchUp(seq int64) {
	h.mu.Lock()
	known := h.seq
	h.mu.Unlock()
	if seq > known {
		h.publish(seq, touched{all: true})
	}
}

// stir tells the streams that show a board that it changed.
func (h *hub) stir() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for w := range h.watchers {
		if w.board {
			signal(w.stirred)
		}
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
