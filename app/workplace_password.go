//go:build !nowindow

package app

import (
	"context"
	"log/slog"
	"sync/atomic"

	"github.com/callbench/callbench/desk"
	datasync "github.com/callbench/callbench/sync"
)

// signer takes the passwords that are typed at a desk's window, one at a time.
type signer struct {
	desk   *workplace
	trying atomic.Bool
}

// signIn tries a password that was typed at the desk against central, keeps it and has the link use it at once. It
// waits for the network: not for the loop's goroutine nor Fyne's. A second one while the first is tried does nothing.
// How it fares is told by desk.PasswordTried; the password goes nowhere but to central and among the secrets.
func (s *signer) signIn(ctx context.Context, password string) {
	w, c := s.desk, s.desk.cfg.Central
	if c == nil || c.KeepPassword == nil || w.wiping.Load() || !s.trying.CompareAndSwap(false, true) {
		return
	}
	w.loop.send(desk.PasswordTried{Busy: true})
	told := w.tryPassword(ctx, password)
	s.trying.Store(false) // before it is told: whoever hears of it may type the next one
	w.loop.send(told)
	if !told.Taken {
		return
	}
	// Also where it is the very password that was refused before: the link would not try that again by itself. How it
	// went is in the state of the link.
	if _, _, err := w.link.Now(ctx); err != nil {
		w.log.InfoContext(ctx, "sync after sign-in", slog.Any("error", err))
	}
}

func (w *workplace) tryPassword(ctx context.Context, password string) desk.PasswordTried {
	c := w.cfg.Central
	if _, _, err := datasync.SignIn(ctx, c.URL, w.cfg.User, password, c.Roots); err != nil {
		return desk.PasswordTried{Problem: joinCode(err)}
	}
	if err := c.KeepPassword(password); err != nil {
		w.log.ErrorContext(ctx, "password not kept", slog.Any("error", err))
		return desk.PasswordTried{Problem: "not_kept"}
	}
	return desk.PasswordTried{Taken: true}
}
