package central

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"

	"github.com/callbench/callbench/desk"
)

// importBatch is how many rows go into one transaction.
const importBatch = 1000

// Import puts rows in as they are, bodies being the JSON of package desk's types; Seq is not read. A row
// that is there already is replaced; one that was removed stays removed. It tells how many were stored;
// an error leaves the batches before it in place. Errors: desk.ErrInvalid wrapped.
func (c *Central) Import(ctx context.Context, rows iter.Seq[desk.Row]) (int, error) {
	stored := 0
	var batch []desk.Row
	flush := func() error {
		n, err := c.importBatch(ctx, batch)
		stored += n
		batch = batch[:0]
		return err
	}
	for row := range rows {
		batch = append(batch, row)
		if len(batch) < importBatch {
			continue
		}
		if err := flush(); err != nil {
			return stored, fmt.Errorf("import: %w", err)
		}
	}
	if err := flush(); err != nil {
		return stored, fmt.Errorf("import: %w", err)
	}
	return stored, nil
}

func (c *Central) importBatch(ctx context.Context, rows []desk.Row) (int, error) {
	if len(rows) == 0 {
		return 0, nil
	}
	stored := 0
	var w *writer
	err := c.db.write(ctx, func(q queryer) error {
		stored = 0
		var err error
		if w, err = c.newWriter(ctx, q, User{Role: desk.RoleAdmin}, ""); err != nil {
			return err
		}
		for _, row := range rows {
			done, err := w.importRow(ctx, row)
			if err != nil {
				return err
			}
			if done {
				stored++
			}
		}
		return w.save(ctx)
	})
	if err != nil {
		return 0, err
	}
	c.hub.publish(w.seq, w.touched)
	return stored, nil
}

func (w *writer) importRow(ctx context.Context, row desk.Row) (bool, error) {
	if !row.Table.Valid() || row.Table == desk.TableConflict || !validID(row.Key) || json.Unmarshal(row.Body, rowType(row.Table)) != nil {
		return false, fmt.Errorf("%s %s: %w", row.Table, row.Key, desk.ErrInvalid)
	}
	old, err := w.load(ctx, row.Table, row.Key)
	if err != nil || old.removed {
		return false, err
	}
	next := old
	next.body, err = desk.Merge(row.Body, json.RawMessage(`{"id":`+string(quoted(row.Key))+`}`))
	if err != nil {
		return false, fmt.Errorf("%s %s: %w", row.Table, row.Key, err)
	}
	if m := members(next.body); row.Table == desk.TableTicket && text(m, "number") == "" {
		w.ticket++
		if next.body, err = merge(next.body, map[string]json.RawMessage{"number": ticketNumber(w.ticket)}); err != nil {
			return false, err
		}
	}
	w.seq++
	next.seq = w.seq
	next.fields = map[string]stamp{}
	_, err = w.store(ctx, row.Table, row.Key, old, next)
	return err == nil, err
}

// Row gives a row as it stands; desk.ErrNotFound wrapped where there is none or it was removed.
func (c *Central) Row(ctx context.Context, t desk.Table, key string) (desk.Row, error) {
	row := desk.Row{Table: t, Key: key}
	err := c.db.read(ctx, func(q queryer) error {
		w := &writer{q: q, org: c.org}
		r, err := w.load(ctx, t, key)
		if err != nil {
			return err
		}
		if !r.found || r.removed {
			return desk.ErrNotFound
		}
		row.Seq, row.Body = r.seq, r.body
		return nil
	})
	if err != nil {
		return desk.Row{}, fmt.Errorf("%s %s: %w", t, key, err)
	}
	return row, nil
}

// Contact gives a contact as it stands; desk.ErrNotFound wrapped.
func (c *Central) Contact(ctx context.Context, id string) (desk.Contact, error) {
	row, err := c.Row(ctx, desk.TableContact, id)
	if err != nil {
		return desk.Contact{}, err
	}
	var contact desk.Contact
	if err := json.Unmarshal(row.Body, &contact); err != nil {
		return desk.Contact{}, fmt.Errorf("contact %s: %w", id, err)
	}
	return contact, nil
}
