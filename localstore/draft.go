package localstore

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/callbench/callbench/desk"
)

const (
	maxDraftBytes = 1 << 20 // far above what a person types during one call
	maxDrafts     = 200     // read back at once; desk.MaxDrafts are open at a time
)

// KeepDraft makes a draft durable. One that is older than what is kept, or not newer than the intent
// that finished it, changes nothing: a late timer must not bring it back. What was typed after that
// intent is kept.
func (s *Store) KeepDraft(ctx context.Context, d desk.Draft) error {
	body, err := json.Marshal(d)
	if err != nil {
		return wrap("keep draft "+d.ID, err)
	}
	if d.ID == "" || len(body) > maxDraftBytes {
		return wrap("keep draft "+d.ID, fmt.Errorf("%d bytes: %w", len(body), desk.ErrInvalid))
	}
	return wrap("keep draft "+d.ID, s.write.in(ctx, func(t *tx) error {
		return t.exec(`INSERT INTO draft (id, changed, body)
			SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM op WHERE draft = ?1 AND draft <> '' AND state <> 2 AND at >= ?2)
			ON CONFLICT (id) DO UPDATE SET changed = excluded.changed, body = excluded.body WHERE excluded.changed >= draft.changed`,
			d.ID, int64(d.Changed), string(body))
	}))
}

// DropDraft throws a draft away. That it is not there is no error.
func (s *Store) DropDraft(ctx context.Context, id string) error {
	return wrap("drop draft "+id, s.write.in(ctx, func(t *tx) error {
		return t.exec(`DELETE FROM draft WHERE id = ?`, id)
	}))
}

// Drafts gives the kept drafts, oldest talk first. One that this program cannot read stays on disk and is
// logged.
func (s *Store) Drafts(ctx context.Context) ([]desk.Draft, error) {
	var list []desk.Draft
	rows, err := s.read.QueryContext(ctx, `SELECT id, body FROM draft ORDER BY id LIMIT ?`, maxDrafts)
	err = eachRow(rows, err, func(r scanner) error {
		var id string
		var body []byte
		if err := r.Scan(&id, &body); err != nil {
			return err
		}
		var d desk.Draft
		if json.Unmarshal(body, &d) != nil {
			s.cfg.Log.WarnContext(ctx, "draft cannot be read", "draft", id)
			return nil //nolint:nilerr // told in the log; the others are read on
		}
		list = append(list, d)
		return nil
	})
	return list, wrap("read drafts", err)
}

// Setting gives what SetSetting kept, "" if nothing.
func (s *Store) Setting(ctx context.Context, key string) (string, error) {
	var value string
	err := s.read.QueryRowContext(ctx, `SELECT coalesce((SELECT value FROM setting WHERE key = ?), '')`, key).Scan(&value)
	return value, wrap("read setting "+key, err)
}

// SetSetting keeps a value for this desk; "" forgets it.
func (s *Store) SetSetting(ctx context.Context, key, value string) error {
	return wrap("keep setting "+key, s.write.in(ctx, func(t *tx) error {
		if value == "" {
			return t.exec(`DELETE FROM setting WHERE key = ?`, key)
		}
		return t.exec(`INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
	}))
}
