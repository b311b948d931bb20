package present_test

import (
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
)

// trying are the settings while mute waits for a chord.
func trying(keys map[string]string, trial desk.KeyTrial) present.Screen {
	s := gallery.State("talking", desk.ZhHans)
	s.View, s.SettingsAt, s.Settings.Keys = "settings", desk.SettingsKeys, keys
	s.KeyTrial = trial
	return present.Of(s, catalogue(desk.ZhHans), gallery.Now())
}

func TestAChordIsJudgedBeforeItIsGiven(t *testing.T) {
	mute := desk.KeyTrial{Action: present.ActMute}
	refused := func(chord, why, by string) desk.Event {
		return desk.KeyRefused{Trial: desk.KeyTrial{Action: present.ActMute, Chord: chord, Why: why, By: by}}
	}
	for _, c := range []struct {
		name, chord string
		keys        map[string]string
		trial       desk.KeyTrial
		want        desk.Event
	}{
		{"free", "F11", nil, mute, desk.KeyGiven{Action: present.ActMute, Chord: "F11"}},
		{"with modifiers", "Ctrl+Alt+P", nil, mute, desk.KeyGiven{Action: present.ActMute, Chord: "Ctrl+Alt+P"}},
		{"its own", "F6", nil, mute, desk.KeyGiven{Action: present.ActMute}},
		{"taken", "F7", nil, mute, refused("F7", "taken", present.ActHold)},
		{"taken, once more", "F7", nil, desk.KeyTrial{Action: present.ActMute, Chord: "F7", Why: "taken", By: present.ActHold}, desk.KeyGiven{Action: present.ActMute, Chord: "F7", From: present.ActHold}},
		{"taken by what was changed", "F11", map[string]string{present.ActHold: "F11"}, mute, refused("F11", "taken", present.ActHold)},
		{"freed by a change", "F7", map[string]string{present.ActHold: "F11"}, mute, desk.KeyGiven{Action: present.ActMute, Chord: "F7"}},
		{"freed by none", "F7", map[string]string{present.ActHold: desk.NoChord}, mute, desk.KeyGiven{Action: present.ActMute, Chord: "F7"}},
		{"a second chord", "Ctrl+Shift+H", nil, mute, refused("Ctrl+Shift+H", "kept", present.ActHangUp)},
		{"a letter", "M", nil, mute, refused("M", "plain", "")},
		{"a digit", "1", nil, mute, refused("1", "plain", "")},
		{"Enter", "Enter", nil, mute, refused("Enter", "plain", "")},
		{"copying", "Ctrl+C", nil, mute, refused("Ctrl+C", "reserved", "")},
		{"switching the input method", "Ctrl+Space", nil, mute, refused("Ctrl+Space", "reserved", "")},
		{"an answer of the flow", "Alt+3", nil, mute, refused("Alt+3", "reserved", "")},
		{"Esc", "Esc", nil, mute, desk.KeyAsked{}},
		{"none", "Delete", nil, mute, desk.KeyGiven{Action: present.ActMute, Chord: desk.NoChord}},
		{"as at first", "BackSpace", map[string]string{present.ActMute: "F11"}, mute, desk.KeyGiven{Action: present.ActMute}},
		{"as at first, which is taken", "BackSpace", map[string]string{present.ActMute: "F11", present.ActHold: "F6"}, mute, refused("F6", "taken", present.ActHold)},
	} {
		if got := trying(c.keys, c.trial).Try(c.chord); got != c.want {
			t.Errorf("%s: %s gives %#v, want %#v", c.name, c.chord, got, c.want)
		}
	}
}

// Whatever is pressed, no two actions ever have the same chord, and none is had by a key of typing.
func TestNoChordThatIsGivenMeansTwoThings(t *testing.T) {
	chords := []string{"F1", "F7", "F10", "Ctrl+K", "Ctrl+1", "Ctrl+B", "Ctrl+Tab", "Ctrl+Enter", "Alt+Left", "Ctrl+Shift+1", "Ctrl+Alt+X", "Delete", "BackSpace", "X", "Esc"}
	state := gallery.State("talking", desk.English)
	state.View, state.SettingsAt = "settings", desk.SettingsKeys
	stamp := desk.Stamp{At: gallery.Now()}
	first := present.Of(state, catalogue(desk.English), gallery.Now()).Actions
	for i := range 600 {
		id := first[i*7%len(first)].ID
		state, _ = desk.Update(state, stamp, desk.KeyAsked{Action: id})
		for _, chord := range []string{chords[i%len(chords)], chords[i*i%len(chords)], chords[i*i%len(chords)]} {
			s := present.Of(state, catalogue(desk.English), gallery.Now())
			if s.Trial.Action != "" {
				state, _ = desk.Update(state, stamp, s.Try(chord))
			}
		}
		seen := map[string]string{}
		for _, a := range present.Of(state, catalogue(desk.English), gallery.Now()).Actions {
			for _, key := range []string{a.Key, a.Also} {
				if other, ok := seen[key]; ok && key != "" {
					t.Fatalf("after %d changes %s means %s and %s", i, key, other, a.ID)
				}
				seen[key] = a.ID
			}
		}
	}
}

func TestTheButtonBearsTheChordThatWasGiven(t *testing.T) {
	s := gallery.State("talking", desk.ZhHans)
	s.Settings.Keys = map[string]string{present.ActHold: "F11", present.ActMute: desk.NoChord}
	shown := present.Of(s, catalogue(desk.ZhHans), gallery.Now())
	if b := shown.Top.Lines[0].Buttons; b[0].Key != "F11" || b[1].Key != "" {
		t.Errorf("the buttons are %+v", b)
	}
	if a, ok := shown.Press("F11"); !ok || a.ID != present.ActHold {
		t.Errorf("F11 means %+v", a)
	}
	for _, key := range []string{"F7", "F6"} {
		if a, ok := shown.Press(key); ok {
			t.Errorf("%s still means %s", key, a.ID)
		}
	}
}

// The window keeps rows by their ID: of two with the same one, the first would have no room to be seen in.
func TestEachHeadingOfKeysIsThereOnce(t *testing.T) {
	s := trying(nil, desk.KeyTrial{})
	seen := map[string]bool{}
	for _, r := range s.Settings.Rows {
		if seen[r.ID] {
			t.Errorf("the settings have two rows %s (%s)", r.ID, r.Label)
		}
		seen[r.ID] = true
	}
	clear(seen)
	for _, g := range s.Sheet.Groups {
		if seen[g.Name] {
			t.Errorf("the sheet of keys has the heading %s twice", g.Name)
		}
		seen[g.Name] = true
	}
}
