package present

import (
	"slices"
	"strings"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// trial is the action that gets the next chord, while the settings show it.
func (m maker) trial(view string) desk.KeyTrial {
	if view != "settings" || m.s.SettingsAt != desk.SettingsKeys {
		return desk.KeyTrial{}
	}
	return m.s.KeyTrial
}

// Try judges a chord that was pressed while an action waits for one, and gives the event that tells what comes of
// it. Esc gives up, Delete takes the chord away, BackSpace brings the table's back. A chord that another action has
// is taken from it when it is pressed a second time.
func (s Screen) Try(chord string) desk.Event {
	id := s.Trial.Action
	refused := desk.KeyTrial{Action: id, Chord: chord}
	switch {
	case chord == "Esc":
		return desk.KeyAsked{}
	case chord == "Delete":
		return desk.KeyGiven{Action: id, Chord: desk.NoChord}
	case chord == "BackSpace":
		return s.give(id, "")
	case reserved(chord):
		refused.Why = "reserved"
		return desk.KeyRefused{Trial: refused}
	case plain(chord):
		refused.Why = "plain"
		return desk.KeyRefused{Trial: refused}
	}
	return s.give(id, chord)
}

// give gives a chord, that of the table for an empty one, unless somebody else has it.
func (s Screen) give(id, chord string) desk.Event {
	own, _ := s.Action(id)
	now := chord
	if chord == "" {
		now = own.Default
	}
	if now == own.Default {
		chord = ""
	}
	for _, a := range s.Actions {
		if a.ID == id || now == "" || a.Key != now && a.Also != now {
			continue
		}
		again := s.Trial.Why == "taken" && s.Trial.Chord == now
		if again && a.Key == now && !a.Fixed {
			return desk.KeyGiven{Action: id, Chord: chord, From: a.ID}
		}
		why := "taken"
		if a.Key != now || a.Fixed { // a second chord stays with its action
			why = "kept"
		}
		return desk.KeyRefused{Trial: desk.KeyTrial{Action: id, Chord: now, Why: why, By: a.ID}}
	}
	return desk.KeyGiven{Action: id, Chord: chord}
}

// reserved reports whether a chord is one that fields, input methods or the system need.
func reserved(chord string) bool {
	if rest, ok := strings.CutPrefix(chord, "Alt+"); ok && len(rest) == 1 && rest >= "1" && rest <= "9" {
		return true // an answer of the flow from within a field
	}
	return slices.Contains([]string{
		"Ctrl+A", "Ctrl+C", "Ctrl+V", "Ctrl+X", "Ctrl+Y", "Ctrl+Z", "Ctrl+Left", "Ctrl+Right", "Ctrl+Home", "Ctrl+End", "Ctrl+Up",
		"Ctrl+Down", "Ctrl+Space", "Ctrl+BackSpace", "Ctrl+Delete", "Ctrl+Alt+Delete", "Ctrl+;", "Ctrl+.", "Alt+F4", "Alt+Tab",
		"Alt+Space", "Alt+F2", "Super+L",
	}, chord)
}

// plain reports whether a chord could be typing: it has neither Ctrl nor Alt and is no function key.
func plain(chord string) bool {
	if strings.HasPrefix(chord, "Ctrl+") || strings.HasPrefix(chord, "Alt+") {
		return false
	}
	return len(chord) < 2 || chord[0] != 'F' || chord[1] < '1' || chord[1] > '9'
}

// keyRows are the actions by their headings, each a button that waits for its new chord, and what is wrong with the
// one that was pressed.
func (m maker) keyRows() []SettingRow {
	var rows []SettingRow
	trial := m.trial("settings")
	for _, r := range m.rows {
		if r.fixed || m.lacks(r) {
			continue
		}
		group := m.say(r.group)
		if len(rows) == 0 || rows[len(rows)-1].Label != group {
			rows = append(rows, SettingRow{ID: "keys." + string(r.group), Label: group})
		}
		row := &rows[len(rows)-1]
		_, own := m.s.Settings.Keys[r.id]
		b := Button{Text: m.rowName(r), Key: Printed(m.chord(r.id)), On: own, Enabled: true, Do: desk.KeyAsked{Action: r.id}}
		if b.Key == "" {
			b.Key = m.say(words.KeysNone)
		}
		if trial.Action == r.id {
			b.Kind, b.Key = KindPrimary, m.say(words.KeysWaiting)
			row.Note = m.trialNote(trial)
		}
		row.Buttons = append(row.Buttons, b)
	}
	return append(rows, SettingRow{ID: "keys.reset", Hint: m.say(words.KeysHow), Buttons: []Button{{
		Text: m.say(words.KeysReset), Enabled: len(m.s.Settings.Keys) > 0, Do: desk.KeysReset{},
	}}})
}

// lacks reports whether a row stands for a view that this user does not have.
func (m maker) lacks(r row) bool {
	id, ok := strings.CutPrefix(r.id, ActView)
	return ok && !slices.ContainsFunc(views(), func(v view) bool { return v.id == id && m.has(v) })
}

func (m maker) rowName(r row) string {
	n, _ := strings.CutPrefix(r.id, ActOffered)
	return m.w.Fill(r.name, "n", n)
}

// trialNote says what is waited for, and why the last chord was not taken.
func (m maker) trialNote(t desk.KeyTrial) Chip {
	by := t.By
	for _, r := range m.rows {
		if r.id == t.By {
			by = m.rowName(r)
		}
	}
	say := func(k words.Key) Chip {
		return Chip{Shape: ShapeWarn, Tone: Warn, Text: m.w.Fill(k, "key", Printed(t.Chord), "by", by)}
	}
	switch t.Why {
	case "":
		return Chip{Shape: ShapeInfo, Tone: Accent, Text: m.say(words.KeysPress)}
	case "taken":
		return say(words.KeysTaken)
	case "kept":
		return say(words.KeysKept)
	case "reserved":
		return say(words.KeysReserved)
	}
	return say(words.KeysPlain)
}
