package main

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"
)

func TestVerifyNamesWhatWasChangedBehindItsBack(t *testing.T) {
	dir := t.TempDir()
	good(t, "", "seed", "--data", dir, "--customers", "20", "--group", "sales")
	good(t, "", "chain-key", "--data", dir)
	if out := good(t, "", "verify", "--data", dir); !strings.Contains(out, "chains: 0 desks") || strings.Contains(out, " 0 of them in the ledger") {
		t.Error(out)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "central.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.ExecContext(t.Context(), `UPDATE record SET body = json_set(body, '$.content', '没有说过')
		WHERE key = (SELECT key FROM record WHERE tbl = 'contact' ORDER BY key LIMIT 1)`)
	if err != nil {
		t.Fatal(err)
	}
	code, out, complaints := ask(t, "", "verify", "--data", dir)
	if code != exitNo || !strings.HasPrefix(out, "edited: entry ") || strings.Count(out, "\n") != 1 || !strings.Contains(complaints, "faults: 1") {
		t.Errorf("exit %d, %q, %q", code, out, complaints)
	}
	code, out, _ = ask(t, "", "verify", "--data", dir, "--json")
	if code != exitNo || !strings.Contains(out, `"faults":1,"found":[{"chain":"central","n":`) || strings.Contains(out+complaints, "没有说过") {
		t.Errorf("exit %d, %q", code, out)
	}
}
