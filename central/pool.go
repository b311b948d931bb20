package central

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// poolRule: a customer is released to the pool, or claimed out of it (docs/PROTOCOL.md, "Pool"). When that was, and
// who did it, is central's to say.
func (w *writer) poolRule(ctx context.Context, ch desk.Change, old record, fields map[string]json.RawMessage) error {
	var at desk.Millis
	if value, given := fields["pooled_at"]; given && json.Unmarshal(value, &at) != nil {
		return refuse(refuseInvalid, "customer.pooled_at")
	}
	if !old.found {
		return refuse(refuseInvalid, "customer.pooled_at")
	}
	if at != 0 {
		held, _, err := w.holds(ctx, ch.Table, ch.Key, old)
		if err != nil {
			return err
		}
		return w.release(held, old, fields)
	}
	return w.claim(old, fields)
}

// release puts a customer into the pool: the owner, who leads the group, an admin. The group keeps what it wrote.
func (w *writer) release(held bool, old record, fields map[string]json.RawMessage) error {
	if old.pooled > 0 {
		return refuse(refuseConflict, "customer.pooled_at")
	}
	if !held || w.user.Name != old.owner && !w.leads(old.group) {
		return refuse(refuseForbidden, "customer.pooled_at")
	}
	fields["pooled_at"], _ = json.Marshal(w.now) // a number never fails
	fields["pooled_by"] = quoted(w.user.Name)
	fields["owner"], fields["group"] = json.RawMessage("null"), json.RawMessage("null")
	return w.customerChange(fields)
}

// claim takes a customer out of the pool: whoever comes first, for the own group. A lead may take one for somebody
// of the group, an admin for anybody.
func (w *writer) claim(old record, fields map[string]json.RawMessage) error {
	if old.pooled == 0 {
		return refuse(refuseConflict, "customer.pooled_at")
	}
	owner, group := text(fields, "owner"), text(fields, "group")
	if !w.admin() || group == "" {
		group = w.user.Group
	}
	if owner == "" || w.user.Role == desk.RoleAgent {
		owner = w.user.Name
	}
	if group == "" {
		return refuse(refuseInvalid, "customer.group")
	}
	fields["owner"], fields["group"] = quoted(owner), quoted(group)
	fields["pooled_at"], fields["pooled_by"] = json.RawMessage("null"), json.RawMessage("null")
	return w.customerChange(fields)
}

// Customers on a page of the pool.
const (
	poolPage    = 10
	maxPoolPage = 100
)

// pool lists the customers who were released within a time, newest first, in full: everyone may look through it.
func (c *Central) pool(ctx context.Context, s session, in wire.Pool) (*wire.Pooled, error) {
	if s.scope() == scopeNone {
		return nil, fault(wire.CodeForbidden, "", "this role has no business data")
	}
	from, to := max(in.From, 1), in.To
	if to <= 0 {
		to = c.now() + 1
	}
	limit := poolPage
	if in.Limit > 0 {
		limit = min(in.Limit, maxPoolPage)
	}
	at, key, good := parsePoolCursor(in.Cursor, to)
	if !good {
		return nil, fault(wire.CodeInvalid, "", "cursor of the pool")
	}
	out := &wire.Pooled{Customers: []desk.Customer{}}
	err := c.db.read(ctx, func(q queryer) error {
		err := q.QueryRowContext(ctx, "SELECT count(*) FROM record WHERE org = ? AND pooled > 0 AND pooled >= ? AND pooled < ?", c.org, from, to).Scan(&out.Total)
		if err != nil {
			return err
		}
		rows, err := q.QueryContext(ctx, `SELECT body FROM record WHERE org = ? AND pooled > 0 AND pooled >= ? AND (pooled, key) < (?, ?)
			ORDER BY pooled DESC, key DESC LIMIT ?`, c.org, from, at, key, limit+1)
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // rows.Err tells
		for rows.Next() {
			var body []byte
			if err := rows.Scan(&body); err != nil {
				return err
			}
			var one desk.Customer
			if err := json.Unmarshal(body, &one); err != nil {
				return err
			}
			out.Customers = append(out.Customers, one)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, err
	}
	if len(out.Customers) > limit {
		out.Customers = out.Customers[:limit]
		last := out.Customers[limit-1]
		out.Next = fmt.Sprintf("%d.%s", last.PooledAt, last.ID)
	}
	return out, nil
}

// parsePoolCursor reads where the page before ended: the time of its last customer, and the key. An empty cursor is
// just before to.
func parsePoolCursor(cursor string, to desk.Millis) (at desk.Millis, key string, good bool) {
	if cursor == "" {
		return to, "", true
	}
	first, key, found := strings.Cut(cursor, ".")
	n, err := strconv.ParseInt(first, 10, 64)
	return min(desk.Millis(n), to), key, found && err == nil && n > 0 && validID(key)
}

// poolBatch is how many customers age in one transaction.
const poolBatch = 200

// AgePool sends the customers who have been in the pool for longer than everyone holds them in full down again, as
// stubs to those who held them only for that. It gives how many there were.
func (c *Central) AgePool(ctx context.Context) (int, error) {
	total := 0
	for {
		var w *writer
		aged := 0
		err := c.db.write(ctx, func(q queryer) error {
			var err error
			if w, err = c.newWriter(ctx, q, User{Role: desk.RoleAdmin}, ""); err != nil {
				return err
			}
			keys, err := w.column(ctx, "SELECT key FROM record WHERE org = ? AND shown = 1 AND pooled <= ? ORDER BY pooled LIMIT ?",
				c.org, w.now-poolShown, poolBatch)
			if err != nil {
				return err
			}
			for _, key := range keys {
				if err := w.resend(ctx, desk.TableCustomer, key); err != nil {
					return err
				}
			}
			aged = len(keys)
			return w.save(ctx)
		})
		if err != nil {
			return total, fmt.Errorf("age the pool: %w", err)
		}
		if aged > 0 {
			c.hub.publish(w.seq, w.touched)
		}
		total += aged
		if aged < poolBatch {
			return total, nil
		}
	}
}
