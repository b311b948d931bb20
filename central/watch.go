package central

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// Times of a stream.
const (
	beatEvery  = time.Second
	boardEvery = 200 * time.Millisecond // at most this often
	lineWithin = 5 * time.Second        // a desk that does not take a line by then is let go
)

// seesBoard reports whether the board goes to a user.
func seesBoard(u User) bool { return u.Role == desk.RoleLead || u.Role == desk.RoleAdmin }

// serveWatch streams hints until the desk goes, the token is void, or the stream is old enough.
func (c *Central) serveWatch(w http.ResponseWriter, r *http.Request) {
	who, err := c.proven(r, wire.MethodWatch)
	if err == nil {
		_, err = read[wire.Watch](w, r, wire.MaxSmallBytes)
	}
	if err != nil {
		c.refuse(w, r, err)
		return
	}
	watcher := c.hub.join(who.session)
	if watcher == nil {
		c.refuse(w, r, fault(wire.CodeUnavailable, "", "too many desks are watching"))
		return
	}
	defer c.hub.leave(watcher)
	c.board.arrive(who.session.user.Name)
	defer func() { c.board.left(who.session.user.Name, c.now()) }()
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // proxies shall not collect lines
	c.stream(w, r, who, watcher)
}

// stream writes lines. The user is looked up again with each beat, so that whoever is disabled or moved
// notices within a second.
func (c *Central) stream(w http.ResponseWriter, r *http.Request, who call, watcher *watcher) {
	ctx := r.Context()
	out := http.NewResponseController(w)
	lines := json.NewEncoder(w)
	s := who.session
	send := func() bool {
		hint := wire.Hint{Seq: c.hub.refresh(watcher, s.scope()), Now: c.now()}
		if seesBoard(s.user) {
			b := c.boardFor(s.user)
			hint.Board = &b
		}
		_ = out.SetWriteDeadline(time.Now().Add(lineWithin)) // not every writer has deadlines
		return lines.Encode(hint) == nil && out.Flush() == nil
	}
	end := time.NewTimer(wire.WatchSeconds * time.Second)
	defer end.Stop()
	beat := time.NewTicker(beatEvery)
	defer beat.Stop()
	for send() {
		select {
		case <-ctx.Done():
			return
		case <-c.quit:
			return
		case <-watcher.gone:
			return
		case <-end.C:
			return
		case <-beat.C:
			var err error
			if s, err = c.session(ctx, who.token); err != nil || s.order != nil { // the next call tells the desk why
				return
			}
		case <-watcher.wake:
		case <-watcher.stirred: // board news comes in bursts
			select {
			case <-ctx.Done():
				return
			case <-watcher.wake:
			case <-time.After(boardEvery):
			}
		}
	}
}
