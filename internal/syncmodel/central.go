package syncmodel

import "slices"

// Refusals, as central words them.
const (
	fine      = ""
	forbidden = "forbidden"
	clash     = "conflict"
	invalid   = "invalid"
	needed    = "needs_refused"
	gone      = "gone"
)

// taken is what central remembers of a number: which op it was and how it was judged.
type taken struct {
	op   int
	code string
}

// user as central knows them.
type user struct {
	group int
	admin bool
}

// placed says that a scope holds a row, or that it held it until seq.
type placed struct {
	scope scope
	seq   int
	gone  bool
}

// lapse is a break in central's past: numbers from jump on are of after it, of those before it only what is not above
// trusted is certain to mean the same.
type lapse struct{ jump, trusted int }

// lease is a callback held for a desk.
type lease struct{ desk, id, until int }

// replaced is a value that no row shows any more.
type replaced struct {
	op, key  int
	conflict bool
}

// central is what central's disk holds; a copy of it is a backup.
type central struct {
	epoch, seq, floor int

	rows     []row      // by key
	placing  [][]placed // by key
	replicas [][]taken  // by desk id; the op numbered n is at n-1
	whose    []int      // user by desk id; -1: nobody yet
	users    []user
	known    [maxOps]int // how an op was judged: 0 not yet, 1 applied, 2 refused
	applied  [maxOps]uint8
	past     []int // the ledger: one mark for each transaction, never the same twice
	ended    []int // epochs before this one, and those that desks have told of
	lapses   []lapse
	leases   [firstFree]lease // by key of the callback
	unleased int              // nothing is leased before then
	kept     []replaced
	saved    [][]int // last number of each desk id in the backups that may still be restored, oldest first
	hidden   int     // SeqBeforeCommit: what cannot be read yet
}

// copied is a copy that shares nothing that changes.
func (c *central) copied() central {
	d := *c
	d.rows, d.users = slices.Clone(c.rows), slices.Clone(c.users)
	d.placing = make([][]placed, len(c.placing))
	for i, p := range c.placing {
		d.placing[i] = slices.Clone(p)
	}
	d.replicas = make([][]taken, len(c.replicas))
	for i, r := range c.replicas {
		d.replicas[i] = slices.Clip(r)
		c.replicas[i] = slices.Clip(r)
	}
	d.whose, d.lapses = slices.Clone(c.whose), slices.Clone(c.lapses)
	d.past, d.kept, d.saved = slices.Clip(c.past), slices.Clip(c.kept), slices.Clone(c.saved)
	c.past, c.kept = slices.Clip(c.past), slices.Clip(c.kept)
	return d
}

// row gives the row of a key, which may not be there.
func (c *central) row(key int) *row {
	for len(c.rows) <= key {
		c.rows = append(c.rows, row{})
		c.placing = append(c.placing, nil)
	}
	return &c.rows[key]
}

func (c *central) replica(desk int) *[]taken {
	for len(c.replicas) <= desk {
		c.replicas = append(c.replicas, nil)
		c.whose = append(c.whose, -1)
	}
	return &c.replicas[desk]
}

// pushAnswer is what central says to a push: the last number it has, or why it took nothing.
type pushAnswer struct {
	lastN int
	fault string // gap, cloned, epoch
}

