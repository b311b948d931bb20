package simulate

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

// checkOwn: what the desk's user wrote is shown on that desk, until somebody's later value has come down.
func (w *world) checkOwn(d *replica) {
	rows, err := d.shown(w.ctx)
	if d.dead {
		w.crash(d)
		rows, err = d.shown(w.ctx)
	}
	if !w.ok(err) {
		return
	}
	p := w.look()
	type member struct {
		at   place
		name string
	}
	last := map[member]*op{}
	for _, o := range d.own {
		if entries := p.ops[o.intent.ID]; len(entries) > 0 && entries[0].code != "" || o.poison && !w.pending(d, o) {
			continue // refused
		}
		for _, c := range o.intent.Changes {
			for name := range values(c) {
				last[member{place{c.Table, c.Key}, name}] = o
			}
		}
	}
	for m, o := range last {
		if w.loose[m.at] {
			continue
		}
		value := valueOf(o, m.at, m.name)
		shown := string(members(rows[m.at].Body)[m.name])
		if shown == value {
			continue
		}
		entries := p.ops[o.intent.ID]
		if len(entries) == 0 || !w.later(p, m.at, m.name, shown, entries[0].seq) {
			w.fail("%s shows %s of %v as %s, not its own %s", d.name, m.name, m.at, shown, value)
			return
		}
	}
}

// pending reports whether an op still waits at a desk.
func (w *world) pending(d *replica, o *op) bool {
	ops, err := d.store.Pending(w.ctx, 0, 1000, 0)
	w.ok(err)
	return slices.ContainsFunc(ops, func(p desk.Op) bool { return p.ID == o.intent.ID })
}

func valueOf(o *op, at place, name string) string {
	for _, c := range slices.Backward(o.intent.Changes) {
		if (place{c.Table, c.Key}) == at {
			if v, ok := values(c)[name]; ok {
				return v
			}
		}
	}
	return ""
}

// later reports whether a value was written by an op that central applied after seq.
func (w *world) later(p *picture, at place, name, value string, seq int64) bool {
	for _, d := range w.desks {
		for _, o := range slices.Concat(d.own, d.orphans) {
			if valueOf(o, at, name) != value {
				continue
			}
			entries := p.ops[o.intent.ID]
			return len(entries) > 0 && entries[0].code == "" && entries[0].seq > seq
		}
	}
	return false
}

// checkScope: after a whole checkpoint a desk shows exactly what its user may see, but for rows that ops wait on.
func (w *world) checkScope(d *replica) {
	rows, err := d.shown(w.ctx)
	if d.dead || !w.ok(err) {
		return
	}
	waiting := map[place]bool{}
	ops, err := d.store.Pending(w.ctx, 0, 1000, 0)
	if !w.ok(err) {
		return
	}
	for _, o := range ops {
		for _, c := range o.Changes {
			waiting[place{c.Table, c.Key}] = true
		}
	}
	p := w.look()
	want := p.scope(d.user)
	for at, body := range want {
		row, there := rows[at]
		if waiting[at] {
			continue
		}
		if !there {
			w.fail("%s does not show %v, which is in its scope", d.name, at)
			return
		}
		if !same(row.Body, body) {
			w.fail("%s shows %v as %s, central holds %s", d.name, at, row.Body, body)
			return
		}
	}
	for at := range rows {
		if _, ok := want[at]; !ok && !waiting[at] {
			w.fail("%s shows %v, which is not in its scope", d.name, at)
			return
		}
	}
}

// judge holds a history that is at rest against every promise.
func (w *world) judge() {
	p := w.look()
	for _, d := range w.desks {
		if d.gone || w.failed != "" {
			continue
		}
		w.judgeOps(p, d)
		w.judgeDisk(d)
	}
	if w.failed != "" {
		return
	}
	for at, r := range p.rows {
		if r.removed && string(r.body) != "{}" {
			w.fail("central: %v was removed and holds %s", at, r.body)
		}
		if !r.removed && w.removed[at] && !w.rolledBack {
			w.fail("central: %v was removed and is there again", at)
		}
	}
	w.judgeReplaced(p)
	w.judgeClaims(p)
	w.judgeStates(p)
	_, err := w.server.central.Verify(w.ctx)
	if textless := err != nil && strings.Contains(err.Error(), "break: text") && w.rolledBack && len(w.removed) > 0; err != nil && !textless {
		w.fail("central: %v", err) // but for an op that has lost its text to an erasure which the roll-back has undone
	}
}

