package localstore

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/callbench/callbench/desk"
)

// recently is how long a customer who was spoken to counts as such.
const recently = 30 * 24 * time.Hour

// Classes of near customers, and how many of each are kept: those spoken to last. At the bound one that was
// spoken to longer ago is not near and is found among all others.
const (
	nearRecent = 1
	nearOwn    = 2
	nearDue    = 3
)

//nolint:gochecknoglobals // constant in all but name
var nearBounds = [...]int{nearRecent: 512, nearOwn: 1024, nearDue: 512}

// approach keeps table near as customer c, whom searches compare as is, and the callbacks say. there: c is shown;
// fresh: it was not before.
func (t *tx) approach(rid int64, key string, c desk.Customer, is subject, there, fresh bool) error {
	var had int
	if !fresh {
		if err := t.row(`SELECT coalesce((SELECT class FROM near WHERE customer = ?), 0)`, rid).Scan(&had); err != nil {
			return err
		}
	}
	class, own, err := t.nearClass(key, c, there)
	if err != nil {
		return err
	}
	if had != 0 || class != 0 {
		t.near = append(t.near, rid)
	}
	if class != had && class != 0 {
		room, err := t.roomNear(class, c.LastContactAt)
		if err != nil {
			return err
		}
		if !room {
			class = 0
		}
	}
	if class == 0 {
		if had == 0 {
			return nil
		}
		return t.exec(`DELETE FROM near WHERE customer = ?`, rid)
	}
	return t.exec(`INSERT INTO near (customer, class, own, at, subject) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (customer) DO UPDATE SET class = excluded.class, own = excluded.own, at = excluded.at, subject = excluded.subject`,
		rid, class, own, int64(c.LastContactAt), is.line())
}

func (t *tx) nearClass(key string, c desk.Customer, there bool) (class int, own bool, err error) {
	if !there {
		return 0, false, nil
	}
	user, err := t.owner()
	if err != nil {
		return 0, false, err
	}
	own = user != "" && c.Owner == user
	var due bool
	err = t.row(`SELECT EXISTS (SELECT 1 FROM callback INDEXED BY callback_customer WHERE customer = ? AND done = 0 AND owner IN (?, ''))`, key, user).Scan(&due)
	switch {
	case err != nil:
		return 0, own, err
	case due:
		return nearDue, own, nil
	case own:
		return nearOwn, own, nil
	case c.LastContactAt > 0: // whether that is recent is asked when somebody searches
		return nearRecent, own, nil
	}
	return 0, own, nil
}

// owner gives whose file it is.
func (t *tx) owner() (string, error) {
	if t.user == nil {
		var user string
		if err := t.row(`SELECT user FROM replica`).Scan(&user); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return "", err
		}
		t.user = &user
	}
	return *t.user, nil
}

// nearRoom is how full a class is and who is the first to go.
type nearRoom struct {
	n           int
	rid, oldest int64
}

// roomNear makes room in a class for a customer last spoken to at a moment, unless all that are in it were
// spoken to later.
func (t *tx) roomNear(class int, at desk.Millis) (bool, error) {
	room := &t.nearRoom[class]
	if room.n == 0 { // not asked in this transaction
		if err := t.row(`SELECT count(*) FROM near WHERE class = ?`, class).Scan(&room.n); err != nil {
			return false, err
		}
	}
	if room.n < nearBounds[class] {
		room.n++
		return true, nil
	}
	if room.rid == 0 {
		if err := t.row(`SELECT customer, at FROM near WHERE class = ? ORDER BY at LIMIT 1`, class).Scan(&room.rid, &room.oldest); err != nil {
			return false, err
		}
	}
	if room.oldest >= int64(at) {
		return false, nil
	}
	t.near = append(t.near, room.rid)
	gone := room.rid
	room.rid = 0
	return true, t.exec(`DELETE FROM near WHERE customer = ? AND class = ?`, gone, class)
}

// approachOf does the same when a callback of a customer has changed.
func (t *tx) approachOf(customer string) error {
	if customer == "" {
		return nil
	}
	row, there, err := t.find(place{desk.TableCustomer, customer})
	if err != nil || !there {
		return err
	}
	c, there := held(row.body)
	return t.approach(row.rid, customer, c, subjectOf(c), there, false)
}