// centralPush takes ops of a desk in the name of a user, all in one transaction.
func (w *world) centralPush(as, desk int, at cursor, list []sent) pushAnswer {
	c := &w.central
	if w.mistake != PushUnproved {
		w.witness(at)
		if at.set && at.epoch != c.epoch {
			return pushAnswer{fault: "epoch"}
		}
	}
	r := c.replica(desk)
	if c.whose[desk] != -1 && c.whose[desk] != as && w.mistake != SentAsAnother {
		return pushAnswer{fault: "cloned"}
	}
	for _, s := range list { // what makes a fault makes it before anything is taken
		last := len(*r)
		if s.n <= last && w.mistake != CloneUnseen && (*r)[s.n-1].op != s.op {
			return pushAnswer{fault: "cloned"}
		}
	}
	if len(list) > 0 && w.mistake != BeforeUnnamed {
		if n, op := list[0].n-1, list[0].before; n > 0 && n <= len(*r) && op != 0 && (*r)[n-1].op != op {
			return pushAnswer{fault: "cloned"}
		}
	}
	if len(list) > 0 && list[0].n > len(*r)+1 && w.mistake != GapTaken {
		return pushAnswer{fault: "gap", lastN: len(*r)}
	}
	for _, s := range list {
		last := len(*r)
		if s.n <= last && w.mistake != NumbersForgotten {
			continue
		}
		o := w.ops[s.op]
		if o.poison && w.mistake == PoisonBlocks {
			break
		}
		code := w.take(as, desk, s)
		if s.n <= last { // NumbersForgotten
			continue
		}
		for len(*r) < s.n-1 { // GapTaken
			*r = append(*r, taken{})
		}
		*r = append(*r, taken{s.op, code})
	}
	c.whose[desk] = as
	w.commit()
	return pushAnswer{lastN: len(*r)}
}

// commit puts a mark under the transaction.
func (w *world) commit() {
	w.marks++
	w.central.past = append(w.central.past, w.marks)
}

// take judges one op and applies it whole or not at all.
func (w *world) take(as, desk int, s sent) string {
	c, o := &w.central, w.ops[s.op]
	if c.known[s.op] != 0 && w.mistake != IDsForgotten && w.mistake != NumbersForgotten {
		if c.known[s.op] == 2 {
			return invalid
		}
		return fine
	}
	w.onTake(as, o)
	code := w.judge(as, desk, s, o)
	if code == fine {
		w.onApplied(o)
	}
	c.known[s.op] = 1
	if code != fine {
		c.known[s.op] = 2
	}
	if w.mistake == SeqBeforeCommit && c.seq%3 == 0 {
		c.hidden = c.seq
	}
	return code
}

// judge applies o, or says why not and leaves everything as it was.
func (w *world) judge(as, desk int, s sent, o *op) string {
	c := &w.central
	if o.poison {
		return invalid
	}
	if s.needs > 0 && s.needs <= len(c.replicas[desk]) && c.replicas[desk][s.needs-1].code != fine {
		return needed
	}
	for i, ch := range o.changes {
		if code := w.fits(as, ch); code != fine {
			if w.mistake == HalfOp {
				for _, done := range o.changes[:i] {
					w.lay(as, desk, o, done)
				}
			}
			return code
		}
	}
	for _, ch := range o.changes {
		w.lay(as, desk, o, ch)
	}
	return fine
}

// fits holds a change against the row as it is: no two changes of an op are to one row.
func (w *world) fits(as int, ch change) string {
	c := &w.central
	r := c.row(ch.key)
	if r.removed && w.mistake != RemovedComesBack {
		return gone
	}
	if !r.there && ch.create {
		if p := ch.as.parent; p >= 0 && (!c.row(p).there || c.row(p).removed) {
			return gone
		}
		return fine
	}
	if !r.there {
		if ch.base != 0 { // lost with central's disk, and whoever made it has not brought it back yet
			return gone
		}
		return fine // it is made; see needs
	}
	if ch.create {
		return clash
	}
	if !w.mayWrite(as, r, ch) {
		return forbidden
	}
	if ch.expects && w.mistake != IfUnchecked && r.of[ch.asked] != ch.want {
		return clash
	}
	return fine
}

// mayWrite says whether a row is a user's to change: their group's, one that their scope holds, or one in the pool.
func (w *world) mayWrite(as int, r *row, ch change) bool {
	u := w.central.users[as]
	switch {
	case u.admin:
		return true
	case ch.sets[group] && !ch.sets[pooled]:
		return false // only an admin gives rows to another group
	case ch.sets[pooled] && ch.expects:
		return true // a claim
	}
	return w.holds(w.scopeOf(as), r)
}

