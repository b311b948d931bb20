package central

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/callbench/callbench/desk"
)

// loser is a value that a change overwrites without its author having seen it.
type loser struct {
	field, user string
	value       json.RawMessage
	seq         int64 // of the row that overwrote it
}

// conflictID is the key of a conflict: the same for the same value in the same version.
func conflictID(org string, t desk.Table, key string, l loser) string {
	return uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "callbench conflict\x00%s\x00%s\x00%s\x00%s\x00%d", org, t, key, l.field, l.seq)).String()
}

// keepLost makes a conflict of each value that lost. row is the one they stood in, as it is now.
func (w *writer) keepLost(ctx context.Context, ch desk.Change, row record, lost []loser) error {
	for _, l := range lost {
		group, err := w.groupOf(ctx, l.user)
		if err != nil {
			return err
		}
		c := desk.Conflict{
			ID: conflictID(w.org, ch.Table, ch.Key, l), Table: ch.Table, Key: ch.Key, Field: l.field, Value: l.value,
			User: l.user, Winner: w.user.Name, At: w.now, Customer: row.customer, Group: row.group,
		}
		if ch.Table == desk.TableCustomer {
			c.Customer = ch.Key
		}
		body, err := json.Marshal(c)
		if err != nil {
			return err
		}
		w.seq++
		next := record{seq: w.seq, authors: group, body: body, fields: map[string]stamp{}}
		if _, err := w.store(ctx, desk.TableConflict, c.ID, record{}, next); err != nil {
			return err
		}
		_, err = w.q.ExecContext(ctx, "INSERT INTO lost (org, tbl, key, field, seq, id) VALUES (?, ?, ?, ?, ?, ?)",
			w.org, ch.Table, ch.Key, l.field, l.seq, c.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

// groupOf is the group that a user is in now; empty for one who is in none or not known.
func (w *writer) groupOf(ctx context.Context, user string) (string, error) {
	var group string
	err := w.q.QueryRowContext(ctx, "SELECT grp FROM user WHERE org = ? AND name = ?", w.org, user).Scan(&group)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return group, err
}

// conflictRule: a conflict is central's. Who lost, or leads the group, marks it as seen.
func (w *writer) conflictRule(old record, fields map[string]json.RawMessage) error {
	if !old.found {
		return refuse(refuseInvalid, "conflict")
	}
	for name := range fields {
		if name != "id" && name != "seen_by" {
			return refuse(refuseForbidden, "conflict."+name)
		}
	}
	if w.user.Name != old.owner && !w.leads(old.group) && !w.leads(old.authors) {
		return refuse(refuseForbidden, "conflict")
	}
	if text(fields, "seen_by") == "" {
		return refuse(refuseInvalid, "conflict.seen_by")
	}
	fields["seen_by"] = quoted(w.user.Name)
	return nil
}

// conflictsOf lists the conflicts about a row.
func (w *writer) conflictsOf(ctx context.Context, t desk.Table, key string) ([]string, error) {
	return w.column(ctx, "SELECT id FROM lost WHERE org = ? AND tbl = ? AND key = ? ORDER BY field, seq", w.org, t, key)
}

// regroup moves the conflicts about a row to the group that the row is in now; who lost keeps them.
func (w *writer) regroup(ctx context.Context, t desk.Table, key, group string) error {
	ids, err := w.conflictsOf(ctx, t, key)
	if err != nil {
		return err
	}
	for _, id := range ids {
		old, err := w.load(ctx, desk.TableConflict, id)
		if err != nil {
			return err
		}
		next := old
		if next.body, err = merge(old.body, map[string]json.RawMessage{"group": quoted(group)}); err != nil {
			return err
		}
		w.seq++
		next.seq = w.seq
		if _, err := w.store(ctx, desk.TableConflict, id, old, next); err != nil {
			return err
		}
	}
	return nil
}

// maxMovedConflicts bounds the conflicts that follow a user to another group: the newest that nobody has seen.
// The others stay with the old group.
const maxMovedConflicts = 1000

// moveLost takes what a user lost along to the user's group.
func (w *writer) moveLost(ctx context.Context, user string) error {
	group, err := w.groupOf(ctx, user)
	if err != nil {
		return err
	}
	ids, err := w.column(ctx, `SELECT key FROM record WHERE org = ? AND tbl = 'conflict' AND owner = ? AND authors <> ? AND due > 0
		ORDER BY due DESC LIMIT ?`, w.org, user, group, maxMovedConflicts)
	if err != nil {
		return err
	}
	for _, id := range ids {
		old, err := w.load(ctx, desk.TableConflict, id)
		if err != nil {
			return err
		}
		next := old
		next.authors = group
		w.seq++
		next.seq = w.seq
		if _, err := w.store(ctx, desk.TableConflict, id, old, next); err != nil {
			return err
		}
	}
	return nil
}
