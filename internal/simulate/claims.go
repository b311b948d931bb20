package simulate

import (
	"slices"
	"time"

	"github.com/callbench/callbench/desk"
)

// leaseTime is how long a claimed callback is nobody else's.
const leaseTime = 10 * time.Minute

// judgeClaims: what only one may get only one got, or each only after the time of the one before.
func (w *world) judgeClaims(p *picture) {
	type got struct {
		id, by string
		at     desk.Millis
	}
	all := map[string][]got{}
	for _, d := range w.desks {
		for _, o := range slices.Concat(d.own, d.orphans) {
			id := o.intent.ID
			entries := p.ops[id]
			if o.claim == "" || len(entries) == 0 || entries[0].code != "" {
				continue
			}
			for _, first := range all[o.claim] {
				if apart := entries[0].received.Sub(first.at).Abs(); first.by != o.by && (apart < leaseTime || !o.lapses) {
					w.fail("both %s and %s got %s", first.id, id, o.claim)
					return
				}
			}
			all[o.claim] = append(all[o.claim], got{id, o.by, entries[0].received})
		}
	}
}

// judgeStates: each state of a ticket was set by somebody who had seen the one before.
func (w *world) judgeStates(p *picture) {
	type step struct {
		o   *op
		seq int64
	}
	all := map[string][]step{}
	known := map[*op]bool{}
	for _, d := range w.desks {
		for _, o := range slices.Concat(d.own, d.orphans) {
			if entries := p.ops[o.intent.ID]; o.state != "" && !known[o] && len(entries) > 0 && entries[0].code == "" {
				known[o] = true
				key := o.intent.Changes[0].Key
				all[key] = append(all[key], step{o, entries[0].seq})
			}
		}
	}
	for key, list := range all {
		slices.SortFunc(list, func(a, b step) int { return int(a.seq - b.seq) })
		for i, now := range list[1:] {
			if before := list[i]; before.o.state != now.o.was {
				w.fail("op %s took ticket %s from %s, where %s had left it as %s", now.o.intent.ID, key, now.o.was, before.o.intent.ID, before.o.state)
				return
			}
		}
	}
}
