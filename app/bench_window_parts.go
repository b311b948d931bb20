//go:build !nowindow

package app

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/windowbench"
)

// The limits of issue 5, Holds when, and the sizes of what is measured.
const (
	limitFirst   = 1500 // ms
	limitEcho    = 50   // ms
	limitPop     = 100  // ms
	limitBoard   = 30   // % of a core
	limitIdle    = 5    // % of a core
	limitMemory  = 300  // MB
	limitGrowth  = 10   // % from the first hour of a shift to the last
	echoKeys     = 200
	echoPatience = 5 * time.Second
	popCalls     = 20
	quietFor     = 15 * time.Second
	boardFor     = 20 * time.Second
	shiftHours   = 8
)

// firstFrame is from the start of the process, as the system knows it, to the first screen in the picture.
func (b *windowProbe) firstFrame(ctx context.Context) error {
	select {
	case at := <-b.first:
		return b.line("first frame", float64(at.Sub(b.p.started).Microseconds())/1000, "ms", limitFirst)
	case <-ctx.Done():
		return ctx.Err() //nolint:wrapcheck // run knows it
	}
}

// settled waits until the desk has its phone and its customers.
func (b *windowProbe) settled(ctx context.Context) error {
	_, err := b.until(ctx, "registered", func(s desk.State) bool {
		return len(s.Registrations) > 0 && s.Registrations[0].State == desk.Registered && s.Link.Outbox.SyncedAt != 0
	})
	if err != nil {
		return err
	}
	limit, stop := context.WithTimeout(ctx, syncPatience)
	defer stop()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		n, err := b.s.desk.store.Count(limit)
		if err == nil && n[desk.TableCustomer] >= demoCustomers {
			return nil
		}
		select {
		case <-tick.C:
		case <-limit.Done():
			return fmt.Errorf("the customers do not come down: %w", limit.Err())
		}
	}
}

// share is the part of a core that this process uses for a while, in %.
func share(ctx context.Context, d time.Duration) float64 {
	began, spent := time.Now(), windowbench.Spent()
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
	return 100 * float64(windowbench.Spent()-spent) / float64(time.Since(began))
}

// idle is a desk that waits for calls.
func (b *windowProbe) idle(ctx context.Context) error {
	if err := b.settled(ctx); err != nil {
		return err
	}
	for range 20 { // what came down is still being worked into the indexes; at most a minute
		if share(ctx, 3*time.Second) < 2*limitIdle {
			break
		}
	}
	return b.line("idle, a desk with 10,000 customers that waits", share(ctx, quietFor), "% of a core", limitIdle)
}

// echo is from a key at the X server to the ink of its sign in the window's picture there.
func (b *windowProbe) echo(ctx context.Context) error {
	if err := b.reach(); err != nil {
		return err
	}
	b.send(desk.DraftOpened{})
	s, err := b.until(ctx, "open", func(s desk.State) bool { return s.Active != "" })
	if err != nil {
		return err
	}
	if err := b.intoNote(); err != nil {
		return err
	}
	if _, err := b.keyToInk(); err != nil { // the first draws the field's frame and caret, too
		return err
	}
	var took []time.Duration
	for i := range echoKeys {
		if i%50 == 49 { // the field must not scroll
			if err := b.emptyNote(); err != nil {
				return err
			}
		}
		t, err := b.keyToInk()
		if err != nil {
			return err
		}
		took = append(took, t)
	}
	if err := b.spread("key to echo, X server to X server", took, limitEcho); err != nil {
		return err
	}
	if err := b.line("a caret that blinks in the note", share(ctx, quietFor/3), "% of a core", 0); err != nil {
		return err
	}
	b.send(desk.SavePressed{Draft: s.Active})
	_, err = b.until(ctx, "saved", func(n desk.State) bool { return n.Saved != nil && n.Saved.Contact == s.Active })
	return err
}

