//go:build !nowindow

package app

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/assets"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

// begin shows what comes first: the desk, the lock that asks for the passphrase, the first-run screen, or why
// there is no desk. It is called before the driver runs, and again when the agent asks for that.
func (s *windowSession) begin(ctx context.Context) error {
	if s.plan.ready != nil {
		return s.work(ctx, *s.plan.ready)
	}
	set, known, err := readSettings(s.plan.dir)
	if err != nil {
		return err
	}
	if s.plan.lang != "" {
		set.Lang = s.plan.lang
	}
	marks, err := readMarks(s.plan.dir)
	if err != nil {
		return err
	}
	var secrets host.Secrets
	var keyErr error
	if known && !set.Sealed {
		secrets, keyErr = host.Keyring(s.plan.service)
	}
	switch at := firstScreen(s.plan.dir, set, known, marks, keyErr); at.screen {
	case showFirstRun:
		if keyErr != nil {
			s.p.log.WarnContext(ctx, "keyring does not answer", slog.Any("error", keyErr))
		}
		s.firstRun(ctx, set, at.problem)
	case showStop:
		s.stopped(ctx, at.stop, cmp.Or(set.Lang, at.lang))
	case showLock:
		s.lock(ctx, set)
	case showDesk:
		if err := s.workOn(ctx, set, secrets); err != nil {
			s.p.log.ErrorContext(ctx, "desk not opened", slog.Any("error", err))
			s.stopped(ctx, present.StopState{Code: stopCode(err), File: s.storeOf(set)}, set.Lang)
		}
	}
	return nil
}

// workOn opens the desk of a profile whose secrets are at hand.
func (s *windowSession) workOn(ctx context.Context, set settings, secrets host.Secrets) error {
	cfg, err := s.p.workplaceOf(s.plan.dir, set, secrets)
	if err != nil {
		return err
	}
	s.at = &joined{dir: s.plan.dir, set: set, secrets: secrets}
	cfg.KeepAccount = s.at.keepAccount
	return s.work(ctx, cfg)
}

// storeOf is where the store of the settings' user lies.
func (s *windowSession) storeOf(set settings) string { return storePath(s.plan.dir, set.User) }

// stopped shows why there is no desk. Trying again begins anew; a desk that was wiped may be joined again.
func (s *windowSession) stopped(ctx context.Context, st present.StopState, lang desk.Language) {
	if s.plan.lang != "" {
		lang = s.plan.lang
	}
	screen := ui.NewStop(ui.Options{Lang: string(lang)}, func() {
		if st.Code == "wiped" {
			s.firstRun(ctx, settings{Lang: lang}, "")
			return
		}
		if err := s.begin(ctx); err != nil {
			s.p.log.ErrorContext(ctx, "desk not opened", slog.Any("error", err))
		}
	}, s.stop)
	screen.Show(present.Stop(st, words.For(string(lang))))
	screen.Attach(s.win)
}

// wizard is the first-run screen while it is shown.
type wizard struct {
	s      *windowSession
	screen *ui.FirstRun

	mu    sync.Mutex
	state present.FirstRunState
	lang  desk.Language
	looks int // how often look was asked
}

// firstRun shows the first-run screen, with what is known already and the code of what went wrong.
func (s *windowSession) firstRun(ctx context.Context, set settings, problem string) {
	w := &wizard{s: s, lang: set.Lang}
	_, err := host.Keyring(s.plan.service)
	w.state = present.FirstRunState{Keyring: err == nil || problem == "keyring", Problem: problem, URL: set.URL, User: set.User}
	w.screen = ui.NewFirstRun(ui.Options{Lang: string(set.Lang)}, func(f ui.Form) { w.join(ctx, f) }, w.speak)
	w.screen.OnLook(func(url, code string) { s.start(func() { w.look(ctx, url, code) }) })
	w.screen.Show(present.FirstRun(w.state, words.For(string(set.Lang))))
	w.screen.Attach(s.win)
}

