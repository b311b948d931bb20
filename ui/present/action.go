package present

import (
	"slices"
	"strings"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// Deed is what a window does by itself, without the desk: moving the focus, opening what drops down.
type Deed string

// The deeds of a window.
const (
	NoDeed       Deed = ""
	DeedSearch   Deed = "search"   // the caret into the search box
	DeedDial     Deed = "dial"     // the caret into the dial field, or into the keypad of a call
	DeedStates   Deed = "states"   // the list of agent states
	DeedTransfer Deed = "transfer" // the caret to where is typed to whom the call goes
	DeedNote     Deed = "note"     // the caret behind the last word of the note
	DeedPassword Deed = "password" // the form for a new password
	DeedNext     Deed = "next"     // the step of the flow is answered with what stands in it
	DeedHint     Deed = "hint"     // the whole hint of the step, or one line of it again
	DeedPane     Deed = "pane"     // the focus to the next pane
	DeedPaneBack Deed = "pane_back"
	DeedKeys     Deed = "keys" // the sheet of all keys, or away with it
	DeedCopy     Deed = "copy" // the text of the open change goes to the clipboard

	DeedPaneLeft  Deed = "pane_left" // a divider between panes of the view on screen
	DeedPaneRight Deed = "pane_right"
	DeedPaneUp    Deed = "pane_up"
	DeedPaneDown  Deed = "pane_down"
	DeedPanesBack Deed = "panes_back" // to where they stand by themselves
)

// Action is something that can be done in the window. Buttons print its chord, the keyboard presses by it,
// and the palette, the sheet of keys and the settings list it; there is no other list.
type Action struct {
	ID      string
	Name    string
	Group   string     // the heading it stands under
	Key     string     // its chord, as pressed and printed; empty: none
	Also    string     // a second chord, which stays when the first is changed
	Default string     // the chord it has until somebody gives it another
	Fixed   bool       // how the window is used (Enter, digits, Esc): cannot be given another chord
	Global  bool       // can be a key of the whole computer
	Enabled bool       // can be done now
	Do      desk.Event // nil where the window itself acts
	Window  Deed       // what the window itself does; with a Do, once the view is there that the event leads to

	absent bool // not for this user: left out
}

// Press finds the action that a chord stands for now.
func (s Screen) Press(chord string) (Action, bool) {
	for _, a := range s.Actions {
		if a.Enabled && (a.Key == chord || a.Also == chord) && (a.Do != nil || a.Window != NoDeed) {
			return a, true
		}
	}
	return Action{}, false
}

// Action finds an action by its ID, whether it can be done now or not.
func (s Screen) Action(id string) (Action, bool) {
	for _, a := range s.Actions {
		if a.ID == id {
			return a, true
		}
	}
	return Action{}, false
}

// Printed is a chord as it is printed: arrows as signs.
func Printed(chord string) string {
	for name, sign := range map[string]string{"Left": "←", "Right": "→", "Up": "↑", "Down": "↓"} {
		if rest, ok := strings.CutSuffix(chord, name); ok && (rest == "" || strings.HasSuffix(rest, "+")) {
			return rest + sign
		}
	}
	return chord
}

// actions lists all that there is to do, with what it does now.
func (m maker) actions(s *Screen) []Action {
	list := make([]Action, 0, len(m.rows)+16)
	for _, r := range m.rows {
		a := Action{
			ID: r.id, Name: m.say(r.name), Group: m.say(r.group), Key: m.chord(r.id), Also: r.also, Default: r.chord,
			Fixed: r.fixed, Global: r.global,
		}
		if r.do != nil {
			r.do(m, s, &a)
		}
		if !a.absent {
			list = append(list, a)
		}
	}
	return append(list, m.momentary(s)...)
}

// chord is the chord of an action, to be printed where it can be pressed: the user's, else the table's.
func (m maker) chord(id string) string {
	for _, r := range m.rows {
		if r.id != id {
			continue
		}
		own, ok := m.s.Settings.Keys[id]
		switch {
		case !ok || r.fixed:
			return r.chord
		case own == desk.NoChord:
			return ""
		}
		return own
	}
	return ""
}

// momentary are the actions that are there only for what is on screen: they have no chord of their own.
func (m maker) momentary(s *Screen) []Action {
	list := append(m.takeViews(), m.practiceActions()...)
	add := func(id, name, group string, do desk.Event) {
		list = append(list, Action{ID: id, Name: name, Group: group, Enabled: do != nil, Do: do})
	}
	if s.View == home {
		for _, b := range m.otherFlows(s.Flow) {
			if f, ok := b.Do.(desk.FlowStarted); ok {
				add("flow.start."+f.Flow, m.w.Fill(words.ActOf, "what", m.say(words.GroupFlow), "which", b.Text), m.say(words.GroupFlow), b.Do)
			}
		}
		for _, p := range s.Note.Reasons {
			add("reason."+p.ID, m.w.Fill(words.ActOf, "what", s.Note.ReasonTitle, "which", p.Text), m.say(words.GroupNote), p.Do)
		}
		for _, p := range s.Note.Outcomes {
			add("outcome."+p.ID, m.w.Fill(words.ActOf, "what", s.Note.OutcomeTitle, "which", p.Text), m.say(words.GroupNote), p.Do)
		}
		for _, p := range s.Customer.Phones {
			add("dial."+p.Text, join(" ", s.Top.DialDo.Text, p.Text), m.say(words.GroupCustomer), p.Do)
		}
	}
	if s.View == "changes" {
		for _, b := range s.Changes.Detail.Buttons {
			a := Action{ID: "changes." + b.Key, Name: b.Text, Group: m.say(words.GroupViews), Enabled: true, Do: b.Do}
			if b.Do == nil {
				a.Window = DeedCopy
			}
			list = append(list, a)
		}
	}
	switch s.View {
	case "customers":
		return append(list, m.walkList(s.Customers)...)
	case "tasks":
		return append(list, m.walkList(s.Tasks)...)
	case "import":
		return append(list, m.walkList(s.Table)...)
	case "board":
		return append(list, m.walkFigures()...)
	}
	return append(list, m.walk(s)...)
}

// otherFlows are the flows to choose from, also while one stands at its first step: there is nothing in it to lose.
func (m maker) otherFlows(p FlowPanel) []Button {
	d, ok := m.active()
	if p.Kind != FlowStep || p.Position != 1 || !ok || d.Run == nil || len(d.Unsent) > 0 {
		return p.Choices
	}
	var other FlowPanel
	m.flowChoices(&other, d)
	return slices.DeleteFunc(other.Choices, func(b Button) bool { return b.Text == p.Title })
}

// walk moves along the open changes.
func (m maker) walk(s *Screen) []Action {
	if s.View != "changes" {
		return nil
	}
	on := slices.IndexFunc(s.Changes.Items, func(c ChangeItem) bool { return c.On })
	var list []Action
	add := func(key string, i int) {
		if i >= 0 && i < len(s.Changes.Items) {
			list = append(list, Action{
				ID: "changes." + key, Group: m.say(words.GroupViews), Key: key, Fixed: true, Enabled: true, Do: s.Changes.Items[i].Do,
			})
		}
	}
	if on > 0 {
		add("Up", on-1)
	}
	add("Down", on+1)
	return list
}
