package syncmodel

import "slices"

// cursor is how far a replica is; a desk gives it back unread. Central has put its mark under it: it cannot be forged.
type cursor struct {
	set        bool
	epoch      int
	scope      scope
	seq        int // everything up to here is on the disk
	base       int // in a snapshot: the counter when it began
	due        int // in a snapshot: the next key among what is due; -1: those have been named
	desk       int // whose n is meant
	n          int // refusals up to here have been told
	past, mark int // central's ledger when the page was made: its length and last mark
	top        int // central's counter then
}

// given is a row as it comes down; removed ones have no content.
type given struct {
	key int
	row row
}

// pulled is what a desk asks with.
type pulled struct {
	desk, acked, limit int
	at                 cursor
	epoch              int
}

// refusal tells that an op of the asking desk id will never be applied.
type refusal struct {
	n    int
	code string
}

// page is what central answers a pull with.
type page struct {
	epoch    int
	from, to cursor
	reset    bool
	last     bool
	rows     []given
	lastN    int
	lastOp   int // the op numbered lastN; 0: none
	refused  []refusal
	takenN   int
	taken    int // id of the op at takenN; 0: central has none of this desk id
	backedUp int

	exact []given // for the checks: what the scope holds, with the last page
}

func (w *world) scopeOf(as int) scope {
	u := w.central.users[as]
	if u.admin {
		return scopeAll
	}
	if w.ownOnly {
		return scopeUser + scope(as)
	}
	return scope(u.group)
}

// scopes lists whose a row is: by itself, by who made it, and by the customer it belongs to.
func (w *world) scopes(r *row) []scope {
	list := make([]scope, 0, 8)
	add := func(g, u int) {
		if g >= 0 {
			list = append(list, scope(g))
		}
		if u >= 0 {
			list = append(list, scopeUser+scope(u))
		}
	}
	add(r.of[group], r.of[owner])
	if r.kind != customer {
		add(r.authors, r.author)
	}
	if r.parent >= 0 {
		p := w.central.row(r.parent)
		add(p.of[group], p.of[owner])
	}
	return list
}

// holds says whether a scope holds a row in full.
func (w *world) holds(s scope, r *row) bool {
	return s == scopeAll || slices.Contains(w.scopes(r), s)
}

// place writes down which scopes hold a row now and which hold it no longer.
func (w *world) place(key int) {
	c := &w.central
	r := c.row(key)
	if r.kind == customer {
		return // everyone has customers, some as stubs
	}
	now := w.scopes(r)
	list := c.placing[key]
	for i := range list {
		if p := &list[i]; !p.gone && !slices.Contains(now, p.scope) {
			p.gone, p.seq = true, r.ver
		}
	}
	for _, s := range now {
		i := slices.IndexFunc(list, func(p placed) bool { return p.scope == s })
		if i < 0 {
			list = append(list, placed{scope: s, seq: r.ver})
			continue
		}
		list[i].gone, list[i].seq = false, r.ver
	}
	c.placing[key] = list
}

// seenBy gives a customer as a scope may see it.
func (w *world) seenBy(s scope, r *row) row {
	if r.kind != customer || r.shown || w.holds(s, r) {
		return *r
	}
	stub := *r
	stub.stub = true
	stub.of[text] = 0
	stub.of[pooled] = 0
	return stub
}

// exact is what a scope holds at this moment, from the rows alone: what placing and cursors have to come to.
func (w *world) exact(s scope) []given {
	list := make([]given, 0, len(w.central.rows))
	for k := range w.central.rows {
		r := &w.central.rows[k]
		if !r.there || r.removed || r.kind != customer && !w.holds(s, r) {
			continue
		}
		list = append(list, given{k, w.seenBy(s, r)})
	}
	return list
}

// isDue says whether somebody waits: open callbacks, and with them their customers; open tickets.
func (w *world) isDue(key int) bool {
	c := &w.central
	r := c.row(key)
	if r.kind == callback || r.kind == ticket {
		return r.of[state] == 0
	}
	if r.kind != customer {
		return false
	}
	return slices.ContainsFunc(c.rows, func(x row) bool {
		return x.there && !x.removed && x.parent == key && x.kind == callback && x.of[state] == 0
	})
}

