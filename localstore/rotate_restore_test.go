package localstore_test

import (
	"path/filepath"
	"testing"

	"github.com/callbench/callbench/localstore"
)

// A backup from before a rotation is restored with its own key, and sealed with the desk's of today. Epochs only
// grow, also then.
func TestABackupFromBeforeARotationIsRestoredWithItsOwnKey(t *testing.T) {
	cfg := config(t.TempDir())
	s := shelved(t, cfg, 3)
	backup := filepath.Join(t.TempDir(), "backup.db")
	if _, err := s.Backup(t.Context(), backup, localstore.BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	ring := keyring{}
	if err := s.Rotate(t.Context(), ring.keep); err != nil {
		t.Fatal(err)
	}
	finish(t, s, nil)
	commit(t, s, intent(contact(t, stock(3))))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	now := cfg
	now.Key = ring.key
	if _, err := localstore.Restore(t.Context(), backup, now, localstore.RestoreOptions{}); err == nil {
		t.Error("restored with a key that does not open it")
	}
	if _, err := localstore.Restore(t.Context(), backup, now, localstore.RestoreOptions{FromKey: cfg.Key}); err != nil {
		t.Fatal(err)
	}
	s = open(t, now)
	if n := contacts(t, s); n != 3 || s.Epoch() != 2 {
		t.Errorf("%d contacts, epoch %d", n, s.Epoch())
	}
}
