//go:build !nowindow

package app

import (
	"context"
	"log/slog"
	"strings"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/softphone"
)

// typedAccount is what a person types of a phone account.
type typedAccount struct{ Number, Server, User, Password string }

// account is the one it makes; its error is a *joinError.
func (t typedAccount) account() (softphone.Account, error) {
	number, server := strings.TrimSpace(t.Number), strings.TrimSpace(t.Server)
	if number == "" || server == "" || strings.ContainsAny(number+server, " @<>") {
		return softphone.Account{}, &joinError{"phone_missing"}
	}
	host, _, _ := strings.Cut(server, ":")
	return ownAccount("sip:"+number+"@"+host, "sip:"+server, strings.TrimSpace(t.User), t.Password), nil
}

// ownAccount is an account that no central has handed out.
func ownAccount(aor, registrar, user, password string) softphone.Account {
	return softphone.Account{
		AOR: aor, Registrars: []string{registrar}, AuthUser: user, Password: password, AutoAnswer: "off",
		SRTP: "off", Codecs: []string{"opus", "pcma", "pcmu"},
	}
}

// tryAccount registers an account that was typed, in place of any other, and keeps it once it has registered. It waits
// for that until ctx ends or another one is typed, and is called on a goroutine of its own. One that is not kept has
// changed nothing at the next start.
func (w *workplace) tryAccount(ctx context.Context, t typedAccount) {
	account, err := t.account()
	if err != nil || t.Password == "" {
		w.loop.send(desk.PhoneTried{Problem: "phone_missing"})
		return
	}
	done := make(chan struct{})
	w.mu.Lock()
	if w.done != nil {
		close(w.done)
	}
	w.typed, w.done = &account, done
	w.mu.Unlock()
	w.loop.send(desk.PhoneTried{AOR: account.AOR})
	w.offer([]softphone.Account{account})
	select {
	case <-ctx.Done():
		return
	case <-done:
	}
	w.mu.Lock()
	mine := w.typed == &account
	w.mu.Unlock()
	if !mine {
		return
	}
	if err := w.cfg.KeepAccount(account); err != nil {
		w.log.WarnContext(ctx, "the phone account is not kept", slog.Any("error", err))
		w.loop.send(desk.NoticeRaised{Notice: desk.Notice{Level: desk.NoticeWarning, Code: "account_not_kept"}})
	}
}

// offer puts accounts where phones takes them; the newest wins.
func (w *workplace) offer(list []softphone.Account) {
	for {
		select {
		case w.accounts <- list:
			return
		default:
		}
		select {
		case <-w.accounts: // an older one nobody has taken yet
		default:
		}
	}
}
