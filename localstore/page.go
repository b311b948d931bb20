package localstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/mistake"
)

const (
	pageFor    = 12 * time.Millisecond // that a page's work has the writer at a time; the commit comes on top
	rowsFor    = 5 * time.Millisecond  // the same of new rows, whose search forms and commit take twice as long again
	yieldAfter = time.Millisecond      // when somebody else waits for it
	leastRows  = 20                    // of a long page in a transaction
	quickRows  = 50                    // a page of so few is one transaction
)

// ApplyPage applies one page of a pull and gives how many rows it changed. Rows, cursor and refusals are
// one transaction, but that the rows of a long page come in earlier ones, a short while each. The
// cursor moves with the last: after an error or a cut the page is asked for again, and its rows are the same.
//
// A page whose From is not the cursor, or whose Epoch is not the file's (without Reset; a file that has
// no epoch yet takes the first one), is desk.ErrConflict: late, doubled or from another central. So is one
// whose LastN this file never gave. desk.ErrCopied: LastID is not the op of that number here; the caller calls NewDesk.
// A caller that tells central what was acknowledged to it (Acked of a
// pull) gets no such page: that a file is a copy of another shows when it pushes. desk.ErrInvalid: more
// than desk.MaxPageRows rows, an unknown table, a malformed row.
//
// A page that begins a snapshot of another epoch puts back what that central has lost (see requeue). Where it had lost
// something the file has a new desk id afterwards, and the page's LastN, Refused and Checkpoint, which are about the old
// one, count for nothing: who asks for pages goes on under the new id.
//
// The last page of a snapshot takes away what the snapshot did not name, in batches before its own
// transaction; if that is cut, central begins the snapshot again.
func (s *Store) ApplyPage(ctx context.Context, p desk.Page) (int, error) {
	s.paging.Lock()
	defer s.paging.Unlock()
	s.held.Store(0)
	rows, err := s.applyPage(ctx, p)
	return rows, wrap("apply page", err)
}

// LongestHold tells how long the last ApplyPage had the writer at a time, at most: whoever saves waits so long.
func (s *Store) LongestHold() time.Duration { return time.Duration(s.held.Load()) }

// inPage is a transaction of a page.
func (s *Store) inPage(ctx context.Context, level string, f func(*tx) error) error {
	var began time.Time
	err := s.write.inAt(ctx, level, func(t *tx) error {
		began = time.Now()
		return f(t)
	})
	if !began.IsZero() {
		s.held.Store(max(s.held.Load(), int64(time.Since(began))))
	}
	return err
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
	cutOff, err := s.isRenumbering(ctx)
	if err == nil && cutOff {
		err = s.renumber(ctx)
	}
	if err != nil {
		return 0, err
	}
	anew, err := s.requeue(ctx, p)
	if err != nil {
		return 0, err
	}
	if anew || cutOff { // it may have been asked for under the old desk id
		p.LastN, p.LastID, p.Refused, p.Checkpoint, p.BackedUpN = 0, "", nil, nil, 0
	}
	w := pageWork{p: p, parsed: parseAhead(p.Rows), now: s.now(), limit: min(rowsFor, s.pageTime), waiting: func() bool { return s.write.waiting.Load() > 0 }}
	if p.Reset && (p.Last || len(p.Rows) > quickRows) {
		if err := wellFormed(p.Rows); err != nil { // nothing is begun that cannot go on
			return 0, err
		}
		if err := s.inPage(ctx, syncFull, w.begin); err != nil {
			return 0, err
		}
	}
	if mistake.Made(mistake.CursorBeforeRows) {
		err = s.inPage(ctx, syncFull, func(t *tx) error {
			if _, err := t.standing(p, false); err != nil {
				return err
			}
			w.begun = true
			return t.exec(`UPDATE replica SET cursor = ?, epoch = ?`, p.To, p.Epoch)
		})
		if err != nil {
			return 0, err
		}
	}
	swept := 0
	for !w.finished {
		w.await()
		if err := s.inPage(ctx, w.level(), w.step); err != nil {
			return w.ahead + swept, err
		}
		if w.sweep != 0 && !w.swept {
			if swept, err = s.sweep(ctx, w.sweep, p.LastN); err != nil {
				return w.ahead + swept, err
			}
			w.swept = true
		}
	}
	if p.Last {
		s.paged.Store(0)
		s.nudge()
		err = s.afterLast(ctx, p, w.left)
	} else {
		s.paged.Store(time.Now().UnixNano())
	}
	return w.ahead + swept, err
}

