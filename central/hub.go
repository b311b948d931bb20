package central

import "sync"

// touched says whose desks a transaction is news for.
type touched struct {
	all    bool // customers: everyone holds at least a stub
	groups map[string]bool
}

// maxWatchers bounds the open streams; a desk that finds no place polls.
const maxWatchers = 20000

// hub tells watching desks that there is something to pull. It may be used from any goroutine.
type hub struct {
	mu       sync.Mutex
	seq      int64
	watchers map[*watcher]struct{}
}

// watcher is one open stream. The channels have room for one: several hints become one.
type watcher struct {
	wake    chan struct{} // rows
	stirred chan struct{} // the board
	board   bool
	scope   string // guarded by hub.mu, as is seq
	seq     int64
}

func newHub() *hub { return &hub{watchers: map[*watcher]struct{}{}} }

// join adds a stream; nil where there is no room.
func (h *hub) join(s session) *watcher {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.watchers) >= maxWatchers {
		return nil
	}
	w := &watcher{wake: make(chan struct{}, 1), stirred: make(chan struct{}, 1), board: seesBoard(s.user), scope: s.scope(), seq: s.seq}
	h.watchers[w] = struct{}{}
	return w
}

func (h *hub) leave(w *watcher) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.watchers, w)
}

// refresh notes the scope a stream has now and gives the newest seq it should know.
func (h *hub) refresh(w *watcher, scope string) int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	if w.scope != scope {
		w.scope, w.seq = scope, w.seq+1 // a new scope is news by itself
	}
	return w.seq
}

// publish wakes the streams that a committed transaction is news for.
func (h *hub) publish(seq int64, t touched) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seq = max(h.seq, seq)
	for w := range h.watchers {
		if w.scope == scopeNone {
			continue
		}
		if !t.all && w.scope != scopeAll && !t.groups[w.scope[len(scopeGroup):]] {
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
