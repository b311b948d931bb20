package central

import (
	"context"
	"reflect"
	"time"

	"connectrpc.com/connect"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
	v1 "github.com/callbench/callbench/sync/wire/callbenchv1"
)

// Times of a stream.
const (
	beatEvery  = wire.BoardBeatSeconds * time.Second // also: how often the user is looked up again
	calmBeats  = wire.BeatSeconds / wire.BoardBeatSeconds
	boardEvery = 200 * time.Millisecond // at most this often
)

// seesBoard reports whether the board goes to a user.
func seesBoard(u User) bool { return u.Role == desk.RoleLead || u.Role == desk.RoleAdmin }

// glances reports whether a user gets a glance at the board; a maintainer sees nothing of the business.
func glances(u User) bool { return u.Role == desk.RoleAgent }

// watch streams hints until the desk goes, the token is void, or the stream is old enough. The user is looked up
// again with each beat, so that whoever is disabled or moved notices within a second; only who sees the board hears
// each beat, the others every fifteenth, or every fifth where their glance has changed.
func (c *Central) watch(ctx context.Context, who call, in wire.Watch, out *connect.ServerStream[v1.Hint]) error {
	watcher := c.hub.join(who.session)
	if watcher == nil {
		return fault(wire.CodeUnavailable, "", "too many desks are watching")
	}
	defer c.hub.leave(watcher)
	c.board.arrive(who.session.user.Name)
	defer func() { c.board.left(who.session.user.Name, c.now()) }()
	s := who.session
	end := time.NewTimer(wire.WatchSeconds * time.Second)
	defer end.Stop()
	beat := time.NewTicker(beatEvery)
	defer beat.Stop()
	said := teller{beats: calmBeats, glance: in.Glance}
	for {
		if hint, worth := said.next(c, s, c.hub.refresh(watcher, s.scope())); worth {
			if err := out.Send(hint.Proto()); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-c.quit:
			return nil
		case <-watcher.gone:
			return nil
		case <-end.C:
			return nil
		case <-beat.C:
			said.beats++
			said.old++
			var err error
			if s, err = c.session(ctx, who.token); err != nil || s.order != nil { // the next call tells the desk why
				return nil
			}
		case <-watcher.wake:
		case <-watcher.stirred: // board news comes in bursts
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-watcher.wake:
			case <-time.After(boardEvery):
			}
		}
	}
}

// teller knows what a stream has said, so that it says only news, and a beat.
type teller struct {
	seq    int64
	board  *desk.Board
	glance bool // the desk shows one
	beats  int  // since something was said
	old    int  // beats since the board was looked at
}

// next gives the hint as things stand, and whether it is worth sending.
func (t *teller) next(c *Central, s session, seq int64) (hint wire.Hint, worth bool) {
	hint = wire.Hint{Seq: seq, Now: c.now()}
	every := calmBeats
	switch {
	case seesBoard(s.user):
		every = 1
		t.look(&hint, c.boardFor(s.user))
	case !t.glance || !glances(s.user):
		t.board = nil
	case t.board == nil || t.old >= wire.GlanceSeconds || t.beats >= every: // what comes within is gathered: it is only a glance
		was := t.board
		t.look(&hint, c.glanceFor(s.user))
		hint.BoardEvery = wire.BeatSeconds
		worth = was != nil && was.Stale != t.board.Stale
	}
	if seq == t.seq && hint.Board == nil && t.beats < every && !worth {
		return hint, false
	}
	t.seq, t.beats = seq, 0
	return hint, true
}

// look puts a board into a hint, or that it stands.
func (t *teller) look(hint *wire.Hint, b desk.Board) {
	if t.board != nil && sameBoard(*t.board, b) {
		hint.BoardStands, hint.BoardAsOf, hint.BoardStale = true, b.AsOf, b.Stale
	} else {
		hint.Board = &b
	}
	t.board, t.old = &b, 0
}

// sameBoard reports whether two boards differ in their time and staleness at most.
func sameBoard(a, b desk.Board) bool {
	a.AsOf, a.Stale = b.AsOf, b.Stale
	return reflect.DeepEqual(a, b)
}

// poll waits for a hint that is newer than the desk's newest, at most wire.PollSeconds, or a beat where the board is
// shown; then it tells how things stand. A poll holds a watcher's place meanwhile.
func (c *Central) poll(ctx context.Context, who call, in wire.Poll) (*wire.Hint, error) {
	watcher := c.hub.join(who.session)
	if watcher == nil {
		return nil, fault(wire.CodeUnavailable, "", "too many desks are watching")
	}
	defer c.hub.leave(watcher)
	user := who.session.user
	c.board.arrive(user.Name)
	defer func() { c.board.left(user.Name, c.now()) }()
	longest := wire.PollSeconds * time.Second
	if seesBoard(user) {
		longest = beatEvery
	}
	end := time.NewTimer(longest)
	defer end.Stop()
	for over := false; ; {
		hint := &wire.Hint{Seq: c.hub.refresh(watcher, who.session.scope()), Now: c.now()}
		switch {
		case seesBoard(user):
			b := c.boardFor(user)
			hint.Board = &b
		case in.Glance && glances(user):
			b := c.glanceFor(user)
			hint.Board, hint.BoardEvery = &b, wire.PollSeconds
		}
		if over || hint.Seq != in.Seq {
			return hint, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-watcher.wake:
			continue
		case <-c.quit:
		case <-watcher.gone:
		case <-end.C:
		case <-watcher.stirred:
		}
		over = true
	}
}
