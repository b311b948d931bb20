package syncmodel

import "slices"

// The steps of a history.
const (
	stepWrite = iota
	stepPush
	stepPull
	stepStream // pages up to the last
	stepLate   // the network brings something from before
	stepTick
	stepCrash    // a desk
	stepSwitch   // the computer that two users share
	stepMove     // a customer to another group
	stepTransfer // a user to another group
	stepErase
	stepCompact
	stepSettle
	stepLapsePool
	stepLease
	stepGiveBack
	stepKeepDisk // for a restore of it
	stepRestoreDisk
	stepClone
	stepBackup
	stepRestore
	stepSnapshot // of central's machine
	stepRollBack
	stepRestartCentral
	stepKinds
)

// Step is one thing that happens. What its numbers choose depends on what there is: they fit any world, so that steps can
// be left out of a history.
type Step struct{ Kind, A, B, C, D uint8 }

// play does one step.
func (w *world) play(s Step) {
	at := w.which(s)
	d := w.disks[at]
	c := &w.central
	how := fateOf(s.C)
	switch int(s.Kind) {
	case stepPush:
		w.push(d, w.speaker(d), how)
	case stepLate:
		if len(w.late) > 0 {
			i := int(s.A) % len(w.late)
			l := w.late[i]
			w.late = slices.Delete(w.late, i, i+1)
			l.comes()
		}
	case stepTick:
		w.now += 1 + int(s.A)%3
	case stepSwitch:
		w.switchUser()
	case stepMove:
		key := int(s.A) % firstTicket
		if w.focus >= 0 && s.C < 160 {
			key = w.focus % 2
		}
		w.move(key, int(s.B)%2)
	case stepTransfer:
		u := int(s.A) % 3
		c.users[u].group = 1 - c.users[u].group
		w.commit()
	case stepErase:
		w.erase(int(s.B))
	case stepCompact:
		w.compact()
	case stepSettle:
		c.hidden = 0
	case stepLapsePool:
		w.lapsePool()
	case stepKeepDisk:
		if !d.mid { // a known limit: half a page, and central rolled back to before it
			w.oldDisk[at] = d.copied()
		}
	case stepRestoreDisk:
		w.restoreDisk(at)
	case stepClone:
		w.clone(d)
	default:
		w.playRest(s, d, how)
	}
}

// which chooses the disk of a step; with a focus mostly that one or the newest, which is often its copy.
func (w *world) which(s Step) int {
	if w.focus >= 0 && s.A < 110 {
		return w.focus
	}
	if w.focus >= 0 && s.A < 170 {
		return len(w.disks) - 1
	}
	return int(s.A) % len(w.disks)
}

// playRest does the steps of a desk whose user is there, and those of central's past.
func (w *world) playRest(s Step, d *disk, how fate) {
	key := firstCallback + int(s.B)%2
	if w.focus >= 0 {
		key = firstCallback
	}
	switch int(s.Kind) {
	case stepBackup:
		w.backup()
		return
	case stepRestore:
		if len(w.backups) > 0 {
			w.restore(int(s.A) % len(w.backups))
		}
		return
	case stepSnapshot:
		w.snapshot = &saved{w.central.copied(), w.marks}
		return
	case stepRollBack:
		if w.snapshot != nil && !slices.ContainsFunc(w.disks, func(d *disk) bool { return d.mid }) {
			w.rollBack()
		}
		return
	case stepRestartCentral:
		w.dropRequests()
		return
	}
	if d.absent {
		return
	}
	switch int(s.Kind) {
	case stepWrite:
		w.compose(d, s)
	case stepPull:
		w.pull(d, 1+int(s.B)%4, how, cutOf(s.D))
	case stepStream:
		for range 6 + int(s.B)%8 {
			if p := w.pull(d, 3, arrives, 0); p.last {
				break
			}
		}
	case stepCrash:
		w.restart(d)
	case stepLease:
		w.ask(d, key, how)
	case stepGiveBack:
		if d.leases[key].id != 0 {
			w.giveBack(d, key, how)
		}
	}
}

// fateOf makes half of all exchanges good ones.
func fateOf(n uint8) fate {
	if n < 128 {
		return arrives
	}
	return n % fates
}

// cutOf ends the desk in one of five pages.
func cutOf(n uint8) int {
	if n < 205 {
		return 0
	}
	return 1 + int(n)%3
}

// speaker is in whose name a disk's outbox goes up.
func (w *world) speaker(d *disk) int {
	if d.absent && w.mistake == SentAsAnother {
		return w.disks[1-slices.Index(w.disks, d)].user
	}
	return d.user
}

// switchUser gives the shared computer to the other of its two users.
func (w *world) switchUser() {
	for _, d := range w.disks[:2] {
		d.absent = !d.absent
		w.restart(d)
	}
}

func (w *world) erase(n int) {
	key := n % w.keys
	if n%3 > 0 {
		key = firstTicket + n%2 // mostly a row that desks write to
	}
	if r := w.central.row(key); r.there && !r.removed && r.kind != conflict {
		w.remove(key)
		w.erased = append(w.erased, key)
	}
}

