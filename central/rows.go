package central

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/mistake"
)

// feed reads rows in central's order.
type feed struct {
	org   string
	after int64
	base  int64 // removals up to here are not told: the desk began empty
	limit int
}

// feedColumns are what feed.query reads of a customer, or of a row that has no placing to tell.
const feedColumns = "tbl, key, seq, removed, removed, grp, owner, shown, body"

// scope reads what a scope holds; more than limit rows are never given.
func (f feed) scope(ctx context.Context, q queryer, scope string) ([]desk.Row, error) {
	if scope == scopeNone {
		return nil, nil
	}
	if scope == scopeAll {
		return f.query(ctx, q, scope, "SELECT "+feedColumns+` FROM record
			WHERE org = ? AND seq > ? AND (removed = 0 OR seq > ?) ORDER BY seq LIMIT ?`, f.org, f.after, f.base, f.limit)
	}
	rows, err := f.query(ctx, q, scope, "SELECT "+feedColumns+` FROM record INDEXED BY record_customers
		WHERE org = ? AND seq > ? AND tbl = 'customer' AND (removed = 0 OR seq > ?) ORDER BY seq LIMIT ?`,
		f.org, f.after, f.base, f.limit)
	if err != nil {
		return nil, err
	}
	placed, err := f.query(ctx, q, scope, `SELECT p.tbl, p.key, p.seq, p.gone, r.removed, r.grp, r.owner, r.shown, r.body FROM placing p
		JOIN record r ON r.org = p.org AND r.tbl = p.tbl AND r.key = p.key
		WHERE p.org = ? AND p.scope = ? AND p.seq > ? AND (p.gone = 0 OR p.seq > ?) ORDER BY p.seq LIMIT ?`,
		f.org, scope, f.after, f.base, f.limit)
	if err != nil {
		return nil, err
	}
	rows = append(rows, placed...)
	slices.SortFunc(rows, func(a, b desk.Row) int { return cmp.Compare(a.Seq, b.Seq) })
	return rows[:min(len(rows), f.limit)], nil
}

// query reads rows; a customer that the scope does not hold in full becomes a stub.
func (f feed) query(ctx context.Context, q queryer, scope, text string, args ...any) ([]desk.Row, error) {
	rows, err := q.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var list []desk.Row
	for rows.Next() {
		var r desk.Row
		var group, owner string
		var shown bool
		var body []byte
		if err := rows.Scan(&r.Table, &r.Key, &r.Seq, &r.Removed, &r.Erased, &group, &owner, &shown, &body); err != nil {
			return nil, err
		}
		if !r.Removed {
			r.Body = json.RawMessage(body)
			if r.Table == desk.TableCustomer && !holdsWhole(scope, group, owner, shown) && !mistake.Made(mistake.StubsInFull) {
				if r.Body, err = stubOf(r.Body); err != nil {
					return nil, err
				}
			}
		}
		list = append(list, r)
	}
	return list, rows.Err()
}
