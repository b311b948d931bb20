package simulate

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/callbench/callbench/desk"
)

// op is an intent that a desk said was saved.
type op struct {
	intent desk.Intent
	by     string // user
	poison bool   // it cannot be applied, whatever happens
	sure   bool   // it must be applied, unless something happens to its rows
	seen   map[place]map[string]string
	claim  string // what it must find: only one op may get it
	lapses bool   // for a time
	was    string // state of a ticket that it must find …
	state  string // … and that it leaves
}

// writes are the steps that save something at a desk.
func writes() []kind {
	write := func(name string, weight int, with string, f func(*world, *replica, map[place]desk.Row) *op) kind {
		return kind{name, weight, with, false, func(w *world) string { return w.write(f) }}
	}
	return []kind{
		write("note", 4, always, (*world).note),
		write("set", 5, always, (*world).set),
		write("correct", 2, "correct", (*world).correct),
		write("bundle", 2, "bundle", (*world).bundle),
		write("new customer", 1, "customers", (*world).newCustomer),
		write("callback", 2, "callbacks", (*world).callback),
		write("claim", 2, "callbacks", (*world).claim),
		write("move customer", 2, "moves", (*world).moveCustomer),
		write("release", 2, "pool", (*world).release),
		write("claim customer", 4, "pool", (*world).claimCustomer),
		write("ticket state", 4, "states", (*world).ticketState),
		write("see conflict", 1, "conflicts", (*world).seeConflict),
		write("poison", 2, "poison", (*world).poison),
		write("poisoned customer", 1, "poison", (*world).poisonedCustomer),
	}
}

// write lets a desk's user do something with what the desk shows.
func (w *world) write(f func(*world, *replica, map[place]desk.Row) *op) string {
	d := w.pick()
	if d.dead {
		return "no disk"
	}
	rows, err := d.shown(w.ctx)
	if d.dead || !w.ok(err) {
		return "no disk"
	}
	o := f(w, d, rows)
	if o == nil {
		return "nothing"
	}
	o.by = d.user
	o.intent.ID, o.intent.Kind, o.intent.At = w.id("intent"), "simulated", desk.MillisOf(d.clock())
	o.seen = map[place]map[string]string{}
	for _, c := range o.intent.Changes {
		at := place{c.Table, c.Key}
		o.seen[at] = map[string]string{}
		for name, v := range members(rows[at].Body) {
			o.seen[at][name] = string(v)
		}
	}
	w.commit(d, o)
	var texts []string
	for _, c := range o.intent.Changes {
		texts = append(texts, fmt.Sprintf("%s %s %s", c.Table, c.Key, c.Fields))
	}
	return d.name + " " + o.intent.ID + ": " + strings.Join(texts, "; ")
}

// commit saves at a desk. Where the disk dies of it nobody knows whether it was saved: then it is saved again.
func (w *world) commit(d *replica, o *op) {
	_, err := d.store.Commit(w.ctx, o.intent)
	if d.dead {
		w.crash(d)
		_, err = d.store.Commit(w.ctx, o.intent)
	}
	if err != nil {
		w.fail("%s does not save: %v", d.name, err)
		return
	}
	d.own, d.stirred = append(d.own, o), true
}

// customer gives one that the desk shows.
func (w *world) customer(rows map[place]desk.Row) string {
	keys := keysOf(rows, desk.TableCustomer)
	if len(keys) == 0 {
		return ""
	}
	return keys[w.rng.IntN(len(keys))]
}

func (w *world) contact(d *replica, id, customer string) desk.Change {
	return desk.Change{Table: desk.TableContact, Key: id, Fields: fields("id", id, "customer", customer,
		"at", desk.MillisOf(d.clock()), "agent", d.user, "content", w.id("words"))}
}

func (w *world) note(d *replica, rows map[place]desk.Row) *op {
	customer := w.customer(rows)
	return &op{sure: true, intent: desk.Intent{Changes: []desk.Change{w.contact(d, w.id("contact"), customer)}}}
}

// set gives a member of a ticket or a customer a value that nobody else gives.
func (w *world) set(d *replica, rows map[place]desk.Row) *op {
	type target struct {
		table desk.Table
		names []string
	}
	t := []target{{desk.TableTicket, []string{"subject", "detail"}}, {desk.TableCustomer, []string{"title", "company"}}}[w.rng.IntN(2)]
	keys := keysOf(rows, t.table)
	if len(keys) == 0 {
		return nil
	}
	key := keys[w.rng.IntN(len(keys))]
	if strings.Contains(string(rows[place{t.table, key}].Body), `"stub":true`) {
		return nil // there is nothing to type into
	}
	name := t.names[w.rng.IntN(2)]
	return &op{sure: true, intent: desk.Intent{Changes: []desk.Change{{Table: t.table, Key: key, Fields: fields(name, w.id("value"))}}}}
}