func wellFormed(rows []desk.Row) error {
	for _, r := range rows {
		if r.Removed {
			continue
		}
		if _, err := tables[r.Table].of(r.Body); err != nil {
			return malformed(place{r.Table, r.Key})
		}
	}
	return nil
}

// pageWork is a page that is being applied, transaction by transaction.
type pageWork struct {
	p       desk.Page
	parsed  <-chan []parsed // its rows, in pieces
	now     desk.Millis
	limit   time.Duration // of a transaction's rows
	waiting func() bool   // for the writer: somebody saves

	ready    []parsed // the next rows
	begun    bool     // the page is a snapshot's first one, and the file knows that it has begun
	ahead    int      // rows that are applied
	sweep    int64    // the snapshot whose last rows have come: what it did not name is to go; 0: none
	swept    bool     // it has gone
	early    bool     // the transaction is one before the page's last
	finished bool     // the cursor has moved
	left     bool     // ops are left to release
}

// begin notes that a snapshot begins, before its first rows count as named. The cursor is empty until the page is
// through: were the file to stay where it is with rows of the new snapshot in it, central could go on from an old cursor, and
// the sweep at the end would take away what has not been named since.
func (w *pageWork) begin(t *tx) error {
	st, err := t.standing(w.p, false)
	if err != nil {
		return err
	}
	w.begun = true
	if !w.p.Last {
		if err := t.listLater(); err != nil {
			return err
		}
	}
	return t.exec(`UPDATE replica SET cursor = '', epoch = ?, staging = ?`, w.p.Epoch, st.staging)
}

// atOnce is how many of a page's rows are one transaction at least: all of a short page.
func atOnce(rows int) int {
	if rows <= quickRows {
		return quickRows
	}
	return leastRows
}

// await waits until there are rows to go on with, without the writer.
func (w *pageWork) await() {
	if w.ahead < len(w.p.Rows) && len(w.ready) == 0 {
		w.ready = <-w.parsed
	}
}

// more takes what else has been read; false: nothing, at the moment.
func (w *pageWork) more() bool {
	select {
	case piece := <-w.parsed:
		w.ready = append(w.ready, piece...)
		return len(piece) > 0
	default:
		return false
	}
}

// level is how the next transaction is made durable. The rows of a long page need not be before the cursor is that
// moves behind them: else the page is asked for again.
func (w *pageWork) level() string {
	if w.early = len(w.p.Rows) > quickRows && w.ahead < len(w.p.Rows); w.early {
		return syncNext
	}
	return syncFull
}

// step is one transaction: as many rows as its time allows and, with the last of them or behind them, what the page ends with.
func (w *pageWork) step(t *tx) error {
	began := time.Now()
	st, err := t.standing(w.p, w.begun)
	if err != nil {
		return err
	}
	t.listsLater = st.staging != 0
	touched := touchedRows{}
	done, least := 0, atOnce(len(w.p.Rows))
	for _, r := range w.p.Rows[w.ahead:] {
		if took := time.Since(began); done >= least && (took > w.limit || took > yieldAfter && w.waiting()) {
			break
		}
		if done == len(w.ready) && !w.more() {
			break
		}
		if err := t.applyRow(r, w.ready[done], st.rowGen(), touched); err != nil {
			return err
		}
		done++
	}
	w.ready = w.ready[done:]
	w.ahead += done // an error of the commit ends the page
	if w.ahead < len(w.p.Rows) || w.early {
		return t.refoldAll(touched)
	}
	if w.p.Last && st.staging != 0 && !w.swept {
		w.sweep = st.staging
		return t.refoldAll(touched)
	}
	w.finished = true
	return w.finish(t, st, touched)
}

