package syncmodel

// The invariants, as docs/PROTOCOL.md states them.
const (
	onceI       = "I1 exactly once"
	orderI      = "I2 a desk's order"
	ownI        = "I3 own changes visible"
	wholeI      = "I4 all of an op or nothing"
	toldI       = "I5 refused with the text kept"
	conflictI   = "I6 nothing overwritten unseen without a conflict record"
	expectI     = "I7 preconditions hold"
	eraseI      = "I8 deletions stay"
	scopeI      = "I9 a checkpoint is exact"
	drainI      = "I10 outboxes drain"
	wholeAgainI = "I11 nothing lost with central's disk"
	leaseI      = "I12 one holder of a lease"
	authorI     = "I13 in its author's name"
	epochI      = "I14 one break, one new epoch"
)

// onTake looks at an op that central is about to judge for the first time: everything its desk wrote before it has been
// judged, but for what the desk was told is refused.
func (w *world) onTake(as int, o *op) {
	if as != o.author {
		w.breaks(authorI, "op %d of user %d came in the name of user %d", o.id, o.author, as)
	}
	for p := o.before; p != 0; p = w.ops[p].before {
		if w.central.known[p] != 0 {
			return
		}
		if !w.told.has(p) && !w.forgot.has(p) {
			w.breaks(orderI, "op %d was taken before op %d", o.id, p)
			return
		}
	}
}

// onApplied looks at an op that has just been applied.
func (w *world) onApplied(o *op) {
	if w.central.applied[o.id]++; w.central.applied[o.id] > 1 {
		w.breaks(onceI, "op %d was applied twice", o.id)
	}
	if o.needs != 0 && w.central.known[o.needs] != 1 {
		w.breaks(wholeI, "op %d was applied without op %d, which it needs", o.id, o.needs)
	}
}

// onChange looks at a change that is about to be applied.
func (w *world) onChange(o *op, ch change) {
	r := w.central.row(ch.key)
	if ch.expects && r.there && r.of[ch.asked] != ch.want {
		w.breaks(expectI, "op %d expected %d of row %d", o.id, ch.want, ch.key)
	}
	if r.removed {
		w.breaks(eraseI, "op %d writes to row %d, which was removed", o.id, ch.key)
	}
}

// onReplaced looks at a value that is written over.
func (w *world) onReplaced(o *op, ch change, was int, unseen bool) {
	if !ch.saw.has(was) && !unseen {
		w.breaks(conflictI, "op %d wrote over what op %d had put there, unseen", o.id, was)
	}
	if ch.saw.has(was) && unseen && !w.everCopied && w.shocks == 0 {
		w.breaks(conflictI, "op %d wrote over what op %d had put there, which its author saw: a conflict of nothing", o.id, was)
	}
}

// onCheckpoint compares a disk after a last page with what its scope held when central made the page.
func (w *world) onCheckpoint(d *disk, p *page) { w.compare(d, p.exact) }

func (w *world) compare(d *disk, exact []given) {
	i := 0
	for k := range d.rows {
		r := &d.rows[k].row
		for i < len(exact) && exact[i].key < k {
			w.breaks(scopeI, "user %d lacks row %d", d.user, exact[i].key)
			i++
		}
		here := i < len(exact) && exact[i].key == k
		switch {
		case r.there && !here:
			w.breaks(scopeI, "user %d holds row %d, which is gone or out of scope", d.user, k)
		case !r.there && here:
			w.breaks(scopeI, "user %d lacks row %d", d.user, k)
		case here && (r.ver != exact[i].row.ver || r.stub != exact[i].row.stub || r.of != exact[i].row.of):
			w.breaks(scopeI, "user %d holds row %d as it was, or not as the scope has it", d.user, k)
		}
		if here {
			i++
		}
	}
	if i < len(exact) {
		w.breaks(scopeI, "user %d lacks row %d", d.user, exact[i].key)
	}
}

// readYourWrites looks whether what a desk wrote and does not show on top is in the rows it shows.
func (w *world) readYourWrites(d *disk) {
	for _, q := range d.ops {
		if q.standing == pending || q.standing == refused || w.toldCopy(d, q.op) {
			continue
		}
		for _, ch := range w.ops[q.op].changes {
			if r := &d.at(ch.key).row; r.there && !r.made.has(q.op) {
				w.breaks(ownI, "user %d does not see op %d in row %d any more", d.user, q.op, ch.key)
			}
		}
	}
}

