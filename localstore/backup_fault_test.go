package localstore_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/powercut"
	"github.com/callbench/callbench/localstore"
)

// A disk that is full from any write, truncation or sync of a backup on leaves an older backup as it was, and the
// desk at work.
func TestABackupOntoAFullDiskLeavesTheOlderOne(t *testing.T) {
	dir := t.TempDir()
	disk, err := powercut.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	cfg := config(dir).On(disk)
	s := open(t, cfg)
	for i := range 30 {
		c := zhang()
		c.ID += string(rune('a' + i))
		commit(t, s, intent(customer(t, c)))
	}
	to := filepath.Join(dir, "copy.db")
	steps := 0
	backup := func(failFrom int) error {
		steps = 0
		disk.Fail(func(op powercut.Op) *powercut.Fault {
			if op.Name != "copy.db.part" || op.Action == powercut.Read || op.Action == powercut.Open || op.Action == powercut.Lock {
				return nil
			}
			if steps++; steps <= failFrom {
				return nil
			}
			return powercut.NoSpace(op)
		})
		defer disk.Fail(nil)
		_, err := s.Backup(t.Context(), to, localstore.BackupOptions{Replace: true})
		return err
	}
	if err := backup(1 << 30); err != nil {
		t.Fatal(err)
	}
	all := steps
	older, err := os.ReadFile(to)
	if err != nil || all < 10 {
		t.Fatalf("%d steps, %v", all, err)
	}
	for n := range all {
		if err := backup(n); !errors.Is(err, desk.ErrDiskFull) {
			t.Errorf("full from step %d: %v", n, err)
		}
		if now, err := os.ReadFile(to); err != nil || string(now) != string(older) {
			t.Fatalf("full from step %d: the older backup changed, %v", n, err)
		}
		if left, _ := filepath.Glob(to + "?*"); len(left) != 0 {
			t.Fatalf("full from step %d: left %v", n, left)
		}
	}
	commit(t, s, intent(contact(t, desk.Contact{ID: "on", Customer: "c1a", At: 1})))
	if err := backup(1 << 30); err != nil {
		t.Error(err)
	}
}
