package floor

import (
	"fmt"
	"time"

	"github.com/callbench/callbench/desk"
)

// world is the distributor and the script together: all of the floor that needs no network. Its owner
// feeds it inputs and the time; the same inputs at the same times give the same actions.
type world struct {
	*acd
	script *script
	epoch  desk.Millis // when the floor opened: the first half of linked ids
	n      int
}

func newWorld(cfg Config, now time.Time) *world {
	return &world{acd: newACD(cfg), script: newScript(cfg, now), epoch: desk.MillisOf(now)}
}

// id makes the next linked id, in the manner of a PBX: when it started, and a number.
func (w *world) id() string {
	w.n++
	return fmt.Sprintf("%d.%d", w.epoch, w.n)
}

// next is the moment of the earliest thing that is due; false where nothing is.
func (w *world) next() (time.Time, bool) {
	at, ok := w.acd.next()
	if s, more := w.script.next(); more && (!ok || s.Before(at)) {
		return s, true
	}
	return at, ok
}

// advance does everything that was due until now, each at its own moment, so that a late caller of
// advance gets the same sequence as a punctual one.
func (w *world) advance(now time.Time) {
	for {
		at, ok := w.next()
		if !ok || at.After(now) {
			return
		}
		w.fire(at)
		if s, more := w.script.next(); more && !s.After(at) {
			for _, c := range w.script.due(at, w.acd) {
				c.id = w.id()
				// A full queue turns a scripted caller away, as a busy tone would.
				_ = w.join(at, c)
			}
		}
	}
}

// setReady begins the script with the first real agent who can take a call.
func (w *world) setReady(now time.Time, ext string, on bool) {
	w.acd.setReady(now, ext, on)
	w.begin(now)
}

func (w *world) setReachable(now time.Time, ext string, on bool) {
	w.acd.setReachable(now, ext, on)
	w.begin(now)
}

func (w *world) begin(now time.Time) {
	for _, m := range w.members {
		if !m.sim && m.reachable && m.ready {
			w.script.start(now)
		}
	}
}
