package localstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/callbench/callbench/desk"
)

const (
	aheadRows    = 50  // of a page that are applied between two looks at the clock
	releaseBatch = 100 // ops that end in one transaction; the rest follow in further ones
	pruneBatch   = 200 // old released ops forgotten at a checkpoint
	keepReleased = 35 * 24 * time.Hour
)

// ApplyPage applies one page of a pull and gives how many rows it changed. Rows, cursor and refusals are
// one transaction, but that the first rows of a page that takes the writer longer than some milliseconds come in earlier ones. The
// cursor moves with the last: after an error or a cut the page is asked for again, and its rows are the same.
//
// A page whose From is not the cursor, or whose Epoch is not the file's (without Reset; a file that has
// no epoch yet takes the first one), is desk.ErrConflict: late, doubled or from another central. So is one
// whose LastN this file never gave. A caller that tells central what was acknowledged to it (Acked of a
// pull) gets no such page: that a file is a copy of another shows when it pushes. desk.ErrInvalid: more
// than desk.MaxPageRows rows, an unknown table, a malformed row.
//
// The last page of a snapshot takes away what the snapshot did not name, in batches before its own
// transaction; if that is cut, the page is asked for again.
func (s *Store) ApplyPage(ctx context.Context, p desk.Page) (int, error) {
	rows, err := s.applyPage(ctx, p)
	return rows, wrap("apply page", err)
}

func (s *Store) applyPage(ctx context.Context, p desk.Page) (int, error) {
	if len(p.Rows) > desk.MaxPageRows {
		return 0, fmt.Errorf("%d rows: %w", len(p.Rows), desk.ErrInvalid)
	}
	for _, r := range p.Rows {
		if !r.Table.Valid() || r.Key == "" {
			return 0, fmt.Errorf("row of %q: %w", r.Table, desk.ErrInvalid)
		}
	}
	ahead, err := s.applyAhead(ctx, p)
	if err != nil {
		return 0, err
	}
	swept, err := s.sweepBeforeLast(ctx, p, ahead)
	if err != nil {
		return swept, err
	}
	err = s.write.in(ctx, func(t *tx) error {
		st, err := t.standing(p)
		if err != nil {
			return err
		}
		touched := touchedRows{}
		var released []settled
		if err := t.applyRows(p.Rows[ahead:], st.rowGen(), touched); err != nil {
			return err
		}
		if err := t.refuse(st.desk, p.Refused, s.now(), touched); err != nil {
			return err
		}
		if p.Last {
			if released, err = t.release(st.desk, p.LastN, s.now(), touched); err != nil {
				return err
			}
			if err := t.keepCheckpoint(st.desk, p.Checkpoint); err != nil {
				return err
			}
			if st.staging != 0 {
				st.generation, st.staging = st.staging, 0
			}
			if err := t.exec(`UPDATE replica SET synced_at = ?`, int64(s.now())); err != nil {
				return err
			}
			if err := t.prune(s.now()); err != nil {
				return err
			}
		}
		if err := t.refoldAll(touched); err != nil {
			return err
		}
		if err := t.settle(released); err != nil {
			return err
		}
		return t.exec(`UPDATE replica SET cursor = ?, epoch = ?, generation = ?, staging = ?`, p.To, p.Epoch, st.generation, st.staging)
	})
	if err != nil || !p.Last {
		return swept + len(p.Rows), err
	}
	return swept + len(p.Rows), s.releaseRest(ctx, p.LastN)
}

// applyAhead applies the beginning of a page, when it is a long one, in transactions of its own, so that nobody waits for
// the writer as long as the whole page takes, and gives how many rows that was. A snapshot's first page is left alone: its rows
// count as named only once the snapshot has begun.
func (s *Store) applyAhead(ctx context.Context, p desk.Page) (ahead int, err error) {
	for !p.Reset && len(p.Rows)-ahead > aheadRows {
		err = s.write.in(ctx, func(t *tx) error {
			st, err := t.standing(p)
			if err != nil {
				return err
			}
			touched := touchedRows{}
			for began := time.Now(); ; { // some rows at least
				if err := t.applyRows(p.Rows[ahead:ahead+aheadRows], st.rowGen(), touched); err != nil {
					return err
				}
				if ahead += aheadRows; len(p.Rows)-ahead <= aheadRows || time.Since(began) > s.pageTime {
					break
				}
			}
			return t.refoldAll(touched)
		})
		if err != nil {
			return 0, err
		}
	}
	return ahead, nil
}

