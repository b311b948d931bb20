package present

import (
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// undo says what was done last while it can be taken back. It comes before all other messages: it is there for
// seconds.
func (m maker) undo() []Message {
	u := m.s.Undo
	if !u.Offers(m.now) {
		return nil
	}
	pairs := make([]string, 0, 2*len(u.Args))
	for k, v := range u.Args {
		pairs = append(pairs, k, v)
	}
	return []Message{{
		ID: "undo", Shape: ShapeOK, Tone: Accent, Text: coded(m.w, "undo.", u.Code, words.UndoOther, pairs...),
		Look: Button{Text: m.say(words.DoUndo), Key: m.chord(ActUndo), Enabled: true, Do: desk.UndoPressed{}},
	}}
}
