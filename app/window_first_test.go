//go:build !nowindow

package app

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

func TestAStoreThatIsThereIsNeverHiddenBehindAFirstRun(t *testing.T) {
	silent := errors.New("keyring does not answer")
	lin := settings{User: "lin"}
	sealed := settings{User: "lin", Sealed: true}
	for name, c := range map[string]struct {
		files   []string
		set     settings
		known   bool
		marks   []wipeMark
		keyring error
		want    screenKind
		code    string
	}{
		"a new computer":                      {nil, settings{}, false, nil, nil, showFirstRun, ""},
		"a store without settings":            {[]string{"desk-lin.db"}, settings{}, false, nil, nil, showFirstRun, "store_kept"},
		"an ordinary start":                   {[]string{"desk-lin.db"}, lin, true, nil, nil, showDesk, ""},
		"a silent keyring, a store":           {[]string{"desk-lin.db"}, lin, true, nil, silent, showStop, "keyring"},
		"a silent keyring, no store yet":      {nil, lin, true, nil, silent, showFirstRun, "keyring"},
		"a passphrase":                        {[]string{"desk-lin.db", sealedFile}, sealed, true, nil, nil, showLock, ""},
		"a passphrase whose file is lost":     {[]string{"desk-lin.db"}, sealed, true, nil, nil, showStop, "no_sealed"},
		"a wiped desk":                        {nil, settings{}, false, []wipeMark{{User: "lin"}}, nil, showStop, "wiped"},
		"a wiped desk that kept its settings": {nil, lin, true, []wipeMark{{User: "lin"}}, nil, showStop, "wiped"},
		"another user's desk was wiped":       {[]string{"desk-lin.db"}, lin, true, []wipeMark{{User: "wang"}}, nil, showDesk, ""},
	} {
		dir := t.TempDir()
		for _, f := range c.files {
			if err := os.WriteFile(filepath.Join(dir, f), []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got := firstScreen(dir, c.set, c.known, c.marks, c.keyring)
		if got.screen != c.want || got.problem+got.stop.Code != c.code {
			t.Errorf("%s: %+v, want %v %q", name, got, c.want, c.code)
		}
	}
}

// windowDesk makes the profile of a user with a store and its key among secrets.
func windowDesk(t *testing.T, secrets host.Secrets) (dir string, cfg workplaceConfig) {
	t.Helper()
	dir = t.TempDir()
	set := settings{Lang: desk.English, User: "lin", URL: "https://127.0.0.1:1"}
	err := errors.Join(set.write(dir), secrets.Set(secretName(secretCentral, "lin"), "password"), secrets.Set(secretName(secretAccount, "lin"), "{}"),
		secrets.Set(secretName(secretToken, "lin"), "token"), secrets.Set(secretName(secretPhone, "lin"), "password"), os.WriteFile(filepath.Join(dir, caFile), nil, 0o600))
	if err != nil {
		t.Fatal(err)
	}
	cfg, err = (&program{version: "test", log: slog.New(slog.DiscardHandler)}).workplaceOf(dir, set, secrets)
	if err != nil {
		t.Fatal(err)
	}
	store, err := localstore.Open(t.Context(), localstore.Config{Path: cfg.StorePath, Key: cfg.StoreKey, User: "lin"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Commit(t.Context(), desk.Intent{ID: "0190b1a0-0000-7000-8000-000000000009", Kind: "customer.save", At: 1, Changes: []desk.Change{
		{Table: desk.TableCustomer, Key: "0190b1a0-0000-7000-8000-000000000008", Fields: []byte(`{"name":"陈怡君"}`)},
	}}); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, cfg
}

func TestAWindowsDeskIsWipedWithItsSecrets(t *testing.T) {
	keyring.MockInit()
	for name, again := range map[string]bool{"in one go": false, "by the next start": true} {
		dir, cfg := func() (string, workplaceConfig) { return windowDesk(t, host.Memory()) }()
		secrets, err := host.Keyring(keyringService(dir))
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range cfg.Eraser.mark.Secrets {
			if err := secrets.Set(secret, "x"); err != nil {
				t.Fatal(err)
			}
		}
		cfg.Eraser.secrets = secrets
		if err := cfg.Eraser.order(time.Now(), 3); err != nil {
			t.Fatal(err)
		}
		if again {
			_, err = finishWipes(t.Context(), dir, cfg.Log)
		} else {
			err = cfg.Eraser.finish(2)
		}
		if err != nil {
			t.Fatal(err)
		}
		gone(t, dir)
		for _, secret := range []string{secretStore, secretCentral, secretToken, secretAccount, secretPhone} {
			if _, err := secrets.Get(secretName(secret, "lin")); !errors.Is(err, host.ErrNoSecret) {
				t.Errorf("%s: %s is still there: %v", name, secret, err)
			}
		}
		marks, err := readMarks(dir)
		if err != nil || marks[0].Lang != desk.English || firstScreen(dir, settings{}, false, marks, nil).stop.Code != "wiped" {
			t.Errorf("%s: %+v %v", name, marks, err)
		}
	}
}

func TestAKeyThatIsMissingOrWrongLeavesEveryFileAsItWas(t *testing.T) {
	secrets := host.Memory()
	dir, cfg := windowDesk(t, secrets)
	set, _, err := readSettings(dir)
	if err != nil {
		t.Fatal(err)
	}
	before := bytesOf(t, dir)
	name := secretName(secretStore, "lin")
	p := &program{version: "test", log: cfg.Log}
	for code, spoil := range map[string]func() error{
		"no_key": func() error { return secrets.Delete(name) },
		"wrong_key": func() error {
			return secrets.Set(name, "11"+"0000000000000000000000000000000000000000000000000000000000000022"[2:])
		},
	} {
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		next, err := p.workplaceOf(dir, set, secrets)
		if err == nil {
			_, err = openWorkplace(t.Context(), next)
		}
		if got := stopCode(err); got != code {
			t.Errorf("%s: %v is told as %s", code, err, got)
		}
		if bytesOf(t, dir) != before {
			t.Errorf("%s: something in the profile changed", code)
		}
	}
}

func TestThePassphraseOfAProfileIsChanged(t *testing.T) {
	secrets := t.TempDir()
	dir := t.TempDir()
	sealed, err := host.Sealed(filepath.Join(dir, sealedFile), "the first passphrase")
	if err != nil {
		t.Fatal(err)
	}
	fresh := filepath.Join(secrets, "fresh")
	err = errors.Join(sealed.Set("store-key/lin", "k"), settings{User: "lin", Sealed: true}.write(dir), os.WriteFile(fresh, []byte("the second passphrase\n"), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"passphrase", "--profile", dir, "--new-passphrase-file", fresh}
	if code, _, errs := storeCLI("a wrong passphrase\n", args...); code != exitNo || !strings.Contains(errs, "wrong passphrase") {
		t.Errorf("%d %s", code, errs)
	}
	if code, _, errs := storeCLI("the first passphrase\n", "passphrase", "--profile", dir); code != exitUsage {
		t.Errorf("%d %s", code, errs)
	}
	lock, err := host.LockProfile(dir)
	if err != nil {
		t.Fatal(err)
	}
	if code, _, errs := storeCLI("the first passphrase\n", args...); code != exitNo || !strings.Contains(errs, "in use") {
		t.Errorf("while the desk is open: %d %s", code, errs)
	}
	lock.Close()
	if code, _, errs := storeCLI("the first passphrase\n", args...); code != exitGood {
		t.Fatalf("%d %s", code, errs)
	}
	if again, err := host.Sealed(filepath.Join(dir, sealedFile), "the second passphrase"); err != nil {
		t.Error(err)
	} else if v, err := again.Get("store-key/lin"); err != nil || v != "k" {
		t.Errorf("%q %v", v, err)
	}
	if code, _, _ := storeCLI("", "passphrase", "--profile", t.TempDir()); code != exitUsage {
		t.Errorf("a profile without a passphrase: %d", code)
	}
}

// A computer that two agents share: one desk could not be wiped whole (its store was held by another program), and
// the other agent joins. Nothing of the new desk goes with the old one, and the old one still goes.
func TestAWipeIsFinishedAfterAColleagueHasJoined(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a [strange] *name")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	file := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{"desk-lin.db", "desk-wang.db", settingsFile, caFile, sealedFile} {
		if err := os.WriteFile(file(name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	log := slog.New(slog.DiscardHandler)
	for user, sealed := range map[string]bool{"lin": true, "wang": false} {
		e := settings{User: user, Sealed: sealed}.eraser(dir, storePath(dir, user), nil, log)
		e.mark.Secrets = nil // no keyring here
		if err := e.order(time.Now(), 3); err != nil {
			t.Fatal(err)
		}
	}
	if err := forgetMarks(dir, "wang"); err != nil {
		t.Fatal(err)
	}
	marks, err := finishWipes(t.Context(), dir, log)
	if err != nil || wiped(marks, dir, "lin") == nil || wiped(marks, dir, "wang") != nil {
		t.Errorf("%+v, %v", marks, err)
	}
	left := leftIn(t, dir)
	slices.Sort(left)
	want := []string{"desk-wang.db", settingsFile, caFile, sealedFile, "wipe-lin.json"}
	slices.Sort(want)
	if !slices.Equal(left, want) {
		t.Errorf("left: %v, want %v", left, want)
	}
	if err := forgetMarks(dir, "wang"); err != nil || exists(file("wipe-lin.json")) {
		t.Errorf("a mark that is done stays: %v", err)
	}
}