// judgeOps: each op that was saved here was applied once and in order, or is shown as refused with its text.
func (w *world) judgeOps(p *picture, d *replica) {
	outbox, err := d.store.Outbox(w.ctx)
	if !w.ok(err) {
		return
	}
	refused := map[string]desk.RefusedOp{}
	for _, r := range outbox.Refused {
		refused[r.Op.ID] = r
	}
	var seq int64
	made := map[place]*op{} // by a refused op of this desk
	for _, o := range d.own {
		id := o.intent.ID
		entries := p.ops[id]
		r, told := refused[id]
		switch {
		case len(entries) == 0 && told && (w.restored || r.Refusal.Code == "needs_refused"):
			// It was refused by the central that is lost, or by the desk as it took a new id.
			w.judgeText(d, o, r)
			continue
		case len(entries) == 0 && w.restored && (d.forgets || w.erased(o)):
			continue // it is not kept any more, or has no text left that could be sent again
		case len(entries) == 0:
			w.fail("%s: op %s is lost", d.name, id)
		case (entries[0].code != "") != told && w.restored && w.shared(o):
			continue // judged again after a restore: only the copy that sent it tells
		case entries[0].code == "" && o.poison:
			w.fail("%s: op %s was applied", d.name, id)
		case entries[0].code == "" && w.buildsOn(o, made):
			w.fail("%s: op %s was applied, and what it builds on was refused", d.name, id)
		case entries[0].code == "" && told && !w.erased(o): // a twin's op without its text is another op to central
			w.fail("%s: op %s was applied and is shown as refused", d.name, id)
		case entries[0].code != "" && !told:
			w.fail("%s: op %s was refused (%s) and has no trace", d.name, id, entries[0].code)
		case entries[0].code != "" && o.sure && !w.disturbed(o):
			w.fail("%s: op %s was refused: %s %s", d.name, id, r.Refusal.Code, r.Refusal.Detail)
		case entries[0].code == "" && entries[0].seq < seq && (!w.restored || !w.shared(o)):
			w.fail("%s: op %s was applied before an earlier one", d.name, id)
		}
		if w.failed != "" {
			return
		}
		if entries[0].code == "" {
			seq = max(seq, entries[0].seq)
		} else {
			for _, c := range o.intent.Changes {
				if _, there := o.seen[place{c.Table, c.Key}]["id"]; !there {
					made[place{c.Table, c.Key}] = o
				}
			}
		}
		if told {
			w.judgeText(d, o, r)
		}
		w.judgeEffect(p, d, o, entries[0].code == "")
	}
}

// shared reports whether several copies of a disk hold an op.
func (w *world) shared(o *op) bool {
	n := 0
	for _, d := range w.desks {
		if slices.Contains(d.own, o) {
			n++
		}
	}
	return n > 1
}

// buildsOn reports whether an op changes a row that it saw and that only a refused op made.
func (w *world) buildsOn(o *op, made map[place]*op) bool {
	return slices.ContainsFunc(o.intent.Changes, func(c desk.Change) bool {
		at := place{c.Table, c.Key}
		return made[at] != nil && !w.restored && o.seen[at]["id"] != ""
	})
}

// erased reports whether a row of an op was removed.
func (w *world) erased(o *op) bool {
	return slices.ContainsFunc(o.intent.Changes, func(c desk.Change) bool { return w.removed[place{c.Table, c.Key}] })
}

