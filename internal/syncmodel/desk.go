package syncmodel

import "slices"

// How an op of a disk stands.
type standing uint8

const (
	pending standing = iota
	released
	refused
	forgotten // released, and a backup of central has it
)

// queued is an op on a disk: its number under a desk id, and the number of the op that it needs (0: none).
type queued struct {
	op, desk, n, needs int
	standing           standing
}

// held is a central row on a disk. Every row belongs to the generation of the snapshot that named it.
type held struct {
	row row
	gen int
}

// disk is what one replica has on its disk, and beneath it what a running desk knows until it ends. All that a step
// writes is one transaction, or several with a chance to end between them.
type disk struct {
	user, desk, next int // next: the number of the next op
	cursor           cursor
	epoch            int
	gen, staging     int // staging: the snapshot that is coming in; 0: none
	rows             []held
	ops              []queued // in the order written
	mid              bool     // a page was cut off between its transactions

	run     int // grows when the desk ends and starts
	acked   int // central said so to this run, of this desk id
	leases  [firstFree]holding
	absent  bool // its user is away: the outbox goes up, nothing else happens
	copies  bool // it was cloned, or came back from a backup
	stopped bool // its disk was replaced by an older copy; nothing of it is left
}

// holding is a lease as a desk believes in it.
type holding struct{ id, until int }

func (d *disk) copied() *disk {
	e := *d
	e.rows, e.ops = slices.Clone(d.rows), slices.Clone(d.ops)
	return &e
}

// start is a desk that begins to run: nothing is left but the disk.
func (d *disk) start(run int) {
	d.run, d.acked, d.leases = run, 0, [firstFree]holding{}
}

func (d *disk) at(key int) *held {
	for len(d.rows) <= key {
		d.rows = append(d.rows, held{})
	}
	return &d.rows[key]
}

// view gives a row as the agent sees it: central's with the pending ops on top.
func (w *world) view(d *disk, key int) (row, bool) {
	r := d.at(key).row
	seen := r.there
	left := !seen // a pending change of a row that is not here shows nothing
	for _, q := range d.ops {
		if q.standing != pending {
			continue
		}
		for _, ch := range w.ops[q.op].changes {
			if ch.key != key {
				continue
			}
			if ch.create && !seen {
				r, seen, left = row{there: true, kind: ch.as.kind, parent: ch.as.parent}, true, false
				u := w.central.users[d.user]
				r.of[group], r.of[owner] = u.group, d.user
			}
			if left {
				continue
			}
			for f := range fields {
				if ch.sets[f] {
					r.of[f] = ch.to[f]
				}
			}
			r.made.add(q.op)
		}
	}
	return r, seen
}

// write commits an op: numbered, with the versions of what is shown as bases, and pending from now on.
func (w *world) write(d *disk, changes []change, poison bool) {
	if len(w.ops) >= maxOps {
		return
	}
	o := &op{id: len(w.ops), author: d.user, poison: poison}
	q := queued{op: o.id, desk: d.desk, n: d.next}
	for i := len(d.ops) - 1; i >= 0 && o.before == 0; i-- {
		o.before = d.ops[i].op
	}
	for _, ch := range changes {
		for f := range fields {
			if ch.sets[f] && ch.to[f] == written {
				ch.to[f] = o.id
			}
		}
		r, seen := w.view(d, ch.key)
		if seen {
			ch.saw = r.made
		}
		if !ch.create {
			ch.base, ch.as = d.at(ch.key).row.ver, row{kind: r.kind, parent: r.parent}
		}
		for _, p := range d.ops { // the newest pending op that made a row this one builds on
			if p.standing != pending {
				continue
			}
			for _, made := range w.ops[p.op].changes {
				if made.create && (made.key == ch.key || ch.create && made.key == ch.as.parent) {
					q.needs, o.needs = p.n, p.op
				}
			}
		}
		o.changes = append(o.changes, ch)
	}
	w.ops = append(w.ops, o)
	d.ops = append(d.ops, q)
	d.next++
}

// written stands for the op's own number in the members it sets.
const written = -99

// outbox lists what has not been acknowledged to this run, oldest first.
func (w *world) outbox(d *disk) []sent {
	var list []sent
	for _, q := range d.ops {
		if q.standing == pending && q.n > d.acked {
			list = append(list, sent{q.op, q.n, q.needs, d.numbered(d.desk, q.n-1)})
		}
	}
	return list
}

// answered is central's word on a push. An acknowledgement is no reason to drop anything.
func (w *world) answered(d *disk, a pushAnswer) {
	switch a.fault {
	case "":
		d.acked = max(d.acked, a.lastN)
		if w.mistake == AckEmptiesOutbox {
			d.end(pending, released, a.lastN)
		}
	case "cloned":
		w.newDesk(d, d.ops)
	case "gap": // the batch was torn, or this run was told more than central now has
		d.acked = min(d.acked, a.lastN)
		if i := slices.IndexFunc(d.ops, func(q queued) bool { return q.standing == pending }); i >= 0 && d.ops[i].n > a.lastN+1 {
			w.newDesk(d, d.ops)
		}
	}
}

// newDesk takes a fresh desk id: central knows the numbers of the old one from another copy of the disk, or lacks some
// that are not here any more. Pending ops are numbered from 1 in the order written. An op that needs one which was
// refused is refused with it; one that needs an op which is applied needs nothing any more.
func (w *world) newDesk(d *disk, list []queued) {
	w.desks++
	d.desk, d.ops = w.desks, list
	d.acked = 0
	if w.mistake == CloneKeepsNumbers {
		for i := range d.ops {
			if d.ops[i].standing == pending {
				d.ops[i].desk = d.desk
			}
		}
		return
	}
	d.next = 1
	renumbered := map[int]int{} // op to number
	for i := range d.ops {
		q := &d.ops[i]
		if q.standing != pending {
			continue
		}
		need := w.ops[q.op].needs
		if need != 0 && w.mistake != NeedsForgotten && d.standingOf(need) == refused {
			q.standing = refused
			w.told.add(q.op)
			continue
		}
		q.needs = renumbered[need]
		q.desk, q.n = d.desk, d.next
		renumbered[q.op] = d.next
		d.next++
	}
}

// numbered gives the op that has a number here; 0: none that is known.
func (d *disk) numbered(desk, n int) int {
	for _, q := range d.ops {
		if q.desk == desk && q.n == n {
			return q.op
		}
	}
	return 0
}

func (d *disk) standingOf(id int) standing {
	for _, q := range d.ops {
		if q.op == id {
			return q.standing
		}
	}
	return forgotten
}

// end moves ops of the present desk id up to n from one standing to the next.
func (d *disk) end(from, to standing, n int) {
	for i := range d.ops {
		if q := &d.ops[i]; q.standing == from && q.desk == d.desk && q.n <= n {
			q.standing = to
		}
	}
}
