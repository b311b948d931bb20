package present

import (
	"cmp"
	"slices"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// granted reports whether a draft shows the whole record of a stub's customer, by leave of central.
func (m maker) granted(d desk.Draft, c desk.Customer) bool {
	return d.Granted != nil && d.Granted.Customer.ID == c.ID && m.central() < d.Granted.Until
}

// whole gives the customer and history to show: the granted ones, with what was written here since.
func (m maker) whole(d desk.Draft, c desk.Customer, h desk.History) (desk.Customer, desk.History) {
	if !m.granted(d, c) {
		return c, h
	}
	out := d.Granted.History
	out.Contacts = here(h.Contacts, out.Contacts, func(k desk.Contact) string { return k.ID })
	out.Callbacks = here(h.Callbacks, out.Callbacks, func(k desk.Callback) string { return k.ID })
	out.Tickets = here(h.Tickets, out.Tickets, func(k desk.Ticket) string { return k.ID })
	return d.Granted.Customer, out
}

// here puts what this desk has in the place of what central told, and before what only central has.
func here[R any](own, told []R, id func(R) string) []R {
	list := slices.Clone(own)
	for _, r := range told {
		if !slices.ContainsFunc(own, func(o R) bool { return id(o) == id(r) }) {
			list = append(list, r)
		}
	}
	return list
}

// leave tells how the desk stands with the record of a stub's customer.
func (m maker) leave(d desk.Draft, c desk.Customer) []Message {
	if d.Asked != c.ID || c.ID == "" {
		return nil
	}
	owner := cmp.Or(c.Owner, c.Group, "–")
	line := Message{ID: "leave", Shape: ShapeInfo, Tone: Muted}
	switch {
	case m.granted(d, c):
		until := (d.Granted.Until - m.s.Link.Skew).Time()
		line.Tone, line.Text = Warn, m.w.Fill(words.StubGranted, "owner", owner, "time", m.w.Clock(until))
	case d.NotOpened != "":
		line.Text = coded(m.w, "stub.", d.NotOpened, words.StubForbidden, "owner", owner)
	default:
		line.Text = m.say(words.StubAsking)
	}
	return []Message{line}
}
