//go:build !nowindow

package app

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync/atomic"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// alarm tells calls to an agent who looks elsewhere, outside of our own windows: keys of the whole computer, the
// system's notifications. Paint leaves the newest for it; the system may be slow or absent, and neither the loop nor
// the window waits for it.
type alarm struct {
	s     *windowSession
	hot   atomic.Pointer[present.HotKeys]
	want  chan []string // room for one: the newest chords to hold
	notes chan host.Note
	calls chan present.CallNote // room for one: the newest for a system whose notifications cannot be taken back
	last  present.CallNote      // of paint
	held  []string              // of paint: what was asked for last
	tried []string              // of paint: all keys, as they were tried together last
}

// alarm starts what tells calls outside of our windows, for a desk.
func (s *windowSession) alarm(ctx context.Context) *alarm {
	a := &alarm{s: s, want: make(chan []string, 1), notes: make(chan host.Note, 1), calls: make(chan present.CallNote, 1)}
	send := s.desk.loop.send
	s.parts.Go(func() {
		err := host.HotKeys(ctx, a.want,
			func(tried, refused []string) { send(desk.GlobalKeysHeld{Tried: tried, Refused: refused}) },
			func(chord string) { a.pressed(chord, send) })
		if err != nil && !errors.Is(err, context.Canceled) {
			s.p.log.WarnContext(ctx, "no keys of the whole computer", slog.Any("error", err))
		}
	})
	s.parts.Go(func() { a.announce(ctx, send) })
	return a
}

// pressed does what a key stands for in the newest screen.
func (a *alarm) pressed(chord string, send func(desk.Event)) {
	h := a.hot.Load()
	if h == nil {
		return
	}
	if i := slices.Index(h.Now, chord); i >= 0 {
		send(h.Does[i])
	}
}

// follow leaves what the newest screen wants told. On paint's goroutine.
func (a *alarm) follow(screen present.Screen) {
	a.hot.Store(&screen.Hot)
	a.hold(screen.Hot)
	if screen.Alert != a.last {
		a.last = screen.Alert
		newest(a.calls, screen.Alert)
	}
}

// hold asks for the keys that do something now. All of them are asked for once, and again when they are other ones: so
// is known which can be had; the next screen gives those back that do nothing. On paint's goroutine.
func (a *alarm) hold(h present.HotKeys) {
	want, all := h.Now, !slices.Equal(h.All, a.tried)
	switch {
	case all:
		want = h.All
	case len(a.want) > 0 && slices.Equal(a.held, a.tried): // all of them have not been tried yet: this must not take their place
		return
	case slices.Equal(want, a.held):
		return
	}
	a.held, a.tried = want, h.All
	newest(a.want, want)
}

// newest leaves a value in a channel with room for one, in place of the one that waits; there is one sender.
func newest[T any](c chan T, v T) {
	select {
	case <-c:
	default:
	}
	c <- v
}

// announce hands calls to the system's notifications until ctx ends.
func (a *alarm) announce(ctx context.Context, send func(desk.Event)) {
	kept := make(chan error, 1)
	a.s.start(func() {
		kept <- host.Notes(ctx, a.notes, func(call, id string) {
			switch id {
			case "answer":
				send(desk.AnswerPressed{Call: call})
			case "open", "default":
				send(desk.WindowWanted{})
			}
		})
	})
	plain := false
	told := ""
	var last present.CallNote
	simply := func() { // once a call: it cannot be changed
		if last.Call != "" && last.Call != told {
			told = last.Call
			a.s.fy.SendNotification(fyne.NewNotification(last.Plain, last.Bare))
		}
	}
	for {
		select {
		case last = <-a.calls:
			if plain {
				simply()
			} else {
				newest(a.notes, noteOf(ctx, last))
			}
		case err := <-kept:
			plain = true
			simply()
			if ctx.Err() == nil {
				a.s.p.log.InfoContext(ctx, "notifications as the driver sends them", slog.Any("error", err))
			}
		case <-ctx.Done():
			return
		}
	}
}

// noteOf is a notification of the system; on a locked screen it names nobody.
func noteOf(ctx context.Context, n present.CallNote) host.Note {
	if n.Call == "" {
		return host.Note{}
	}
	note := host.Note{
		About: n.Call, Title: n.Title, Text: n.Text,
		Actions: []host.NoteAction{{ID: "answer", Text: n.Answer}, {ID: "open", Text: n.Open}, {ID: "default", Text: n.Open}},
	}
	if host.Locked(ctx) {
		note.Title, note.Text = n.Plain, n.Bare
	}
	return note
}
