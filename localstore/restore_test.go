package localstore_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/powercut"
	"github.com/callbench/callbench/internal/race"
	"github.com/callbench/callbench/localstore"
)

// abandoned gives a copy of the files of an open store, as a computer that lost its power leaves them.
func abandoned(t *testing.T, cfg localstore.Config) localstore.Config {
	t.Helper()
	to := filepath.Join(t.TempDir(), "desk.db")
	for _, side := range []string{"", "-wal"} {
		b, err := os.ReadFile(cfg.Path + side)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to+side, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg.Path = to
	return cfg
}

func TestARestoreKeepsTheOldFileAndNamesWhatTheBackupLacks(t *testing.T) {
	s, cfg, all := stocked(t, 200)
	from := filepath.Join(t.TempDir(), "copy.db")
	if _, err := s.Backup(t.Context(), from, localstore.BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	later := intent(contact(t, desk.Contact{ID: "later", Customer: all[0].ID, At: benchNow}))
	done := commit(t, s, later)
	if err := s.KeepDraft(t.Context(), desk.Draft{ID: "d1", Content: "more", Changed: 2}); err != nil {
		t.Fatal(err)
	}
	old := abandoned(t, cfg) // its log is not folded
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("SQLITE_TMPDIR", temp)
	look := func(stage string, _, _ int64) {
		noText(t, stage, temp, "标记内容", all[3].Name)
		noText(t, stage, filepath.Dir(old.Path), "标记内容", "草稿内容", all[3].Name, all[9].ID, all[5].Phones[0].E164)
	}
	r, err := localstore.Restore(t.Context(), from, old, localstore.RestoreOptions{Progress: look})
	look("after", 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if r.Old != localstore.OldRead || r.LostPending != 1 || len(r.Lost) != 1 || r.Lost[0].N != done.N || r.Lost[0].ID != later.ID || r.LostDrafts != 1 {
		t.Errorf("%+v", r)
	}
	if left, _ := filepath.Glob(old.Path + "*"); len(left) != 2 {
		t.Errorf("there are %v", left)
	}
	restored := open(t, old)
	if _, err := restored.Contact(t.Context(), "later"); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("the restored store has what came later: %v", err)
	}
	if err := restored.Check(t.Context()); err != nil {
		t.Error(err)
	}
	commit(t, restored, intent(contact(t, desk.Contact{ID: "after", Customer: all[0].ID, At: benchNow})))
	kept := old
	kept.Path = r.Kept
	if _, err := open(t, kept).Contact(t.Context(), "later"); err != nil {
		t.Errorf("the file that was kept: %v", err)
	}
}

func TestARestoreOverADamagedOrMissingFile(t *testing.T) {
	s, cfg, _ := stocked(t, 200)
	from := filepath.Join(t.TempDir(), "copy.db")
	if _, err := s.Backup(t.Context(), from, localstore.BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	old := abandoned(t, cfg)
	junk := bytes.Repeat([]byte("no page "), 8192)
	if err := errors.Join(os.WriteFile(old.Path, junk, 0o600), os.WriteFile(old.Path+"-wal", junk, 0o600)); err != nil {
		t.Fatal(err)
	}
	r, err := localstore.Restore(t.Context(), from, old, localstore.RestoreOptions{})
	if err != nil || r.Old != localstore.OldUnreadable || r.Why == "" {
		t.Fatalf("%+v %v", r, err)
	}
	for _, side := range []string{"", "-wal"} {
		if b, err := os.ReadFile(r.Kept + side); err != nil || !bytes.Equal(b, junk) {
			t.Errorf("kept%s: %d bytes, %v", side, len(b), err)
		}
	}
	if err := open(t, old).Check(t.Context()); err != nil {
		t.Error(err)
	}
	gone := cfg
	gone.Path = filepath.Join(t.TempDir(), "desk.db")
	if r, err := localstore.Restore(t.Context(), from, gone, localstore.RestoreOptions{}); err != nil || r.Old != localstore.OldNone || r.Kept != "" {
		t.Errorf("%+v %v", r, err)
	}
}

func TestAPowerCutInARestoreLeavesTheOldStoreOrTheBackup(t *testing.T) {
	from := filepath.Join(t.TempDir(), "copy.db")
	small, _, _ := stocked(t, 5)
	_, err := small.Backup(t.Context(), from, localstore.BackupOptions{})
	s, cfg, all := stocked(t, 20)
	if err := errors.Join(err, s.Fold(t.Context())); err != nil { // the log is not the whole store
		t.Fatal(err)
	}
	commit(t, s, intent(contact(t, desk.Contact{ID: "later", Customer: all[0].ID, At: benchNow})))
	junk := bytes.Repeat([]byte("no page "), 8192)
	for name, damage := range map[string]bool{"the old one is read": false, "it is damaged, its log is not": true} {
		t.Run(name, func(t *testing.T) {
			old := abandoned(t, cfg)
			if damage {
				if err := os.WriteFile(old.Path, junk, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			disk, err := powercut.New(filepath.Dir(old.Path))
			if err != nil {
				t.Fatal(err)
			}
			defer disk.Close()
			if _, err := localstore.Restore(t.Context(), from, old.On(disk), localstore.RestoreOptions{}); err != nil {
				t.Fatal(err)
			}
			h := disk.History()
			var at []int // where one file takes the other's place
			for i := range race.Fewer(400, 60) {
				at = append(at, h.Len()-i%4)
			}
			slices.Sort(at)
			restored := 0
			h.Cuts(at, 1, func(_ int, c powercut.Cut) {
				if !bytes.Equal(c.Image["desk.db"], junk) && isBackup(t, old, c.Image) {
					restored++
				}
			})
			if restored < race.Fewer(20, 3) { // of those behind the end, all
				t.Errorf("the backup was there after %d cuts", restored)
			}
		})
	}
}

// isBackup opens what a power cut left and reports whether it is the backup; else it is the old store, whole.
func isBackup(t *testing.T, cfg localstore.Config, left powercut.Image) (restored bool) {
	t.Helper()
	cfg.Path = filepath.Join(t.TempDir(), "desk.db")
	if err := left.Put(filepath.Dir(cfg.Path)); err != nil {
		t.Fatal(err)
	}
	s, err := localstore.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() // it is thrown away
	n, err := s.Count(t.Context())
	_, later := s.Contact(t.Context(), "later")
	if err := errors.Join(err, s.Check(t.Context())); err != nil {
		t.Fatal(err)
	}
	if restored = errors.Is(later, desk.ErrNotFound); n[desk.TableCustomer] != map[bool]int{true: 5, false: 20}[restored] {
		t.Fatalf("%d customers, and of the last save: %v", n[desk.TableCustomer], later)
	}
	return restored
}

func TestARestoreThatCannotBeChangesNothing(t *testing.T) {
	s, cfg, _ := stocked(t, 2000)
	from := filepath.Join(t.TempDir(), "copy.db")
	if _, err := s.Backup(t.Context(), from, localstore.BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	old := abandoned(t, cfg)
	before, err := os.ReadFile(old.Path)
	if err != nil {
		t.Fatal(err)
	}
	cut, cancel := context.WithCancel(t.Context())
	defer cancel()
	for name, c := range map[string]struct {
		bad  func(b []byte) []byte
		cfg  func(localstore.Config) localstore.Config
		ctx  context.Context //nolint:containedctx // of one case
		want error
	}{
		"a flipped bit":       {bad: func(b []byte) []byte { b[len(b)/2] ^= 1; return b }},
		"half of it":          {bad: func(b []byte) []byte { return b[:len(b)/8192*4096] }},
		"another key":         {bad: func(b []byte) []byte { return bytes.Repeat([]byte{1}, len(b)) }, want: desk.ErrWrongKey},
		"another user":        {cfg: func(c localstore.Config) localstore.Config { c.User = "else"; return c }, want: desk.ErrConflict},
		"cancelled at a step": {ctx: cut, want: context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			source, ctx, target := filepath.Join(t.TempDir(), "b.db"), t.Context(), old
			b := bytes.Clone(whole)
			if c.bad != nil {
				b = c.bad(b)
			}
			if err := os.WriteFile(source, b, 0o600); err != nil {
				t.Fatal(err)
			}
			if c.cfg != nil {
				target = c.cfg(target)
			}
			if c.ctx != nil {
				ctx = c.ctx
			}
			_, err := localstore.Restore(ctx, source, target, localstore.RestoreOptions{Progress: func(string, int64, int64) {
				if c.ctx != nil {
					cancel()
				}
			}})
			if err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("error is %v, want %v", err, c.want)
			}
			after, err := os.ReadFile(old.Path)
			if err != nil || !bytes.Equal(before, after) {
				t.Errorf("the store changed, %v", err)
			}
			if left, _ := filepath.Glob(old.Path + ".*"); len(left) != 0 {
				t.Errorf("left %v", left)
			}
		})
	}
}

func TestABackupOfAnotherKeyIsSealedWithTheStoresOwn(t *testing.T) {
	s, cfg, all := stocked(t, 100)
	from := filepath.Join(t.TempDir(), "copy.db")
	if _, err := s.Backup(t.Context(), from, localstore.BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	other := cfg
	other.Path, other.Key = filepath.Join(t.TempDir(), "desk.db"), [32]byte{9}
	if _, err := localstore.Restore(t.Context(), from, other, localstore.RestoreOptions{}); !errors.Is(err, desk.ErrWrongKey) {
		t.Errorf("without its key: %v", err)
	}
	if _, err := localstore.Restore(t.Context(), from, other, localstore.RestoreOptions{FromKey: cfg.Key}); err != nil {
		t.Fatal(err)
	}
	if c, err := open(t, other).Customer(t.Context(), all[4].ID); err != nil || c.Name != all[4].Name {
		t.Errorf("%v %v", c.ID, err)
	}
}
