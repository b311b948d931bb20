//go:build !nowindow

package app

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// tlsCentral is a central over TLS with its own authority and one user.
func tlsCentral(t *testing.T) (address, joinCode string) {
	t.Helper()
	dir := t.TempDir()
	files, err := central.InitTLS(dir, []string{"127.0.0.1"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	c, err := central.Open(t.Context(), central.Config{Dir: dir, Org: "bank"})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.AddUser(t.Context(), central.User{Name: "lin", Role: desk.RoleAgent, Group: "north"}, "a-good-password"); err != nil {
		t.Fatal(err)
	}
	if err := c.SetPhone(t.Context(), "lin", wire.PhoneAccount{AOR: "sip:101@127.0.0.1", Registrars: []string{"sip:127.0.0.1:5060"}}); err != nil {
		t.Fatal(err)
	}
	cert, err := tls.LoadX509KeyPair(files.Cert, files.Key)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: c.Handler(), TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}}, ErrorLog: nil}
	done := make(chan struct{})
	go func() { defer close(done); _ = s.ServeTLS(l, "", "") }()
	t.Cleanup(func() {
		s.Close()
		<-done
		c.Close()
	})
	return "https://" + l.Addr().String(), files.JoinCode
}

func goodForm(address, code string) joinForm {
	return joinForm{
		Lang: desk.ZhHans, URL: address, JoinCode: code, User: "lin", Password: "a-good-password",
		Passphrase: "十个字以上的一句口令啊", PassphraseAgain: "十个字以上的一句口令啊",
	}
}

func TestTheFirstRunSaysWhatIsWrongAndKeepsNothingUntilAllIsRight(t *testing.T) {
	keyring.MockInitWithError(errors.New("no keyring here"))
	address, code := tlsCentral(t)
	for name, c := range map[string]struct {
		change func(*joinForm)
		want   string
	}{
		"nothing typed":          {func(f *joinForm) { *f = joinForm{} }, "address_missing"},
		"no address":             {func(f *joinForm) { f.URL = "https://" }, "bad_address"},
		"plain HTTP elsewhere":   {func(f *joinForm) { f.URL = "http://192.0.2.1" }, "not_secure"},
		"no user":                {func(f *joinForm) { f.User = " " }, "user_missing"},
		"another join code":      {func(f *joinForm) { f.JoinCode = strings.Repeat("AAAA-", 7) + "AAAA" }, "bad_join_code"},
		"a join code of nothing": {func(f *joinForm) { f.JoinCode = "7" }, "bad_join_code"},
		"no join code":           {func(f *joinForm) { f.JoinCode = "" }, "tls"},
		"wrong password":         {func(f *joinForm) { f.Password = "wrong-password" }, "wrong_password"},
		"short passphrase":       {func(f *joinForm) { f.Passphrase = "short" }, "passphrase_short"},
		"passphrases differ":     {func(f *joinForm) { f.PassphraseAgain += "?" }, "passphrase_differs"},
		"half a phone":           {func(f *joinForm) { f.PhoneNumber = "101" }, "phone_missing"},
		"nobody there":           {func(f *joinForm) { f.URL = "https://127.0.0.1:1" }, "unreachable"},
	} {
		t.Run(name, func(t *testing.T) {
			f, dir := goodForm(address, code), t.TempDir()
			c.change(&f)
			if name == "nobody there" {
				f.JoinCode = ""
			}
			_, _, err := join(t.Context(), dir, "callbench-test", f)
			var j *joinError
			if !errors.As(err, &j) || j.code != c.want {
				t.Fatalf("got %v, want %s", err, c.want)
			}
			if left, _ := os.ReadDir(dir); len(left) != 0 {
				t.Fatalf("left behind: %v", left)
			}
		})
	}
}

func TestAfterTheFirstRunTheDeskOpensWithWhatWasKept(t *testing.T) {
	keyring.MockInitWithError(errors.New("no keyring here"))
	address, code := tlsCentral(t)
	dir := t.TempDir()
	f := goodForm(address, code)
	if _, _, err := join(t.Context(), dir, "callbench-test", f); err != nil {
		t.Fatal(err)
	}
	nothingSecretIn(t, dir, f.Password, f.Passphrase)
	set, known, err := readSettings(dir)
	if err != nil || !known || !set.Sealed || set.User != "lin" || set.Org != "bank" {
		t.Fatalf("%+v %v %v", set, known, err)
	}
	secrets, err := host.Sealed(filepath.Join(dir, sealedFile), f.Passphrase)
	if err != nil {
		t.Fatal(err)
	}
	p := &program{version: "test", log: slog.New(slog.DiscardHandler)}
	cfg, err := p.workplaceOf(dir, set, secrets)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Audio.In, cfg.Audio.Out, cfg.Audio.Ring = "null", "null", "null"
	look := newLookout()
	cfg.Watch = []watcher{look.turn}
	w, err := openWorkplace(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	look.loop = w.loop
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.run(ctx) }()
	limit, cancel := context.WithTimeout(t.Context(), testPatience)
	defer cancel()
	if _, err := look.until(limit, func(s desk.State) bool { return s.Link.State == desk.CentralOnline && s.Session.Org == "bank" }); err != nil {
		t.Fatalf("not online: %+v", look.loop.current().Link)
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	again, err := p.workplaceOf(dir, set, secrets)
	if err != nil || again.StoreKey != cfg.StoreKey {
		t.Fatal("the store's key is not kept")
	}
	if a, ok := again.Central.KeptPhone(); !ok || a.AOR != "sip:101@127.0.0.1" {
		t.Fatalf("central's phone account is not kept: %+v", a)
	}
	if err := secrets.Delete(secretName(secretStore, "lin")); err != nil {
		t.Fatal(err)
	}
	if _, err := p.workplaceOf(dir, set, secrets); !errors.Is(err, desk.ErrWrongKey) {
		t.Fatalf("a missing key is replaced: %v", err)
	}
	nothingSecretIn(t, dir, f.Password, f.Passphrase)
}

// nothingSecretIn looks through every file of a profile.
func nothingSecretIn(t *testing.T, dir string, secrets ...string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range secrets {
			if strings.Contains(string(b), s) {
				t.Errorf("%s holds a secret", f.Name())
			}
		}
		if info, err := f.Info(); err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", f.Name(), info.Mode())
		}
	}
}
