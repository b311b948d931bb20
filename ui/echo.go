package ui

import "slices"

// maxSent bounds what an echo remembers of the edits made here; beyond it the oldest is forgotten, and
// an echo of it would be taken for a change from outside. It takes 64 edits within one round through the
// loop to get there.
const maxSent = 64

// echo tells changes from outside apart from what was edited here and comes back with a later screen.
// What the person does always wins: an echo of an earlier edit never undoes a newer one.
type echo struct {
	id     string   // what is being edited; another one replaces the value
	before string   // the value that state and field last had in common
	sent   []string // edits whose echo has not come yet, oldest first
}

// edited tells of an edit made here.
func (e *echo) edited(value string) {
	e.sent = append(e.sent, value)
	if len(e.sent) > maxSent {
		e.sent = e.sent[1:]
	}
}

// comes tells whether a value from the state is to be shown in place of the one that stands here, and
// whether it is of another thing than the one before. id names what it is the value of.
func (e *echo) comes(id, value, here string) (news, other bool) {
	other = id != e.id
	if !other && value != here && len(e.sent) > 0 && (slices.Contains(e.sent, value) || e.before == value) {
		return false, false
	}
	e.id, e.sent, e.before = id, nil, value
	return value != here, other
}
