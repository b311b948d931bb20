package desk

import (
	"slices"
	"testing"
)

func TestTheBarShowsWhatTheWindowDoesNot(t *testing.T) {
	ring := Call{ID: "a", State: CallRinging}
	talk := Call{ID: "b", State: CallTalking}
	for _, c := range []struct {
		name  string
		sight Sight
		calls []Call
		want  string
	}{
		{"a call that rings behind another program", SightBehind, []Call{ring}, "a"},
		{"a call that rings while the window is minimised", SightHidden, []Call{ring}, "a"},
		{"what rings comes before what talks", SightHidden, []Call{talk, ring}, "a"},
		{"the window has the keyboard", SightFront, []Call{ring, talk}, ""},
		{"a talk whose window can still be seen", SightBehind, []Call{talk}, ""},
		{"a talk whose window cannot be seen", SightHidden, []Call{talk}, "b"},
		{"a call that has ended", SightHidden, []Call{{ID: "c", State: CallEnded}}, ""},
		{"no call", SightHidden, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, _ := Update(State{Calls: c.calls}, Stamp{At: 1}, SightChanged{c.sight})
			if got, _ := s.Beside(); got.ID != c.want {
				t.Errorf("shows %q, not %q", got.ID, c.want)
			}
		})
	}
}

func TestTheWindowIsRaisedOnlyWhenItIsAskedFor(t *testing.T) {
	_, out := Update(State{}, Stamp{At: 1}, WindowWanted{})
	if len(out) != 1 || out[0] != (RaiseWindow{}) {
		t.Errorf("asked for: %v", out)
	}
	s, _ := Update(State{}, Stamp{At: 1}, SightChanged{SightHidden})
	if _, out := Update(s, Stamp{At: 2}, CallChanged{Call{ID: "a", State: CallRinging, Direction: Inbound}}); len(out) == 0 {
		t.Error("a call does nothing")
	} else {
		for _, c := range out {
			if _, raised := c.(RaiseWindow); raised {
				t.Error("a call takes the keyboard")
			}
		}
	}
}

// Keys are given back while they do nothing: which of them another program has is still known then.
func TestARefusedKeyIsRememberedWhileItIsNotTried(t *testing.T) {
	var s State
	for _, c := range []struct {
		name           string
		tried, refused []string
		want           []string
	}{
		{"all are tried", []string{"a", "b", "c"}, []string{"b", "c"}, []string{"b", "c"}},
		{"none is wanted", nil, nil, []string{"b", "c"}},
		{"another is wanted", []string{"a"}, nil, []string{"b", "c"}},
		{"one has come free", []string{"a", "b"}, nil, []string{"c"}},
		{"one was taken meanwhile", []string{"a"}, []string{"a"}, []string{"a", "c"}},
	} {
		s, _ = Update(s, Stamp{At: 1}, GlobalKeysHeld{Tried: c.tried, Refused: c.refused})
		if !s.GlobalKeys.Known || !slices.Equal(s.GlobalKeys.Refused, c.want) {
			t.Errorf("%s: %v, want %v", c.name, s.GlobalKeys.Refused, c.want)
		}
	}
}
