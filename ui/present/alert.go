package present

import (
	"slices"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/number"
	"github.com/callbench/callbench/ui/words"
)

// CallAlert words a ringing call for a notification of the operating system. It names the number and the
// queue, not the customer: notifications stay on lock screens.
func CallAlert(w *words.Catalogue, c desk.Call) (title, text string) {
	text = number.Show(c.Number, region)
	if c.Queue != "" {
		text = join(" · ", text, c.Queue)
	}
	return w.Say(words.CallRinging), text
}

// CallNote is a notification that can be changed and is taken back when the call no longer rings. It names the
// customer, the tier and why; Plain and Bare name nobody.
type CallNote struct {
	Call        string // desk.Call.ID; empty: there is none
	Title, Text string
	Plain, Bare string // both, for a locked screen or a list that keeps them
	Answer      string // word of the button
	Open        string
}

// callNote is there while a call rings and the window is not in front of the agent, or nobody knows whether it is.
func (m maker) callNote() CallNote {
	c, ok := m.s.Ringing()
	if !ok || m.s.SightKnown && m.s.Sight == desk.SightFront {
		return CallNote{}
	}
	n := CallNote{Call: c.ID, Answer: m.say(words.DoAnswer), Open: m.say(words.DoOpenWindow)}
	n.Plain, n.Bare = CallAlert(m.w, c)
	b := MiniBar{Who: m.caller(c), Why: c.Queue}
	if b.Who == "" {
		b.Who = shown(c.Number)
	}
	if d, ok := m.draftOfCall(c.ID); ok {
		m.about(&b, d)
	}
	n.Title = join(dot, n.Plain, b.Who)
	tags := ""
	for _, chip := range b.Chips {
		tags = join(dot, tags, chip.Text)
	}
	n.Text = join(dot, tags, b.Why)
	return n
}

// HotKeys are the keys of the whole computer. A key is held only while it does something: another program that wants
// it has it at all other times.
type HotKeys struct {
	On   bool         // the agent wants them
	All  []string     // every chord, to find out which can be had
	Now  []string     // those that do something now
	Does []desk.Event // of Now
}

// hot gathers the keys of the whole computer from the table of actions.
func (m maker) hot(list []Action) HotKeys {
	h := HotKeys{On: !m.s.Settings.NoGlobalKeys}
	if !h.On {
		return h
	}
	for _, a := range list {
		if !a.Global || a.Key == "" {
			continue
		}
		h.All = append(h.All, a.Key)
		if a.Enabled && a.Do != nil {
			h.Now, h.Does = append(h.Now, a.Key), append(h.Does, a.Do)
		}
	}
	return h
}

// anywhere is an action by a key of the whole computer: there is none where the agent wants no such keys.
func anywhere(do func(maker, *Screen, *Action)) func(maker, *Screen, *Action) {
	return func(m maker, s *Screen, a *Action) {
		if m.s.Settings.NoGlobalKeys {
			a.absent = true
			return
		}
		own := a.Name // the action's may follow the call: "unmute"
		do(m, s, a)
		a.Name = own
	}
}

// anywhereKey is the chord that does something in every program, to be printed where the window has no keyboard.
func (m maker) anywhereKey(id string) string {
	key := m.chord(id)
	if m.s.Settings.NoGlobalKeys || !m.s.GlobalKeys.Known || slices.Contains(m.s.GlobalKeys.Refused, key) {
		return ""
	}
	return key
}

// globalKeys says in the settings which of those keys cannot be had.
func (m maker) globalKeys() Chip {
	refused := ""
	for _, r := range m.rows {
		if k := m.chord(r.id); r.global && slices.Contains(m.s.GlobalKeys.Refused, k) {
			refused = join(" ", refused, Printed(k))
		}
	}
	switch {
	case m.s.Settings.NoGlobalKeys:
		return Chip{}
	case !m.s.GlobalKeys.Known:
		return Chip{Shape: ShapeInfo, Tone: Muted, Text: m.say(words.GlobalKeysNone)}
	case refused != "":
		return Chip{Shape: ShapeWarn, Tone: Warn, Text: m.w.Fill(words.GlobalKeyTaken, "keys", refused)}
	}
	return Chip{}
}
