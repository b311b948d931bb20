package desk

import (
	"maps"
	"slices"
)

// undoFor is how long what was done can be taken back by one press. It is done at once, and durable; taking it back
// is a change of its own, so that nothing is lost if the program ends in between.
const undoFor = 8 * 1000

// Undo is the way back from what was done last: there is one at a time, the newest. Code says what was done and is
// worded by ui/present; Args are its names. It is offered until Until.
type Undo struct {
	Code    string
	Args    map[string]string
	Until   Millis
	Intent  string   // what it takes back
	Kind    string   // of the intent that takes it back …
	Changes []Change // … and what that sets
}

// Events of taking back.
type (
	// UndoPressed takes back what was done last, while State.Undo offers it.
	UndoPressed struct{}
)

func (UndoPressed) event() {}

// Offers reports whether something can be taken back at a moment.
func (u *Undo) Offers(now Millis) bool { return u != nil && now < u.Until }

// doing commits changes that can be taken back by those of back.
func (u *step) doing(kind string, back Undo, changes ...Change) {
	back.Until, back.Intent = u.at.At+undoFor, u.at.ID(0)
	u.commit(kind, nil, changes...)
	u.s.Undo = &back
}

// undo takes back what was done last.
func (u *step) undo() {
	back := u.s.Undo
	if u.s.Undo = nil; !back.Offers(u.at.At) {
		return
	}
	u.commit(back.Kind, nil, slices.Clone(back.Changes)...)
	u.notice(Notice{Level: NoticeInfo, Code: "undone_" + back.Code, Args: maps.Clone(back.Args)})
}

// forgetUndo drops the offer when its time is over.
func (u *step) forgetUndo() {
	if u.s.Undo != nil && !u.s.Undo.Offers(u.at.At) {
		u.s.Undo = nil
	}
}

// notDone drops the offer to take back what was not written at all.
func (u *step) notDone(intent string) {
	if u.s.Undo != nil && u.s.Undo.Intent == intent {
		u.s.Undo = nil
	}
}