// correct changes what a contact of the user's own says.
func (w *world) correct(d *replica, rows map[place]desk.Row) *op {
	var mine []string
	for _, key := range keysOf(rows, desk.TableContact) {
		if string(members(rows[place{desk.TableContact, key}].Body)["agent"]) == `"`+d.user+`"` {
			mine = append(mine, key)
		}
	}
	if len(mine) == 0 {
		return nil
	}
	key := mine[w.rng.IntN(len(mine))]
	return &op{sure: true, intent: desk.Intent{Changes: []desk.Change{
		{Table: desk.TableContact, Key: key, Fields: fields("subject", w.id("value"))},
	}}}
}

// bundle is what the end of a call saves: several rows or none.
func (w *world) bundle(d *replica, rows map[place]desk.Row) *op {
	customer, contact, ticket := w.customer(rows), w.id("contact"), w.id("ticket")
	if customer == "" {
		return nil
	}
	return &op{sure: true, intent: desk.Intent{Changes: []desk.Change{
		w.contact(d, contact, customer),
		{Table: desk.TableTicket, Key: ticket, Fields: fields("id", ticket, "customer", customer, "contact", contact,
			"kind", "fault", "subject", w.id("value"), "created_at", desk.MillisOf(d.clock()))},
		{Table: desk.TableCustomer, Key: customer, Fields: fields("last_contact_at", desk.MillisOf(d.clock()))},
	}}}
}

// newCustomer makes a customer and what builds on it, each in an op of its own.
func (w *world) newCustomer(d *replica, _ map[place]desk.Row) *op {
	id := w.id("customer")
	return &op{sure: true, intent: desk.Intent{Changes: []desk.Change{
		{Table: desk.TableCustomer, Key: id, Fields: fields("id", id, "name", "李四", "tier", "potential", "group", d.group, "owner", d.user)},
	}}}
}

func (w *world) callback(d *replica, rows map[place]desk.Row) *op {
	customer, id := w.customer(rows), w.id("callback")
	return &op{sure: customer != "", intent: desk.Intent{Changes: []desk.Change{
		{Table: desk.TableCallback, Key: id, Fields: fields("id", id, "customer", customer, "at", desk.MillisOf(d.clock()),
			"zone", "Asia/Shanghai", "state", desk.CallbackOpen, "note", w.id("value"))},
	}}}
}

// claim takes an open callback: the first one gets it.
func (w *world) claim(_ *replica, rows map[place]desk.Row) *op {
	var open []string
	for _, key := range keysOf(rows, desk.TableCallback) {
		if string(members(rows[place{desk.TableCallback, key}].Body)["state"]) == `"open"` {
			open = append(open, key)
		}
	}
	if len(open) == 0 {
		return nil
	}
	key := open[w.rng.IntN(len(open))]
	return &op{claim: key + " open", lapses: true, intent: desk.Intent{Changes: []desk.Change{{
		Table: desk.TableCallback, Key: key, If: fields("state", desk.CallbackOpen), Fields: fields("state", desk.CallbackClaimed, "note", w.id("value")),
	}}}}
}

// release puts a customer into the pool.
func (w *world) release(d *replica, rows map[place]desk.Row) *op {
	customer := w.customer(rows)
	if customer == "" {
		return nil
	}
	w.loosen()
	return &op{intent: desk.Intent{Changes: []desk.Change{{
		Table: desk.TableCustomer, Key: customer, If: json.RawMessage(`{"pooled_at":null}`),
		Fields: fields("pooled_at", desk.MillisOf(d.clock()), "pooled_by", d.user, "owner", nil, "group", nil),
	}}}}
}

// claimCustomer takes a customer out of the pool: of those who saw it there only one gets it.
func (w *world) claimCustomer(d *replica, rows map[place]desk.Row) *op {
	for _, key := range keysOf(rows, desk.TableCustomer) {
		at := members(rows[place{desk.TableCustomer, key}].Body)["pooled_at"]
		if at == nil || rows[place{desk.TableCustomer, key}].Seq == 0 {
			continue
		}
		w.loosen()
		group := d.group
		if group == "" {
			group = "sales"
		}
		return &op{claim: key + " pooled " + string(at), intent: desk.Intent{Changes: []desk.Change{{
			Table: desk.TableCustomer, Key: key, If: fields("pooled_at", at),
			Fields: fields("pooled_at", nil, "pooled_by", nil, "owner", d.user, "group", group),
		}}}}
	}
	return nil
}

