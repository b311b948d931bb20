package localstore

import (
	"context"

	"github.com/callbench/callbench/desk"
)

const sweepBatch = 250 // rows taken away in one transaction

// sweepBeforeLast takes away, before the last page of a snapshot is applied, every row that neither an
// earlier page of it nor this one named. Pending ops stay; a row that has some is not shown any more.
// It gives how many rows went.
//
// The page's rows from ahead on are applied first, without moving the cursor, so that they count as named. A page that
// is a whole snapshot by itself leaves the cursor empty meanwhile: if the rest is cut, central begins a
// snapshot again instead of going on from a cursor whose rows are partly gone.
func (s *Store) sweepBeforeLast(ctx context.Context, p desk.Page, ahead int) (int, error) {
	if !p.Last {
		return 0, nil
	}
	var staging int64
	err := s.write.in(ctx, func(t *tx) error {
		st, err := t.standing(p)
		if err != nil || st.staging == 0 {
			return err
		}
		staging = st.staging
		touched := touchedRows{}
		if err := t.applyRows(p.Rows[ahead:], staging, touched); err != nil {
			return err
		}
		if err := t.refoldAll(touched); err != nil {
			return err
		}
		if p.Reset {
			if err := t.exec(`UPDATE replica SET cursor = '', epoch = ?`, p.Epoch); err != nil {
				return err
			}
		}
		return t.exec(`UPDATE replica SET staging = ?`, staging)
	})
	if err != nil || staging == 0 {
		return 0, err
	}
	swept := 0
	for table := range tables {
		n, err := s.sweepTable(ctx, table, staging)
		swept += n
		if err != nil {
			return swept, err
		}
	}
	n, err := s.sweepBases(ctx, staging)
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
		err = s.write.in(ctx, func(t *tx) error {
			for _, key := range keys {
				p := place{table, key}
				row, there, err := t.find(p)
				if err != nil {
					return err
				}
				_, pending, err := t.findBase(p)
				if err != nil {
					return err
				}
				if !there || pending || row.gen >= staging {
					continue // bases have their own turn
				}
				if err := t.drop(p); err != nil {
					return err
				}
				swept++
			}
			return nil
		})
		if err != nil {
			return swept, err
		}
	}
}

// sweepBases does the same for rows with pending ops: what central held is gone, the ops wait. Rows that
// the ops themselves make were never central's and stay.
func (s *Store) sweepBases(ctx context.Context, staging int64) (int, error) {
	swept := 0
	for more := true; more; {
		err := s.write.in(ctx, func(t *tx) error {
			var list []place
			err := t.each(`SELECT tab, key FROM base WHERE gen < ? AND state = 1 LIMIT ?`, func(r scanner) error {
				var p place
				err := r.Scan(&p.table, &p.key)
				list = append(list, p)
				return err
			}, staging, sweepBatch)
			if err != nil {
				return err
			}
			more = len(list) > 0
			for _, p := range list {
				if err := t.putBase(p, base{gen: staging, state: baseRemoved}); err != nil {
					return err
				}
				if err := t.refold(p); err != nil {
					return err
				}
				swept++
			}
			return nil
		})
		if err != nil {
			return swept, err
		}
	}
	return swept, nil
}
