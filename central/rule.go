package central

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/callbench/callbench/desk"
)

// rule holds a change against what its author may do and against the row's state, and fills in what
// central decides: group, author, number.
func (w *writer) rule(ctx context.Context, ch desk.Change, old record, fields map[string]json.RawMessage) error {
	if ch.Table == desk.TableConflict {
		return w.conflictRule(old, fields)
	}
	if ch.Table == desk.TableCustomer {
		return w.customerRule(ctx, ch, old, fields)
	}
	if customer := text(fields, "customer"); customer != "" {
		known, err := w.load(ctx, desk.TableCustomer, customer)
		if err != nil {
			return err
		}
		if !known.found || known.removed {
			return refuse(refuseGone, string(ch.Table)+".customer")
		}
	}
	if old.found {
		if err := w.held(ctx, ch, old, fields); err != nil {
			return err
		}
	}
	if ch.Table == desk.TableContact {
		return w.contactRule(old, fields)
	}
	if ch.Table == desk.TableCallback {
		return w.callbackRule(old, fields)
	}
	return w.ticketRule(old, fields)
}

func (w *writer) admin() bool { return w.user.Role == desk.RoleAdmin }

// inGroup reports whether the author may put rows into the group.
func (w *writer) inGroup(group string) bool { return w.admin() || group == w.user.Group }

// leads reports whether the author leads the group.
func (w *writer) leads(group string) bool {
	return w.admin() || w.user.Role == desk.RoleLead && group == w.user.Group
}

// holds reports whether the author's desks hold a row in full, or (guest) the author was let into its customer for
// a call: only then it is the author's to change.
func (w *writer) holds(ctx context.Context, t desk.Table, key string, r record) (held, guest bool, err error) {
	scope := scopeOf(w.user, w.policy)
	if t == desk.TableCustomer {
		if holdsWhole(scope, r.group, r.owner, false) {
			return true, false, nil
		}
		guest, err = w.granted(ctx, key)
		return guest, guest, err
	}
	if scope == scopeAll {
		return true, false, nil
	}
	var one int
	err = w.q.QueryRowContext(ctx, "SELECT 1 FROM placing WHERE org = ? AND scope = ? AND tbl = ? AND key = ? AND gone = 0",
		w.org, scope, t, key).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		guest, err = w.granted(ctx, r.customer)
		return guest, guest, err
	}
	return err == nil, false, err
}

// held refuses a change of a row that the author's desks do not hold.
func (w *writer) held(ctx context.Context, ch desk.Change, old record, fields map[string]json.RawMessage) error {
	held, guest, err := w.holds(ctx, ch.Table, ch.Key, old)
	if err == nil && !held {
		return refuse(refuseForbidden, string(ch.Table))
	}
	if err == nil && guest {
		return stays(ch.Table, fields, old)
	}
	return err
}

// stays refuses to a guest what would keep the row for longer than the grant: it lets in, it gives nothing away.
func stays(t desk.Table, fields map[string]json.RawMessage, old record) error {
	was := members(old.body)
	for _, name := range []string{"owner", "group", "customer"} {
		if _, given := fields[name]; given && text(fields, name) != text(was, name) {
			return refuse(refuseForbidden, string(t))
		}
	}
	return nil
}

// ownGroup makes a new row the author's group's, as the author is placed now, and keeps rows from being
// given to another group.
func (w *writer) ownGroup(fields map[string]json.RawMessage, old record) error {
	if !old.found {
		if !w.admin() || text(fields, "group") == "" {
			fields["group"] = quoted(w.user.Group)
		}
		return nil
	}
	if group, given := fields["group"]; given && string(group) != string(quoted(old.group)) && !w.inGroup(text(fields, "group")) {
		return refuse(refuseForbidden, "group")
	}
	return nil
}

