package app

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/localstore"
)

// private reads a recovery key's file.
func private(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "callbench-recovery-key-1 "); ok {
			raw, err := base64.RawURLEncoding.DecodeString(rest)
			if err != nil {
				t.Fatal(err)
			}
			return raw
		}
	}
	t.Fatal("no key in the file")
	return nil
}

func TestADeskHandsInItsSealedKeyAndTellsAnotherRecoveryKeyOnce(t *testing.T) {
	w := openWorld(t)
	safe := t.TempDir()
	first, err := w.central.NewRecoveryKey(t.Context(), filepath.Join(safe, "first"))
	if err != nil {
		t.Fatal(err)
	}
	dir := wipeProfile(t, w)
	cfg := fromDir(t, dir)
	sealedTo := func(id string) {
		t.Helper()
		every(t, "the envelope does not come", func() bool {
			list, err := w.central.Desks(t.Context(), "lin")
			return err == nil && len(list) == 1 && list[0].KeyID == id
		})
	}
	s := drive(t, cfg)
	sealedTo(first.ID)
	desk := w.deskOf(t, "lin")
	s.call("desk.quit", nil, nil)
	if err := s.end(); err != nil {
		t.Fatal(err)
	}
	if len(s.told["notice"]) != 0 {
		t.Errorf("the first key is news: %s", s.told["notice"])
	}

	// What central keeps opens the store, for whoever has the private half.
	file := filepath.Join(safe, "envelope")
	if _, err := w.central.SaveEnvelope(t.Context(), desk, file); err != nil {
		t.Fatal(err)
	}
	sealed, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	key, err := localstore.RecoverWith(t.Context(), cfg.StorePath, sealed, private(t, filepath.Join(safe, "first")))
	if err != nil || key != cfg.StoreKey {
		t.Fatalf("recovered another key, or none: %v", err)
	}

	every(t, "the clock stands still", func() bool { return time.Now().UnixMilli() > int64(first.Created) })
	second, err := w.central.NewRecoveryKey(t.Context(), filepath.Join(safe, "second"))
	if err != nil {
		t.Fatal(err)
	}
	s = drive(t, fromDir(t, dir))
	s.until("notice", `"recovery_key_changed"`)
	sealedTo(second.ID)
	s.call("desk.quit", nil, nil)
	if err := s.end(); err != nil {
		t.Fatal(err)
	}
	s = drive(t, fromDir(t, dir))
	s.online()
	s.call("desk.quit", nil, nil)
	if err := s.end(); err != nil {
		t.Fatal(err)
	}
	if len(s.told["notice"]) != 0 {
		t.Errorf("told again: %s", s.told["notice"])
	}
	if got, err := localstore.Recover(t.Context(), cfg.StorePath, private(t, filepath.Join(safe, "second"))); err != nil || got != key {
		t.Errorf("the side file and the second key: %v", err)
	}
}
