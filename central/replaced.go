package central

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/chain"
)

// Replaced is a value that is no longer in its row. Conflict: another desk overwrote it unseen.
type Replaced struct {
	Field    string
	Value    string // JSON
	User     string // who wrote it
	At       desk.Millis
	Conflict bool
}

// Replaced lists the values that were replaced in a row, oldest first.
func (c *Central) Replaced(ctx context.Context, t desk.Table, key string) ([]Replaced, error) {
	var list []Replaced
	err := c.db.read(ctx, func(q queryer) error {
		rows, err := q.QueryContext(ctx, `SELECT field, value, user, at, 0, seq FROM history WHERE org = ?1 AND tbl = ?2 AND key = ?3
			UNION ALL SELECT l.field, r.body, '', 0, 1, l.seq FROM lost l
			JOIN record r ON r.org = l.org AND r.tbl = 'conflict' AND r.key = l.id WHERE l.org = ?1 AND l.tbl = ?2 AND l.key = ?3
			ORDER BY 6, 1`, c.org, t, key)
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // rows.Err tells
		for rows.Next() {
			var r Replaced
			var seq int64
			if err := rows.Scan(&r.Field, &r.Value, &r.User, &r.At, &r.Conflict, &seq); err != nil {
				return err
			}
			if r.Conflict {
				var lost desk.Conflict
				if err := json.Unmarshal([]byte(r.Value), &lost); err != nil {
					return err
				}
				r.Value, r.User, r.At = string(lost.Value), lost.User, lost.At
			}
			list = append(list, r)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("replaced values of %s %s: %w", t, key, err)
	}
	return list, nil
}

// replaced holds the values that were replaced against the ledger: those in history, and those in conflicts.
func (v *chainCheck) replaced() error {
	for _, from := range []struct {
		query    string
		conflict bool
	}{
		{`SELECT s.n, s.tbl, s.key, s.field, s.seq, s.salt, coalesce(l.commitment, x''), h.value, h.user, h.at FROM history h
			JOIN seal s ON s.org = h.org AND s.tbl = h.tbl AND s.key = h.key AND s.field = h.field AND s.seq = h.seq
			LEFT JOIN ledger l ON l.org = s.org AND l.n = s.n AND l.kind = 'kept' WHERE h.org = ?`, false},
		{`SELECT s.n, s.tbl, s.key, s.field, s.seq, s.salt, coalesce(l.commitment, x''), coalesce(r.body, '{}'), '', 0 FROM lost h
			JOIN seal s ON s.org = h.org AND s.tbl = h.tbl AND s.key = h.key AND s.field = h.field AND s.seq = h.seq
			LEFT JOIN record r ON r.org = h.org AND r.tbl = 'conflict' AND r.key = h.id
			LEFT JOIN ledger l ON l.org = s.org AND l.n = s.n AND l.kind = 'kept' WHERE h.org = ?`, true},
	} {
		err := v.each(func(rows *sql.Rows) error {
			var field, value, user string
			var seq int64
			var at desk.Millis
			var t ledgerText
			if err := rows.Scan(&t.n, &t.table, &t.key, &field, &seq, &t.salt, &t.commitment, &value, &user, &at); err != nil {
				return err
			}
			if from.conflict {
				var c desk.Conflict
				if json.Unmarshal([]byte(value), &c) != nil || c.Table != t.table || c.Key != t.key || c.Field != field {
					v.fault(chainName(""), t.n, chain.Edited, string(t.table)+"/"+t.key, "conflict")
					return nil //nolint:nilerr // the fault tells
				}
				value, user, at = string(c.Value), c.User, c.At
			}
			text, err := keptText(t.table, t.key, field, seq, value, user, at, from.conflict)
			v.open(&t, text, err, "replaced value")
			return nil
		}, from.query, v.org)
		if err != nil {
			return err
		}
	}
	return nil
}
