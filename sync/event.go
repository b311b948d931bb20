package sync

import (
	"cmp"
	"errors"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// Event is news from the link. The set is closed.
type Event interface{ event() }

type (
	// LinkChanged tells a new state of the link, or of one that is down when it is tried again. Reason is one of
	// desk.Link's codes. NextTry is by the desk's clock; 0: it is not waiting for a moment.
	LinkChanged struct {
		State   desk.CentralState
		Reason  string
		NextTry desk.Millis
	}
	// UploadHeld tells why the outbox does not get shorter though something waits: Why is a code as LinkChanged's, or
	// central_old (central's program does not know this kind of change yet: it is to be updated) or invalid; empty:
	// nothing holds it up any more. N is the first change that waits, Since when this began, NextTry when it is
	// tried again. While central is out of reach both LinkChanged and UploadHeld say so.
	UploadHeld struct {
		Why            string
		N              int64
		Since, NextTry desk.Millis
	}
	// SignedIn tells who central says the user is. Phone is nil where central has no account. Skew is
	// central's clock less the desk's: it is shown, nothing depends on it.
	SignedIn struct {
		Session  desk.Session
		Phone    *wire.PhoneAccount
		Skew     time.Duration
		Recovery *wire.RecoveryKey // nil: the organisation has none
	}
	// Synced tells that a checkpoint is complete.
	Synced struct {
		Outbox desk.Outbox
		Cursor string
		Rows   int
	}
	// Fetching tells how a first sync, or one after a long time, comes along: after each page, Rows so far. The
	// desk is of use meanwhile; Synced ends it. Held: it waits, as Client.Hold was told.
	Fetching struct {
		Rows int
		Held bool
	}
	// RowsSkipped counts what central sent and this program could not take, since it was started: rows of
	// tables that only a newer program knows, and malformed ones. The rest of their pages was taken.
	RowsSkipped struct{ Unknown, Malformed int }
	// BoardSeen carries the board of a lead or admin, marked stale when central has been silent.
	BoardSeen struct{ Board desk.Board }
	// WipeOrdered tells, once, that everything this desk keeps is to be destroyed. From then on the client
	// makes no call but TellWiped, and with Drain pushes.
	WipeOrdered struct{ Order wire.WipeOrder }
	// Drained tells, once after an order with Drain, that nothing waits in the outbox any more.
	Drained struct{}
)

func (LinkChanged) event() {}
func (UploadHeld) event()  {}
func (SignedIn) event()    {}
func (Synced) event()      {}
func (Fetching) event()    {}
func (RowsSkipped) event() {}
func (BoardSeen) event()   {}
func (WipeOrdered) event() {}
func (Drained) event()     {}

// attempt is how a push or pull went; Run's goroutine makes LinkChanged and UploadHeld of it.
type attempt struct {
	up   bool // a push
	err  error
	next desk.Millis // when it is tried again; 0: it went well
	n    int64       // of the first op that waits, after a push that failed
}

func (attempt) event() {}

// standing is what Run's goroutine knows of the link.
type standing struct {
	link LinkChanged
	held UploadHeld
}

// whyHeld is Reason for an upload.
func whyHeld(err error) string {
	if f, ok := errors.AsType[*wire.FaultError](err); ok && (f.Cause == wire.CauseCentralOld || f.Code == wire.CodeInvalid) {
		return cmp.Or(string(f.Cause), "invalid")
	}
	return Reason(err)
}

// heard takes an attempt in, at now, and reports what is news of it.
func (s *standing) heard(a attempt, now desk.Millis) (news []Event) {
	if a.up {
		held := UploadHeld{Why: whyHeld(a.err), N: a.n, Since: s.held.Since, NextTry: a.next}
		if a.err == nil {
			held = UploadHeld{}
		} else if s.held.Why == "" {
			held.Since = now
		}
		if held != s.held {
			s.held = held
			news = append(news, held)
		}
		if a.err != nil && answered(a.err) {
			return news // central is there; only this work is held up
		}
	}
	next := LinkChanged{State: desk.CentralOnline}
	if a.err != nil {
		next = LinkChanged{State: linkState(a.err), Reason: Reason(a.err), NextTry: a.next}
	}
	if next != s.link {
		s.link = next
		news = append(news, next)
	}
	return news
}
