package localstore_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

func TestABackupHoldsOneMomentWhileCommitsGoOn(t *testing.T) {
	s, cfg, all := stocked(t, 2000)
	to := filepath.Join(t.TempDir(), "copy.db")
	ctx, stop := context.WithCancel(t.Context())
	var busy sync.WaitGroup
	begun := make(chan struct{})
	busy.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			commit(t, s, intent(contact(t, desk.Contact{ID: uuid.NewString(), Customer: all[i%len(all)].ID, At: benchNow}))) //nolint:contextcheck // ctx only says when to stop
			if i == 0 {
				close(begun)
			}
		}
	})
	<-begun
	stages := map[string]int64{}
	r, err := s.Backup(t.Context(), to, localstore.BackupOptions{Progress: func(stage string, done, all int64) {
		if done < stages[stage] || done > all {
			t.Errorf("%s: %d of %d after %d", stage, done, all, stages[stage])
		}
		stages[stage] = done
	}})
	stop()
	busy.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if stages["copy"] == 0 || stages["verify"] != 1 {
		t.Errorf("progress %v", stages)
	}
	if left, _ := filepath.Glob(to + "?*"); len(left) != 0 {
		t.Errorf("beside it: %v", left)
	}
	cfg.Path = to
	c := open(t, cfg)
	replica, err := c.Replica(t.Context())
	if err != nil || replica.NextN != r.NextN || r.NextN < 3 {
		t.Errorf("replica %+v of %+v, %v", replica, r, err)
	}
	counts, err := c.Count(t.Context())
	if err != nil || int64(counts[desk.TableContact]) != 2000+r.NextN-1 || counts[desk.TableCustomer] != 2000 {
		t.Errorf("counts %v of next op %d, %v", counts, r.NextN, err)
	}
	if hits, err := c.Search(t.Context(), all[7].Name, 10); err != nil || len(hits) == 0 {
		t.Errorf("search: %v %v", hits, err)
	}
	if err := c.Check(t.Context()); err != nil {
		t.Error(err)
	}
	commit(t, c, intent(contact(t, desk.Contact{ID: "on", Customer: all[0].ID, At: benchNow}))) // the reserve is still there
}

func TestABackupWritesNoTextAnywhere(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("SQLITE_TMPDIR", temp)
	s, cfg, all := stocked(t, 400)
	to := filepath.Join(t.TempDir(), "copy.db")
	look := func(moment string) {
		for _, dir := range []string{temp, filepath.Dir(to), filepath.Dir(cfg.Path)} {
			noText(t, moment, dir, append([]string{"标记内容", "草稿内容", "自己的主题"}, all[3].Name, all[9].ID, all[5].Phones[0].E164)...)
		}
	}
	if _, err := s.Backup(t.Context(), to, localstore.BackupOptions{Progress: func(stage string, _, _ int64) { look(stage) }}); err != nil {
		t.Fatal(err)
	}
	look("after")
	if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
		t.Errorf("temporary files: %v %v", left, err)
	}
}

// noText looks into every file below dir for what nobody may read there.
func noText(t *testing.T, moment, dir string, texts ...string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, text := range texts {
			if bytes.Contains(b, []byte(text)) {
				t.Errorf("%s: %s holds %q", moment, filepath.Base(path), text)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestABackupThatIsCutLeavesWhatWasThere(t *testing.T) {
	s, cfg, _ := stocked(t, 2000)
	to := filepath.Join(t.TempDir(), "copy.db")
	if err := os.WriteFile(to, []byte("older"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Backup(t.Context(), to, localstore.BackupOptions{}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("onto an older file: %v", err)
	}
	if _, err := s.Backup(t.Context(), cfg.Path, localstore.BackupOptions{Replace: true}); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("onto itself: %v", err)
	}
	for _, at := range []string{"copy", "verify"} {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := s.Backup(ctx, to, localstore.BackupOptions{Replace: true, Progress: func(stage string, _, _ int64) {
			if stage == at {
				cancel()
			}
		}})
		cancel()
		if err == nil {
			t.Errorf("cancelled at %s: no error", at)
		}
		if b, err := os.ReadFile(to); err != nil || string(b) != "older" {
			t.Errorf("cancelled at %s: %d bytes there, %v", at, len(b), err)
		}
		if left, _ := filepath.Glob(to + "?*"); len(left) != 0 {
			t.Errorf("cancelled at %s: left %v", at, left)
		}
	}
	if err := os.WriteFile(to+".part", []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Backup(t.Context(), filepath.Join(filepath.Dir(to), "gone", "copy.db"), localstore.BackupOptions{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("into no folder: %v", err)
	}
	if err := os.Remove(to); err != nil {
		t.Fatal(err)
	}
	asked := false
	_, err := s.Backup(t.Context(), to, localstore.BackupOptions{Progress: func(string, int64, int64) {
		if asked {
			return
		}
		asked = true
		_, err := s.Backup(t.Context(), to, localstore.BackupOptions{Replace: true})
		if part := new(fs.PathError); !errors.Is(err, fs.ErrExist) || !errors.As(err, &part) || part.Path != to+".part" {
			t.Errorf("a second backup beside it: %v", err)
		}
	}})
	if err != nil {
		t.Errorf("over a part that a killed backup left: %v", err)
	}
	if left, _ := filepath.Glob(to + "?*"); len(left) != 0 || !asked {
		t.Errorf("left %v", left)
	}
	cfg.Path = to
	if c := open(t, cfg); c.Check(t.Context()) != nil {
		t.Error("the backup is not whole")
	}
}

func TestABackupDuringARotationGivesNobodyTheNewKey(t *testing.T) {
	s, cfg, all := stocked(t, 50)
	private, public := recoveryPair(t)
	sealTo(t, s, public)
	var key [32]byte
	if err := s.Rotate(t.Context(), func(k [32]byte) error { key = k; return nil }); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "copy.db")
	if _, err := s.Backup(t.Context(), to, localstore.BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	got, err := localstore.Recover(t.Context(), to, private)
	if err != nil || got != key {
		t.Errorf("the recovery key does not open the backup: %v", err)
	}
	copied := cfg
	copied.Path = to
	if s, err := localstore.Open(t.Context(), copied); !errors.Is(err, desk.ErrWrongKey) {
		t.Errorf("the old key opens the backup: %v", err)
		if err == nil {
			s.Close() // or the folder cannot go
		}
	}
	copied.Key = key
	if c, err := open(t, copied).Customer(t.Context(), all[4].ID); err != nil || c.Name != all[4].Name {
		t.Errorf("%v %v", c.ID, err)
	}
}
