package present

import (
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// told is how many changes stand in the line above a history; the others are a press away.
const told = 2

// sinceLast is the line that tells what changed since the user's last talk with a customer.
func (m maker) sinceLast(s desk.Since) Button {
	n := len(s.News) + s.More
	if n == 0 {
		return Button{}
	}
	var list []string
	for _, one := range s.News[:min(len(s.News), told)] {
		list = append(list, m.newsText(one))
	}
	return Button{
		Text:  m.w.Fill(words.SinceLast, "n", m.w.Number(n), "day", m.day(s.At), "what", join(dot, list...)),
		Shape: ShapeSync, Enabled: true, Do: desk.TimelineChosen{Kind: desk.TimelineNews},
	}
}

// day is a moment's day, today's its time.
func (m maker) day(at desk.Millis) string {
	if m.w.DaysBetween(at.Time(), m.now.Time()) == 0 {
		return m.w.Clock(at.Time())
	}
	return m.w.Day(at.Time(), m.now.Time())
}

// newsText is one change in few words.
func (m maker) newsText(n desk.News) string {
	kind := m.say(words.Key("change.of." + string(n.Table)))
	switch {
	case n.New && n.Table == desk.TableContact:
		return m.w.Fill(words.NewsTalk, "what", n.Now)
	case n.New:
		return m.w.Fill(words.NewsNew, "kind", kind)
	case n.Table == desk.TableCustomer:
		return m.w.Fill(words.NewsField, "field", memberName(m.w, n.Field), "was", m.newsValue(n, n.Was), "now", m.newsValue(n, n.Now))
	}
	return m.w.Fill(words.NewsField, "field", kind, "was", m.newsValue(n, n.Was), "now", m.newsValue(n, n.Now))
}

// newsValue words a value.
func (m maker) newsValue(n desk.News, value string) string {
	if value == "" {
		return m.say(words.ChangeEmpty)
	}
	prefixes := map[string]string{"state": string(n.Table) + ".", "level": "level.", "status": "status.", "tier": "tier."}
	if prefix, coded := prefixes[n.Field]; coded {
		if k := words.Key(prefix + value); m.w.Has(k) {
			return m.say(k)
		}
	}
	if n.Field == "wall" {
		if at, err := time.Parse("2006-01-02T15:04", value); err == nil {
			return at.Format("01-02 15:04") // as it was promised, wherever the desk is
		}
	}
	return value
}

// newsRow is a change as an entry of the history: a record's own row where it is there, with what changed.
func (m maker) newsRow(n desk.News, h desk.History) Row {
	r := Row{ID: n.ID + n.Field, Kind: m.say(words.Key("change.of." + string(n.Table))), Shape: ShapePerson, Text: m.newsText(n), Tone: Muted}
	for _, k := range h.Contacts {
		if n.Table == desk.TableContact && k.ID == n.ID {
			r = m.contactRow(k)
		}
	}
	for _, t := range h.Tickets {
		if n.Table == desk.TableTicket && t.ID == n.ID {
			r = m.ticketRow(t)
		}
	}
	for _, b := range h.Callbacks {
		if n.Table == desk.TableCallback && b.ID == n.ID {
			r = m.callbackRow(b)
		}
	}
	if !n.New && n.Table != desk.TableCustomer {
		r.Who = join(dot, r.Who, m.newsText(n))
	}
	if n.At != 0 {
		r.When = m.day(n.At)
	}
	return r
}
