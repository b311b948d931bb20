package syncmodel

import "fmt"

// The rows that everybody begins with, by key: customers, a ticket and a callback of each of the first two.
const (
	firstTicket   = 4
	firstCallback = 6
	firstFree     = 8
)

// world is central, the disks, and what the network holds.
type world struct {
	mistake  Mistake
	ownOnly  bool // the organisation's policy: agents hold their own rows only
	focus    int
	building bool
	central  central
	disks    []*disk
	ops      []*op
	late     []late
	now      int

	backups    []saved
	snapshot   *saved
	oldDisk    [maxFiles]*disk // a copy of each disk, for a restore of it
	erased     []int           // the list beside central's data
	rolledAt   int             // when central was last rolled back without being told
	everCopied bool

	marks, epochs, desks, keys, runs, leaseIDs, releases, shocks int

	told, forgot ops // what some desk was told is refused; what some desk has forgotten
	broken       *BrokenError
}

// late is a message that the network still holds: what happens when it comes.
type late struct {
	toCentral bool
	comes     func()
}

// BrokenError is an invariant that did not hold.
type BrokenError struct {
	Invariant string // I1 …
	What      string
	Step      int // at which it was seen; the number of steps: after the world was healed
}

func (b *BrokenError) Error() string {
	return fmt.Sprintf("step %d: %s: %s", b.Step, b.Invariant, b.What)
}

func (w *world) breaks(invariant, what string, args ...any) {
	if w.broken == nil {
		w.broken = &BrokenError{Invariant: invariant, What: fmt.Sprintf(what, args...)}
	}
}

// newWorld is four customers of two groups and four replicas: agents of both groups who share a computer, a second agent
// of the first group, and an admin.
func newWorld(m Mistake, h History) *world {
	w := &world{mistake: m, ownOnly: h.OwnOnly, focus: h.Focus, building: h.Building, keys: firstFree, epochs: 1, now: 100, rolledAt: -leaseLong}
	w.ops = []*op{nil}
	w.central.epoch = 1
	w.central.users = []user{{group: 0}, {group: 1}, {group: 0}, {group: 1, admin: true}}
	for key := range firstFree {
		w.central.seq++
		r := row{there: true, kind: customer, parent: -1, ver: w.central.seq}
		switch {
		case key >= firstCallback:
			r.kind, r.parent = callback, key-firstCallback
		case key >= firstTicket:
			r.kind, r.parent = ticket, key-firstTicket
		}
		r.of[group], r.of[owner] = key%2, key%2
		r.author, r.authors = r.of[owner], r.of[group]
		*w.central.row(key) = r
		w.place(key)
	}
	w.commit()
	for u := range w.central.users {
		w.desks++
		w.disks = append(w.disks, &disk{user: u, desk: w.desks, next: 1})
	}
	w.disks[1].absent = true // shares the first one's computer
	return w
}

func (w *world) newKey() int {
	w.keys++
	return w.keys - 1
}

// hold gives the network a message to bring later, or never.
func (w *world) hold(toCentral bool, comes func()) {
	if len(w.late) == maxLate {
		w.late = w.late[1:]
	}
	w.late = append(w.late, late{toCentral, comes})
}

// dropRequests is what a central that ends does to those who were talking to it.
func (w *world) dropRequests() {
	kept := w.late[:0]
	for _, l := range w.late {
		if !l.toCentral {
			kept = append(kept, l)
		}
	}
	w.late = kept
}

// fate is what the network does to one exchange.
type fate = uint8

const (
	arrives = iota
	requestLost
	answerLost
	doubled
	requestLate
	answerLate
	tornHead // only the beginning of the batch comes, and no answer
	tornTail // only the end; see push
	fates
)

