package localstore_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

func TestACopyIsKeptBeforeAMigrationForAWeek(t *testing.T) {
	dir := t.TempDir()
	cfg := fixtureConfig(filepath.Join(dir, "desk.db"))
	var now time.Time
	cfg.Now = func() time.Time { return now }
	half := cfg.Path + ".before-schema-0.new" // of a migration that was cut
	err := errors.Join(copyFile("testdata/v1.store", cfg.Path), os.WriteFile(half, []byte("half"), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second opening makes none
		s, err := localstore.Open(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	old, err := os.ReadFile("testdata/v1.store")
	kept, keptErr := os.ReadFile(cfg.Path + ".before-schema-1")
	if err := errors.Join(err, keptErr); err != nil || !bytes.Equal(old, kept) {
		t.Fatalf("the copy has %d bytes of %d, %v", len(kept), len(old), err)
	}
	if _, err := os.Stat(half); err == nil {
		t.Error("an older copy is still there")
	}
	s := open(t, cfg)
	for _, age := range []time.Duration{6 * 24 * time.Hour, 8 * 24 * time.Hour} {
		now = time.Now().Add(age)
		if err := s.DropCopies(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(cfg.Path + ".before-schema-1"); (err == nil) != (age < 7*24*time.Hour) {
			t.Errorf("after %v: %v", age, err)
		}
	}
}

func TestACopyGoesWithItsKey(t *testing.T) {
	cfg := fixtureConfig(filepath.Join(t.TempDir(), "desk.db"))
	if err := copyFile("testdata/v1.store", cfg.Path); err != nil {
		t.Fatal(err)
	}
	s := open(t, cfg)
	if _, err := os.Stat(cfg.Path + ".before-schema-1"); err != nil {
		t.Fatal(err)
	}
	ring := keyring{}
	if err := errors.Join(s.Rotate(t.Context(), ring.keep), s.FinishRotation(t.Context(), nil)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(cfg.Path + ".before-schema-1"); err == nil {
		t.Error("the copy opens with a key that was given up")
	}
}

func TestAMigrationWithoutRoomForACopyIsNotBegun(t *testing.T) {
	dir := t.TempDir()
	cfg := fixtureConfig(filepath.Join(dir, "desk.db"))
	if err := copyFile("testdata/v1.store", cfg.Path); err != nil {
		t.Fatal(err)
	}
	before := readAll(t, dir)
	_, err := localstore.Open(t.Context(), cfg.Crowded(int64(len(before))))
	wantErr(t, err, desk.ErrDiskFull)
	if !bytes.Equal(before, readAll(t, dir)) {
		t.Error("the files changed")
	}
	open(t, cfg.Crowded(3*int64(len(before))))
}

func TestEveryOlderSchemaHasAFixture(t *testing.T) {
	for v := 1; v < localstore.NewestSchema(); v++ {
		for _, ending := range []string{"store", "json"} {
			if _, err := os.Stat(fmt.Sprintf("testdata/v%d.%s", v, ending)); err != nil {
				t.Errorf("%v: see fixture_test.go", err)
			}
		}
	}
}