// centralPull makes the page after a cursor from one picture of the rows.
func (w *world) centralPull(as int, in pulled) *page {
	c := &w.central
	w.witness(in.at)
	s, at := w.scopeOf(as), in.at
	p := &page{epoch: c.epoch, from: in.at}
	if at.desk != in.desk || at.epoch != c.epoch {
		at.n = 0
	}
	at.desk = in.desk
	other := at.scope != s && w.mistake != ScopeWithoutReset
	below := max(at.seq, at.base) < c.floor && w.mistake != FloorIgnored
	if !at.set || in.epoch != c.epoch || at.epoch != c.epoch || other || below || at.seq > c.seq {
		p.reset = true
		p.takenN = len(*c.replica(in.desk))
		if p.takenN > 0 {
			p.taken = (*c.replica(in.desk))[p.takenN-1].op
		}
		at = cursor{set: true, epoch: c.epoch, scope: s, base: c.seq, desk: in.desk, n: at.n}
	}
	at.scope = s
	w.fill(p, &at, in.limit)
	if w.mistake == BaseMoves && at.base > 0 {
		at.base = c.seq
	}
	if at.due < 0 && at.seq >= at.base {
		at.base = 0
	}
	if p.last || w.mistake == EveryPageReleases {
		w.release(p, &at, in)
	}
	if p.last {
		p.exact = w.exact(s)
	}
	at.past, at.mark, at.top = len(c.past), 0, c.seq
	if at.past > 0 {
		at.mark = c.past[at.past-1]
	}
	p.to = at
	return p
}

// fill puts the rows after the cursor into a page: in a snapshot first what is due, then everything in central's order.
func (w *world) fill(p *page, at *cursor, limit int) {
	c := &w.central
	if at.due >= 0 && at.base > 0 {
		for k := at.due; k < len(c.rows); k++ {
			r := &c.rows[k]
			if !r.there || r.removed || !w.isDue(k) || r.ver == c.hidden {
				continue
			}
			if r.kind != customer && !w.holds(at.scope, r) {
				continue
			}
			p.rows = append(p.rows, given{k, w.seenBy(at.scope, r)})
			if len(p.rows) == limit {
				at.due = k + 1
				return
			}
		}
		at.due = -1
		if len(p.rows) > 0 {
			return
		}
	}
	list := w.feed(at.scope, at.seq, at.base)
	at.seq, p.last = c.seq, true
	if len(list) > limit {
		list, p.last = list[:limit], false
		at.seq = list[limit-1].row.ver
	}
	p.rows = list
}

// feed lists what a scope holds or has lost after a number, in central's order. Removals up to base are not told: whoever
// has a cursor with a base began with nothing.
func (w *world) feed(s scope, after, base int) []given {
	c := &w.central
	list := make([]given, 0, 16)
	for k := range c.rows {
		r := &c.rows[k]
		if !r.there || r.ver == c.hidden && c.hidden != 0 {
			continue
		}
		if w.mistake == DueOnlyOnce && base > 0 && !r.removed && w.isDue(k) {
			continue
		}
		g := given{k, w.seenBy(s, r)}
		if s != scopeAll && r.kind != customer {
			i := slices.IndexFunc(c.placing[k], func(p placed) bool { return p.scope == s })
			if i < 0 {
				continue
			}
			q := c.placing[k][i]
			if q.gone && w.mistake == LeavingUntold {
				continue
			}
			g.row.ver, g.row.removed = q.seq, q.gone
		}
		if g.row.ver > after && (!g.row.removed || g.row.ver > base) {
			list = append(list, g)
		}
	}
	slices.SortFunc(list, func(a, b given) int { return a.row.ver - b.row.ver })
	return list
}

// release says which ops of the asking desk the page releases: those that central has, no further than the running
// desk was told so.
func (w *world) release(p *page, at *cursor, in pulled) {
	c := &w.central
	r := *c.replica(in.desk)
	p.lastN = len(r)
	if w.mistake != AckedIgnored {
		p.lastN = min(p.lastN, in.acked)
	}
	if in.epoch != c.epoch { // what it was told then need not be so any more
		p.lastN = 0
	}
	for n := at.n + 1; n <= p.lastN; n++ {
		if r[n-1].code != fine && w.mistake != RefusalUntold {
			p.refused = append(p.refused, refusal{n, r[n-1].code})
		}
	}
	if p.lastN > 0 && p.last && w.mistake != LastUnnamed {
		p.lastOp = r[p.lastN-1].op
	}
	at.n = max(at.n, p.lastN)
	if !p.last {
		return
	}
	if len(c.saved) == maxKept || w.mistake == NewestBackupOnly && len(c.saved) > 0 {
		of := c.saved[0]
		if w.mistake == NewestBackupOnly {
			of = c.saved[len(c.saved)-1]
		}
		if in.desk < len(of) {
			p.backedUp = of[in.desk]
		}
	}
}

// compact forgets which rows left which scopes and raises the floor.
func (w *world) compact() {
	c := &w.central
	for k, list := range c.placing {
		c.placing[k] = slices.DeleteFunc(list, func(p placed) bool {
			if p.gone {
				c.floor = max(c.floor, p.seq)
			}
			return p.gone
		})
	}
	w.commit()
}
