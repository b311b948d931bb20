package present

import (
	"math"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// loudness is a peak as ears take it: -50 dB and less is nothing, full scale is all.
func loudness(peak float64) float64 {
	if peak <= 0 {
		return 0
	}
	return min(max(1+20*math.Log10(peak)/50, 0), 1)
}

// aboutRows tell what one is asked for on the telephone when something does not work.
func (m maker) aboutRows() []SettingRow {
	user := m.s.Session.User
	if m.s.Session.Name != "" && m.s.Session.Name != user {
		user = m.s.Session.Name + " (" + user + ")"
	}
	facts := []FieldLine{
		{Label: m.say(words.AboutVersion), Text: m.s.Version},
		{Label: m.say(words.AboutUser), Text: user},
		{Label: m.say(words.AboutCentral), Text: m.linkChip().Text},
		{Label: m.say(words.AboutPhone), Text: m.phoneChip().Text},
		{Label: m.say(words.AboutSound), Text: m.soundChip().Text},
	}
	if clock := m.clockChip(); clock.Text != "" {
		facts = append(facts, FieldLine{Label: m.say(words.AboutClock), Text: clock.Text})
	}
	if m.s.Link.State == desk.CentralUnreachable || m.s.Link.State == desk.CentralRefused {
		facts[2].Text = LinkText(m.w, m.s.Link)
	}
	for _, r := range m.s.Registrations {
		if why := RegistrationText(m.w, r); why != "" {
			facts[3].Text = why
		}
	}
	return []SettingRow{{ID: "about", Label: m.say(words.AboutDesk), Facts: facts}, m.diagnosticsRow(), {
		ID: "setup", Label: m.say(words.SetupAgainLabel), Hint: m.say(words.SetupAgainHint),
		Buttons: []Button{{Text: m.say(words.SetupAgain), Shape: ShapeHint, Enabled: true, Do: desk.SetupStarted{}}},
	}}
}

// diagnosticsRow writes the file for whoever looks after the desks, and tells where it is.
func (m maker) diagnosticsRow() SettingRow {
	d := m.s.Diagnostics
	row := SettingRow{ID: "diagnostics", Label: m.say(words.AboutDiagnostics), Hint: m.say(words.AboutDiagnosticsHint)}
	row.Buttons = []Button{{Text: m.say(words.AboutDiagnosticsWrite), Shape: ShapeInfo, Enabled: !d.Busy, Do: desk.DiagnosticsPressed{}}}
	switch {
	case d.Busy:
		row.Note = Chip{Shape: ShapeSync, Tone: Muted, Text: m.say(words.AboutDiagnosticsBusy)}
	case d.Problem != "":
		row.Note = Chip{Shape: ShapeWarn, Tone: Danger, Text: m.say(words.AboutDiagnosticsFailed)}
	case d.File != "":
		row.Note = Chip{Shape: ShapeOK, Tone: Good, Text: m.w.Fill(words.AboutDiagnosticsDone, "file", d.File)}
	}
	return row
}
