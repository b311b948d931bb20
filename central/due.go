package central

import (
	"context"
	"math"
	"strings"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// What a snapshot names first, so that a new desk can work before it has everything: at most these, and their
// customers. All rows are named again in their order after that, so that a part that is cut, changed or left out
// costs nothing but time.
const (
	dueCallbacks = 700
	dueTickets   = 300
	dueWithin    = desk.Millis(24 * time.Hour / time.Millisecond) // the end of the user's day, wherever the desk is
)

// rowName names a row.
type rowName struct {
	table desk.Table
	key   string
}

// fill puts rows into the page and moves cur: in a snapshot first what is due, then the rows of the scope in
// central's order.
func (c *Central) fill(ctx context.Context, q queryer, page *desk.Page, cur *cursor, user string, seq int64, limit int) error {
	if cur.Due > 0 {
		if err := c.fillDue(ctx, q, page, cur, user, limit); err != nil || cur.Due > 0 {
			return err
		}
	}
	named, size := map[rowName]bool{}, 0
	for _, r := range page.Rows {
		named[rowName{r.Table, r.Key}] = true
		size += len(r.Body)
	}
	room := limit - len(page.Rows)
	f := feed{org: c.org, after: cur.Seq, base: cur.Base, limit: room + 1}
	rows, err := f.scope(ctx, q, cur.Scope)
	if err != nil {
		return err
	}
	first := len(page.Rows) == 0 // a page has one row at least, however long
	for i, r := range rows {
		size += len(r.Body)
		if i == room || !first && size > wire.MaxPageBytes {
			return nil
		}
		cur.Seq, first = r.Seq, false
		if !named[rowName{r.Table, r.Key}] { // else it is in this page as it is now
			page.Rows = append(page.Rows, r)
		}
	}
	page.Last, cur.Seq = true, seq
	return nil
}

// fillDue puts what is due into the page, from where cur stands in that part; cur.Due is 0 when the part is through.
func (c *Central) fillDue(ctx context.Context, q queryer, page *desk.Page, cur *cursor, user string, limit int) error {
	names, err := c.due(ctx, q, cur.Scope, user)
	if err != nil {
		return err
	}
	from := min(cur.Due-1, len(names))
	names = names[from:min(from+limit+1, len(names))]
	rows, err := c.rowsNamed(ctx, q, cur.Scope, names[:min(limit, len(names))])
	if err != nil {
		return err
	}
	size := 0
	for i, name := range names {
		r, there := rows[name]
		size += len(r.Body)
		if i == limit || i > 0 && size > wire.MaxPageBytes {
			cur.Due = from + i + 1
			return nil
		}
		if there {
			page.Rows = append(page.Rows, r)
		}
	}
	cur.Due = 0
	return nil
}

// due lists what is due in a scope, each customer before what belongs to it: callbacks that are open, up to a day
// ahead, and tickets that are open; those of the user first, and of each the latest first.
func (c *Central) due(ctx context.Context, q queryer, scope, user string) ([]rowName, error) {
	if scope == scopeNone {
		return nil, nil
	}
	var list []rowName
	known := map[rowName]bool{}
	add := func(name rowName) {
		if name.key != "" && !known[name] {
			known[name] = true
			list = append(list, name)
		}
	}
	for _, part := range []struct {
		table desk.Table
		until desk.Millis
		limit int
	}{{desk.TableCallback, c.now() + dueWithin, dueCallbacks}, {desk.TableTicket, math.MaxInt64, dueTickets}} {
		left := part.limit
		for _, query := range dueQueries(c.org, scope, user, part.table, part.until, part.limit) {
			pairs, err := query.read(ctx, q)
			if err != nil {
				return nil, err
			}
			for _, pair := range pairs {
				if left == 0 || known[rowName{part.table, pair[0]}] {
					continue
				}
				add(rowName{desk.TableCustomer, pair[1]})
				add(rowName{part.table, pair[0]})
				left--
			}
		}
	}
	return list, nil
}

// dueQuery reads key and customer of rows that are due.
type dueQuery struct {
	text string
	args []any
}

func (d dueQuery) read(ctx context.Context, q queryer) (list [][2]string, err error) {
	rows, err := q.QueryContext(ctx, d.text, d.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() {
		var pair [2]string
		if err := rows.Scan(&pair[0], &pair[1]); err != nil {
			return nil, err
		}
		list = append(list, pair)
	}
	return list, rows.Err()
}

// dueQueries are the user's own rows of a scope, and then all of the scope.
func dueQueries(org, scope, user string, t desk.Table, until desk.Millis, limit int) []dueQuery {
	if scope == scopeAll {
		return []dueQuery{
			{
				`SELECT key, customer FROM record WHERE org = ? AND owner = ? AND tbl = ? AND due > 0 AND due <= ? ORDER BY due DESC LIMIT ?`,
				[]any{org, user, t, until, limit},
			},
			{
				`SELECT key, customer FROM record WHERE org = ? AND tbl = ? AND due > 0 AND due <= ? ORDER BY due DESC LIMIT ?`,
				[]any{org, t, until, limit},
			},
		}
	}
	return []dueQuery{
		{
			`SELECT r.key, r.customer FROM record r WHERE r.org = ? AND r.owner = ? AND r.tbl = ? AND r.due > 0 AND r.due <= ? AND EXISTS
			(SELECT 1 FROM placing p WHERE p.org = r.org AND p.tbl = r.tbl AND p.key = r.key AND p.scope = ? AND p.gone = 0)
			ORDER BY r.due DESC LIMIT ?`, []any{org, user, t, until, scope, limit},
		},
		{
			`SELECT p.key, r.customer FROM placing p JOIN record r ON r.org = p.org AND r.tbl = p.tbl AND r.key = p.key
			WHERE p.org = ? AND p.scope = ? AND p.tbl = ? AND p.due > 0 AND p.due <= ? ORDER BY p.due DESC LIMIT ?`,
			[]any{org, scope, t, until, limit},
		},
	}
}

// rowsNamed reads rows as a scope may see them; what is not there any more is left out.
func (c *Central) rowsNamed(ctx context.Context, q queryer, scope string, names []rowName) (map[rowName]desk.Row, error) {
	keys := map[desk.Table][]any{}
	for _, name := range names {
		keys[name.table] = append(keys[name.table], name.key)
	}
	found := map[rowName]desk.Row{}
	for t, list := range keys {
		args := append([]any{c.org, t}, list...)
		rows, err := feed{org: c.org}.query(ctx, q, scope, "SELECT "+feedColumns+` FROM record WHERE org = ? AND tbl = ? AND removed = 0
			AND key IN (?`+strings.Repeat(", ?", len(list)-1)+")", args...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			found[rowName{r.Table, r.Key}] = r
		}
	}
	return found, nil
}
