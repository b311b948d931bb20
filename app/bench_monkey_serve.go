//go:build !nowindow

package app

import (
	"context"
	"errors"
	"fmt"
	"image"
	"math"
	"strings"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/monkey"
	"github.com/callbench/callbench/internal/windowbench"
	"github.com/callbench/callbench/ui"
)

const (
	limitFreeze  = 100 * time.Millisecond
	hangPatience = 60 * time.Second // of one move: what takes longer never ends
	movePause    = 17 * time.Millisecond
	keepPatience = 10 * time.Second // until the newest words are on disk
)

// monkey plays the script that the orders bring, with keyboard and mouse of the display.
func (b *windowProbe) monkey(ctx context.Context) error {
	script, err := monkey.Parse(strings.NewReader(b.orders.Script))
	if err != nil {
		return err //nolint:wrapcheck // it says what was done
	}
	if err := b.settled(ctx); err != nil {
		return err
	}
	if err := b.reach(); err != nil {
		return err
	}
	var normal float32
	b.on(func(c fyne.Canvas) { normal = c.Scale() })
	b.send(desk.StateChosen{State: desk.AgentReady, Cause: desk.CauseSelf})
	watch := &windowbench.Watch{Cross: ui.Cross, Every: 5 * time.Millisecond, Limit: limitFreeze}
	watching, stop := context.WithCancel(ctx)
	var parts sync.WaitGroup
	parts.Go(func() { watch.Run(watching) })
	began, last := time.Now(), 0
	for i, m := range script {
		if err = b.move(ctx, m); err != nil {
			err = fmt.Errorf("move %d, %s: %w", i, m, err)
			break
		}
		if err = b.law.kept(); err != nil {
			err = fmt.Errorf("move %d, %s: %w", i, m, err)
			break
		}
		if n := watch.Seen().Frozen; n > last && n < 20 {
			last = n
			f := watch.Seen().Freezes[n-1]
			err = b.out.Encode(benchWord{Held: fmt.Sprintf("  frozen at move %d, %s: %s, %s of it ours\n%s", i, m, f.Took.Round(time.Millisecond), f.Ours.Round(time.Millisecond), f.Stack)})
		}
		if err != nil {
			break
		}
	}
	stop()
	parts.Wait()
	if err != nil {
		return err
	}
	if err := errors.Join(b.unlost(ctx), b.sized(normal)); err != nil {
		return err
	}
	seen := watch.Seen()
	return errors.Join(
		b.line(fmt.Sprintf("monkey, %d moves", len(script)), time.Since(began).Seconds(), "s", 0),
		b.line("monkey, drafts lost", 0, "", 0),
		b.line("monkey, longest turn of the window's goroutine", float64(seen.Worst.Microseconds())/1000, "ms", float64(limitFreeze.Milliseconds())),
		b.line(fmt.Sprintf("monkey, freezes of %d beats", seen.Beats), float64(seen.Frozen), "", 0),
		b.line("monkey, memory at its highest", windowbench.Peak(), "MB", limitMemory),
	)
}

// move makes one move and waits until the window has taken it.
func (b *windowProbe) move(ctx context.Context, m monkey.Move) error {
	var err error
	switch m.Verb {
	case monkey.World:
		err = b.outside(m)
	case monkey.Choose:
		choose(b.s.desk.loop, m.Text)
	case monkey.Key, monkey.Type, monkey.Click, monkey.Double, monkey.Drag, monkey.Wheel, monkey.Hover, monkey.Resize:
		err = b.atWindow(m)
	}
	if err != nil {
		return err
	}
	select {
	case <-time.After(movePause): // the driver looks for keys once a frame
	case <-ctx.Done():
	}
	done := make(chan struct{})
	ui.Cross(func() { close(done) })
	select {
	case <-done:
		return nil
	case <-time.After(hangPatience):
		return fmt.Errorf("the window hangs: %w", context.DeadlineExceeded)
	case <-ctx.Done():
		return ctx.Err() //nolint:wrapcheck // run knows it
	}
}

