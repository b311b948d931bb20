//go:build !nowindow

package app

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

// appID names the program to the operating system; FyneApp.toml has the same.
const appID = "com.github.callbench"

// windowSession is one opening of the window: the driver, the drawn window, and the desk behind it once
// there is one.
type windowSession struct {
	p     *program
	plan  windowPlan
	probe *windowProbe // measures the window; nil: nobody does
	fy    fyne.App
	win   fyne.Window
	ui    *ui.Window
	stop  context.CancelFunc

	parts   sync.WaitGroup
	ending  sync.Mutex  // held while a desk is opened or a part begun; guards over
	over    bool        // no part is begun any more
	drawn   drawnScreen // of Fyne's goroutine
	look    windowLook  // of Fyne's goroutine
	tray    *tray
	away    bool            // of Fyne's goroutine: the window is in the tray
	mini    *overlay        // of Fyne's goroutine; of the desk that is open
	lexicon lexicon         // of paint
	newest  chan desk.State // room for one: the newest state that is not drawn yet
	desk    *workplace      // set before anything that reads it is started
	at      *joined         // the profile and its open secrets; nil in the demo
	leaving atomic.Bool     // another user is to sign in: the end of the desk is not the end of the window
	err     error           // of the desk; read after parts.Wait
}

// newApp starts the driver.
func (p *program) newApp(ctx context.Context) fyne.App {
	keepSmall()
	makeCache()
	fyneapp.SetMetadata(p.metadata(ctx))
	fy := fyneapp.NewWithID(appID)
	fyne.SetCurrentApp(calmApp{fy})
	fy.SetIcon(windowIcon())
	return fy
}

// showWindow opens the window on a plan and returns when it has been closed and everything behind it
// has stopped. It must be called on the main goroutine: the driver needs the first thread.
func (p *program) showWindow(ctx context.Context, plan windowPlan) error {
	return p.showMeasured(ctx, plan, nil)
}

// showMeasured is showWindow with somebody who measures the window; nil: nobody does.
func (p *program) showMeasured(ctx context.Context, plan windowPlan, probe *windowProbe) error {
	preferX11()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	s := &windowSession{p: p, plan: plan, probe: probe, stop: stop, newest: make(chan desk.State, 1)}
	s.fy = p.newApp(ctx)
	title := plan.title
	if title == "" {
		title = words.For(string(plan.lang)).Say(words.AppName)
	}
	s.win = s.fy.NewWindow(title)
	s.win.Resize(fyne.NewSize(1366, 768))
	s.dress(ctx)
	s.tray = &tray{s: s, turns: make(chan trayTurn, 1)}
	s.start(func() { s.tray.run(ctx) })
	s.start(func() { s.tidy(ctx) })
	if err := s.begin(ctx); err != nil {
		return err
	}
	s.win.SetOnClosed(stop)
	s.start(func() {
		<-ctx.Done() // a signal or desk.quit closes the window as the mouse does
		ui.Cross(s.fy.Quit)
	})
	returned, bounded := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(bounded)
		bound(func() error { return s.settle(ctx) }, returned, windowPatience, s.leave)
	}()
	s.win.ShowAndRun()
	stop()
	close(returned)
	<-bounded
	return s.err
}

// preferX11 asks for X11, XWayland included: on Wayland the driver has no input method, and Chinese
// cannot be typed without one. A choice of the user stands.
func preferX11() {
	if runtime.GOOS == "linux" && os.Getenv("FYNE_PLATFORM") == "" {
		os.Setenv("FYNE_PLATFORM", "x11") //nolint:errcheck,gosec // an ordinary name and value
	}
}