// nothingVanishes looks whether the part of a page that follows its rows has taken any away before the last page.
func (w *world) nothingVanishes(d *disk, before []held) {
	for k := range before {
		if before[k].row.there && !d.rows[k].row.there {
			w.breaks(ownI, "row %d is away from user %d's disk until the snapshot names it again", k, d.user)
		}
	}
}

// toldCopy says whether another copy of this disk holds the op, and was told there that it is refused: after central's
// disk was lost an op that both copies had may be judged anew, and only the one that sends it hears of that.
func (w *world) toldCopy(d *disk, id int) bool {
	return d.copies && len(w.central.lapses) > 0 && w.central.known[id] == 2
}

// oneHolder looks whether anybody else believes in a lease. Two copies of one disk are one desk until they are told
// apart, and a central that forgot its leases unawares can grant them again until they have run out.
func (w *world) oneHolder(d *disk, key int) {
	if w.now < w.rolledAt+leaseLong || d.copies || d.leases[key].until <= w.now {
		return
	}
	for _, e := range w.disks {
		if e != d && !e.copies && !e.stopped && e.leases[key].until > w.now {
			w.breaks(leaseI, "users %d and %d both hold callback %d", d.user, e.user, key)
		}
	}
}

// heal makes everything work again and gives all desks time, then looks at the whole.
func (w *world) heal() {
	w.central.hidden, w.late = 0, nil
	for range 12 {
		for _, d := range w.disks {
			if d.stopped {
				continue
			}
			d.absent = false
			for range 3 {
				w.push(d, d.user, arrives)
			}
			for range 80 {
				if p := w.pull(d, 5, arrives, 0); p.last {
					break
				}
			}
		}
	}
	for _, d := range w.disks {
		if !d.stopped {
			w.judged(d)
			w.compare(d, w.exact(w.scopeOf(d.user)))
		}
	}
	w.whole()
}

// judged looks at how each op of a disk ended.
func (w *world) judged(d *disk) {
	for _, q := range d.ops {
		how := w.central.known[q.op]
		switch {
		case q.standing == pending:
			w.breaks(drainI, "op %d of user %d still waits", q.op, d.user)
		case w.told.has(q.op) && how == 1 && !d.copies:
			w.breaks(toldI, "op %d of user %d was applied though the desk was told it is refused", q.op, d.user)
		case q.standing == refused:
		case how == 0:
			w.breaks(wholeAgainI, "op %d of user %d is lost", q.op, d.user)
		case how == 2 && !w.toldCopy(d, q.op):
			w.breaks(toldI, "op %d of user %d was refused without a word", q.op, d.user)
		}
	}
}

// whole looks at central's rows: an op is in all rows it changes or in none, every value is there or kept, and what was
// erased is gone.
func (w *world) whole() {
	c := &w.central
	kept := map[[2]int]bool{}
	for _, k := range c.kept {
		kept[[2]int{k.op, k.key}] = true
	}
	for id, o := range w.ops {
		if id == 0 {
			continue
		}
		for _, ch := range o.changes {
			r := c.row(ch.key)
			if !r.there || r.removed {
				if c.known[id] == 1 && !r.removed {
					w.breaks(wholeI, "op %d was applied, its row %d is not there", id, ch.key)
				}
				continue
			}
			if in := r.made.has(id); in != (c.known[id] == 1) {
				w.breaks(wholeI, "op %d: in row %d %v, applied %v", id, ch.key, in, c.known[id] == 1)
			}
			for f := name; f <= text; f++ {
				if c.known[id] == 1 && ch.sets[f] && r.of[f] != ch.to[f] && !kept[[2]int{id, ch.key}] {
					w.breaks(conflictI, "what op %d wrote into row %d is nowhere", id, ch.key)
				}
			}
		}
	}
	if w.shocks == 1 && w.epochs > 2 {
		w.breaks(epochI, "central began %d epochs", w.epochs)
	}
	for _, key := range w.erased {
		if r := c.row(key); r.there && !r.removed {
			w.breaks(eraseI, "row %d is back", key)
		}
	}
}
