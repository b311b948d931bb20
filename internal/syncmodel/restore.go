package syncmodel

import "slices"

// contains says whether central's past has what a cursor saw of it.
func (c *central) contains(at cursor) bool {
	return at.past <= len(c.past) && (at.past == 0 || c.past[at.past-1] == at.mark)
}

// witness looks at a cursor for proof that central has been rolled back without being told: its mark is central's own,
// and central's past does not have it. Then nothing is certain of the numbers before now. A cursor of an epoch that is
// known to have ended tells nothing new.
func (w *world) witness(at cursor) {
	c := &w.central
	if !at.set || w.mistake == RollBackUnseen || c.contains(at) {
		return
	}
	if slices.Contains(c.ended, at.epoch) && w.mistake != EachDeskAnEpoch {
		return
	}
	c.ended = append(slices.Clone(c.ended), at.epoch)
	w.renew(max(c.seq, at.top), 0)
}

// renew begins an epoch of central: the counter jumps beyond all that may have been given out, and bases of before are
// trusted up to a number only. Leases that were granted and forgotten must have run out before there are new ones.
func (w *world) renew(seq, trusted int) {
	c := &w.central
	w.epochs++
	c.ended = append(slices.Clone(c.ended), c.epoch)
	c.epoch = w.epochs
	if w.mistake == NoJump {
		seq -= jumpWidth
	}
	c.seq = max(c.seq, seq+jumpWidth)
	c.lapses = append(c.lapses, lapse{c.seq + 1, trusted})
	c.leases = [firstFree]lease{}
	if w.mistake != LeaseAfterRestore {
		c.unleased = w.now + leaseLong
	}
	w.commit()
}

// backup keeps a copy of central, and central remembers what is in it.
func (w *world) backup() {
	c := &w.central
	w.backups = append(w.backups, saved{c.copied(), w.marks})
	last := make([]int, len(c.replicas))
	for i, r := range c.replicas {
		last[i] = len(r)
	}
	c.saved = append(slices.Clone(c.saved), last)
	if len(c.saved) > maxKept {
		c.saved = c.saved[1:]
	}
	if len(w.backups) > maxKept {
		w.backups = slices.Delete(w.backups, 0, 1)
	}
	if s := w.snapshot; s != nil && len(w.backups) == maxKept && s.at < w.backups[0].at {
		w.snapshot = nil // a known limit: desks may have forgotten what it lacks
	}
	w.commit()
}

// saved is a copy of central, and how many transactions the world had seen then.
type saved struct {
	central central
	at      int
}

// restore puts a backup in the place of what central had. What was erased since is erased again, from the list that
// lies beside the data.
func (w *world) restore(which int) {
	w.shocks++
	w.central = w.backups[which].central.copied()
	w.snapshot, w.central.hidden = nil, 0
	w.backups = w.backups[:which+1] // a known limit: those behind it are of a line that has been left
	w.dropRequests()
	w.renew(w.central.seq, w.central.seq)
	if w.mistake == ErasureUndone {
		return
	}
	for _, key := range w.erased {
		r := w.central.row(key)
		if !r.there { // an op that makes it may still come
			*r = row{there: true, parent: -1}
		}
		w.remove(key)
	}
}

// rollBack puts a copy of the machine back without telling central.
func (w *world) rollBack() {
	w.shocks++
	w.central = w.snapshot.central.copied()
	w.central.hidden, w.rolledAt = 0, w.now
	w.backups = slices.DeleteFunc(w.backups, func(b saved) bool { return b.at > w.snapshot.at }) // as in restore
	w.late = nil                                                                                 // a known limit: a page on its way, of an epoch that goes on
	w.erased = slices.DeleteFunc(w.erased, func(key int) bool { return !w.central.row(key).removed })
}
