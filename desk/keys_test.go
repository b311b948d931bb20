package desk

import "testing"

func TestAnActionIsGivenAnotherChord(t *testing.T) {
	type keys = map[string]string
	s := State{View: "settings"}
	was := s.Settings
	for _, c := range []struct {
		name  string
		e     Event
		want  keys
		trial KeyTrial
	}{
		{"nothing is under way", KeyGiven{Action: "call.mute", Chord: "F8"}, nil, KeyTrial{}},
		{"asked", KeyAsked{Action: "call.mute"}, nil, KeyTrial{Action: "call.mute"}},
		{"refused", KeyRefused{Trial: KeyTrial{Action: "call.mute", Chord: "F7", Why: "taken", By: "call.hold"}}, nil, KeyTrial{Action: "call.mute", Chord: "F7", Why: "taken", By: "call.hold"}},
		{"another one's refusal", KeyRefused{Trial: KeyTrial{Action: "x"}}, nil, KeyTrial{Action: "call.mute", Chord: "F7", Why: "taken", By: "call.hold"}},
		{"taken over", KeyGiven{Action: "call.mute", Chord: "F7", From: "call.hold"}, keys{"call.mute": "F7", "call.hold": NoChord}, KeyTrial{}},
		{"asked again", KeyAsked{Action: "call.mute"}, keys{"call.mute": "F7", "call.hold": NoChord}, KeyTrial{Action: "call.mute"}},
		{"as it was", KeyGiven{Action: "call.mute"}, keys{"call.hold": NoChord}, KeyTrial{}},
		{"all as they were", KeysReset{}, nil, KeyTrial{}},
	} {
		before := s.Settings.Keys
		var out []Command
		s, out = Update(s, Stamp{}, c.e)
		if len(s.Settings.Keys) != len(c.want) || s.KeyTrial != c.trial {
			t.Errorf("%s: keys %v, trial %+v", c.name, s.Settings.Keys, s.KeyTrial)
		}
		for a, chord := range c.want {
			if s.Settings.Keys[a] != chord {
				t.Errorf("%s: %s has %q", c.name, a, s.Settings.Keys[a])
			}
		}
		_, asked := c.e.(KeyAsked)
		if kept := len(out) > 0; kept && asked {
			t.Errorf("%s: kept %v", c.name, out)
		}
		if len(before) == 1 && before["call.mute"] != "" {
			t.Error("a map that was handed out has changed")
		}
	}
	if was.Keys != nil {
		t.Error("the settings that were handed out have changed")
	}
}
