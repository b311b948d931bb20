package localstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/mistake"
)

const (
	releaseBatch = 20  // ops that end between two looks at the clock
	pruneBatch   = 200 // old ops forgotten in one transaction
	forgetMost   = 50  // transactions of forgetting at a checkpoint; the rest at the next one
	keepReleased = 35 * 24 * time.Hour
	keepAtLeast  = 24 * time.Hour // what lies in a backup of central, too: who asks twice for one commit does so within minutes
)

// refuse ends the ops that central will never apply: they leave the outbox with their text kept.
func (t *tx) refuse(deskID string, refused []desk.Refusal, now desk.Millis, touched touchedRows) error {
	for _, r := range refused {
		if mistake.Made(mistake.PoisonDropped) {
			break
		}
		_, err := t.end(touched, opRefused, now, r.Code, r.Detail,
			`SELECT rid, changes, life, link FROM op WHERE state = 0 AND desk = ? AND n = ?`, deskID, r.N)
		if err != nil {
			return err
		}
	}
	return nil
}

// release ends the oldest of the ops that central has applied and whose rows have come back.
func (t *tx) release(deskID string, lastN int64, now desk.Millis, touched touchedRows) ([]settled, error) {
	return t.end(touched, opReleased, now, "", "",
		`SELECT rid, changes, life, link FROM op WHERE state = 0 AND desk = ? AND n <= ? ORDER BY n LIMIT ?`, deskID, lastN, releaseBatch)
}

// end moves the pending ops that query finds to state and notes the rows they touched. It gives the
// ops for settle.
func (t *tx) end(touched touchedRows, state int, now desk.Millis, code, detail, query string, args ...any) ([]settled, error) {
	var rids []int64
	var ops []settled
	err := t.each(query, func(r scanner) error {
		var rid int64
		var op settled
		var changes []byte
		if err := r.Scan(&rid, &changes, &op.link.life, &op.link.n); err != nil {
			return err
		}
		if err := json.Unmarshal(changes, &op.changes); err != nil {
			return fmt.Errorf("op %d: %w", rid, err)
		}
		rids, ops = append(rids, rid), append(ops, op)
		return nil
	}, args...)
	if err != nil || len(ops) == 0 {
		return nil, err
	}
	if err := t.exec(`UPDATE replica SET pending = pending - ?`, len(ops)); err != nil {
		return nil, err
	}
	for i, op := range ops {
		for _, c := range op.changes {
			touched[place{c.Table, c.Key}] = true
			if err := t.exec(`DELETE FROM op_row WHERE tab = ? AND key = ? AND op = ?`, string(c.Table), c.Key, rids[i]); err != nil {
				return nil, err
			}
		}
		err := t.exec(`UPDATE op SET state = ?, ended_at = ?, code = ?, detail = ? WHERE rid = ?`, state, int64(now), code, detail, rids[i])
		if err != nil {
			return nil, err
		}
	}
	return ops, nil
}

func (t *tx) refoldAll(touched touchedRows) error {
	for p := range touched {
		if err := t.refold(p); err != nil {
			return err
		}
	}
	return nil
}

// afterLast is what a checkpoint's last page leaves for transactions of their own.
func (s *Store) afterLast(ctx context.Context, p desk.Page, more bool) error {
	if more {
		if err := s.releaseRest(ctx, p.LastN); err != nil {
			return err
		}
	}
	return s.forgetBackedUp(ctx, p.BackedUpN)
}

// releaseRest releases what the page's own transaction left, after a long time offline. If it is cut, the
// next checkpoint goes on: until then the ops are shown on top of their own effect, which is the same.
func (s *Store) releaseRest(ctx context.Context, lastN int64) error {
	for more := true; more; {
		err := s.inPage(ctx, syncFull, func(t *tx) error {
			var deskID string
			if err := t.row(`SELECT desk FROM replica`).Scan(&deskID); err != nil {
				return err
			}
			for began, first := time.Now(), true; first || more && time.Since(began) < s.pageTime; first = false {
				touched := touchedRows{}
				released, err := t.release(deskID, lastN, s.now(), touched)
				if err != nil {
					return err
				}
				more = len(released) == releaseBatch
				if err := t.refoldAll(touched); err != nil {
					return err
				}
				if err := t.settle(released); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// prune forgets ops that ended long ago.
func (t *tx) prune(now desk.Millis) error {
	before := int64(now) - keepReleased.Milliseconds()
	for _, old := range []string{
		`FROM op WHERE state = 1 AND ended_at < ? ORDER BY ended_at, rid LIMIT ?`,
		`FROM op WHERE state = 3 AND ended_at < ? ORDER BY ended_at, rid LIMIT ?`,
	} {
		if _, err := t.forget(old, before, pruneBatch); err != nil {
			return err
		}
	}
	return nil
}

// forget takes ended ops away and gives how many. Where no row says any more what such an op said, its salt goes too:
// there is nothing left here that it opens.
func (t *tx) forget(old string, args ...any) (int64, error) {
	err := t.exec(`UPDATE chain SET salt = NULL WHERE (life, n) IN (SELECT life, link `+old+`)
		AND NOT EXISTS (SELECT 1 FROM chain_row r WHERE r.life = chain.life AND r.n = chain.n)`, args...)
	if err != nil {
		return 0, err
	}
	gone, err := t.affected(`DELETE FROM op WHERE rid IN (SELECT rid `+old+`)`, args...)
	if err != nil {
		return 0, err
	}
	return gone.RowsAffected()
}

// forgetBackedUp forgets released ops that a backup of central has, as central says: it cannot lose them any more. Those
// of former desk ids are kept their time.
func (s *Store) forgetBackedUp(ctx context.Context, n int64) error {
	if n <= 0 {
		return nil
	}
	const old = `FROM op WHERE desk = (SELECT desk FROM replica) AND n <= ? AND state = 1 AND ended_at < ? ORDER BY n LIMIT ?`
	before := int64(s.now()) - keepAtLeast.Milliseconds()
	more := false
	if err := s.one(ctx, `SELECT EXISTS (SELECT 1 `+old+`)`, n, before, 1).Scan(&more); err != nil {
		return err
	}
	for step := 0; more && step < forgetMost; step++ {
		err := s.inPage(ctx, syncFull, func(t *tx) error {
			gone, err := t.forget(old, n, before, pruneBatch)
			more = gone == pruneBatch
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
