package central_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

func TestABackupTakenInUseIsRestoredUnderANewEpoch(t *testing.T) {
	dir := t.TempDir()
	r := newRig(t, central.Config{Dir: dir})
	r.user("li", desk.RoleAgent, "sales")
	token := r.token("li")
	stop := r.run()
	r.push(token, deskA, op(1, "op-00000001", set(desk.TableContact, "contact-1", `{"at":1}`)))
	before := r.pull(token, deskA, "", "", 0)
	file := filepath.Join(t.TempDir(), "backup.db")
	if err := r.central.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	if err := r.central.Backup(t.Context(), file); !errors.Is(err, desk.ErrConflict) {
		t.Errorf("a backup was overwritten: %v", err)
	}
	r.push(token, deskA, op(2, "op-00000002", set(desk.TableContact, "contact-2", `{"at":1}`)))
	if _, err := central.Restore(t.Context(), dir, file, time.Now()); !errors.Is(err, desk.ErrConflict) {
		t.Fatalf("restored under a running server: %v", err)
	}
	stop()
	if err := r.central.Close(); err != nil {
		t.Fatal(err)
	}
	kept, err := central.Restore(t.Context(), dir, file, time.Now())
	if err != nil || kept == "" {
		t.Fatalf("kept %q, %v", kept, err)
	}
	again := newRig(t, central.Config{Dir: dir})
	if f := refused(again, wire.MethodSession, token, struct{}{}); f.Cause != wire.CauseToken {
		t.Errorf("an old token works on restored data: %+v", f)
	}
	token = again.token("li")
	if page := again.pull(token, deskA, before.To, before.Epoch, 1); !page.Reset || page.Epoch == before.Epoch || len(page.Rows) != 1 {
		t.Errorf("after the restore: %+v", page)
	}
	if f := refused(again, wire.MethodPush, token, wire.Push{Desk: deskA, Ops: []desk.Op{op(3, "op-00000003")}}); f.Cause != wire.CauseGap || f.LastN != 1 {
		t.Errorf("the desk's next op: %+v", f)
	}
	if _, err := central.Restore(t.Context(), t.TempDir(), filepath.Join(dir, "serve.lock"), time.Now()); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("something else was restored: %v", err)
	}
}

func TestARestoreThatWasCutShortIsNotTakenForNewData(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "backup.db")
	r := newRig(t, central.Config{Dir: dir})
	r.user("li", desk.RoleAgent, "sales")
	if err := r.central.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	if err := r.central.Close(); err != nil {
		t.Fatal(err)
	}
	// Between its renames: the data is aside, its log still here, the new data not yet in place.
	db := filepath.Join(dir, "central.db")
	aside := db + ".before-20261121-020304"
	if err := os.Rename(db, aside); err != nil {
		t.Fatal(err)
	}
	for _, left := range []string{db + "-wal", db + ".new", db + ".new-wal"} {
		if err := os.WriteFile(left, []byte("left over"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if c, err := central.Open(t.Context(), central.Config{Dir: dir}); !errors.Is(err, desk.ErrNotFound) {
		t.Fatalf("opened as %v, %v", c, err)
	}
	if _, err := os.Stat(db); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("new data was begun: %v", err)
	}
	kept, err := central.Restore(t.Context(), dir, file, time.Now())
	if err != nil || kept != aside {
		t.Errorf("restored again: kept %s, %v; want %s", kept, err, aside)
	}
	if text, err := os.ReadFile(aside + "-wal"); err != nil || string(text) != "left over" {
		t.Errorf("the log is not with its data: %q, %v", text, err)
	}
	newRig(t, central.Config{Dir: dir}).token("li")
}