func (w *writer) customerRule(ctx context.Context, ch desk.Change, old record, fields map[string]json.RawMessage) error {
	if _, given := fields["pooled_at"]; given {
		return w.poolRule(ctx, ch, old, fields)
	}
	if old.pooled > 0 && (fields["owner"] != nil || fields["group"] != nil) {
		return refuse(refuseConflict, "customer.pooled_at") // only a claim takes out of the pool
	}
	delete(fields, "pooled_by")
	if old.found {
		held, guest, err := w.holds(ctx, ch.Table, ch.Key, old)
		if err != nil {
			return err
		}
		if !held {
			return touchOnly(fields)
		}
		if guest {
			if err := stays(ch.Table, fields, old); err != nil {
				return err
			}
		}
	}
	if err := w.ownGroup(fields, old); err != nil {
		return err
	}
	if old.found {
		return w.customerChange(fields)
	}
	if text(fields, "name") == "" {
		return refuse(refuseInvalid, "customer.name")
	}
	if !w.admin() && text(fields, "tier") != string(desk.TierPotential) { // what everybody is at first
		delete(fields, "tier")
	}
	if text(fields, "owner") == "" && w.user.Role == desk.RoleAgent {
		fields["owner"] = quoted(w.user.Name)
	}
	return nil
}

// touchOnly: any agent talks to any customer of a queue; that leaves its mark without opening the row.
func touchOnly(fields map[string]json.RawMessage) error {
	for name := range fields {
		if name != "id" && name != "last_contact_at" {
			return refuse(refuseForbidden, "customer")
		}
	}
	return nil
}

// customerChange checks what may be changed of a customer that the author's desks hold.
func (w *writer) customerChange(fields map[string]json.RawMessage) error {
	if _, given := fields["name"]; given && text(fields, "name") == "" {
		return refuse(refuseInvalid, "customer.name")
	}
	if !w.admin() {
		delete(fields, "tier") // it is computed, not typed
	}
	return nil
}

// contactRule: contacts append only. Who wrote one, or leads the writer's group, may correct what it
// says, never when, by whom and in which call it was.
func (w *writer) contactRule(old record, fields map[string]json.RawMessage) error {
	if old.found {
		was := members(old.body)
		if text(was, "agent") != w.user.Name && !w.leads(old.group) {
			return refuse(refuseForbidden, "contact")
		}
		if at, given := fields["at"]; given && string(at) != string(was["at"]) {
			return refuse(refuseConflict, "contact.at")
		}
		for _, name := range []string{"agent", "group", "desk", "n"} {
			delete(fields, name) // who wrote it stays
		}
		if text(was, "call") != "" {
			delete(fields, "call")
		}
		return nil
	}
	var at desk.Millis
	if json.Unmarshal(fields["at"], &at) != nil || at <= 0 {
		return refuse(refuseInvalid, "contact.at")
	}
	if agent := text(fields, "agent"); agent == "" {
		fields["agent"] = quoted(w.user.Name)
	} else if agent != w.user.Name && !w.leads(w.user.Group) {
		return refuse(refuseForbidden, "contact.agent")
	}
	if err := w.ownGroup(fields, old); err != nil {
		return err
	}
	fields["desk"], fields["n"] = quoted(w.desk), json.RawMessage(fmt.Sprint(w.n))
	return nil
}

// nextStates lists where a callback may go from a state; from the others it goes nowhere.
func nextStates(state string) []string {
	const open, claimed, missed = string(desk.CallbackOpen), string(desk.CallbackClaimed), string(desk.CallbackMissed)
	const done, cancelled = string(desk.CallbackDone), string(desk.CallbackCancelled)
	return map[string][]string{
		open:    {claimed, done, missed, cancelled},
		claimed: {open, done, missed, cancelled},
		missed:  {open, claimed, done, cancelled},
	}[state]
}

func (w *writer) callbackRule(old record, fields map[string]json.RawMessage) error {
	if old.found {
		keepState(fields)
		was, next := text(members(old.body), "state"), text(fields, "state")
		if next != "" && next != was && !slices.Contains(nextStates(was), next) {
			return refuse(refuseConflict, "callback.state")
		}
		if err := w.leaseRule(old, fields); err != nil {
			return err
		}
		return w.ownGroup(fields, old)
	}
	if text(fields, "owner") == "" {
		fields["owner"] = quoted(w.user.Name)
	}
	if text(fields, "state") == "" {
		fields["state"] = quoted(string(desk.CallbackOpen))
	}
	if err := w.leaseRule(old, fields); err != nil {
		return err
	}
	return w.ownGroup(fields, old)
}

// keepState drops a change that would leave a row without a state: from none it could go nowhere.
func keepState(fields map[string]json.RawMessage) {
	if text(fields, "state") == "" {
		delete(fields, "state")
	}
}
