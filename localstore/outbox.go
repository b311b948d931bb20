package localstore

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"github.com/callbench/callbench/desk"
)

const (
	maxPending = 1000 // ops read at once, whatever the caller asks for
	maxRefused = 200  // newest refused ops that are shown; older ones stay on disk
)

const opColumns = `n, id, kind, version, (SELECT org FROM replica), at, east, needs, changes`

// chainColumns are an op's place in the chain, for scanPending.
const chainColumns = `, (SELECT salt FROM chain WHERE chain.life = op.life AND chain.n = op.link),
	(SELECT commitment FROM chain WHERE chain.life = op.life AND chain.n = op.link),
	(SELECT hash FROM chain WHERE chain.life = op.life AND chain.n = op.link)`

// scanPending reads an op as it goes up.
func scanPending(r scanner) (desk.Op, error) {
	var salt, commitment, hash []byte
	op, err := scanOp(r, &salt, &commitment, &hash)
	op.Salt, op.Commitment, op.Link = salt, commitment, hash
	return op, err
}

func scanOp(r scanner, more ...any) (desk.Op, error) {
	var op desk.Op
	var changes []byte
	err := r.Scan(append([]any{&op.N, &op.ID, &op.Kind, &op.Version, &op.Org, &op.At, &op.Offset, &op.Needs, &changes}, more...)...)
	if err != nil {
		return op, err
	}
	if err := json.Unmarshal(changes, &op.Changes); err != nil {
		return op, fmt.Errorf("op %d: %w", op.N, err)
	}
	return op, nil
}

// Replica gives what the file knows of itself.
func (s *Store) Replica(ctx context.Context) (desk.Replica, error) {
	var r desk.Replica
	err := s.read.QueryRowContext(ctx, `SELECT desk, org, user, cursor, epoch, next_n FROM replica`).
		Scan(&r.Desk, &r.Org, &r.User, &r.Cursor, &r.Epoch, &r.NextN)
	return r, wrap("read replica", err)
}

// Pending gives the ops that wait for central, in order of N, from the first above after: at most maxOps
// and maxBytes of changes, but one at least, so that none is stuck for its size.
func (s *Store) Pending(ctx context.Context, after int64, maxOps, maxBytes int) ([]desk.Op, error) {
	if maxOps <= 0 || maxOps > maxPending {
		maxOps = maxPending
	}
	var list []desk.Op
	size := 0
	rows, err := s.read.QueryContext(ctx, `SELECT `+opColumns+chainColumns+` FROM op WHERE state = 0 AND n > ? ORDER BY n LIMIT ?`, after, maxOps)
	err = eachRow(rows, err, func(r scanner) error {
		if maxBytes > 0 && size >= maxBytes {
			return nil
		}
		op, err := scanPending(r)
		if err != nil {
			return err
		}
		for _, c := range op.Changes {
			size += len(c.Fields)
		}
		if len(list) == 0 || maxBytes <= 0 || size <= maxBytes {
			list = append(list, op)
		} else {
			size = maxBytes
		}
		return nil
	})
	return list, wrap("read outbox", err)
}

// Outbox gives what waits for central and what central refused, newest refusal first.
func (s *Store) Outbox(ctx context.Context) (desk.Outbox, error) {
	var o desk.Outbox
	err := s.read.QueryRowContext(ctx, `SELECT pending,
		coalesce((SELECT at FROM op WHERE state = 0 ORDER BY n LIMIT 1), 0),
		coalesce((SELECT min(n) FROM op WHERE state = 0), 0), synced_at,
		(SELECT count(*) FROM conflict WHERE loser = replica.user AND seen = 0) FROM replica`).
		Scan(&o.Pending, &o.Oldest, &o.OldestN, &o.SyncedAt, &o.Lost)
	if err != nil {
		return o, wrap("read outbox", err)
	}
	rows, err := s.read.QueryContext(ctx, `SELECT `+opColumns+`, code, detail FROM op WHERE state = 2 ORDER BY rid DESC LIMIT ?`, maxRefused)
	err = eachRow(rows, err, func(r scanner) error {
		var refused desk.RefusedOp
		var err error
		if refused.Op, err = scanOp(r, &refused.Refusal.Code, &refused.Refusal.Detail); err != nil {
			return err
		}
		refused.Refusal.N = refused.Op.N
		o.Refused = append(o.Refused, refused)
		return nil
	})
	return o, wrap("read outbox", err)
}

// NewDesk gives the file a fresh desk id: central knows the old one from another copy of this file. The
// pending ops are numbered from 1 again in their order, nothing is dropped; what has ended keeps the desk
// and number it had. They begin a new chain; the old one stays as it is.
func (s *Store) NewDesk(ctx context.Context) (desk.Replica, error) {
	fresh := uuid.NewString()
	err := s.write.in(ctx, func(t *tx) error {
		var old string
		if err := t.row(`SELECT desk FROM replica`).Scan(&old); err != nil {
			return err
		}
		var ops []desk.Op
		var rids []int64
		err := t.each(`SELECT `+opColumns+`, rid FROM op WHERE state = 0 ORDER BY n`, func(r scanner) error {
			var rid int64
			op, err := scanOp(r, &rid)
			ops, rids = append(ops, op), append(rids, rid)
			return err
		})
		if err != nil {
			return err
		}
		if err := t.endLife(old); err != nil {
			return err
		}
		var end chainEnd // of the new life
		renumbered := map[int64]int64{}
		touched := touchedRows{}
		for i, op := range ops {
			renumbered[op.N] = int64(i) + 1
			if op, err = renumber(op, old, fresh, renumbered); err != nil {
				return err
			}
			changes, err := json.Marshal(op.Changes)
			if err != nil {
				return err
			}
			link, err := t.extend(&op, fresh, &end)
			if err != nil {
				return err
			}
			err = t.exec(`UPDATE op SET desk = ?, n = ?, needs = ?, changes = ?, life = ?, link = ? WHERE rid = ?`,
				fresh, op.N, op.Needs, string(changes), link.life, link.n, rids[i])
			if err != nil {
				return err
			}
			for _, c := range op.Changes {
				touched[place{c.Table, c.Key}] = true
			}
		}
		if err := t.refoldAll(touched); err != nil {
			return err
		}
		return t.exec(`UPDATE replica SET desk = ?, next_n = ?, life = ?, link = ?, link_hash = ?`, fresh, len(ops)+1, end.life, end.n, end.hash)
	})
	if err != nil {
		return desk.Replica{}, wrap("take a new desk", err)
	}
	return s.Replica(ctx)
}

// renumber gives op the number that renumbered says, also where it names others and where a contact
// names the op that wrote it. An op it needs that is not pending has been applied.
func renumber(op desk.Op, old, fresh string, renumbered map[int64]int64) (desk.Op, error) {
	was := op.N
	op.N, op.Needs = renumbered[op.N], renumbered[op.Needs]
	for i, c := range op.Changes {
		var by struct {
			Desk string `json:"desk"`
			N    int64  `json:"n"`
		}
		if c.Table != desk.TableContact || json.Unmarshal(c.Fields, &by) != nil || by.Desk != old || by.N != was {
			continue
		}
		whose, err := json.Marshal(map[string]any{"desk": fresh, "n": op.N})
		if err != nil {
			return op, err
		}
		if op.Changes[i].Fields, err = desk.Merge(c.Fields, whose); err != nil {
			return op, err
		}
	}
	return op, nil
}
