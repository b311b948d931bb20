package present

import (
	"slices"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// MaxHits is how many customers a search gives at most.
const MaxHits = 50

func (m maker) search() SearchBox {
	s := m.s.Search
	box := SearchBox{Busy: s.Busy, Field: Field{Value: s.Text, Prompt: m.say(words.SearchPrompt)}}
	switch {
	case s.Text == "":
		return box
	case s.Busy && len(s.Hits) == 0:
		box.Note = m.say(words.SearchBusy)
	case s.Failed:
		box.Note = m.say(words.SearchUnread)
	case len(s.Hits) == 0:
		box.Note = m.w.Fill(words.SearchNothing, "text", s.Text)
	case len(s.Hits) >= MaxHits:
		box.Note = m.w.Fill(words.SearchMany, "n", m.w.Number(MaxHits))
	default:
		box.Note = m.w.Fill(words.SearchHits, "n", m.w.Number(len(s.Hits)))
	}
	if m.hidesBrowsing() && len(s.Hits) > 0 {
		box.Note = m.say(words.SearchRinging)
	}
	for _, h := range s.Hits[:min(len(s.Hits), MaxHits)] {
		c := h.Customer
		detail := c.Company
		if len(c.Phones) > 0 {
			detail = join(dot, shown(c.Phones[0].Raw), c.Company)
		}
		why := h.Match.Text
		if k := words.Key("field." + h.Match.Field); m.w.Has(k) {
			why = join(" ", m.say(k), why)
		}
		for _, near := range slices.Backward(h.Near) {
			if k := words.Key("near." + near); m.w.Has(k) {
				why = join(dot, m.say(k), why)
			}
		}
		box.Hits = append(box.Hits, HitRow{
			ID: c.ID, Name: m.name(c), Chips: m.customerChips(c), Why: why, Detail: detail, Do: m.open(c.ID, h.Contact),
		})
	}
	return box
}

// open is what choosing a found customer does: it is put into the open note if that is about nobody
// yet, else shown; nil: not while a call rings, whose caller keeps the screen.
func (m maker) open(id, contact string) desk.Event {
	if d, ok := m.active(); ok && d.Customer == "" {
		return desk.CustomerChosen{Draft: d.ID, Customer: id}
	}
	if m.hidesBrowsing() {
		return nil
	}
	return desk.CustomerOpened{Customer: id, Contact: contact}
}

// hidesBrowsing reports whether the caller of a call that rings keeps the screen.
func (m maker) hidesBrowsing() bool {
	d, ok := m.active()
	c, has := m.s.Call(d.Call)
	return ok && has && d.Customer != "" && c.State == desk.CallRinging
}
