package vault_test

import (
	"bytes"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/callbench/callbench/localstore/vault"
)

var key = [32]byte{7, 7, 7}

const secret = "a-secret-that-must-not-be-readable"

func openVault(t *testing.T, key [32]byte) *vault.VFS {
	t.Helper()
	v, err := vault.Open(vault.One(key))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.Close)
	return v
}

func connect(t *testing.T, path string, v *vault.VFS, pragmas string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?vfs="+v.Name()+"&_pragma=temp_store(MEMORY)&_pragma=synchronous(FULL)"+pragmas)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	return db
}

// fill makes a file with some pages in the database and some in the log, and leaves it open.
func fill(t *testing.T, v *vault.VFS) (path string, db *sql.DB) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "v.db")
	db = connect(t, path, v, "&_pragma="+vault.ReservePragma+"&_pragma=journal_mode(MEMORY)&_pragma=journal_mode(WAL)")
	exec(t, db, `CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)`)
	for i := range 200 {
		exec(t, db, `INSERT INTO t (body) VALUES (?)`, fmt.Sprint(secret, i, strings.Repeat("x", 200)))
	}
	exec(t, db, `PRAGMA wal_checkpoint(TRUNCATE)`)
	for i := range 20 {
		exec(t, db, `INSERT INTO t (body) VALUES (?)`, fmt.Sprint(secret, 1000+i))
	}
	return path, db
}

func exec(t *testing.T, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatal(query, err)
	}
}

func count(db *sql.DB) (n int, err error) {
	return n, db.QueryRow(`SELECT count(*) FROM t WHERE length(body) > 0`).Scan(&n)
}

func TestNothingIsReadableInDatabaseOrLog(t *testing.T) {
	path, db := fill(t, openVault(t, key))
	for _, name := range []string{path, path + "-wal"} {
		b, err := os.ReadFile(name)
		if err != nil || len(b) < 2*vault.PageSize {
			t.Fatal(name, len(b), err)
		}
		if bytes.Contains(b, []byte(secret)) || bytes.Contains(b, []byte("CREATE TABLE")) || bytes.HasPrefix(b, []byte("SQLite format")) {
			t.Errorf("%s is readable", filepath.Base(name))
		}
	}
	if n, err := count(db); err != nil || n != 220 {
		t.Errorf("%d rows, %v", n, err)
	}
}