// look tells what stands at an address, while the rest is still being typed. An older look is not shown any more.
func (w *wizard) look(ctx context.Context, url, code string) {
	w.mu.Lock()
	w.looks++
	mine := w.looks
	w.mu.Unlock()
	show := func(reach string) {
		w.draw(func() {
			if w.looks == mine {
				w.state.Reach = reach
			}
		})
	}
	if strings.TrimSpace(url) == "" {
		show("")
		return
	}
	show("looking")
	show(reach(ctx, url, code))
}

// draw shows the screen after a change of its state.
func (w *wizard) draw(change func()) {
	w.mu.Lock()
	change()
	state, lang := w.state, w.lang
	w.mu.Unlock()
	w.screen.Draw(present.FirstRun(state, words.For(string(lang))))
}

func (w *wizard) speak(l desk.Language) { w.draw(func() { w.lang = l }) }

// join checks the form away from Fyne's goroutine; one check at a time.
func (w *wizard) join(ctx context.Context, f ui.Form) {
	w.mu.Lock()
	busy := w.state.Busy
	w.state.Busy = true
	lang, keyring := w.lang, w.state.Keyring
	w.mu.Unlock()
	if busy {
		return
	}
	w.draw(func() { w.state.Problem = "" })
	w.s.start(func() {
		set, secrets, err := join(ctx, w.s.plan.dir, w.s.plan.service, toJoinForm(f, lang, keyring))
		if err != nil {
			w.draw(func() { w.state.Busy, w.state.Problem = false, joinProblem(err) })
			return
		}
		if err := forgetMarks(w.s.plan.dir, set.User); err != nil { // else the next start says that there is no desk
			w.s.p.log.ErrorContext(ctx, "joined, and the mark of the wiped desk stays", slog.Any("error", err))
		}
		w.s.open(ctx, set, secrets)
		ui.Cross(func() { w.s.walk() })
	})
}

// walk begins the steps that follow on the server's: phone, sound, keys. On Fyne's goroutine.
func (s *windowSession) walk() {
	if s.desk != nil && s.at != nil {
		s.desk.loop.send(desk.SetupStarted{})
	}
}

// open goes on to the desk, on Fyne's goroutine, or says why there is none.
func (s *windowSession) open(ctx context.Context, set settings, secrets host.Secrets) {
	ui.Cross(func() {
		if err := s.workOn(ctx, set, secrets); err != nil {
			s.p.log.ErrorContext(ctx, "desk not opened", slog.Any("error", err))
			s.stopped(ctx, present.StopState{Code: stopCode(err), File: s.storeOf(set)}, set.Lang)
		}
	})
}

func joinProblem(err error) string {
	if j, ok := errors.AsType[*joinError](err); ok {
		return j.code
	}
	return "server_error"
}

func toJoinForm(f ui.Form, lang desk.Language, keyring bool) joinForm {
	out := joinForm{
		Lang: lang, URL: f.URL, JoinCode: f.JoinCode, User: f.User, Password: f.Password,
		Keyring: keyring, Passphrase: f.Passphrase, PassphraseAgain: f.Again,
	}
	if f.ByHand {
		out.PhoneNumber, out.PhoneServer, out.PhoneUser, out.PhonePassword = f.Extension, f.Server, f.PhoneUser, f.PhonePassword
	}
	return out
}

// lock asks for the passphrase of a profile whose secrets are sealed by one.
func (s *windowSession) lock(ctx context.Context, set settings) {
	w := words.For(string(set.Lang))
	var screen *ui.Unlock
	show := func(problem string, busy bool) { screen.Draw(present.Unlock(w, problem, busy)) }
	screen = ui.NewUnlock(ui.Options{Lang: string(set.Lang)}, func(passphrase string) {
		show("", true)
		s.start(func() {
			secrets, err := host.Sealed(filepath.Join(s.plan.dir, sealedFile), passphrase)
			if errors.Is(err, host.ErrWrongPassphrase) {
				show("wrong_passphrase", false)
				return
			}
			if err != nil {
				s.p.log.ErrorContext(ctx, "secrets not opened", slog.Any("error", err))
				show("store", false)
				return
			}
			s.open(ctx, set, secrets)
		})
	})
	screen.Show(present.Unlock(w, "", false))
	screen.Attach(s.win)
}

func windowIcon() fyne.Resource { return fyne.NewStaticResource("callbench.svg", assets.Icon("phone")) }
