//go:build !nowindow

package app

import (
	"context"
	"crypto/subtle"
	"crypto/x509"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/desk"
	datasync "github.com/callbench/callbench/sync"
	"github.com/callbench/callbench/ui"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

// joined is a profile whose secrets are open.
type joined struct {
	dir     string
	set     settings
	secrets host.Secrets
}

// roots are the authorities that the profile trusts for central; nil: the system's.
func (j joined) roots() *x509.CertPool {
	pem, err := os.ReadFile(filepath.Join(j.dir, caFile))
	if err != nil {
		return nil
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	return pool
}

// graceWithout is how long a user may come back to a computer without central after the last sign-in there.
const graceWithout = 7 * 24 * time.Hour

// signInAs proves another user and makes the profile that user's: by central, or, where it cannot be reached, by the
// password it took here before, for a time. Nothing is changed unless the user is proven. Its errors are
// *joinError.
func (j joined) signInAs(ctx context.Context, user, password string, now time.Time) (joined, error) {
	user = strings.TrimSpace(user)
	if user == "" || password == "" {
		return j, &joinError{"user_missing"}
	}
	session, _, err := datasync.SignIn(ctx, j.set.URL, user, password, j.roots())
	switch {
	case err == nil:
		j.set.Org = session.Org
		seen := strconv.FormatInt(now.Unix(), 10)
		if j.secrets.Set(secretName(secretCentral, user), password) != nil || j.secrets.Set(secretName(secretSeen, user), seen) != nil {
			return j, &joinError{"keyring"}
		}
	case errors.Is(err, desk.ErrOffline):
		if err := j.knows(user, password, now); err != nil {
			return j, err
		}
	default:
		return j, &joinError{joinCode(err)}
	}
	j.set.User, j.set.Phone = user, nil // a phone by hand was the former user's
	if err := j.set.write(j.dir); err != nil {
		return j, &joinError{"disk_full"}
	}
	return j, nil
}

// knows proves a user without central.
func (j joined) knows(user, password string, now time.Time) error {
	kept, err := j.secrets.Get(secretName(secretCentral, user))
	if err != nil || !exists(storePath(j.dir, user)) {
		return &joinError{"unknown_here"}
	}
	if subtle.ConstantTimeCompare([]byte(kept), []byte(password)) != 1 {
		return &joinError{"wrong_password"}
	}
	text, err := j.secrets.Get(secretName(secretSeen, user))
	seen, bad := strconv.ParseInt(text, 10, 64)
	since := now.Sub(time.Unix(seen, 0))
	if err != nil || bad != nil || since > graceWithout || since < -time.Hour { // a clock set back is no way in
		return &joinError{"grace"}
	}
	return nil
}

// switchUser asks who works at this computer now, on Fyne's goroutine. The desk before has ended, and what it kept
// stays.
func (s *windowSession) switchUser(ctx context.Context) {
	from := *s.at
	w := &wizard{s: s, lang: from.set.Lang}
	w.state = present.FirstRunState{Keyring: true, From: from.set.User}
	w.screen = ui.NewFirstRun(ui.Options{Lang: string(w.lang)}, func(f ui.Form) { w.change(ctx, from, f) }, w.speak)
	w.screen.OnBack(func() { s.start(func() { s.open(ctx, from.set, from.secrets) }) })
	w.screen.Show(present.FirstRun(w.state, words.For(string(w.lang))))
	w.screen.Attach(s.win)
}

// change checks the form away from Fyne's goroutine; one check at a time.
func (w *wizard) change(ctx context.Context, from joined, f ui.Form) {
	w.mu.Lock()
	busy := w.state.Busy
	w.state.Busy = true
	from.set.Lang = w.lang
	w.mu.Unlock()
	if busy {
		return
	}
	w.draw(func() { w.state.Problem = "" })
	w.s.start(func() {
		now, err := from.signInAs(ctx, f.User, f.Password, time.Now())
		if err != nil {
			w.draw(func() { w.state.Busy, w.state.Problem = false, joinProblem(err) })
			return
		}
		if err := forgetMarks(w.s.plan.dir, now.set.User); err != nil {
			w.s.p.log.ErrorContext(ctx, "signed in, and the mark of a wiped desk stays", slog.Any("error", err))
		}
		w.s.open(ctx, now.set, now.secrets)
	})
}