// Byte 20 of a SQLite file says how many bytes SQLite leaves at the end of each page. It is sealed with
// page 1, so it is read through SQLite's own dbpage table.
func TestEveryPageHasTheReserveFromTheFirstOn(t *testing.T) {
	_, db := fill(t, openVault(t, key))
	var page []byte
	if err := db.QueryRow(`SELECT data FROM sqlite_dbpage WHERE pgno = 1`).Scan(&page); err != nil {
		t.Fatal(err)
	}
	if size := binary.BigEndian.Uint16(page[16:]); size != vault.PageSize || page[20] != vault.Reserve || string(page[:15]) != "SQLite format 3" {
		t.Errorf("page size %d, reserve %d", size, page[20])
	}
	rows, err := db.Query(`SELECT data FROM sqlite_dbpage`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	pages := 0
	for ; rows.Next(); pages++ {
		if err := rows.Scan(&page); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(page[vault.PageSize-vault.Reserve:], make([]byte, vault.Reserve)) {
			t.Error("reserve bytes are in use")
		}
	}
	if rows.Err() != nil || pages < 10 {
		t.Errorf("%d pages, %v", pages, rows.Err())
	}
}

func TestAFileWithoutTheReserveCannotBeWritten(t *testing.T) {
	db := connect(t, filepath.Join(t.TempDir(), "v.db"), openVault(t, key), "&_pragma=journal_mode(MEMORY)")
	_, err := db.Exec(`CREATE TABLE t (body TEXT); INSERT INTO t VALUES (zeroblob(4000) || randomblob(90))`)
	if err == nil {
		t.Error("bytes that belong to the vault were overwritten without an error")
	}
}

func TestRollbackJournalsAndTemporaryFilesAreRefused(t *testing.T) {
	path, db := fill(t, openVault(t, key))
	exec(t, db, `PRAGMA temp_store = FILE`)
	exec(t, db, `PRAGMA cache_size = 10`)
	if _, err := db.Exec(`CREATE TEMP TABLE x AS SELECT a.body FROM t a, t b, t c LIMIT 20000`); err == nil {
		t.Error("a temporary file was written")
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = connect(t, path, openVault(t, key), "&_pragma=journal_mode(DELETE)")
	if _, err := db.Exec(`INSERT INTO t (body) VALUES ('x')`); err == nil {
		t.Error("a rollback journal was written")
	}
}

func TestTheSamePageWrittenAgainLooksDifferent(t *testing.T) {
	path, db := fill(t, openVault(t, key))
	seen := map[string]bool{}
	for range 3 {
		exec(t, db, `UPDATE t SET body = 'there' WHERE id = 1`)
		exec(t, db, `UPDATE t SET body = 'and back' WHERE id = 1`)
		exec(t, db, `PRAGMA wal_checkpoint(TRUNCATE)`)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		seen[string(b)] = true
	}
	if len(seen) != 3 {
		t.Errorf("the same pages looked only %d ways in 3 writes", len(seen))
	}
}

// damaged copies a file and its log, lets f change the bytes, and tells what SQLite says.
func damaged(t *testing.T, path string, key [32]byte, f func(main, log []byte)) (int, error) {
	t.Helper()
	main, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	f(main, log)
	copied := filepath.Join(t.TempDir(), "v.db")
	if err := errors.Join(os.WriteFile(copied, main, 0o600), os.WriteFile(copied+"-wal", log, 0o600)); err != nil {
		t.Fatal(err)
	}
	return count(connect(t, copied, openVault(t, key), ""))
}

func TestDamageIsAnErrorAndNeverOtherText(t *testing.T) {
	path, _ := fill(t, openVault(t, key))
	page := func(b []byte, n int) []byte { return b[n*vault.PageSize : (n+1)*vault.PageSize] }
	for name, f := range map[string]func(main, log []byte){
		"a flipped bit in a page":  func(main, log []byte) { main[3*vault.PageSize+100] ^= 1 },
		"a flipped bit in a tag":   func(main, log []byte) { main[4*vault.PageSize-20] ^= 1 },
		"a flipped bit in a nonce": func(main, log []byte) { main[4*vault.PageSize-10] ^= 1 },
		"another key epoch":        func(main, log []byte) { main[4*vault.PageSize-1] ^= 1 },
		"two pages swapped": func(main, log []byte) {
			a := bytes.Clone(page(main, 3))
			copy(page(main, 3), page(main, 4))
			copy(page(main, 4), a)
		},
		"a page of the log put into the file": func(main, log []byte) { copy(page(main, 3), log[32+24:32+24+vault.PageSize]) },
		"a page of zeros":                     func(main, log []byte) { clear(page(main, 3)) },
	} {
		t.Run(name, func(t *testing.T) {
			if n, err := damaged(t, path, key, f); err == nil {
				t.Errorf("read %d rows", n)
			}
		})
	}
	if n, err := damaged(t, path, key, func(main, log []byte) {}); err != nil || n != 220 {
		t.Errorf("an undamaged copy: %d rows, %v", n, err)
	}
}

func TestATornLogEndsAtItsLastWholeCommit(t *testing.T) {
	path, _ := fill(t, openVault(t, key))
	for name, f := range map[string]func(main, log []byte){
		"a torn page":   func(main, log []byte) { clear(log[len(log)-1000:]) },
		"a torn header": func(main, log []byte) { clear(log[len(log)-vault.PageSize-16 : len(log)-vault.PageSize]) },
	} {
		t.Run(name, func(t *testing.T) {
			if n, err := damaged(t, path, key, f); err != nil || n != 219 {
				t.Errorf("%d rows, %v", n, err)
			}
		})
	}
}

func TestATornFirstPageThatTheLogHoldsIsNoLoss(t *testing.T) {
	v := openVault(t, key)
	path, db := fill(t, v)
	exec(t, db, `CREATE TABLE more (x)`) // page 1 is in the log now
	n, err := damaged(t, path, key, func(main, log []byte) { clear(main[1000:vault.PageSize]) })
	if err != nil || n != 220 {
		t.Errorf("%d rows, %v", n, err)
	}
}

func TestCheckKey(t *testing.T) {
	path, _ := fill(t, openVault(t, key))
	if err := vault.CheckKey(path, key); err != nil {
		t.Error(err)
	}
	if err := vault.CheckKey(path, [32]byte{8}); !errors.Is(err, vault.ErrKey) {
		t.Errorf("another key: %v", err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+vault.PageSize <= len(b); i += vault.PageSize { // every page torn: the log still proves the key
		b[i] ^= 1
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := vault.CheckKey(path, key); err != nil {
		t.Errorf("with a torn database: %v", err)
	}
	if err := os.Remove(path + "-wal"); err != nil {
		t.Fatal(err)
	}
	if err := vault.CheckKey(path, key); !errors.Is(err, vault.ErrKey) {
		t.Errorf("nothing opens: %v", err)
	}
}

// Registering writes into the VFSes that SQLite already lists, so the race detector judges this one.
func TestVaultsAreOpenedAndClosedAtOnce(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				v, err := vault.Open(vault.One(key))
				if err != nil {
					t.Error(err)
					return
				}
				over, err := vault.Open(vault.One(key), vault.Over(v.Name()))
				if err != nil {
					t.Error(err)
				} else {
					over.Close()
				}
				v.Close()
			}
		})
	}
	wg.Wait()
}
