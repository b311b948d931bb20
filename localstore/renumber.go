package localstore

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"math"
	"time"

	"github.com/google/uuid"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/mistake"
)

const renumberAtOnce = 10 // ops between two looks at the clock

// noneKept is where released ops go back that were written after the last one there can be.
const noneKept = math.MaxInt64

// NewDesk gives the file a fresh desk id: central knows the old one from another copy of this file. The
// pending ops are numbered from 1 again in the order in which they were written, nothing is dropped; what has ended keeps
// the desk and number it had. They begin a new chain; the old one stays as it is. An op that needs a refused one
// is refused here: under its new number central could not know.
//
// It takes some steps (10,000 ops a second or two), between which others write; an end of ctx or of the
// program between two is made good by the next call, the next page, or Maintain. Until then Pending gives nothing.
func (s *Store) NewDesk(ctx context.Context) (desk.Replica, error) {
	s.paging.Lock()
	defer s.paging.Unlock()
	err := s.write.in(ctx, func(t *tx) error {
		if mistake.Made(mistake.NewDeskDropsOps) {
			return errors.Join(t.exec(`UPDATE op SET state = 1 WHERE state = 0`), t.exec(`DELETE FROM op_row`), t.beginRenumbering(noneKept, ""))
		}
		return t.beginRenumbering(noneKept, "")
	})
	if err == nil {
		err = s.renumber(ctx)
	}
	if err != nil {
		return desk.Replica{}, wrap("take a new desk", err)
	}
	return s.Replica(ctx)
}

// requeue puts what the central of a page has lost back into the outbox, before anything of the page is applied: the
// released ops, of this and former desk ids, that were written after the last one it has; all that are kept where that
// one is not known here. Those it has all the same it knows by their ids. Refused ones stay refused; their numbers are
// lost to central, too. It reports whether there were any of either: then the file has a new desk id, so that no
// number is missing, and the page's numbers are not its own. So it is when the page comes again after an error.
func (s *Store) requeue(ctx context.Context, p desk.Page) (did bool, err error) {
	if !p.Reset || mistake.Made(mistake.KeptNotSentAgain) {
		return false, nil
	}
	err = s.write.in(ctx, func(t *tx) error {
		st, err := t.standing(p, false)
		if err != nil || st.epoch == "" || p.Epoch == st.epoch {
			return err
		}
		if did = p.Epoch == st.requeued; did { // the page comes again
			return nil
		}
		var after int64
		err = t.row(`SELECT coalesce((SELECT rid FROM op WHERE id = ?), 0)`, p.TakenID).Scan(&after)
		if err != nil {
			return err
		}
		err = t.row(`SELECT EXISTS (SELECT 1 FROM op WHERE rid > ? AND (state = 1 OR state > 1 AND op.desk = replica.desk)) FROM replica`, after).Scan(&did)
		if err != nil || !did {
			return err
		}
		return t.beginRenumbering(after, p.Epoch)
	})
	if err == nil && did {
		err = s.renumber(ctx) // none is under way when the page comes again
	}
	return did, err
}

// beginRenumbering notes durably that everything that waits gets new numbers; one that is under way goes on.
func (t *tx) beginRenumbering(after int64, epoch string) error {
	var first int64 // no op up to it is touched
	err := t.row(`SELECT min(?, coalesce((SELECT min(rid) FROM op WHERE state = 0), ?) - 1)`, after, int64(noneKept)).Scan(&first)
	if err != nil {
		return err
	}
	seed := make([]byte, seedSize)
	_, _ = rand.Read(seed) // never fails (crypto/rand)
	return t.exec(`INSERT OR IGNORE INTO renumbering (one, desk, after, epoch, rid, seed) VALUES (1, ?, ?, ?, ?, ?)`,
		uuid.NewString(), after, epoch, first, seed)
}

// renumber brings a renumbering that was begun to its end.
func (s *Store) renumber(ctx context.Context) error {
	for more := true; more; {
		var err error
		if more, err = s.renumberStep(ctx); err != nil {
			return err
		}
	}
	return nil
}

// goOnRenumbering is Maintain's part of it: one that an earlier program was cut off in. One that fails in this program is
// for who asked for it: pages may be on their way that were asked for under the old desk id.
func (s *Store) goOnRenumbering(ctx context.Context) (more bool, err error) {
	if !s.cutOff.Load() || !s.paging.TryLock() {
		return false, nil // whoever has it does it
	}
	defer s.paging.Unlock()
	more, err = s.renumberStep(ctx)
	if err == nil && !more {
		s.cutOff.Store(false)
	}
	return more, err
}