// atWindow is what hands do.
func (b *windowProbe) atWindow(m monkey.Move) error {
	lies, err := b.hands.Place(b.window)
	if err != nil {
		return err //nolint:wrapcheck // it says what was done
	}
	place := func(p [2]float64) (int, int) {
		return lies.Min.X + int(p[0]*float64(lies.Dx())), lies.Min.Y + int(p[1]*float64(lies.Dy()))
	}
	x, y := place(m.At)
	switch m.Verb {
	case monkey.Key:
		if !b.hands.Knows(m.Text) {
			return nil
		}
		err = b.hands.Press(m.Text)
	case monkey.Type:
		for _, r := range m.Text {
			if key := string(r); b.hands.Knows(key) && err == nil { // Chinese comes through an input method, which is not here
				err = b.hands.Press(key)
			}
		}
	case monkey.Click:
		err = b.hands.Click(x, y, byte(m.N)) //nolint:gosec // 1 or 3
	case monkey.Double:
		err = errors.Join(b.hands.Click(x, y, 1), b.hands.Click(x, y, 1))
	case monkey.Drag:
		toX, toY := place(m.To)
		err = b.hands.Drag(x, y, toX, toY)
	case monkey.Wheel:
		err = b.hands.Click(x, y, byte(4+m.N)) //nolint:gosec // 4 or 5
	case monkey.Hover:
		err = b.hands.Move(x, y)
	case monkey.Resize:
		err = b.hands.Resize(b.window, image.Pt(int(m.At[0]), int(m.At[1])))
	case monkey.World, monkey.Choose:
	}
	return err //nolint:wrapcheck // it says what was done
}

// outside is what the world does. What has no counterpart in the world at hand is told to the loop.
func (b *windowProbe) outside(m monkey.Move) error {
	now := desk.MillisOf(time.Now())
	switch m.Text {
	case "call":
		if len(b.s.desk.loop.current().Calls) < 3 {
			return b.want("call", m.N)
		}
	case "hang_up", "net_off", "net_on":
		return b.want(m.Text, m.N)
	case "sound_lost":
		b.send(desk.AudioChanged{Audio: desk.Audio{Null: true, Problem: "lost"}})
	case "sound_back":
		b.send(desk.AudioChanged{Audio: desk.Audio{In: "headset", Out: "headset"}})
	case "notice":
		b.send(desk.NoticeRaised{Notice: desk.Notice{Level: desk.NoticeWarning, Code: "phone_refused"}})
	case "board", "busy_desk":
		b.send(desk.BoardSeen{Board: madeUpBoard(m.N, now)})
	case "lead", "agent":
		b.send(desk.SignedIn{Session: desk.Session{User: demoAgent, Name: "林小婷", Role: desk.Role(m.Text), Group: demoGroup, Org: "demo"}, Phone: true})
	case "tick", "minute", "wait":
		b.send(desk.Ticked{})
	}
	return nil
}

// sized tells whether the window is drawn in the size that was chosen last, as far as the screen holds it; normal is the scale of 100 %.
func (b *windowProbe) sized(normal float32) error {
	var got float32
	var zoom int
	b.on(func(c fyne.Canvas) { got, zoom = c.Scale(), b.s.look.zoom })
	if want := normal * float32(zoom) / 100; math.Abs(float64(got-want)) > 0.051 { // the driver knows tenths
		return fmt.Errorf("drawn at a scale of %.2f where %d %% is %.2f: %w", got, zoom, want, desk.ErrInvalid)
	}
	return nil
}

// unlost compares what is on disk with what is on screen, once the writer has come to it.
func (b *windowProbe) unlost(ctx context.Context) error {
	limit := time.Now().Add(keepPatience)
	for {
		b.on(func(fyne.Canvas) {})
		drafts, err := b.s.desk.store.Drafts(ctx)
		if err != nil {
			return err //nolint:wrapcheck // it says what was done
		}
		fault := unkept(b.s.desk.loop.current().Drafts, drafts)
		if fault == nil {
			return nil
		}
		if time.Now().After(limit) {
			return fault
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err() //nolint:wrapcheck // run knows it
		}
	}
}