// restoreDisk puts an older copy of a disk in its place.
func (w *world) restoreDisk(i int) {
	old := w.oldDisk[i]
	if old == nil {
		return
	}
	d := w.disks[i]
	d.stopped = true
	again := old.copied()
	again.absent, again.copies = d.absent, true
	w.disks[i] = again
	w.everCopied = true
	w.restart(again)
}

// clone makes a second computer of a disk.
func (w *world) clone(d *disk) {
	if len(w.disks) == maxFiles {
		return
	}
	e := d.copied()
	d.copies, e.copies, e.absent = true, true, false
	w.everCopied = true
	w.disks = append(w.disks, e)
	w.restart(e)
}

// compose writes an op of some kind about a row that the agent sees.
func (w *world) compose(d *disk, s Step) {
	key := w.choose(d, int(s.B))
	if key < 0 {
		return
	}
	r, _ := w.view(d, key)
	edit := change{key: key}
	edit.sets[text], edit.to[text] = true, written
	kind := s.C % 10
	if w.building && s.D%2 == 0 {
		kind = 3
	}
	switch kind {
	case 0, 1:
		if r.kind != conflict {
			w.write(d, []change{edit}, false)
		}
	case 2:
		w.write(d, []change{edit}, s.D%3 == 0) // some are such as central can never apply
	case 3, 4:
		w.composeNew(d, key, r, s)
	case 5, 6:
		if r.kind == callback || r.kind == ticket {
			w.write(d, []change{stateChange(key, r, int(s.D)%3)}, false)
		}
	case 7:
		w.composeSeveral(d, key, r, s)
	default:
		if r.kind == customer {
			w.composePool(d, key, r)
		}
	}
}

// choose gives a row that the agent sees; those that everybody has come oftener.
func (w *world) choose(d *disk, n int) int {
	if f := w.focus % 2; f >= 0 && n >= 128 { // the customer that the history is about, with ticket and callback
		key := [...]int{f, firstTicket + f, firstCallback + f}[n%3]
		if r, seen := w.view(d, key); seen && !r.stub {
			return key
		}
	}
	among := firstFree
	if n%4 == 0 {
		among = w.keys
	}
	for i := range among {
		key := (n + i) % among
		if r, seen := w.view(d, key); seen && !r.stub {
			return key
		}
	}
	return -1
}

func stateChange(key int, r row, to int) change {
	ch := change{key: key, expects: true, asked: state, want: r.of[state]}
	ch.sets[state], ch.to[state] = true, to
	return ch
}

// composeNew writes a contact or a new callback about a customer, who may be new too, or a new customer.
func (w *world) composeNew(d *disk, key int, r row, s Step) {
	parent := key
	if r.kind != customer {
		parent = r.parent
	}
	if s.B%2 == 0 {
		parent = w.newestOwn(d, parent)
	}
	made := change{key: w.newKey(), create: true, as: row{kind: contact, parent: parent}}
	made.sets[text], made.to[text] = true, written
	switch s.D / 2 % 4 {
	case 0:
		made.as.kind = callback
	case 1, 3:
		made.as.kind, made.as.parent = customer, -1
		w.write(d, []change{made}, s.D/8%2 == 0)
		return
	}
	w.write(d, []change{made}, false)
}

// newestOwn gives the customer whom an op that still waits makes; else what it is given.
func (w *world) newestOwn(d *disk, otherwise int) int {
	for _, q := range slices.Backward(d.ops) {
		if ch := w.ops[q.op].changes[0]; q.standing == pending && ch.create && ch.as.kind == customer {
			return ch.key
		}
	}
	return otherwise
}

// composeSeveral writes a contact, the state of a ticket or callback, and its customer's name, as one op.
func (w *world) composeSeveral(d *disk, key int, r row, s Step) {
	if r.kind != callback && r.kind != ticket {
		return
	}
	made := change{key: w.newKey(), create: true, as: row{kind: contact, parent: r.parent}}
	made.sets[text], made.to[text] = true, written
	list := []change{made, stateChange(key, r, 1+int(s.D)%2)}
	if c, seen := w.view(d, max(r.parent, 0)); seen && !c.stub && r.parent >= 0 {
		named := change{key: r.parent}
		named.sets[name], named.to[name] = true, written
		list = append(list, named)
	}
	w.write(d, list, false)
}

// composePool releases a customer to the pool, or claims one that is there: first come, first served.
func (w *world) composePool(d *disk, key int, r row) {
	ch := change{key: key}
	ch.sets[pooled], ch.sets[group], ch.sets[owner] = true, true, true
	if r.of[pooled] != 0 {
		ch.expects, ch.asked, ch.want = true, pooled, r.of[pooled]
		ch.to[group], ch.to[owner] = w.central.users[d.user].group, d.user
	} else {
		w.releases++
		ch.to[pooled], ch.to[group], ch.to[owner] = w.now<<16+w.releases, -1, -1
	}
	w.write(d, []change{ch}, false)
}
