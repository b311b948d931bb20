package present

import (
	"cmp"
	"slices"
	"strings"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// timeline is a customer's history in the panel, with what leads from one kind of entries to the other where there
// are several. A kind that this customer has nothing of shows all.
func (m maker) timeline(p *CustomerPanel, h desk.History) {
	kinds := []struct {
		kind desk.Timeline
		word words.Key
		n    int
	}{
		{desk.TimelineAll, words.TimelineAll, len(h.Contacts) + len(h.Tickets) + len(h.Callbacks)},
		{desk.TimelineNews, words.TimelineNews, len(h.Since.News) + h.Since.More},
		{desk.TimelineContacts, words.TimelineContacts, len(h.Contacts)},
		{desk.TimelineTickets, words.TimelineTickets, len(h.Tickets)},
		{desk.TimelineCallbacks, words.TimelineCallbacks, len(h.Callbacks)},
	}
	chosen := desk.TimelineAll
	for _, k := range kinds {
		if k.kind == m.s.Timeline && k.n > 0 {
			chosen = k.kind
		}
	}
	for _, k := range kinds {
		if k.n == 0 {
			continue
		}
		p.Kinds = append(p.Kinds, Pick{
			ID: string(k.kind), Text: m.say(k.word) + " " + m.w.Number(k.n), Chosen: k.kind == chosen, Do: desk.TimelineChosen{Kind: k.kind},
		})
	}
	if len(p.Kinds) < 3 { // all, and one kind: nothing to choose
		p.Kinds = nil
	}
	p.Since = m.sinceLast(h.Since)
	switch chosen {
	case desk.TimelineNews:
		for _, n := range h.Since.News {
			p.History = append(p.History, m.newsRow(n, h))
		}
		return
	case desk.TimelineContacts:
		h.Tickets, h.Callbacks = nil, nil
	case desk.TimelineTickets:
		h.Contacts, h.Callbacks = nil, nil
	case desk.TimelineCallbacks:
		h.Contacts, h.Tickets = nil, nil
	case desk.TimelineAll:
	}
	p.History = m.history(h)
}

// history mixes contacts, tickets and callbacks, newest first.
func (m maker) history(h desk.History) []Row {
	type dated struct {
		at  desk.Millis
		row Row
	}
	var all []dated
	for _, c := range h.Contacts {
		all = append(all, dated{c.At, m.contactRow(c)})
	}
	for _, t := range h.Tickets {
		all = append(all, dated{t.CreatedAt, m.ticketRow(t)})
	}
	for _, b := range h.Callbacks {
		all = append(all, dated{b.At, m.callbackRow(b)})
	}
	slices.SortStableFunc(all, func(a, b dated) int { return cmp.Compare(b.at, a.at) })
	rows := make([]Row, len(all))
	for i, d := range all {
		d.row.When = m.w.Day(d.at.Time(), m.now.Time())
		if m.w.DaysBetween(d.at.Time(), m.now.Time()) == 0 {
			d.row.When = m.w.Clock(d.at.Time())
		}
		rows[i] = d.row
	}
	if at := slices.IndexFunc(rows, func(r Row) bool { return r.Found }); at > 0 {
		found := rows[at]
		rows = slices.Insert(slices.Delete(rows, at, at+1), 0, found)
	}
	return rows
}

func (m maker) pending(synced bool) string {
	if synced || m.s.Link.State == desk.CentralNone {
		return ""
	}
	return m.say(words.RowNotSynced)
}

func (m maker) contactRow(c desk.Contact) Row {
	r := Row{ID: c.ID, Text: c.Subject, Who: c.Agent, Pending: m.pending(c.Synced)}
	switch {
	case c.Channel == desk.ChannelCounter:
		r.Kind, r.Shape = m.say(words.KindCounter), ShapeVisit
	case c.Channel == desk.ChannelVisit:
		r.Kind, r.Shape = m.say(words.KindVisit), ShapeVisit
	case c.Direction == desk.Outbound:
		r.Kind, r.Shape = m.say(words.KindCallOut), ShapeOut
	default:
		r.Kind, r.Shape = m.say(words.KindCallIn), ShapeIn
	}
	if r.Text == "" {
		r.Text = c.Content
	}
	if r.Text == "" && c.Reason != "" {
		r.Text = coded(m.w, "reason.", string(c.Reason), words.ReasonEnquiry)
	}
	if m.s.Found != "" && c.ID == m.s.Found {
		r.Found, r.Text = true, strings.Join(strings.Fields(cmp.Or(c.Content, c.Subject)), " ")
	}
	if c.Outcome != "" {
		r.State = coded(m.w, "outcome.", string(c.Outcome), words.OutcomeResolved)
		r.Tone = outcomeTone(c.Outcome)
	}
	return r
}

func outcomeTone(o desk.Outcome) Tone {
	switch o {
	case desk.OutcomeFollowUp, desk.OutcomeTicket, desk.OutcomeEscalated:
		return Wrap
	case desk.OutcomeResolved, desk.OutcomeNoAnswer:
	}
	return Muted
}

func (m maker) ticketRow(t desk.Ticket) Row {
	r := Row{
		ID: t.ID, Kind: m.say(words.KindTicket), Shape: ShapeTicket, Text: t.Subject, Who: t.Owner, Tone: Muted,
		State: coded(m.w, "ticket.", string(t.State), words.TicketAccepted), Pending: m.pending(t.Synced),
	}
	if t.Number != "" {
		r.Text = "#" + t.Number + " " + r.Text
	}
	if !done(t.State) {
		r.Tone = Wrap
		if t.DueAt != 0 && t.DueAt < m.now {
			r.Tone = Danger
		}
	}
	return r
}

func (m maker) callbackRow(b desk.Callback) Row {
	r := Row{
		ID: b.ID, Kind: m.say(words.KindCallback), Shape: ShapeClock, Text: b.Note, Who: b.Owner, Tone: Muted,
		State: coded(m.w, "callback.", string(b.State), words.CallbackOpen), Pending: m.pending(b.Synced),
	}
	if b.State == desk.CallbackOpen || b.State == desk.CallbackClaimed {
		r.Tone = Wrap
		r.Text = join(" ", m.w.When(b.At.Time(), m.now.Time()), b.Note)
	}
	if b.State == desk.CallbackMissed {
		r.Tone = Danger
	}
	return r
}
