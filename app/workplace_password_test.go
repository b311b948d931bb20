//go:build !nowindow

package app

import (
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/softphone/audio"
)

// typedDesk is a window's desk of agent lin, its secrets in memory, without the window.
func typedDesk(t *testing.T, w *portWorld, secrets host.Secrets) workplaceConfig {
	t.Helper()
	p := &program{version: "test", log: slog.New(slog.DiscardHandler)}
	cfg, err := p.workplaceOf(t.TempDir(), settings{Lang: desk.ZhHans, User: "lin", Org: "test", URL: w.url}, secrets)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Audio = audio.Config{In: "null", Out: "null", Ring: "null"}
	return cfg
}

func TestAPasswordThatCentralHasChangedIsTypedAtTheDeskWhileWorkGoesOn(t *testing.T) {
	w := openWorld(t)
	secrets := host.Memory()
	name := secretName(secretCentral, "lin")
	if err := secrets.Set(name, worldPassword); err != nil {
		t.Fatal(err)
	}
	s := drive(t, typedDesk(t, w, secrets))
	s.online()
	state := s.desk.loop.current
	refused := func() bool {
		l := state().Link
		return l.State == desk.CentralRefused && l.Reason == "wrong_password"
	}
	if in := state().SignIn; !in.Offered {
		t.Fatalf("%+v", in)
	}

	const fresh = "another password, long enough"
	if err := w.central.SetPassword(t.Context(), "lin", fresh); err != nil {
		t.Fatal(err)
	}
	var saved savedContact
	s.call("contact.save", map[string]any{"subject": "咨询", "content": "问价格"}, &saved)
	every(t, "the desk does not hear that its password is refused", refused)

	(&signer{desk: s.desk}).signIn(t.Context(), "a wrong password")
	every(t, "a wrong password is not told", func() bool {
		in := state().SignIn
		return in.Problem == "wrong_password" && !in.Busy && in.Taken == 0
	})
	if kept, err := secrets.Get(name); err != nil || kept != worldPassword || !refused() {
		t.Errorf("a wrong password was kept, or the link took it: %v", err)
	}

	s.call("contact.save", map[string]any{"subject": "咨询", "content": "又问一次"}, &saved)
	(&signer{desk: s.desk}).signIn(t.Context(), fresh)
	every(t, "the link does not come back, or does not push", func() bool {
		now := state()
		return now.Link.State == desk.CentralOnline && now.Link.Outbox.Pending == 0 && now.SignIn == desk.SignIn{Offered: true, Taken: 1}
	})
	if _, err := w.central.Row(t.Context(), desk.TableContact, saved.Contact.ID); err != nil {
		t.Errorf("what was saved meanwhile is not at central: %v", err)
	}
	if kept, err := secrets.Get(name); err != nil || kept != fresh {
		t.Errorf("the next start would not have the password: %v", err)
	}

	// Changed by mistake and back again: the password that is typed is the one the link was refused with.
	if err := w.central.SetPassword(t.Context(), "lin", worldPassword); err != nil {
		t.Fatal(err)
	}
	s.call("contact.save", map[string]any{"subject": "咨询", "content": "第三次"}, nil)
	every(t, "the desk does not hear that its password is refused again", refused)
	if err := w.central.SetPassword(t.Context(), "lin", fresh); err != nil {
		t.Fatal(err)
	}
	(&signer{desk: s.desk}).signIn(t.Context(), fresh)
	every(t, "the same password is not tried again", func() bool {
		l := state().Link
		return l.State == desk.CentralOnline && l.Outbox.Pending == 0
	})
}

// As after callbench store recover --new-passphrase, whose new file holds the store's key alone.
func TestADeskWithoutItsPasswordTakesOneAndNeverKeepsWhatItCannot(t *testing.T) {
	w := openWorld(t)
	secrets := &fullSecrets{Secrets: host.Memory()}
	s := drive(t, typedDesk(t, w, secrets))
	state := s.desk.loop.current
	every(t, "the missing password is not told", func() bool { return state().Link.Reason == "wrong_password" })
	secrets.full = true
	(&signer{desk: s.desk}).signIn(t.Context(), worldPassword)
	every(t, "a password that cannot be kept is not told", func() bool { return state().SignIn.Problem == "not_kept" })
	secrets.full = false
	(&signer{desk: s.desk}).signIn(t.Context(), worldPassword)
	s.online()
}

// fullSecrets take no password while they are full.
type fullSecrets struct {
	host.Secrets
	full bool // of the test's goroutine, as are the calls of signIn
}

func (f *fullSecrets) Set(name, value string) error {
	if strings.HasPrefix(name, secretCentral) && f.full {
		return errors.New("full")
	}
	return f.Secrets.Set(name, value) //nolint:wrapcheck // as it is
}

func TestADeskOfAProfileFileTakesItsPasswordFromItsFile(t *testing.T) {
	w := openWorld(t)
	cfg := fromDir(t, wipeProfile(t, w))
	if cfg.Central.KeepPassword != nil {
		t.Error("the file in central.password_file would be written by the window")
	}
	s := drive(t, cfg)
	s.online()
	(&signer{desk: s.desk}).signIn(t.Context(), "another password") // nothing to type: nothing happens
	if in := s.desk.loop.current().SignIn; in != (desk.SignIn{}) {
		t.Errorf("%+v", in)
	}
}
