package present

import (
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// Tray is the icon in the system's tray: the agent's state or the call's, and the menu. The rows stay the same ones in the
// same order; what cannot be done now is disabled.
type Tray struct {
	Shape Shape
	Tone  Tone
	Tip   string // state and timer-free: names nobody
	Rows  []TrayRow
}

// TrayRow is a row of the menu. Check: it is one of a choice, and On tells which.
type TrayRow struct {
	ID        string
	Text      string
	Check, On bool
	Enabled   bool
	Rule      bool // a line before it
	Do        desk.Event
}

// TrayAlone is the tray while there is no desk: the window and quitting are there, nothing else can be done. It has the rows
// of every other.
func TrayAlone(w *words.Catalogue) Tray {
	t := maker{w: w}.tray()
	for i, r := range t.Rows {
		switch r.Do.(type) {
		case desk.WindowWanted, desk.CloseWanted:
		default:
			t.Rows[i].Enabled, t.Rows[i].On = false, false
		}
	}
	return t
}

func (m maker) tray() Tray {
	a := m.s.Agent
	if a.State == "" {
		a.State = desk.AgentOffline
	}
	chip := m.agentChip(a)
	t := Tray{Shape: chip.Shape, Tone: chip.Tone, Tip: join(dot, m.say(words.AppName), chip.Text)}
	t.Rows = append(t.Rows, TrayRow{ID: "open", Text: m.say(words.DoOpenCallbench), Enabled: true, Do: desk.WindowWanted{}})
	answer := TrayRow{ID: "answer", Text: m.say(words.DoAnswer), Rule: true}
	if c, ok := m.s.Ringing(); ok {
		answer.Enabled, answer.Do = true, desk.AnswerPressed{Call: c.ID}
	}
	t.Rows = append(t.Rows, answer)
	for i, b := range m.stateChoices() {
		if e, ok := b.Do.(desk.StateChosen); ok {
			t.Rows = append(t.Rows, TrayRow{
				ID: string(e.State) + " " + string(e.Reason), Text: b.Text, Check: true, On: b.On, Enabled: b.Enabled, Rule: i == 0, Do: b.Do,
			})
		}
	}
	return Tray{t.Shape, t.Tone, t.Tip, append(t.Rows, TrayRow{
		ID: "quit", Text: m.say(words.DoQuitProgram), Enabled: true, Rule: true, Do: desk.CloseWanted{Quit: true},
	})}
}