// judgeText: a refused op still says what it said.
func (w *world) judgeText(d *replica, o *op, r desk.RefusedOp) {
	for i, c := range o.intent.Changes {
		if w.removed[place{c.Table, c.Key}] {
			continue // it was erased
		}
		if i >= len(r.Op.Changes) {
			w.fail("%s: refused op %s has lost a change", d.name, o.intent.ID)
			return
		}
		kept := members(r.Op.Changes[i].Fields)
		for name, v := range members(c.Fields) {
			if string(kept[name]) != string(v) {
				w.fail("%s: refused op %s has lost %s", d.name, o.intent.ID, name)
				return
			}
		}
	}
}

// judgeEffect: the values of an applied op are at central, once each; those of a refused one nowhere.
func (w *world) judgeEffect(p *picture, d *replica, o *op, applied bool) {
	for _, c := range o.intent.Changes {
		at := place{c.Table, c.Key}
		r, there := p.rows[at]
		if there && r.removed || w.removed[at] {
			continue
		}
		if applied && !there {
			w.fail("%s: op %s was applied, but %v is not there", d.name, o.intent.ID, at)
			return
		}
		for name, v := range values(c) {
			n := 0
			if there && string(members(r.body)[name]) == v {
				n++
			}
			for _, old := range w.replacedAt(at) {
				if old.Field == name && old.Value == v {
					n++
				}
			}
			if applied && n != 1 || !applied && n != 0 {
				w.fail("%s: op %s (applied: %v): %s of %v is at central %d times", d.name, o.intent.ID, applied, name, at, n)
				return
			}
		}
	}
}

// judgeReplaced: a value that was replaced by somebody who had not seen it is kept as a conflict.
func (w *world) judgeReplaced(p *picture) {
	type written struct {
		o     *op
		d     *replica
		seq   int64
		value string
	}
	known := map[*op]bool{}
	all := map[string][]written{}
	at := map[string]place{}
	names := map[string]string{}
	for _, d := range w.desks {
		for _, o := range slices.Concat(d.own, d.orphans) {
			entries := p.ops[o.intent.ID]
			if known[o] || len(entries) == 0 || entries[0].code != "" {
				continue
			}
			known[o] = true
			for _, c := range o.intent.Changes {
				for name, v := range values(c) {
					key := fmt.Sprint(c.Table, " ", c.Key, " ", name)
					all[key] = append(all[key], written{o, d, entries[0].seq, v})
					at[key], names[key] = place{c.Table, c.Key}, name
				}
			}
		}
	}
	for key, list := range all {
		if w.removed[at[key]] {
			continue
		}
		slices.SortFunc(list, func(a, b written) int { return int(a.seq - b.seq) })
		for i, now := range list[1:] {
			before := list[i]
			if now.o.by == before.o.by || now.o.seen[at[key]][names[key]] == before.value {
				continue
			}
			if !slices.ContainsFunc(w.replacedAt(at[key]), func(r central.Replaced) bool {
				return r.Field == names[key] && r.Value == before.value && r.Conflict
			}) {
				w.fail("op %s replaced %s of %s, which its author had not seen, and no conflict tells", now.o.intent.ID, before.value, key)
				return
			}
		}
	}
}

// judgeDisk: the desk's file is whole, nothing waits in it, and its chain is in order.
func (w *world) judgeDisk(d *replica) {
	if w.failed != "" {
		return
	}
	chain, err := d.store.CheckChain(w.ctx)
	if !w.ok(err) {
		return
	}
	if chain.Count != 0 && !d.rolled { // an older disk lacks what central has signed of it, and says so
		w.fail("%s: chain %+v", d.name, chain)
		return
	}
	if err := d.store.Close(); err != nil {
		w.fail("%s does not close: %v", d.name, err)
	}
	r, err := localstore.Check(w.ctx, d.config(), nil)
	if w.ok(err) && !r.Good && (!d.rolled || len(r.Counts) != 1 || r.Counts[localstore.PartChain] == 0) {
		text, err := json.Marshal(r.Findings)
		w.fail("%s: check: %s %v", d.name, strings.TrimSpace(string(text)), err)
	}
	d.gone = true
	w.ok(d.end())
}
