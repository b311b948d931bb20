package present

import (
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// MiniBar is the call that stands above all programs while the window is not in front of the agent: who calls, why,
// which tier, and what can be done about it.
type MiniBar struct {
	Call    string // desk.Call.ID; empty: there is no bar
	Title   string // of its window, for the operating system's lists: names nobody
	Chip    Chip
	Who     string // name, else number
	Chips   []Chip // level and tier
	Why     string // queue and what the agent must know first
	Urgent  bool   // Why tells of a breach
	Buttons []Button
	Open    Button // brings the window
}

// Shown reports whether the bar is there.
func (b MiniBar) Shown() bool { return b.Call != "" }

func (m maker) mini() MiniBar {
	c, ok := m.s.Beside()
	if !ok || m.s.Settings.NoMiniBar {
		return MiniBar{}
	}
	l := m.line(c, true)
	b := MiniBar{Call: c.ID, Title: join(dot, l.Chip.Text, m.say(words.AppName)), Chip: l.Chip, Who: l.Who, Why: l.Detail}
	if b.Who == "" {
		b.Who = l.Number
	}
	if d, ok := m.draftOfCall(c.ID); ok {
		m.about(&b, d)
	}
	for _, btn := range l.Buttons {
		if btn.Do == nil { // the window's own, such as the keypad
			continue
		}
		btn.Key = m.barKey(btn.Do)
		b.Buttons = append(b.Buttons, btn)
	}
	b.Open = Button{Text: m.say(words.DoOpenWindow), Enabled: true, Do: desk.WindowWanted{}}
	return b
}

// barKey is the key of a button of the bar: the bar never has the keyboard, so only those that work everywhere do.
func (m maker) barKey(do desk.Event) string {
	switch do.(type) {
	case desk.AnswerPressed:
		return m.anywhereKey(ActAnswerAnywhere)
	case desk.MutePressed:
		return m.anywhereKey(ActMuteAnywhere)
	case desk.HangUpPressed:
		return m.anywhereKey(ActHangUpAnywhere)
	default: // the others have none
	}
	return ""
}

// draftOfCall is the draft of a call.
func (m maker) draftOfCall(call string) (desk.Draft, bool) {
	for _, d := range m.s.Drafts {
		if d.Call == call && call != "" {
			return d, true
		}
	}
	return desk.Draft{}, false
}

// about says who the caller is, and why they may be calling.
func (m maker) about(b *MiniBar, d desk.Draft) {
	c, found := chosen(d)
	switch {
	case found:
		b.Who, b.Chips = m.name(c), m.customerChips(c)
		if d.Reaches != c.ID {
			return
		}
		if list := m.warnings(c, d.History); len(list) > 0 {
			b.Why, b.Urgent = join(dot, b.Why, list[0].Text), list[0].Tone == Danger
		}
	case !d.Looked:
	case len(d.Matches) > 0 && !d.Nobody:
		who := words.CustomerSeveral
		if len(d.Certain()) < 2 {
			who = words.CustomerPerhaps
		}
		b.Why = join(dot, b.Why, m.say(who))
	default:
		who := words.CustomerUnknown
		if d.Unread {
			who = words.CustomerUnread
		}
		b.Chips = []Chip{{Tone: Muted, Text: m.say(who)}}
	}
}