// ticketState takes a ticket a step on, as it is shown.
func (w *world) ticketState(_ *replica, rows map[place]desk.Row) *op {
	keys := keysOf(rows, desk.TableTicket)
	if len(keys) == 0 {
		return nil
	}
	key := keys[w.rng.IntN(len(keys))]
	states := []desk.TicketState{desk.TicketAccepted, desk.TicketAssigned, desk.TicketInProgress, desk.TicketResolved, desk.TicketCustomerTold, desk.TicketClosed}
	var was string
	_ = json.Unmarshal(members(rows[place{desk.TableTicket, key}].Body)["state"], &was) // central's
	state := string(states[w.rng.IntN(len(states))])
	return &op{was: was, state: state, intent: desk.Intent{Changes: []desk.Change{{
		Table: desk.TableTicket, Key: key, If: fields("state", was), Fields: fields("state", state),
	}}}}
}

// seeConflict puts a conflict away that the desk shows.
func (w *world) seeConflict(d *replica, rows map[place]desk.Row) *op {
	keys := keysOf(rows, desk.TableConflict)
	if len(keys) == 0 {
		return nil
	}
	key := keys[w.rng.IntN(len(keys))]
	return &op{intent: desk.Intent{Changes: []desk.Change{{Table: desk.TableConflict, Key: key, Fields: fields("seen_by", d.user)}}}}
}

// moveCustomer gives a customer to another group; the administrator may.
func (w *world) moveCustomer(d *replica, rows map[place]desk.Row) *op {
	customer := w.customer(rows)
	if d.role != desk.RoleAdmin || customer == "" {
		return nil
	}
	group := []string{"sales", "repair"}[w.rng.IntN(2)]
	w.loosen()
	return &op{intent: desk.Intent{Changes: []desk.Change{{Table: desk.TableCustomer, Key: customer, Fields: fields("group", group)}}}}
}

// poison is what central must refuse.
func (w *world) poison(d *replica, rows map[place]desk.Row) *op {
	id := w.id("contact")
	c := w.contact(d, id, "")
	var more []desk.Change
	switch w.rng.IntN(5) {
	case 0: // of a customer whom nobody knows
		c.Fields = fields("id", id, "customer", "customer-nobody", "at", 1, "agent", d.user)
	case 1: // a member that no row has
		c.Fields = fields("id", id, "at", 1, "price", "free")
	case 2: // without a time
		c.Fields = fields("id", id, "content", "x")
	case 3: // a key that is none
		id = "k e y"
		c = desk.Change{Table: desk.TableContact, Key: id + w.id("x"), Fields: fields("at", 1)}
	case 4: // good rows, and behind them a bad one
		ticket := w.id("ticket")
		more = append(more, c, desk.Change{Table: desk.TableTicket, Key: ticket, Fields: fields("id", ticket, "kind", "fault", "subject", w.id("value"))})
		other := w.id("callback")
		c = desk.Change{Table: desk.TableCallback, Key: other, Fields: fields("id", other, "at", 1, "state", "gone fishing")}
	}
	return &op{poison: true, intent: desk.Intent{Changes: append(more, c)}}
}

// poisonedCustomer makes a customer that central refuses; notes follow as on any other.
func (w *world) poisonedCustomer(*replica, map[place]desk.Row) *op {
	id := w.id("customer")
	w.loose[place{desk.TableCustomer, id}] = true
	return &op{poison: true, intent: desk.Intent{Changes: []desk.Change{
		{Table: desk.TableCustomer, Key: id, Fields: fields("id", id, "company", "无名")},
	}}}
}

// values gives the members of a change with values that no other op gives.
func values(c desk.Change) map[string]string {
	out := map[string]string{}
	for name, v := range members(c.Fields) {
		if strings.HasPrefix(string(v), `"value-`) || strings.HasPrefix(string(v), `"words-`) {
			out[name] = string(v)
		}
	}
	return out
}

// disturbed reports whether central may have had a reason to refuse a good op: its rows, or those that it builds on, have
// left somebody's scope, were removed or were never made.
func (w *world) disturbed(o *op) bool {
	return slices.ContainsFunc(o.intent.Changes, func(c desk.Change) bool {
		var on struct{ Customer, Contact string }
		_ = json.Unmarshal(c.Fields, &on) // an object of strings and numbers
		return w.loose[place{c.Table, c.Key}] || w.missing(place{c.Table, c.Key}) ||
			w.missing(place{desk.TableCustomer, on.Customer}) || w.missing(place{desk.TableContact, on.Contact})
	})
}

// missing reports whether central does not hold a row. An op that was refused made none.
func (w *world) missing(at place) bool {
	r, there := w.look().rows[at]
	return at.key != "" && (w.removed[at] || !there || r.removed)
}
