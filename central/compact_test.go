package central

import (
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestWhatLeftIsForgottenInBatchesAndTheFloorLiesAboveIt(t *testing.T) {
	c, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	const rows = 2*forgetBatch + 7
	err = c.db.write(t.Context(), func(q queryer) error {
		_, err := q.ExecContext(t.Context(), `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
			INSERT INTO placing (org, scope, tbl, key, seq, gone, changed) SELECT ?, 'g:sales', 'contact', i, i, 1, i FROM n`, rows, c.org)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Compact(t.Context(), desk.Millis(rows)); err != nil { // all but the newest
		t.Fatal(err)
	}
	var left int
	var floor int64
	err = c.db.read(t.Context(), func(q queryer) error {
		return q.QueryRowContext(t.Context(), "SELECT (SELECT count(*) FROM placing), floor FROM counter").Scan(&left, &floor)
	})
	if err != nil || left != 1 || floor != rows-1 {
		t.Errorf("%d left, floor %d, want 1 and %d: %v", left, floor, rows-1, err)
	}
}
