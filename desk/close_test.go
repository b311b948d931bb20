package desk

import (
	"slices"
	"testing"
)

func TestClosingTheWindowNeverLosesACallSilently(t *testing.T) {
	call := []Call{{ID: "a", State: CallTalking}}
	wants := Settings{ToTray: true}
	for _, c := range []struct {
		name string
		s    State
		e    []CloseWanted
		want []Command
	}{
		{"no call, no tray: it ends", State{}, []CloseWanted{{}}, []Command{CloseWindow{}}},
		{"a tray that the agent does not want: it ends", State{Tray: true}, []CloseWanted{{}}, []Command{CloseWindow{}}},
		{"a tray that the agent wants: it stays", State{Tray: true, Settings: wants}, []CloseWanted{{}}, []Command{HideWindow{}}},
		{"wanted, and there is none: it ends", State{Settings: wants}, []CloseWanted{{}}, []Command{CloseWindow{}}},
		{"a call goes on: nothing at first", State{Calls: call}, []CloseWanted{{}}, nil},
		{"a call goes on: the second time it ends", State{Calls: call}, []CloseWanted{{}, {}}, []Command{CloseWindow{}}},
		{"a call goes on in the tray", State{Calls: call, Tray: true, Settings: wants}, []CloseWanted{{}}, []Command{HideWindow{}}},
		{"quit in the tray", State{Tray: true, Settings: wants}, []CloseWanted{{Quit: true}}, []Command{CloseWindow{}}},
		{"quit in the tray with a call: the window says why not", State{Calls: call, Tray: true, Settings: wants}, []CloseWanted{{Quit: true}}, []Command{RaiseWindow{}}},
		{"calls go on while a desk is wiped, too", State{Calls: call, Wiping: true}, []CloseWanted{{}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, all := c.s, []Command(nil)
			for i, e := range c.e {
				var out []Command
				s, out = Update(s, Stamp{At: Millis(1000 + i)}, e)
				all = append(all, out...)
			}
			if !slices.Equal(all, c.want) {
				t.Errorf("%#v, not %#v", all, c.want)
			}
			if c.want == nil && len(s.Notices) != 1 {
				t.Errorf("nothing is said: %+v", s.Notices)
			}
		})
	}
	s, _ := Update(State{Calls: call}, Stamp{At: 1000}, CloseWanted{})
	if _, out := Update(s, Stamp{At: 1000 + closeAgain + 1}, CloseWanted{}); len(out) != 0 {
		t.Errorf("long after the first time it ends at once: %v", out)
	}
}

func TestATrayThatGoesGivesTheWindowBack(t *testing.T) {
	s, _ := Update(State{Tray: true, Settings: Settings{ToTray: true}}, Stamp{At: 1}, CloseWanted{})
	if !s.InTray {
		t.Fatal("it is not in the tray")
	}
	s, out := Update(s, Stamp{At: 2}, TrayChanged{})
	if s.InTray || len(out) != 1 || out[0] != (RaiseWindow{}) {
		t.Errorf("%v %v", s.InTray, out)
	}
	if _, out := Update(s, Stamp{At: 3}, TrayChanged{There: true}); len(out) != 0 {
		t.Errorf("%v", out)
	}
}
