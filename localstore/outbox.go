package localstore

import (
	"context"
	"encoding/json"
	"fmt"

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
// and maxBytes of changes, but one at least, so that none is stuck for its size. While they are numbered anew it gives
// none.
func (s *Store) Pending(ctx context.Context, after int64, maxOps, maxBytes int) ([]desk.Op, error) {
	if maxOps <= 0 || maxOps > maxPending {
		maxOps = maxPending
	}
	var list []desk.Op
	size := 0
	rows, err := s.read.QueryContext(ctx, `SELECT `+opColumns+chainColumns+` FROM op
		WHERE state = 0 AND n > ? AND NOT EXISTS (SELECT 1 FROM renumbering) ORDER BY n LIMIT ?`, after, maxOps)
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

// OpID gives the id of this desk's op n, whatever became of it; empty: there is none, or it is kept no more.
func (s *Store) OpID(ctx context.Context, n int64) (string, error) {
	var id string
	err := s.one(ctx, `SELECT coalesce((SELECT op.id FROM op WHERE op.desk = replica.desk AND op.n = ?), '') FROM replica`, n).Scan(&id)
	return id, wrap("read outbox", err)
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