// finish is what comes with a page's last rows: refusals, releases and the cursor.
func (w *pageWork) finish(t *tx, st standing, touched touchedRows) error {
	if err := t.refuse(st.desk, w.p.Refused, w.now, touched); err != nil {
		return err
	}
	var released []settled
	if w.p.Last {
		var err error
		if released, err = t.release(st.desk, w.p.LastN, w.now, touched); err != nil {
			return err
		}
		w.left = len(released) == releaseBatch
		if err := t.keepCheckpoint(st.desk, w.p.Checkpoint); err != nil {
			return err
		}
		if st.staging != 0 {
			st.generation, st.staging = st.staging, 0
		}
		if err := t.exec(`UPDATE replica SET synced_at = ?`, int64(w.now)); err != nil {
			return err
		}
		if err := t.prune(w.now); err != nil {
			return err
		}
	}
	if err := t.refoldAll(touched); err != nil {
		return err
	}
	if err := t.settle(released); err != nil {
		return err
	}
	return t.exec(`UPDATE replica SET cursor = ?, epoch = ?, generation = ?, staging = ?, requeued = ''`, w.p.To, w.p.Epoch, st.generation, st.staging)
}

// standing is where the replica stands when a page comes.
type standing struct {
	desk, cursor, epoch, requeued string
	generation, staging, nextN    int64
}

// rowGen is the generation that rows of a page get.
func (st standing) rowGen() int64 { return max(st.generation, st.staging) }

// standing reads where the replica stands, checks that p follows, and begins a snapshot if p does; begun says that p
// has been checked and has begun it.
func (t *tx) standing(p desk.Page, begun bool) (standing, error) {
	var st standing
	err := t.row(`SELECT desk, cursor, epoch, requeued, generation, staging, next_n FROM replica`).
		Scan(&st.desk, &st.cursor, &st.epoch, &st.requeued, &st.generation, &st.staging, &st.nextN)
	switch {
	case err != nil:
		return st, err
	case begun:
	case mistake.Made(mistake.NoCursorCheck) && !p.Reset:
	case p.From != st.cursor:
		return st, fmt.Errorf("page does not follow the cursor: %w", desk.ErrConflict)
	case p.Reset:
		// A second snapshot before the first was complete starts over.
		st.staging = max(st.generation, st.staging) + 1
	case st.epoch != "" && p.Epoch != st.epoch:
		return st, fmt.Errorf("page is of another epoch: %w", desk.ErrConflict)
	}
	if p.Last && p.LastN >= st.nextN {
		return st, fmt.Errorf("central knows op %d, the next one here is %d: %w", p.LastN, st.nextN, desk.ErrConflict)
	}
	return st, t.own(st.desk, p)
}

// own checks that the op up to which the page releases is the one of that number here. Central took another where a
// copy of this file gave its numbers to its own work.
func (t *tx) own(deskID string, p desk.Page) error {
	if !p.Last || p.LastID == "" {
		return nil
	}
	var id string
	err := t.row(`SELECT id FROM op WHERE desk = ? AND n = ?`, deskID, p.LastN).Scan(&id)
	switch {
	case errors.Is(err, sql.ErrNoRows) || err == nil && id == p.LastID:
		return nil // or it is kept no more
	case err != nil:
		return err
	}
	return fmt.Errorf("central took another op %d of desk %s: %w", p.LastN, deskID, desk.ErrCopied)
}

type touchedRows map[place]bool

// applyRow takes a row of central's over, whose body gives is: as the base where ops are pending on it, else as what is shown.
func (t *tx) applyRow(r desk.Row, is parsed, gen int64, touched touchedRows) error {
	p, known := place{r.Table, r.Key}, false
	if r.Removed && r.Erased {
		if err := t.erase(p); err != nil {
			return err
		}
	}
	waits, err := t.anyWaits()
	if err != nil {
		return err
	}
	if waits && !mistake.Made(mistake.PendingNotOnTop) {
		if _, known, err = t.findBase(p); err != nil {
			return err
		}
	}
	switch {
	case known && r.Removed:
		touched[p] = true
		return t.putBase(p, base{seq: r.Seq, gen: gen, state: baseRemoved})
	case known:
		touched[p] = true
		return t.putBase(p, base{seq: r.Seq, gen: gen, state: baseHeld, body: r.Body})
	case r.Removed:
		return t.drop(p)
	}
	return t.putParsed(p, r.Seq, gen, r.Body, is)
}

// anyWaits reports whether there are rows that ops are pending on; applying pages makes no new ones.
func (t *tx) anyWaits() (bool, error) {
	if t.waits == nil {
		var waits bool
		if err := t.row(`SELECT EXISTS (SELECT 1 FROM base)`).Scan(&waits); err != nil {
			return false, err
		}
		t.waits = &waits
	}
	return *t.waits, nil
}
