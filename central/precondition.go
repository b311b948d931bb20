package central

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/chain"
	"github.com/callbench/callbench/internal/mistake"
)

// met holds the preconditions of a change (desk.Change.If) against its row. The refusal names the first member, in
// the order of their names, that is not as its author saw it.
// Of a row that the author's desks do not hold nothing is told, whether it is as guessed or not.
func (w *writer) met(ctx context.Context, ch desk.Change, old record) error {
	if mistake.Made(mistake.IfIgnored) || len(ch.If) == 0 || string(ch.If) == "null" {
		return nil
	}
	want := members(ch.If)
	if want == nil {
		return refuse(refuseInvalid, "if")
	}
	held := !old.found
	if old.found {
		var err error
		if held, _, err = w.holds(ctx, ch.Table, ch.Key, old); err != nil {
			return err
		}
	}
	was, known := members(old.body), fieldNames(ch.Table)
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if !known[name] {
			return refuse(refuseInvalid, "unknown field of "+string(ch.Table))
		}
		if !held && old.pooled == 0 && (ch.Table != desk.TableCustomer || !onStub(name)) {
			return refuse(refuseForbidden, string(ch.Table))
		}
		is, there := was[name]
		there = there && string(is) != "null"
		absent := string(want[name]) == "null"
		if absent && !there || there && !absent && (same(is, want[name]) || w.ownMoment(ch.Table, name, old) || claimAside(ch.Table, name, is, want[name])) {
			continue
		}
		return refuse(refuseConflict, string(ch.Table)+"."+name)
	}
	return nil
}

// ownMoment reports whether a member is a time that central put in the place of what this very desk had sent: the
// desk may have gone on before it could know.
func (w *writer) ownMoment(t desk.Table, name string, old record) bool {
	return t == desk.TableCustomer && name == "pooled_at" && old.fields[name].Desk == w.desk
}

// same reports whether two JSON values say the same.
func same(a, b json.RawMessage) bool {
	x, err := chain.Canonical(a)
	if err != nil {
		return false
	}
	y, err := chain.Canonical(b)
	return err == nil && bytes.Equal(x, y)
}