func (s *Store) isRenumbering(ctx context.Context) (under bool, err error) {
	err = s.one(ctx, `SELECT EXISTS (SELECT 1 FROM renumbering)`).Scan(&under)
	return under, err
}

// renumberStep is a bounded piece of it, one transaction; Maintain calls it too, for one that was cut.
func (s *Store) renumberStep(ctx context.Context) (more bool, err error) {
	err = s.write.in(ctx, func(t *tx) error {
		r, under, err := t.renumbering()
		if err != nil || !under {
			return err
		}
		more = true
		touched := touchedRows{}
		through, err := t.renumberSome(&r, s.now(), touched)
		for began := time.Now(); err == nil && !through && time.Since(began) < s.pageTime; {
			through, err = t.renumberSome(&r, s.now(), touched)
		}
		if err != nil {
			return err
		}
		if err := t.refoldAll(touched); err != nil {
			return err
		}
		if through {
			more = false
			return t.endRenumbering(r)
		}
		if r.end.life != 0 { // so that the chain can be checked meanwhile
			if err := t.exec(`UPDATE life SET n = ?, hash = ? WHERE id = ?`, r.end.n, r.end.hash, r.end.life); err != nil {
				return err
			}
		}
		return t.exec(`UPDATE renumbering SET rid = ?, n = ?, life = ?, link = ?, hash = ?`, r.rid, r.n, r.end.life, r.end.n, r.end.hash)
	})
	return more, err
}

// renumbering is one under way.
type renumbering struct {
	desk, org, epoch string
	after, rid, n    int64
	end              chainEnd
}

func (t *tx) renumbering() (r renumbering, under bool, err error) {
	err = t.row(`SELECT renumbering.desk, org, renumbering.epoch, after, rid, n, renumbering.life, renumbering.link, hash, seed FROM renumbering, replica`).
		Scan(&r.desk, &r.org, &r.epoch, &r.after, &r.rid, &r.n, &r.end.life, &r.end.n, &r.end.hash, &r.end.seed)
	if errors.Is(err, sql.ErrNoRows) {
		return r, false, nil
	}
	return r, err == nil, err
}

// oldOp is an op that gets a new number.
type oldOp struct {
	desk.Op
	rid, made int64
	desk      string
	link      link
	kept      bool // it was released
}

// renumberSome does the next few ops and reports whether those were the last.
func (t *tx) renumberSome(r *renumbering, now desk.Millis, touched touchedRows) (through bool, err error) {
	var list []oldOp
	err = t.each(`SELECT `+opColumns+`, rid, made, desk, life, link, state = 1 FROM op
		WHERE rid > ?1 AND (state = 0 OR state = 1 AND rid > ?2) ORDER BY rid LIMIT ?3`, func(row scanner) error {
		var o oldOp
		var err error
		o.Op, err = scanOp(row, &o.rid, &o.made, &o.desk, &o.link.life, &o.link.n, &o.kept)
		list = append(list, o)
		return err
	}, r.rid, r.after, renumberAtOnce)
	if err != nil {
		return false, err
	}
	for _, o := range list {
		if err := t.renumberOne(r, o, now, touched); err != nil {
			return false, err
		}
		r.rid = o.rid
	}
	return len(list) < renumberAtOnce, nil
}

func (t *tx) renumberOne(r *renumbering, o oldOp, now desk.Millis, touched touchedRows) error {
	if o.kept {
		if o.withoutErased(); len(o.Changes) == 0 {
			return nil // nothing is left of it that central could take
		}
		if err := t.waitAgain(o, touched); err != nil {
			return err
		}
	}
	needs, refused, err := t.needsNow(o)
	if err != nil {
		return err
	}
	if refused {
		_, err := t.end(touched, opRefused, now, "needs_refused", "", `SELECT rid, changes, life, link FROM op WHERE rid = ?`, o.rid)
		return err
	}
	wasN := o.N
	r.n++
	o.N, o.Needs = r.n, needs
	changed, err := o.written(r.desk, wasN)
	if err != nil {
		return err
	}
	if changed {
		for _, c := range o.Changes {
			touched[place{c.Table, c.Key}] = true
		}
	}
	changes, err := json.Marshal(o.Changes)
	if err != nil {
		return err
	}
	if err := t.unlink(o.link); err != nil {
		return err
	}
	link, err := t.extend(&o.Op, r.desk, &r.end)
	if err != nil {
		return err
	}
	if o.made != 0 {
		if err := t.exec(`INSERT INTO renumbered (desk, n, fresh) VALUES (?, ?, ?)`, o.desk, wasN, o.N); err != nil {
			return err
		}
	}
	return t.exec(`UPDATE op SET desk = ?, n = ?, needs = ?, changes = ?, made = ?, life = ?, link = ? WHERE rid = ?`,
		r.desk, o.N, o.Needs, string(changes), o.made, link.life, link.n, o.rid)
}

