package present

import (
	"cmp"
	"slices"
	"strings"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// How many actions stand among customers, and how many customers before them.
const (
	maxActions      = 5
	customersBefore = 5
	maxOffers       = 9 // offered before anything is typed
)

// palette puts what can be done among what was found: the first customers, the actions that fit, the other
// customers. Before anything is typed it offers what was done last, then what can be done here by a chord.
func (m maker) palette(box SearchBox, actions []Action) SearchBox {
	query, only := desk.OnlyActions(box.Field.Value)
	switch {
	case only:
		box.Hits, box.Busy, box.Note = m.found(m.doable(query, actions, true), MaxHits), false, m.say(words.PaletteOnly)
		return box
	case box.Field.Value == "":
		box.Offers = m.found(m.doable("", actions, false), maxOffers)
		box.Note = m.say(words.PaletteHow)
		return box
	}
	fitting := m.found(m.doable(query, actions, false), maxActions)
	if len(fitting) > 0 && len(box.Hits) == 0 && !box.Busy {
		box.Note = ""
	}
	at := min(customersBefore, len(box.Hits))
	box.Hits = slices.Concat(box.Hits[:at:at], fitting, box.Hits[at:])
	return box
}

// found shows actions as rows of the search.
func (m maker) found(list []Action, limit int) []HitRow {
	rows := make([]HitRow, 0, min(len(list), limit))
	for _, a := range list[:min(len(list), limit)] {
		rows = append(rows, HitRow{ID: a.ID, Name: a.Name, Detail: a.Group, Why: Printed(a.Key), Action: a.ID})
	}
	return rows
}

// doable are the actions that can be done now and fit what was typed, the best fit first, among equals what was
// done last. With nothing typed they are those that have a chord of their own.
// What ends something is there only where actions were asked for, and never first unasked: Enter must not do it to
// somebody who looks for a customer.
func (m maker) doable(query string, actions []Action, only bool) []Action {
	type rank struct {
		a    Action
		fit  int
		last int
	}
	var list []rank
	for _, a := range actions {
		if !a.Enabled || a.Fixed || a.Name == "" || a.ID == ActSearch || ends(a.Do) && !only || strings.HasPrefix(a.ID, ActOffered) {
			continue
		}
		last := slices.Index(m.s.Settings.Recent, a.ID)
		fit := fits(query, a.Name)
		if query == "" && (last >= 0 || a.Key != "") {
			fit = fitsWithin
		}
		if fit == fitsNot && query != "" && fits(query, a.Group) == fitsStart {
			fit = fitsWithin
		}
		if last < 0 || ends(a.Do) {
			last = desk.MaxRecent
		}
		if query == "" && ends(a.Do) {
			last++
		}
		if fit != fitsNot {
			list = append(list, rank{a, fit, last})
		}
	}
	slices.SortStableFunc(list, func(a, b rank) int {
		return cmp.Or(cmp.Compare(b.fit, a.fit), cmp.Compare(a.last, b.last))
	})
	out := make([]Action, len(list))
	for i, r := range list {
		out[i] = r.a
	}
	return out
}

// ends reports whether an event ends something that cannot simply be begun again.
func ends(e desk.Event) bool {
	switch e := e.(type) {
	case desk.HangUpPressed, desk.DeclinePressed, desk.SwitchPressed, desk.ReleasePressed:
		return true
	case desk.SavePressed:
		return e.Ready
	default:
		return false
	}
}