// work opens the desk and draws it from now on.
func (s *windowSession) work(ctx context.Context, cfg workplaceConfig) error {
	s.ending.Lock()
	defer s.ending.Unlock()
	if s.over {
		return context.Canceled
	}
	cfg.Asked = s.plan.lang
	cfg.Watch = append(cfg.Watch, s.turn)
	if s.plan.follow != nil {
		cfg.Watch = append(cfg.Watch, s.plan.follow)
	}
	cfg.Alert = func(on bool, _ desk.Call) { ui.Cross(func() { s.mini.attention(on) }) }
	cfg.Raise, cfg.Hide, cfg.Close = func() { ui.Cross(s.raise) }, func() { ui.Cross(s.hide) }, s.stop
	whole := ctx
	ctx, end := context.WithCancel(ctx) // of what belongs to this desk: the window may outlive it
	s.leaving.Store(false)
	if s.at != nil {
		cfg.Switch = func() { s.leaving.Store(true); end() }
	}
	w, err := openWorkplace(ctx, cfg)
	if err != nil {
		end()
		return err
	}
	s.desk = w
	s.ui = ui.New(w.loop.send, s.options(ctx, w))
	s.followSystem()
	s.ui.Attach(s.win)
	mini := s.overlay(ctx)
	s.mini = mini
	s.win.SetCloseIntercept(func() { w.loop.send(desk.CloseWanted{}) })
	s.parts.Go(func() {
		err := w.run(ctx)
		end()
		ui.Cross(func() { mini.close(); s.win.SetCloseIntercept(nil) })
		s.after(whole, w, err)
	})
	if s.at != nil {
		from := *s.at
		s.parts.Go(func() { s.p.bringUpOthers(ctx, from, w) })
	}
	alarm := s.alarm(ctx)
	s.parts.Go(func() { s.paint(ctx, alarm) })
	if s.plan.dir != "" {
		s.parts.Go(func() {
			if err := s.p.serveSocket(ctx, s.plan.dir, w.port); err != nil {
				s.p.log.WarnContext(ctx, "no automation socket", slog.Any("error", err))
			}
		})
	}
	if s.plan.beside != nil {
		s.parts.Go(func() {
			if err := s.plan.beside(ctx, w.loop.send); err != nil && !errors.Is(err, context.Canceled) {
				s.p.log.ErrorContext(ctx, "beside the desk", slog.Any("error", err))
			}
		})
	}
	return nil
}

// after goes on when a desk has ended with err: to what tells that it was wiped, to who works here next, or out.
func (s *windowSession) after(ctx context.Context, w *workplace, err error) {
	var gone *wipedError
	switch {
	case errors.As(err, &gone) && s.plan.dir != "" && ctx.Err() == nil:
		ui.Cross(func() {
			s.deskless(gone.mark.Lang)
			s.stopped(ctx, present.StopState{Code: "wiped", Lost: gone.mark.Lost}, gone.mark.Lang)
		})
	case s.leaving.Load() && err == nil && ctx.Err() == nil:
		ui.Cross(func() {
			s.deskless(w.language())
			s.switchUser(ctx)
		})
	default:
		s.err = err
		s.stop() // a desk that has ended takes its window with it
	}
}

// options are what the window is told of its desk, and what it tells.
func (s *windowSession) options(ctx context.Context, w *workplace) ui.Options {
	passwords := &signer{desk: w}
	o := ui.Options{
		Lang: string(w.language()), Shown: s.shown, Caret: s.placeCandidates,
		SignIn: func(password string) { s.start(func() { passwords.signIn(ctx, password) }) },
		TryPhone: func(f ui.Form) {
			t := typedAccount{Number: f.Extension, Server: f.Server, User: f.PhoneUser, Password: f.PhonePassword}
			s.start(func() { w.tryAccount(ctx, t) })
		},
	}
	if s.probe != nil {
		s.probe.begin(s, &o)
	}
	return o
}

// turn is a watcher: it leaves the newest state for paint.
func (s *windowSession) turn(t turn) {
	select {
	case <-s.newest:
	default:
	}
	s.newest <- t.after // only the loop sends: there is room
}

// paint words the newest state and hands it to the window, until ctx ends.
func (s *windowSession) paint(ctx context.Context, alarm *alarm) {
	defer s.ui.Close()
	for {
		select {
		case st := <-s.newest:
			screen := present.Of(st, s.lexicon.in(st.Language), desk.MillisOf(time.Now()))
			alarm.follow(screen)
			s.ui.Draw(screen)
		case <-ctx.Done():
			return
		}
	}
}