// lay applies one change.
func (w *world) lay(as, desk int, o *op, ch change) {
	c := &w.central
	c.seq++
	w.onChange(o, ch)
	r := c.row(ch.key)
	if !r.there {
		*r = row{there: true, kind: ch.as.kind, parent: ch.as.parent, author: as, authors: c.users[as].group}
		r.of[group], r.of[owner] = c.users[as].group, as
	}
	if r.removed { // RemovedComesBack
		r.removed = false
	}
	base := w.clamp(ch.base)
	var losers []int
	for f := range fields {
		if !ch.sets[f] {
			continue
		}
		if f <= text {
			if by := r.by[f].user; w.replace(desk, o, ch, f, base) {
				losers = append(losers, int(by))
			}
			r.by[f] = stamp{c.seq, int32(desk), int32(as)} //nolint:gosec // small
		}
		r.of[f] = ch.to[f]
	}
	r.ver = c.seq
	r.made.add(o.id)
	if ch.sets[pooled] {
		r.shown = ch.to[pooled] != 0
	}
	w.place(ch.key)
	if r.kind == customer && (ch.sets[group] || ch.sets[owner]) && w.mistake != ChildrenStay {
		w.follow(ch.key)
	}
	for _, user := range losers {
		w.lost(ch.key, user)
	}
}

// replace keeps the text that a change writes over, as history where its author had seen it, else as a conflict: then it
// gives true, and the loser's desks are told.
func (w *world) replace(desk int, o *op, ch change, f field, base int) bool {
	r := w.central.row(ch.key)
	was, by := r.of[f], r.by[f]
	if was == 0 {
		return false
	}
	unseen := by.seq > base && int(by.desk) != desk || w.mistake == ConflictWhereSeen
	if unseen && w.mistake == LoserForgotten {
		unseen = false
	} else {
		w.central.kept = append(w.central.kept, replaced{was, ch.key, unseen})
	}
	w.onReplaced(o, ch, was, unseen)
	return unseen
}

// lost makes the row that tells of a value which was replaced unseen.
func (w *world) lost(key, loser int) {
	c := &w.central
	c.seq++
	k := w.newKey()
	r := c.row(k)
	*r = row{there: true, kind: conflict, parent: -1, author: loser, authors: c.users[loser].group, ver: c.seq}
	r.of[group], r.of[owner] = c.row(key).of[group], loser
	w.place(k)
}

// clamp gives what a base is worth: numbers of before a break may have been given twice.
func (w *world) clamp(base int) int {
	if w.mistake == BasesTrusted {
		return base
	}
	for _, l := range w.central.lapses {
		if base < l.jump {
			base = min(base, l.trusted)
		}
	}
	return base
}

// move gives a customer to another group, in an admin's name.
func (w *world) move(key, to int) {
	c := &w.central
	r := c.row(key)
	if !r.there || r.removed || r.of[group] == to {
		return
	}
	c.seq++
	r.of[group], r.of[owner], r.of[pooled], r.shown, r.ver = to, -1, 0, false, c.seq
	w.place(key)
	if w.mistake != ChildrenStay {
		w.follow(key)
	}
	w.commit()
}

// follow brings what belongs to a customer to where the customer is now.
func (w *world) follow(key int) {
	c := &w.central
	for k := range c.rows {
		if r := &c.rows[k]; r.there && !r.removed && r.parent == key {
			c.seq++
			r.ver = c.seq
			w.place(k)
		}
	}
}

// remove erases a row for good.
func (w *world) remove(key int) {
	c := &w.central
	r := c.row(key)
	if !r.there || r.removed {
		return
	}
	c.seq++
	r.removed, r.ver, r.shown = true, c.seq, false
	for i := range c.placing[key] {
		if p := &c.placing[key][i]; !p.gone {
			p.gone, p.seq = true, c.seq
		}
	}
	w.commit()
}

// lapsePool makes stubs of those who have been in the pool for long.
func (w *world) lapsePool() {
	c := &w.central
	for k := range c.rows {
		if r := &c.rows[k]; r.shown && !r.removed && r.of[pooled]>>16 < w.now-6 {
			r.shown = false
			if w.mistake != PoolLapsesSilently {
				c.seq++
				r.ver = c.seq
			}
		}
	}
	w.commit()
}
