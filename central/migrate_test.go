package central_test

import (
	"compress/gzip"
	"database/sql"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
)

// older puts data that an earlier version of the program wrote into a file: a central of schema 3 with two groups,
// corrections, a callback that is open, one that is done, and three values that lost.
func older(t *testing.T) string {
	t.Helper()
	packed, err := os.Open("testdata/central-v3.db.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	in, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "central-v3.db")
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// olderRow is a row of the old schema.
type olderRow struct {
	table      desk.Table
	key, body  string
	field, who string // of a conflict
	removed    bool
}

func olderRows(t *testing.T, path, query string) []olderRow {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var list []olderRow
	for rows.Next() {
		var r olderRow
		if err := rows.Scan(&r.table, &r.key, &r.body, &r.field, &r.who, &r.removed); err != nil {
			t.Fatal(err)
		}
		list = append(list, r)
	}
	if err := rows.Err(); err != nil || len(list) == 0 {
		t.Fatalf("%d rows, %v", len(list), err)
	}
	return list
}

func TestAnOlderCentralsDataMigratesWithNothingLost(t *testing.T) {
	path := older(t)
	rows := olderRows(t, path, "SELECT tbl, key, body, '', '', removed FROM record")
	lost := olderRows(t, path, "SELECT tbl, key, value, field, user, 0 FROM conflict")
	dir := t.TempDir()
	if _, err := central.Restore(t.Context(), dir, path, time.Now()); err != nil {
		t.Fatal(err)
	}
	r := newRig(t, central.Config{Dir: dir})
	for _, old := range rows {
		now, err := r.central.Row(t.Context(), old.table, old.key)
		if (err != nil) != old.removed || err == nil && string(now.Body) != old.body {
			t.Errorf("%s %s: %s, %v; was %s", old.table, old.key, now.Body, err, old.body)
		}
	}
	held := map[string]string{}
	for user, want := range map[string]int{"li": len(lost), "wang": len(lost), "zhao": 0} {
		pulled, _ := r.all(r.token(user), 2)
		list := conflicts(t, pulled)
		if len(list) != want {
			t.Errorf("%s holds %d conflicts, want %d", user, len(list), want)
		}
		for _, c := range list {
			held[fmt.Sprintf("%s/%s/%s/%s/%s", c.Table, c.Key, c.Field, c.Value, c.User)] = c.Winner + " " + c.Customer + " " + c.Group
		}
	}
	for _, old := range lost {
		name := fmt.Sprintf("%s/%s/%s/%s/%s", old.table, old.key, old.field, old.body, old.who)
		want := "wang customer-1 sales"
		if old.key == "ticket-01" { // of no customer
			want = "wang  sales"
		}
		if held[name] != want {
			t.Errorf("conflict %s: %q, want %q", name, held[name], want)
		}
		past, err := r.central.Replaced(t.Context(), old.table, old.key)
		found := false
		for _, p := range past {
			found = found || p.Conflict && p.Field == old.field && p.Value == old.body && p.User == old.who && p.At > 0
		}
		if err != nil || !found {
			t.Errorf("%s is not among %+v, %v", name, past, err)
		}
	}
	if v, err := r.central.Verify(t.Context()); err != nil || v.Chain.Count != 0 {
		t.Errorf("%+v, %v", v.Chain, err)
	}
	// What is placed by group is where it was; what left a group has left it.
	holds := func(user, present, absent string) {
		t.Helper()
		got := strings.Fields(r.holding(r.token(user)))
		for key := range strings.FieldsSeq(present) {
			if !slices.Contains(got, key) {
				t.Errorf("%s does not hold %s", user, key)
			}
		}
		for key := range strings.FieldsSeq(absent) {
			if slices.Contains(got, key) {
				t.Errorf("%s holds %s", user, key)
			}
		}
	}
	holds("zhao", "contact-z1 customer-1(stub) customer-2", "contact-y1 contact-1 ticket-02")
	holds("li", "contact-y1 contact-1 contact-z1 callback-1 ticket-02 customer-1 customer-2(stub)", "")
	policy(t, r, central.PolicyOwn)
	holds("li", "contact-1 callback-1 callback-2 customer-1(stub)", "contact-z1 contact-y1")
}