// line writes a subject as table near holds it; folded texts hold neither tabs nor line breaks.
func (s subject) line() string {
	return strings.Join([]string{s.name, s.company, s.address, s.number, strings.Join(s.phones, "\t"), strings.Join(s.readings, "\t")}, "\n")
}

func subjectOfLine(line string) subject {
	f := strings.SplitN(line, "\n", 6)
	if len(f) < 6 {
		return subject{}
	}
	split := func(s string) []string {
		if s == "" {
			return nil
		}
		return strings.Split(s, "\t")
	}
	return subject{name: f[0], company: f[1], address: f[2], number: f[3], phones: split(f[4]), readings: split(f[5])}
}

// nearby is what is in memory of table near: some thousand customers, bounded as the table is. A commit marks
// what it changed (spoil); the next search reads that anew (fresh).
type nearby struct {
	reading sync.Mutex // one search reads, others wait for it
	all     map[int64]nearOne

	mu    sync.Mutex
	stale map[int64]bool
	every bool // read all anew
}

type nearOne struct {
	class int
	own   bool
	at    desk.Millis
	subject
}

// maxStale bounds what is read anew one by one.
const maxStale = 256

func (n *nearby) spoil(rids []int64) {
	if len(rids) == 0 {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.every = n.every || len(n.stale)+len(rids) > maxStale; n.every {
		n.stale = nil
		return
	}
	if n.stale == nil {
		n.stale = map[int64]bool{}
	}
	for _, rid := range rids {
		n.stale[rid] = true
	}
}

// wrote is called after each commit, by whom has the writer.
func (s *Store) wrote(t *tx) {
	s.near.spoil(t.near)
	s.grown()
}

// match compares every near customer with a query and gives those that it finds, the nearest of the best first.
func (s *Store) match(ctx context.Context, q query) ([]candidate, error) {
	n := &s.near
	n.reading.Lock()
	defer n.reading.Unlock()
	if err := s.freshen(ctx); err != nil {
		return nil, err
	}
	since := desk.MillisOf(s.cfg.Now().Add(-recently))
	type found struct {
		candidate
		one nearOne
	}
	var list []found
	for rid, one := range n.all {
		if one.class == nearRecent && one.at < since {
			continue
		}
		if why, kind := q.explain(one.subject); kind != kindNone {
			list = append(list, found{candidate{rid: rid, why: why, kind: kind, near: true}, one})
		}
	}
	slices.SortFunc(list, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(b.one.class, a.one.class), cmp.Compare(b.one.at, a.one.at), cmp.Compare(a.rid, b.rid))
	})
	out := make([]candidate, 0, len(list))
	for _, f := range list {
		f.reasons = f.one.reasons(since)
		out = append(out, f.candidate)
	}
	return out, nil
}

func (o nearOne) reasons(since desk.Millis) (list []string) {
	if o.class == nearDue {
		list = append(list, desk.NearDue)
	}
	if o.own {
		list = append(list, desk.NearOwn)
	}
	if o.at >= since {
		list = append(list, desk.NearRecent)
	}
	return list
}

// freshen brings n.all up to date. What is marked while it reads is read by the next search.
func (s *Store) freshen(ctx context.Context) error {
	n := &s.near
	n.mu.Lock()
	stale, every := n.stale, n.every || n.all == nil
	n.stale, n.every = nil, false
	n.mu.Unlock()
	if !every && len(stale) == 0 {
		return nil
	}
	if every {
		n.all = map[int64]nearOne{}
	}
	read := func(r scanner) error {
		var rid int64
		var line string
		var one nearOne
		if err := r.Scan(&rid, &one.class, &one.own, (*int64)(&one.at), &line); err != nil {
			return err
		}
		one.subject = subjectOfLine(line)
		n.all[rid] = one
		return nil
	}
	var err error
	if every {
		err = s.each(ctx, `SELECT customer, class, own, at, subject FROM near`, read)
	} else {
		for rid := range stale {
			delete(n.all, rid)
			if err = s.each(ctx, `SELECT customer, class, own, at, subject FROM near WHERE customer = ?`, read, rid); err != nil {
				break
			}
		}
	}
	if err != nil {
		n.all = nil // half read: all of it again
	}
	return err
}