// standing is where the replica stands when a page comes.
type standing struct {
	desk, cursor, epoch        string
	generation, staging, nextN int64
}

// rowGen is the generation that rows of a page get.
func (st standing) rowGen() int64 { return max(st.generation, st.staging) }

// standing reads where the replica stands, checks that p follows, and begins a snapshot if p does.
func (t *tx) standing(p desk.Page) (standing, error) {
	var st standing
	err := t.row(`SELECT desk, cursor, epoch, generation, staging, next_n FROM replica`).
		Scan(&st.desk, &st.cursor, &st.epoch, &st.generation, &st.staging, &st.nextN)
	switch {
	case err != nil:
		return st, err
	case p.Reset:
		// A second snapshot before the first was complete starts over.
		st.staging = max(st.generation, st.staging) + 1
	case p.From != st.cursor:
		return st, fmt.Errorf("page does not follow the cursor: %w", desk.ErrConflict)
	case st.epoch != "" && p.Epoch != st.epoch:
		return st, fmt.Errorf("page is of another epoch: %w", desk.ErrConflict)
	}
	if p.Last && p.LastN >= st.nextN {
		return st, fmt.Errorf("central knows op %d, the next one here is %d: %w", p.LastN, st.nextN, desk.ErrConflict)
	}
	return st, nil
}

type touchedRows map[place]bool

// applyRows takes central's rows over: as the base where ops are pending on them, else as what is shown.
func (t *tx) applyRows(rows []desk.Row, gen int64, touched touchedRows) error {
	var pending bool
	if err := t.row(`SELECT EXISTS (SELECT 1 FROM base)`).Scan(&pending); err != nil {
		return err
	}
	for _, r := range rows {
		p, known := place{r.Table, r.Key}, false
		if r.Removed && r.Erased {
			if err := t.erase(p); err != nil {
				return err
			}
		}
		if pending {
			var err error
			if _, known, err = t.findBase(p); err != nil {
				return err
			}
		}
		var err error
		switch {
		case known && r.Removed:
			touched[p] = true
			err = t.putBase(p, base{seq: r.Seq, gen: gen, state: baseRemoved})
		case known:
			touched[p] = true
			err = t.putBase(p, base{seq: r.Seq, gen: gen, state: baseHeld, body: r.Body})
		case r.Removed:
			err = t.drop(p)
		default:
			err = t.put(p, r.Seq, gen, r.Body)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// refuse ends the ops that central will never apply: they leave the outbox with their text kept.
func (t *tx) refuse(deskID string, refused []desk.Refusal, now desk.Millis, touched touchedRows) error {
	for _, r := range refused {
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
	if err != nil {
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

// releaseRest releases what the page's own transaction left, after a long time offline. If it is cut, the
// next checkpoint goes on: until then the ops are shown on top of their own effect, which is the same.
func (s *Store) releaseRest(ctx context.Context, lastN int64) error {
	for more := true; more; {
		err := s.write.in(ctx, func(t *tx) error {
			var deskID string
			err := t.row(`SELECT desk, EXISTS (SELECT 1 FROM op WHERE state = 0 AND n <= ? AND desk = replica.desk) FROM replica`, lastN).
				Scan(&deskID, &more)
			if err != nil || !more {
				return err
			}
			touched := touchedRows{}
			released, err := t.release(deskID, lastN, s.now(), touched)
			if err != nil {
				return err
			}
			if err := t.refoldAll(touched); err != nil {
				return err
			}
			return t.settle(released)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// prune forgets old released ops. Where no row says any more what such an op said, its salt goes too: there is
// nothing left here that it opens.
func (t *tx) prune(now desk.Millis) error {
	const old = `FROM op WHERE state = 1 AND ended_at < ? ORDER BY ended_at, rid LIMIT ?`
	before := int64(now) - keepReleased.Milliseconds()
	err := t.exec(`UPDATE chain SET salt = NULL WHERE (life, n) IN (SELECT life, link `+old+`)
		AND NOT EXISTS (SELECT 1 FROM chain_row r WHERE r.life = chain.life AND r.n = chain.n)`, before, pruneBatch)
	if err != nil {
		return err
	}
	return t.exec(`DELETE FROM op WHERE rid IN (SELECT rid `+old+`)`, before, pruneBatch)
}