// intoNote puts the focus into the note with its key. What a flow has written must stand there first: were it to come later,
// it would be taken for the sign of a key.
func (b *windowProbe) intoNote() error {
	limit := time.Now().Add(echoPatience)
	for shown := false; !shown; {
		s := b.s.desk.loop.current()
		d, _ := s.Draft(s.Active)
		b.on(func(fyne.Canvas) {
			draft, _, content := b.s.ui.Written()
			shown = draft == d.ID && content == d.Content
		})
		if !shown && time.Now().After(limit) {
			return fmt.Errorf("the note of the desk is not shown: %w", desk.ErrInvalid)
		}
	}
	for time.Now().Before(limit) {
		if err := b.hands.Send(b.window, "Ctrl+N"); err != nil {
			return err //nolint:wrapcheck // it says what was done
		}
		for range 5 {
			<-time.After(20 * time.Millisecond)
			in := false
			b.on(func(c fyne.Canvas) { in = c.Focused() != nil })
			if in {
				b.findNote()
				return nil
			}
		}
	}
	return fmt.Errorf("the note does not take the focus: %w", desk.ErrInvalid)
}

// ink is how much text stands in the note's first line, in dark pixels.
func (b *windowProbe) ink() (int, error) {
	return b.hands.Dark(b.window, b.note) //nolint:wrapcheck // it says what was done
}

// keyToInk presses a key and looks until its sign is there.
func (b *windowProbe) keyToInk() (time.Duration, error) {
	before, err := b.ink()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	if err := b.hands.Send(b.window, "m"); err != nil {
		return 0, err //nolint:wrapcheck // it says what was done
	}
	for time.Since(began) < echoPatience {
		now, err := b.ink()
		if err != nil {
			return 0, err
		}
		if now > before {
			return time.Since(began), nil
		}
	}
	return 0, fmt.Errorf("a key did not show within %s: %w", echoPatience, desk.ErrInvalid)
}

func (b *windowProbe) emptyNote() error {
	for _, key := range []string{"Ctrl+A", "BackSpace"} {
		if err := b.hands.Send(b.window, key); err != nil {
			return err //nolint:wrapcheck // it says what was done
		}
	}
	began := time.Now()
	for time.Since(began) < echoPatience {
		if now, err := b.ink(); err != nil || now == 0 {
			return err
		}
	}
	return fmt.Errorf("the note was not emptied: %w", desk.ErrInvalid)
}

// pop is from the answer of the look-up to the customer in the picture, of real calls.
func (b *windowProbe) pop(ctx context.Context) error {
	if err := b.settled(ctx); err != nil {
		return err
	}
	var took []time.Duration
	for n := range popCalls {
		t, err := b.ring(ctx, n)
		if err != nil {
			return err
		}
		took = append(took, t)
		b.send(desk.AnswerPressed{})
		if _, err := b.until(ctx, "talking", talking); err != nil {
			return err
		}
		if err := b.wrap(ctx); err != nil {
			return err
		}
	}
	return b.spread("look-up answered to customer in the picture", took, limitPop)
}

func talking(s desk.State) bool {
	c, ok := s.Current()
	return ok && c.State == desk.CallTalking
}

// ring has a customer call and waits until they are on screen.
func (b *windowProbe) ring(ctx context.Context, n int) (time.Duration, error) {
	b.send(desk.StateChosen{State: desk.AgentReady, Cause: desk.CauseSelf})
	if _, err := b.until(ctx, "ready", func(s desk.State) bool { return s.Agent.State == desk.AgentReady }); err != nil {
		return 0, err
	}
	select {
	case <-b.pops: // of somebody else
	default:
	}
	if err := b.want("call", n); err != nil {
		return 0, err
	}
	select {
	case took := <-b.pops:
		return took, nil
	case <-time.After(stagePatience):
		return 0, fmt.Errorf("caller %d does not come on screen: %w", n, desk.ErrNotFound)
	case <-ctx.Done():
		return 0, ctx.Err() //nolint:wrapcheck // run knows it
	}
}

// wrap hangs up and saves.
func (b *windowProbe) wrap(ctx context.Context) error {
	draft := b.s.desk.loop.current().Active
	b.send(desk.HangUpPressed{})
	if _, err := b.until(ctx, "in wrap-up", func(s desk.State) bool { return s.Agent.State == desk.AgentWrapUp }); err != nil {
		return err
	}
	b.send(desk.SavePressed{Draft: draft, Ready: true})
	_, err := b.until(ctx, "saved", func(s desk.State) bool { return s.Saved != nil && s.Saved.Contact == draft })
	return err
}

// hour is what was measured at the end of an hour of the shift.
type hour struct {
	resident, heap float64 // MB, after what is free has been given back
	goroutines     int
	echo, pop      windowbench.Spread
}

func settleMemory() (resident, heap float64) {
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return windowbench.Resident(), float64(m.HeapAlloc) / (1 << 20)
}
