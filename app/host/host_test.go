package host

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestSealedSecretsOpenOnlyWithTheirPassphrase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secrets")
	s, err := Sealed(path, "正确的口令")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Set("store-key", "geheim"); err != nil {
		t.Fatal(err)
	}
	again, err := Sealed(path, "正确的口令")
	if err != nil {
		t.Fatal(err)
	}
	if v, err := again.Get("store-key"); err != nil || v != "geheim" {
		t.Fatalf("got %q, %v", v, err)
	}
	if _, err := again.Get("other"); !errors.Is(err, ErrNoSecret) {
		t.Fatalf("absent secret: %v", err)
	}
	before, _ := os.ReadFile(path)
	if _, err := Sealed(path, "wrong"); !errors.Is(err, ErrWrongPassphrase) {
		t.Fatalf("wrong passphrase: %v", err)
	}
	after, _ := os.ReadFile(path)
	if !bytes.Equal(before, after) {
		t.Fatal("a wrong passphrase changed the file")
	}
	if bytes.Contains(after, []byte("geheim")) {
		t.Fatal("the secret stands in the file")
	}
	if st, _ := os.Stat(path); st.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v", st.Mode())
	}
}

func TestASecondProgramCannotTakeAProfile(t *testing.T) {
	dir := t.TempDir()
	l, err := LockProfile(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := LockProfile(dir); !errors.Is(err, ErrInUse) {
		t.Fatalf("second lock: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l, err = LockProfile(dir)
	if err != nil {
		t.Fatalf("after release: %v", err)
	}
	l.Close()
}

func TestAnotherPassphraseOpensTheSameSecrets(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secrets.sealed")
	s, err := Sealed(path, "the first passphrase")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Set("store-key/lin", "k"); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := Reseal(path, "a wrong passphrase", "the second passphrase"); !errors.Is(err, ErrWrongPassphrase) {
		t.Fatalf("%v", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Error("a wrong passphrase changed the file")
	}
	if err := Reseal(path, "the first passphrase", "the second passphrase"); err != nil {
		t.Fatal(err)
	}
	if _, err := Sealed(path, "the first passphrase"); !errors.Is(err, ErrWrongPassphrase) {
		t.Errorf("the old one still opens: %v", err)
	}
	again, err := Sealed(path, "the second passphrase")
	if err != nil {
		t.Fatal(err)
	}
	if v, err := again.Get("store-key/lin"); err != nil || v != "k" {
		t.Errorf("%q %v", v, err)
	}
	if err := Reseal(filepath.Join(t.TempDir(), "none"), "x", "y"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
