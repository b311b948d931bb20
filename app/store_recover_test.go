//go:build !nowindow

package app

import (
	"bytes"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

// lostDesk is a profile whose store has sealed its key to a recovery key, and has lost it.
type lostDesk struct {
	dir, store, recovery string
	id                   string // of the recovery key, as central shows it
	key                  [32]byte
	envelope             []byte
}

func loseKey(t *testing.T, user, settings, profile string) lostDesk {
	t.Helper()
	dir := t.TempDir()
	d := lostDesk{dir: dir, store: filepath.Join(dir, "desk-"+user+".db"), recovery: filepath.Join(t.TempDir(), "recovery")}
	pair, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rand.Read(d.key[:])
	sum := sha256.Sum256(pair.PublicKey().Bytes())
	d.id = hex.EncodeToString(sum[:8])
	write := func(name, text string) {
		if text != "" {
			err = errors.Join(err, os.WriteFile(name, []byte(text), 0o600))
		}
	}
	write(d.recovery, "# a comment\ncallbench-recovery-key-1 "+base64.RawURLEncoding.EncodeToString(pair.Bytes())+"\n")
	write(filepath.Join(dir, settingsFile), settings)
	write(filepath.Join(dir, "profile.toml"), profile)
	s, openErr := localstore.Open(t.Context(), localstore.Config{Path: d.store, Key: d.key, User: user})
	if err := errors.Join(err, openErr); err != nil {
		t.Fatal(err)
	}
	d.envelope, err = s.SealTo(t.Context(), pair.PublicKey().Bytes())
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return d
}

// storeCLI runs callbench store.
func storeCLI(stdin string, args ...string) (code int, out, errs string) {
	var stdout, stderr bytes.Buffer
	code = Main("test", append([]string{"store"}, args...), strings.NewReader(stdin), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func answer(t *testing.T, out string) (a keyAnswer) {
	t.Helper()
	if err := json.Unmarshal([]byte(out), &a); err != nil {
		t.Fatalf("%q: %v", out, err)
	}
	return a
}

func TestAKeyFileComesBack(t *testing.T) {
	d := loseKey(t, "local", "", "lang = \"en\"\n")
	code, out, errs := storeCLI("", "recover", "--profile", d.dir, "--key", d.recovery, "--json")
	if code != exitGood || answer(t, out).KeptIn != "key_file" {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	b, err := os.ReadFile(filepath.Join(d.dir, "store.key"))
	if err != nil || strings.TrimSpace(string(b)) != hex.EncodeToString(d.key[:]) {
		t.Errorf("the key file is not back: %v", err)
	}
	if strings.Contains(out+errs, hex.EncodeToString(d.key[:4])) {
		t.Error("the key was printed")
	}
}

func TestAKeyringGetsItsKeyBack(t *testing.T) {
	keyring.MockInit()
	d := loseKey(t, "lin", "lang = \"en\"\nuser = \"lin\"\n", "")
	code, out, errs := storeCLI("", "recover", "--profile", d.dir, "--key", d.recovery, "--json")
	if code != exitGood || answer(t, out).KeptIn != "keyring" {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	secrets, err := host.Keyring(keyringService(d.dir))
	if err != nil {
		t.Fatal(err)
	}
	if key, err := keyFrom(secrets, "lin", d.store); err != nil || key != d.key {
		t.Errorf("the desk does not find its key: %v", err)
	}
}

func TestWithoutAKeyringAPassphraseTakesItsPlace(t *testing.T) {
	keyring.MockInitWithError(errors.New("no keyring here"))
	d := loseKey(t, "lin", "lang = \"en\"\nuser = \"lin\"\n", "")
	if code, _, errs := storeCLI("short\n", "recover", "--profile", d.dir, "--key", d.recovery); code != exitUsage || !strings.Contains(errs, "10 characters") {
		t.Errorf("a short passphrase: exit %d, %s", code, errs)
	}
	code, out, errs := storeCLI("a long passphrase\n", "recover", "--profile", d.dir, "--key", d.recovery, "--json")
	if code != exitGood || answer(t, out).KeptIn != "passphrase" {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	s, _, err := readSettings(d.dir)
	if err != nil || !s.Sealed || s.User != "lin" {
		t.Errorf("settings %+v, %v", s, err)
	}
	key := func(phrase string) (key [32]byte, err error) {
		secrets, err := host.Sealed(filepath.Join(d.dir, sealedFile), phrase)
		if err != nil {
			return key, err
		}
		return keyFrom(secrets, "lin", d.store)
	}
	if got, err := key("a long passphrase"); err != nil || got != d.key {
		t.Errorf("the desk does not find its key: %v", err)
	}
	// The passphrase is forgotten.
	if code, _, errs := storeCLI("another passphrase\n", "recover", "--profile", d.dir, "--key", d.recovery); code != exitNo || !strings.Contains(errs, "--new-passphrase") {
		t.Errorf("a wrong passphrase: exit %d, %s", code, errs)
	}
	code, _, errs = storeCLI("another passphrase\n", "recover", "--profile", d.dir, "--key", d.recovery, "--new-passphrase")
	if got, err := key("another passphrase"); code != exitGood || err != nil || got != d.key {
		t.Errorf("exit %d: %s, %v", code, errs, err)
	}
}

func TestWhatCannotBeRecoveredIsToldAndNothingIsChanged(t *testing.T) {
	d, other := loseKey(t, "local", "", "lang = \"en\"\n"), loseKey(t, "local", "", "lang = \"en\"\n")
	foreign, noKey := filepath.Join(t.TempDir(), "envelope"), filepath.Join(t.TempDir(), "nokey")
	if err := errors.Join(os.WriteFile(foreign, other.envelope, 0o600), os.WriteFile(noKey, []byte("callbench-recovery-key-1 short\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	state := func() string {
		var all strings.Builder
		entries, err := os.ReadDir(d.dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			b, err := os.ReadFile(filepath.Join(d.dir, e.Name()))
			info, err2 := e.Info()
			if err := errors.Join(err, err2); err != nil {
				t.Fatal(err)
			}
			if e.Name() != "lock" {
				all.WriteString(e.Name() + info.ModTime().String() + string(b))
			}
		}
		return all.String()
	}
	before := state()
	for what, c := range map[string]struct {
		args []string
		code int
		text string
	}{
		"another organisation's key": {[]string{"--key", other.recovery}, exitNo, "wanted is the recovery key " + d.id},
		"another desk's envelope":    {[]string{"--key", other.recovery, "--envelope", foreign}, exitNo, "another desk"},
		"no recovery key":            {[]string{"--key", noKey}, exitUsage, "no recovery key"},
		"no such file":               {[]string{"--key", noKey + "x"}, exitUsage, "no such file"},
	} {
		code, out, errs := storeCLI("", append([]string{"recover", "--profile", d.dir}, c.args...)...)
		if code != c.code || !strings.Contains(errs, c.text) || out != "" || strings.Count(errs, "\n") != 1 {
			t.Errorf("%s: exit %d, %s%s", what, code, out, errs)
		}
	}
	if state() != before {
		t.Error("something was changed")
	}
	if err := os.Remove(d.store + ".keys"); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := storeCLI("", "recover", "--profile", d.dir, "--key", d.recovery); code != exitNo || !strings.Contains(errs, "--envelope") {
		t.Errorf("no side file: exit %d, %s", code, errs)
	}
	mine := filepath.Join(t.TempDir(), "mine")
	if err := os.WriteFile(mine, d.envelope, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := storeCLI("", "recover", "--profile", d.dir, "--key", d.recovery, "--envelope", mine); code != exitGood {
		t.Errorf("central's envelope: exit %d, %s", code, errs)
	}
}

func TestRotateAtTheCommandLine(t *testing.T) {
	d := loseKey(t, "local", "", "lang = \"en\"\n")
	file := filepath.Join(d.dir, "store.key")
	if code, _, errs := storeCLI("", "rotate", "--profile", d.dir); code != exitNo || !strings.Contains(errs, "store.key") {
		t.Errorf("without a key: exit %d, %s", code, errs)
	}
	if err := os.WriteFile(file, []byte(hex.EncodeToString(d.key[:])), 0o600); err != nil {
		t.Fatal(err)
	}
	lock, err := host.LockProfile(d.dir)
	if err != nil {
		t.Fatal(err)
	}
	if code, _, errs := storeCLI("", "rotate", "--profile", d.dir); code != exitNo || !strings.Contains(errs, "close it first") {
		t.Errorf("while the desk is open: exit %d, %s", code, errs)
	}
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	code, out, errs := storeCLI("", "rotate", "--profile", d.dir, "--json")
	if a := answer(t, out); code != exitGood || a.Epoch != 2 || a.Pages == 0 {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	_, err = localstore.Open(t.Context(), localstore.Config{Path: d.store, Key: d.key})
	if !errors.Is(err, desk.ErrWrongKey) {
		t.Errorf("the old key: %v", err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := storeCLI("", "recover", "--profile", d.dir, "--key", d.recovery); code != exitGood {
		t.Errorf("after it: exit %d, %s", code, errs)
	}
	if code, out, errs := storeCLI("", "stats", "--profile", d.dir); code != exitGood {
		t.Errorf("stats: exit %d, %s%s", code, out, errs)
	}
	b, err := os.ReadFile(d.store)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-2000] ^= 4 // a page that does not open
	if err := os.WriteFile(d.store, b, 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, errs = storeCLI("", "rotate", "--profile", d.dir)
	if code != exitNo || !strings.Contains(errs, "the old key is kept") || !strings.Contains(errs, "store check") || !strings.Contains(errs, "store restore") {
		t.Errorf("a damaged page: exit %d, %s", code, errs)
	}
}
