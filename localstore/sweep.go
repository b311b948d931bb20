package localstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/mistake"
)

const sweepBatch = 250 // rows looked at in one go

// sweep takes away, when the rows of a snapshot's last page are in, every row that no page of it named. Pending ops stay; a
// row that has some is not shown any more, unless central has yet to take the op that makes it: those above lastN. It gives how
// many rows went.
func (s *Store) sweep(ctx context.Context, staging, lastN int64) (int, error) {
	swept := 0
	if mistake.Made(mistake.SnapshotNotSwept) {
		return 0, nil
	}
	for table := range tables {
		n, err := s.sweepTable(ctx, table, staging)
		swept += n
		if err != nil {
			return swept, err
		}
	}
	n, err := s.sweepBases(ctx, staging, lastN)
	return swept + n, err
}

// sweepTable takes the rows of one table away that belong to an older generation than staging.
func (s *Store) sweepTable(ctx context.Context, table desk.Table, staging int64) (int, error) {
	swept, last := 0, int64(0)
	for {
		var keys []string
		rows, err := s.read.QueryContext(ctx, tables[table].sweep, last, staging, sweepBatch)
		err = eachRow(rows, err, func(r scanner) error {
			var key string
			err := r.Scan(&last, &key)
			keys = append(keys, key)
			return err
		})
		if err != nil || len(keys) == 0 {
			return swept, err
		}
		for len(keys) > 0 {
			err := s.inPage(ctx, syncFull, func(t *tx) error {
				for began, first := time.Now(), true; len(keys) > 0 && (first || time.Since(began) < s.pageTime); keys, first = keys[1:], false {
					gone, err := t.sweepRow(place{table, keys[0]}, staging)
					if err != nil {
						return err
					}
					if gone {
						swept++
					}
				}
				return nil
			})
			if err != nil {
				return swept, err
			}
		}
	}
}

func (t *tx) sweepRow(p place, staging int64) (gone bool, err error) {
	row, there, err := t.find(p)
	if err != nil {
		return false, err
	}
	_, pending, err := t.findBase(p)
	if err != nil || !there || pending || row.gen >= staging { // bases have their own turn
		return false, err
	}
	return true, t.drop(p)
}

// sweepBases does the same for rows with pending ops: what central held is gone, the ops wait. Rows that
// the ops themselves make were never central's, or are not any more, and stay.
func (s *Store) sweepBases(ctx context.Context, staging, lastN int64) (int, error) {
	swept := 0
	for more := true; more; {
		err := s.inPage(ctx, syncFull, func(t *tx) error {
			for began, first := time.Now(), true; first || more && time.Since(began) < s.pageTime; first = false {
				n, err := t.sweepSomeBases(staging, lastN)
				if err != nil {
					return err
				}
				more = n > 0
				swept += n
			}
			return nil
		})
		if err != nil {
			return swept, err
		}
	}
	return swept, nil
}

func (t *tx) sweepSomeBases(staging, lastN int64) (int, error) {
	var list []place
	err := t.each(`SELECT tab, key FROM base WHERE gen < ? AND state = 1 LIMIT ?`, func(r scanner) error {
		var p place
		err := r.Scan(&p.table, &p.key)
		list = append(list, p)
		return err
	}, staging, releaseBatch)
	if err != nil {
		return 0, err
	}
	for _, p := range list {
		b := base{gen: staging, state: baseRemoved}
		made, err := t.madeByPending(p, lastN)
		if err != nil {
			return 0, err
		}
		if made {
			b.state = baseNew
		}
		if err := t.putBase(p, b); err != nil {
			return 0, err
		}
		if err := t.refold(p); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}

// madeByPending reports whether a pending op above lastN, which central does not have, makes the row at p.
func (t *tx) madeByPending(p place, lastN int64) (made bool, err error) {
	err = t.each(`SELECT op.made, op.changes FROM op_row JOIN op ON op.rid = op_row.op WHERE op_row.tab = ? AND op_row.key = ? AND op.n > ? AND op.made <> 0`,
		func(r scanner) error {
			var bits int64
			var changes []byte
			if err := r.Scan(&bits, &changes); err != nil {
				return err
			}
			var list []desk.Change
			if err := json.Unmarshal(changes, &list); err != nil {
				return fmt.Errorf("op on %s %s: %w", p.table, p.key, err)
			}
			for i, c := range list {
				made = made || bits>>i&1 == 1 && c.Table == p.table && c.Key == p.key
			}
			return nil
		}, string(p.table), p.key, lastN)
	return made, err
}