// push brings up what waits, in the name of as.
func (w *world) push(d *disk, as int, how fate) {
	list, desk, at, run, epoch := w.outbox(d), d.desk, d.cursor, d.run, d.epoch
	if len(list) == 0 {
		return
	}
	answer := func(a pushAnswer) {
		if d.run != run || d.desk != desk || d.stopped { // another process, or meant for other numbers
			return
		}
		if d.epoch != epoch {
			return
		}
		if a.fault == fine {
			a.lastN = min(a.lastN, list[len(list)-1].n)
		}
		w.answered(d, a)
		w.readYourWrites(d)
	}
	switch how {
	case requestLost:
		return
	case requestLate:
		w.hold(true, func() { w.centralPush(as, desk, at, list) })
		return
	case tornHead:
		w.centralPush(as, desk, at, list[:(len(list)+1)/2])
		return
	case tornTail:
		answer(w.centralPush(as, desk, at, list[len(list)/2:]))
		return
	}
	a := w.centralPush(as, desk, at, list)
	switch how {
	case answerLost:
	case answerLate:
		w.hold(false, func() { answer(a) })
	case doubled:
		w.hold(true, func() { w.centralPush(as, desk, at, list) })
		answer(a)
	default:
		answer(a)
	}
}

// pull asks for the next page. cut is where the desk ends while it applies it.
func (w *world) pull(d *disk, limit int, how fate, cut int) *page {
	in := pulled{desk: d.desk, acked: d.acked, limit: limit, at: d.cursor, epoch: d.epoch}
	run := d.run
	if how == requestLost {
		return nil
	}
	p := w.centralPull(d.user, in)
	apply := func(cut int) {
		if d.run != run || d.desk != in.desk || d.stopped {
			return
		}
		if w.apply(d, p, cut); p.last && in.epoch == p.epoch && p.lastN < in.acked && w.mistake != AckedBelieved {
			d.acked = min(d.acked, p.lastN) // central has lost what it acknowledged
		}
		w.readYourWrites(d)
	}
	switch how {
	case answerLost, tornHead, tornTail:
	case answerLate, requestLate:
		w.hold(false, func() { apply(0) })
	case doubled:
		apply(cut)
		w.hold(false, func() { apply(0) })
	default:
		apply(cut)
	}
	if cut > 0 {
		w.restart(d)
	}
	return p
}

func (w *world) restart(d *disk) {
	w.runs++
	d.start(w.runs)
}

// ask leases a callback, or prolongs the lease.
func (w *world) ask(d *disk, key int, how fate) {
	h := &d.leases[key]
	if h.id == 0 {
		w.leaseIDs++
		h.id = w.leaseIDs
	}
	id, desk, run, sent := h.id, d.desk, d.run, w.now
	answer := func(left int) {
		if d.run != run || d.leases[key].id != id || d.stopped || left == 0 {
			return
		}
		if w.mistake == LeaseFromArrival {
			sent = w.now
		}
		d.leases[key].until = max(d.leases[key].until, sent+left)
		w.oneHolder(d, key)
	}
	switch how {
	case requestLost, tornHead, tornTail:
	case requestLate:
		w.hold(true, func() { w.grant(desk, id, key) })
	case answerLost:
		w.grant(desk, id, key)
	case answerLate:
		left := w.grant(desk, id, key)
		w.hold(false, func() { answer(left) })
	default:
		answer(w.grant(desk, id, key))
	}
}

// grant gives the ticks that a lease lasts from now on; 0: somebody else has the callback, or may have.
func (w *world) grant(desk, id, key int) int {
	l := &w.central.leases[key]
	if w.now < w.central.unleased || l.until > w.now && l.desk != desk {
		return 0
	}
	*l = lease{desk, id, w.now + leaseLong}
	w.commit()
	return leaseLong
}

// giveBack ends a lease at the desk first, and then at central: only the one it names.
func (w *world) giveBack(d *disk, key int, how fate) {
	id, desk := d.leases[key].id, d.desk
	d.leases[key] = holding{}
	free := func() {
		l := &w.central.leases[key]
		if l.desk == desk && (l.id == id || w.mistake == LateRelease) {
			*l = lease{}
			w.commit()
		}
	}
	switch how {
	case requestLost:
	case requestLate, answerLate:
		w.hold(true, free)
	default:
		free()
	}
}