// withoutErased takes away what was erased of an op: it must not be asked for again.
func (o *oldOp) withoutErased() {
	var left []desk.Change
	var made int64
	for i, c := range o.Changes {
		if string(c.Fields) == "{}" {
			continue
		}
		made |= (o.made >> i & 1) << len(left)
		left = append(left, c)
	}
	o.Changes, o.made = left, made
}

// waitAgain puts a released op back on top of the rows it is about. Since its effect had come down, a row that is not
// there has left this desk, and is not shown for it.
func (t *tx) waitAgain(o oldOp, touched touchedRows) error {
	for _, c := range o.Changes {
		p := place{c.Table, c.Key}
		if !c.Table.Valid() {
			continue
		}
		if _, _, err := t.mark(p, o.rid, base{state: baseRemoved}); err != nil {
			return err
		}
		touched[p] = true
	}
	if err := t.exec(`UPDATE replica SET pending = pending + 1`); err != nil {
		return err
	}
	return t.exec(`UPDATE op SET state = 0, ended_at = 0 WHERE rid = ?`, o.rid)
}

// needsNow gives what an op needs, by its new number. What has been applied, or is not known any more, is not needed;
// refused reports that the op can never be applied.
func (t *tx) needsNow(o oldOp) (needs int64, refused bool, err error) {
	if o.Needs <= 0 {
		return -o.Needs, false, nil // see complete
	}
	err = t.row(`SELECT coalesce((SELECT fresh FROM renumbered WHERE desk = ?1 AND n = ?2), 0),
		EXISTS (SELECT 1 FROM op WHERE desk = ?1 AND n = ?2 AND state IN (2, 3))`, o.desk, o.Needs).Scan(&needs, &refused)
	return needs, refused, err
}

// written makes a contact that names the op that wrote it name the new one, and reports whether there was one.
func (o *oldOp) written(deskID string, wasN int64) (changed bool, err error) {
	for i, c := range o.Changes {
		var by struct {
			Desk string `json:"desk"`
			N    int64  `json:"n"`
		}
		if c.Table != desk.TableContact || json.Unmarshal(c.Fields, &by) != nil || by.Desk != o.desk || by.N != wasN {
			continue
		}
		whose, err := json.Marshal(map[string]any{"desk": deskID, "n": o.N})
		if err != nil {
			return false, err
		}
		if o.Changes[i].Fields, err = desk.Merge(c.Fields, whose); err != nil {
			return false, err
		}
		changed = true
	}
	return changed, nil
}

// unlink forgets what opens an op's entry in the chain that it leaves: its text is another one from here on.
func (t *tx) unlink(l link) error {
	if l.n == 0 {
		return nil
	}
	if err := t.exec(`UPDATE chain SET salt = NULL WHERE life = ? AND n = ?`, l.life, l.n); err != nil {
		return err
	}
	return t.exec(`DELETE FROM chain_row WHERE life = ? AND n = ?`, l.life, l.n)
}

// endRenumbering makes the new desk id the file's.
func (t *tx) endRenumbering(r renumbering) error {
	if err := t.exec(`UPDATE life SET (n, hash) = (SELECT link, link_hash FROM replica) WHERE id = (SELECT life FROM replica)`); err != nil {
		return err
	}
	if err := t.exec(`UPDATE replica SET desk = ?, next_n = ?, life = ?, link = ?, link_hash = ?, requeued = ?`,
		r.desk, r.n+1, r.end.life, r.end.n, r.end.hash, r.epoch); err != nil {
		return err
	}
	if err := t.exec(`DELETE FROM renumbered`); err != nil {
		return err
	}
	return t.exec(`DELETE FROM renumbering`)
}
