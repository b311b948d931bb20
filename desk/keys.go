package desk

import "maps"

// NoChord stands in Settings.Keys for an action that has none.
const NoChord = "none"

// KeyTrial is how giving an action another chord stands. Why is the code of why the last one was not taken: taken
// (By, another action, has it), reserved (fields, input methods or the system need it), plain (it would be a letter
// while somebody types). Pressed once more, a chord that is taken goes over to Action.
type KeyTrial struct {
	Action         string // empty: none is under way
	Chord, Why, By string
}

// Events about the chords of actions; ui/present judges what was pressed.
type (
	// KeyAsked begins to give an action another chord; empty: no more.
	KeyAsked struct{ Action string }
	// KeyRefused tells of a chord that was pressed and not taken.
	KeyRefused struct{ Trial KeyTrial }
	// KeyGiven gives an action a chord; From is the action that loses it. Chord NoChord: it has none from now on;
	// empty: that of the table.
	KeyGiven struct{ Action, Chord, From string }
	// KeysReset gives all actions the chords of the table.
	KeysReset struct{}
)

func (KeyAsked) event()   {}
func (KeyRefused) event() {}
func (KeyGiven) event()   {}
func (KeysReset) event()  {}

func (u *step) atKeys(e Event) {
	switch e := e.(type) {
	case KeyAsked:
		u.s.KeyTrial = KeyTrial{Action: e.Action}
	case KeyRefused:
		if u.s.KeyTrial.Action == e.Trial.Action {
			u.s.KeyTrial = e.Trial
		}
	case KeyGiven:
		u.giveKey(e)
	case KeysReset:
		u.s.KeyTrial = KeyTrial{}
		next := u.s.Settings
		next.Keys = nil
		u.set(next)
	default: // the others are not for this function
	}
}

// giveKey ends the trial: an answer to one that is no longer under way is dropped.
func (u *step) giveKey(e KeyGiven) {
	if u.s.KeyTrial.Action != e.Action {
		return
	}
	u.s.KeyTrial = KeyTrial{}
	next := u.s.Settings
	next.Keys = maps.Clone(next.Keys)
	if next.Keys == nil {
		next.Keys = map[string]string{}
	}
	next.Keys[e.Action] = e.Chord
	if e.Chord == "" {
		delete(next.Keys, e.Action)
	}
	if e.From != "" {
		next.Keys[e.From] = NoChord
	}
	u.set(next)
}
