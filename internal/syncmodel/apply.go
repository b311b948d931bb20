package syncmodel

import "slices"

// apply takes a page over. cut is where the desk is ended in between: 0 nowhere, 1 before anything, 2 after the first
// rows, 3 before the last transaction.
func (w *world) apply(d *disk, p *page, cut int) {
	late := p.from != d.cursor && w.mistake != CursorUnchecked
	if p.reset && w.mistake == LateResetTaken {
		late = false
	}
	if late || p.lastN > d.acked {
		return
	}
	if !p.reset && d.epoch != 0 && p.epoch != d.epoch {
		return
	}
	if op := d.numbered(d.desk, p.lastN); p.last && p.lastOp != 0 && op != 0 && op != p.lastOp {
		w.newDesk(d, d.ops) // a copy of this disk gave the number to other work
		return
	}
	if cut == 1 {
		if w.mistake == CursorBeforeRows {
			d.cursor, d.epoch = p.to, p.epoch
		}
		return
	}
	if p.reset && !p.last && cut > 0 {
		return // one transaction
	}
	asked := d.desk
	if p.reset {
		if d.epoch != p.epoch {
			d.acked = 0
			w.requeue(d, p)
		}
		if w.mistake != StagingReused || d.staging == 0 {
			d.staging = max(d.gen, d.staging) + 1
		}
	}
	gen := max(d.gen, d.staging)
	for i, g := range p.rows {
		if cut == 2 && i > len(p.rows)/2 {
			break
		}
		w.putRow(d, g, gen)
	}
	if p.reset && cut > 0 { // what was named counts only with a cursor that belongs to this snapshot
		d.cursor, d.epoch = cursor{}, p.epoch
	}
	if cut > 0 {
		d.mid = true
		if p.last && cut == 3 {
			w.sweep(d, true)
		}
		return
	}
	if !p.last {
		before := slices.Clone(d.rows)
		w.complete(d, p, asked)
		w.nothingVanishes(d, before)
		return
	}
	w.complete(d, p, asked)
}

// putRow takes one of central's rows over.
func (w *world) putRow(d *disk, g given, gen int) {
	h := d.at(g.key)
	if g.row.removed {
		*h = held{gen: gen}
		if w.mistake == PendingGoesWithRow {
			d.ops = slices.DeleteFunc(d.ops, func(q queued) bool {
				return q.standing == pending && slices.ContainsFunc(w.ops[q.op].changes, func(ch change) bool { return ch.key == g.key })
			})
		}
		return
	}
	*h = held{g.row, gen}
}

// complete is the last transaction of a page: refusals, and with the last page of a checkpoint what it releases and what
// the snapshot did not name; the cursor moves with it.
func (w *world) complete(d *disk, p *page, asked int) {
	for _, r := range p.refused {
		for i := range d.ops {
			if q := &d.ops[i]; q.standing == pending && q.desk == asked && q.n == r.n {
				q.standing = refused
				w.told.add(q.op)
			}
		}
	}
	if p.last || w.mistake == EveryPageReleases {
		for i := range d.ops {
			if q := &d.ops[i]; q.standing == pending && q.desk == asked && q.n <= p.lastN {
				q.standing = released
			}
		}
	}
	if w.mistake == SweptEarly && d.staging != 0 {
		w.sweep(d, false)
	}
	if p.last {
		for i := range d.ops {
			if q := &d.ops[i]; q.standing == released && q.desk == asked && q.n <= p.backedUp {
				q.standing = forgotten
				w.forgot.add(q.op)
			}
		}
		if d.staging != 0 {
			w.sweep(d, false)
			d.gen, d.staging = d.staging, 0
		}
	}
	d.cursor, d.epoch, d.mid = p.to, p.epoch, false
	if p.last {
		w.onCheckpoint(d, p)
	}
}

// sweep takes away what the snapshot did not name; half of it where the desk is ended meanwhile.
func (w *world) sweep(d *disk, half bool) {
	if w.mistake == SweptNever {
		return
	}
	for k := range d.rows {
		if half && k%2 == 0 {
			continue
		}
		if h := &d.rows[k]; h.row.there && h.gen < d.staging {
			*h = held{gen: d.staging}
		}
	}
}

// requeue makes a central whole that has lost what it had: of the ops that this disk keeps, those written after the last
// one that central has of this desk id wait again, oldest first; all of them where this disk does not have that op. If there are any, or
// refused ones, the desk takes a new id: central lacks the numbers of the refused ones, too, and a copy of this disk may
// use them.
func (w *world) requeue(d *disk, p *page) {
	if w.mistake == KeptNotSentAgain {
		return
	}
	from := 1 + slices.IndexFunc(d.ops, func(q queued) bool { return p.taken != 0 && q.op == p.taken })
	if w.mistake == KeptByNumber {
		from = 0
	}
	back := 0
	for i := from; i < len(d.ops); i++ {
		q := &d.ops[i]
		again := q.standing == released || q.standing == refused && w.mistake == RefusedSentAgain
		if w.mistake == KeptByNumber && q.desk == d.desk && q.n <= p.takenN || w.mistake == KeptByDesk && q.desk != d.desk {
			again = false
		}
		hole := q.standing == refused && q.desk == d.desk
		if again {
			q.standing = pending
		}
		if again || hole {
			back++
		}
	}
	if back == 0 {
		return
	}
	list := d.ops
	if w.mistake == KeptInWrongOrder {
		list = slices.Clone(d.ops)
		slices.SortStableFunc(list, func(a, b queued) int {
			was := func(q queued) int {
				if q.desk == d.desk {
					return 0
				}
				return 1
			}
			return was(a) - was(b)
		})
	}
	w.newDesk(d, list)
}
