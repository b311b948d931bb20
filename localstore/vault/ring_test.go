package vault_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/callbench/callbench/localstore/vault"
)

var second = [32]byte{9, 9}

func TestANewerKeySealsWhileTheOldOneStillOpens(t *testing.T) {
	v := openVault(t, key)
	path, db := fill(t, v)
	v.Use(v.Ring().With(2, second))
	exec(t, db, `INSERT INTO t (body) VALUES ('of the new key')`)
	if n, err := count(db); err != nil || n != 221 {
		t.Fatalf("%d rows, %v", n, err)
	}
	copied := copyOf(t, path) // the log holds frames of both keys: it is read from its beginning
	if n, err := count(connect(t, copied, openRing(t, vault.One(key).With(2, second)), "")); err != nil || n != 221 {
		t.Errorf("both keys: %d rows, %v", n, err)
	}
	if epoch, err := vault.EpochOf(path, key); err != nil || epoch != 1 {
		t.Errorf("the old key: epoch %d, %v", epoch, err)
	}
	exec(t, db, `PRAGMA wal_checkpoint(TRUNCATE)`)
	if epoch, err := vault.EpochOf(path, second); err != nil || epoch != 2 {
		t.Errorf("the new key: epoch %d, %v", epoch, err)
	}
	exec(t, db, `UPDATE sqlite_dbpage SET data = data`)
	exec(t, db, `PRAGMA wal_checkpoint(TRUNCATE)`)
	if stale, next, err := vault.Stale(path, 2, 0, 100); err != nil || len(stale) != 0 || next != 0 {
		t.Errorf("pages %v are still of the old key, next %d, %v", stale, next, err)
	}
	v.Use(v.Ring().Only(2))
	if n, err := count(db); err != nil || n != 221 {
		t.Errorf("the new key alone: %d rows, %v", n, err)
	}
	if err := vault.CheckKey(path, key); !errors.Is(err, vault.ErrKey) {
		t.Errorf("the old key: %v", err)
	}
}

func TestStaleListsThePagesOfOtherEpochsInBoundedSteps(t *testing.T) {
	path, db := fill(t, openVault(t, key))
	var pages uint32
	if err := db.QueryRow(`PRAGMA page_count`).Scan(&pages); err != nil {
		t.Fatal(err)
	}
	exec(t, db, `PRAGMA wal_checkpoint(TRUNCATE)`)
	var all []uint32
	for from := uint32(1); from != 0; {
		list, next, err := vault.Stale(path, 2, from, 5)
		if err != nil || len(list) > 5 {
			t.Fatal(list, err)
		}
		all, from = append(all, list...), next
	}
	if len(all) != int(pages) || all[0] != 1 || all[len(all)-1] != pages || !slices.IsSorted(all) {
		t.Errorf("%d of %d pages: %v", len(all), pages, all)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteAt(make([]byte, vault.PageSize), 3*vault.PageSize) // never written: nothing to seal
	}
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	if list, _, err := vault.Stale(path, 2, 1, 1000); err != nil || slices.Contains(list, 4) || len(list) != len(all)-1 {
		t.Errorf("%d pages, %v", len(list), err)
	}
}

func TestARingSealsWithTheNewestUnlessTold(t *testing.T) {
	r := vault.One(key).With(3, second).With(2, [32]byte{5})
	if r.Epoch() != 3 || !slices.Equal(r.Epochs(), []uint32{1, 2, 3}) {
		t.Errorf("epoch %d of %v", r.Epoch(), r.Epochs())
	}
	if s := r.Sealing(1); s.Epoch() != 1 || len(s.Epochs()) != 3 || r.Epoch() != 3 {
		t.Errorf("epoch %d of %v", s.Epoch(), s.Epochs())
	}
	if s := r.Only(2); s.Epoch() != 2 || !slices.Equal(s.Epochs(), []uint32{2}) {
		t.Errorf("epoch %d of %v", s.Epoch(), s.Epochs())
	}
	if s := r.Only(7); s.Epoch() != 3 {
		t.Errorf("epoch %d", s.Epoch())
	}
}

// SQLite spills a large transaction to the log and, when a spilled page changes again, computes checksums of
// frames that are written already anew: it reads a part of a frame header then.
func TestATransactionLargerThanTheCacheMayChangeItsPagesAgain(t *testing.T) {
	path, db := fill(t, openVault(t, key))
	exec(t, db, `PRAGMA cache_size = 10`)
	exec(t, db, `BEGIN`)
	for round := range 5 {
		exec(t, db, `UPDATE t SET body = ? || id`, fmt.Sprint(round, strings.Repeat("y", 250)))
	}
	exec(t, db, `COMMIT`)
	for what, at := range map[string]*sql.DB{"here": db, "in a copy": connect(t, copyOf(t, path), openVault(t, key), "")} {
		var n int
		if err := at.QueryRow(`SELECT count(*) FROM t WHERE body GLOB '4y*'`).Scan(&n); err != nil || n != 220 {
			t.Errorf("%s: %d rows, %v", what, n, err)
		}
	}
}

func openRing(t *testing.T, r *vault.Ring) *vault.VFS {
	t.Helper()
	v, err := vault.Open(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.Close)
	return v
}

// copyOf copies a file and its log, as a dead machine would leave them.
func copyOf(t *testing.T, path string) string {
	t.Helper()
	to := t.TempDir() + "/v.db"
	for _, end := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + end)
		if err == nil {
			err = os.WriteFile(to+end, b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return to
}
