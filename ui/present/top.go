package present

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/number"
	"github.com/callbench/callbench/ui/words"
)

func shown(raw string) string {
	if withheld(raw) {
		return ""
	}
	if s := number.Show(raw, region); s != "" {
		return s
	}
	return raw
}

// stateLook gives an agent state its shape and colour role.
func stateLook(s desk.AgentStatus) (Shape, Tone) {
	switch s {
	case desk.AgentReady:
		return ShapeReady, Good
	case desk.AgentRinging:
		return ShapeRing, Ring
	case desk.AgentOnCall:
		return ShapeTalk, Talk
	case desk.AgentHold:
		return ShapeHeld, Held
	case desk.AgentWrapUp:
		return ShapeWrap, Wrap
	case desk.AgentNotReady:
		return ShapeAway, Away
	case desk.AgentOffline:
	}
	return ShapeOff, Off
}

func (m maker) agentChip(a desk.Agent) Chip {
	shape, tone := stateLook(a.State)
	return Chip{Shape: shape, Tone: tone, Text: StateText(m.w, a.State, a.Reason), Timer: m.since(a.Since)}
}

func (m maker) top() TopBar {
	a := m.s.Agent
	if a.State == "" {
		a.State = desk.AgentOffline
	}
	t := TopBar{Agent: m.agentChip(a), Choices: m.stateChoices(), Under: m.me()}
	if c, ok := m.s.Current(); ok && a.State == desk.AgentOnCall && c.State == desk.CallTalking {
		t.Agent.Timer = "" // the call beside it has its own: since it was resumed would be another figure by the same name
	}
	if a.Pending != "" {
		t.Under = m.w.Fill(words.AgentAfter, "state", StateText(m.w, a.Pending, m.s.WishReason))
	}
	if m.practising() {
		t.Under = m.say(words.PracticeOn)
	}
	t.Lines, t.More = m.lines()
	t.Dial = Field{Value: m.s.Dial, Prompt: m.say(words.DialPrompt)}
	t.DialDo = Button{
		Text: m.say(words.DoDial), Key: m.chord(ActDial), Shape: ShapePhone, Enabled: m.s.Dial != "",
		Do: desk.DialPressed{To: m.s.Dial},
	}
	t.Queue, t.QueueBrief = m.glance()
	if c, ok := m.s.Current(); ok && c.State == desk.CallTalking {
		t.Keypad = Keypad{
			Call: c.ID, Field: Field{Prompt: m.say(words.KeysPrompt)},
			Send: Button{Text: m.say(words.DoSend), Key: "Enter", Enabled: true},
		}
	}
	t.HandOver = m.handOver()
	return t
}

// me is who works here, and the extension that colleagues dial, or that there is none.
func (m maker) me() string {
	ext := ""
	if m.s.NoPhone() {
		ext = m.say(words.PhoneNone)
	}
	for _, r := range m.s.Registrations {
		ext = account(r.AOR)
		break
	}
	return join(dot, m.s.Session.Name, ext)
}

// toggled is what F2 does: ready, or a break.
func (m maker) toggled() desk.Event {
	if m.s.Wish == desk.AgentReady {
		return desk.StateChosen{State: desk.AgentNotReady, Reason: desk.ReasonBreak, Cause: desk.CauseSelf}
	}
	return desk.StateChosen{State: desk.AgentReady, Cause: desk.CauseSelf}
}

func (m maker) stateChoices() []Button {
	pick := func(s desk.AgentStatus, r desk.NotReadyReason) Button {
		shape, tone := stateLook(s)
		return Button{
			Text: StateText(m.w, s, r), Shape: shape, Tone: tone, Enabled: true,
			On: m.s.Wish == s && m.s.WishReason == r,
			Do: desk.StateChosen{State: s, Reason: r, Cause: desk.CauseSelf},
		}
	}
	list := []Button{
		pick(desk.AgentReady, ""), pick(desk.AgentNotReady, desk.ReasonBreak), pick(desk.AgentNotReady, desk.ReasonMeal),
		pick(desk.AgentNotReady, desk.ReasonTraining), pick(desk.AgentNotReady, desk.ReasonMeeting),
	}
	if m.s.CanSwitch {
		list = append(list, Button{Text: m.say(words.DoSwitch), Shape: ShapePerson, Tone: Muted, Enabled: true, Do: desk.SwitchPressed{}})
	}
	return list
}

// lines are the live calls: the one to act on first.
func (m maker) lines() ([]Line, string) {
	first, any := m.s.Current()
	if !any {
		return nil, ""
	}
	calls := []desk.Call{first}
	for _, c := range m.s.Calls {
		if c.Live() && c.ID != first.ID {
			calls = append(calls, c)
		}
	}
	slices.SortStableFunc(calls[1:], func(a, b desk.Call) int { // what rings comes next
		return cmp.Compare(rank(a.State), rank(b.State))
	})
	var lines []Line
	for i, c := range calls[:min(len(calls), MaxLines)] {
		lines = append(lines, m.line(c, i == 0))
	}
	if n := len(calls) - MaxLines; n > 0 {
		return lines, m.w.Fill(words.CallMore, "n", strconv.Itoa(n))
	}
	return lines, ""
}

func rank(s desk.CallState) int {
	if s == desk.CallRinging {
		return 0
	}
	return 1
}

func (m maker) callChip(c desk.Call) Chip {
	chip := Chip{Shape: ShapeRing, Tone: Ring, Timer: m.since(c.StartedAt)}
	switch c.State {
	case desk.CallRinging:
		chip.Text = m.say(words.CallRinging)
	case desk.CallDialling:
		chip.Text = m.say(words.CallDialling)
	case desk.CallEarly:
		chip.Text = m.say(words.CallEarly)
	case desk.CallTalking:
		chip = Chip{Shape: ShapeTalk, Tone: Talk, Text: m.say(words.CallTalking), Timer: m.since(c.AnsweredAt)}
		if c.HeldBy == desk.HeldByThem {
			chip.Shape, chip.Tone, chip.Text = ShapeHeld, Held, m.say(words.CallHeldByThem)
		}
	case desk.CallHeld:
		chip = Chip{Shape: ShapeHeld, Tone: Held, Text: m.say(words.CallHeld), Timer: m.since(c.AnsweredAt)}
		switch c.HeldBy {
		case desk.HeldByThem:
			chip.Text = m.say(words.CallHeldByThem)
		case desk.HeldByBoth:
			chip.Text = m.say(words.CallHeldByBoth)
		case desk.HeldByMe, desk.HeldByNone:
		}
	case desk.CallEnded:
		chip = Chip{Shape: ShapeOff, Tone: Off, Text: m.say(words.CallEnded)}
	}
	switch {
	case !c.Live():
	case c.Transfer == desk.TransferAsked:
		chip.Text = m.say(words.CallGoing)
	case c.Transfer == desk.TransferRinging:
		chip.Text = m.say(words.CallGoingRings)
	}
	return chip
}

// line shows a call. Only the first one bears keys, but what rings is always answered by its key.
func (m maker) line(c desk.Call, first bool) Line {
	l := Line{Call: c.ID, Chip: m.callChip(c), Number: shown(c.Number), Who: m.caller(c)}
	if l.Number == "" {
		l.Number = m.say(words.CallAnonymous)
	}
	switch {
	case c.State == desk.CallRinging && c.Queue != "":
		l.Detail = c.Queue
	case c.GoesAway():
		l.Detail = "→ " + shown(c.TransferTo)
	case c.Consults != "":
		l.Detail = m.say(words.CallConsult)
	}
	if c.Muted {
		l.Tail = m.say(words.CallMuted)
	}
	key := func(id string) string {
		if first {
			return m.chord(id)
		}
		return ""
	}
	switch c.State {
	case desk.CallRinging:
		l.Buttons = []Button{
			{Text: m.say(words.DoAnswer), Key: m.chord(ActAnswer), Kind: KindPrimary, Enabled: true, Do: desk.AnswerPressed{Call: c.ID}},
			{Text: m.say(words.DoDecline), Enabled: true, Do: desk.DeclinePressed{Call: c.ID}},
		}
	case desk.CallDialling, desk.CallEarly:
		l.Buttons = []Button{m.hangUp(c, key(ActHangUp))}
		if b := m.complete(c); first && b.Shown() {
			l.Buttons = []Button{b, m.hangUp(c, key(ActHangUp))}
		}
	case desk.CallTalking, desk.CallHeld:
		l.Buttons = m.answered(c, first)
	case desk.CallEnded:
	}
	return l
}

// answered are the buttons of a call that is talked on or held. One that is being handed over can only be ended.
func (m maker) answered(c desk.Call, first bool) []Button {
	hold, mute, end := m.hold(c), m.mute(c), m.hangUp(c, "")
	switch {
	case c.GoesAway():
		if first {
			end.Key = m.chord(ActHangUp)
		}
		return []Button{end}
	case !first:
		return []Button{hold, end}
	}
	hold.Key, mute.Key, end.Key = m.chord(ActHold), m.chord(ActMute), m.chord(ActHangUp)
	if b := m.complete(c); b.Shown() {
		return []Button{hold, mute, b, end}
	}
	tones := Button{Text: m.say(words.DoKeys), Key: m.chord(ActDial), Enabled: c.State == desk.CallTalking, Spare: true, Window: DeedDial}
	over := Button{Text: m.say(words.DoTransfer), Key: m.chord(ActTransfer), Enabled: true, Spare: true, Window: DeedTransfer}
	return []Button{hold, mute, tones, over, end}
}

func (m maker) hold(c desk.Call) Button {
	hold, resume := m.say(words.DoHold), m.say(words.DoResume)
	if c.HeldBy == desk.HeldByMe || c.HeldBy == desk.HeldByBoth {
		return Button{Text: resume, Room: hold, On: true, Enabled: true, Do: desk.HoldPressed{Call: c.ID}}
	}
	return Button{Text: hold, Room: resume, Enabled: true, Do: desk.HoldPressed{Call: c.ID, On: true}}
}

func (m maker) mute(c desk.Call) Button {
	mute, unmute := m.say(words.DoMute), m.say(words.DoUnmute)
	if c.Muted {
		return Button{Text: unmute, Room: mute, On: true, Enabled: true, Do: desk.MutePressed{Call: c.ID}}
	}
	return Button{Text: mute, Room: unmute, Enabled: true, Do: desk.MutePressed{Call: c.ID, On: true}}
}

func (m maker) hangUp(c desk.Call, key string) Button {
	return Button{Text: m.say(words.DoHangUp), Key: key, Kind: KindDanger, Enabled: true, Do: desk.HangUpPressed{Call: c.ID}}
}

// caller names the other side of a call: from the draft it belongs to, else as it calls itself.
func (m maker) caller(c desk.Call) string {
	for _, d := range m.s.Drafts {
		if d.Call != c.ID {
			continue
		}
		if cu, ok := chosen(d); ok {
			level := ""
			if cu.Level == desk.LevelVIP {
				level = m.say(words.LevelVIP)
			}
			return join(" ", cu.Name, level)
		}
		if d.NewName != "" {
			return d.NewName
		}
	}
	if c.Name != c.Number {
		return c.Name
	}
	return ""
}

// glance sums the queues up that the user sees: a lead all of them, an agent the own ones. Brief says the same in a
// few signs, for a narrow window.
func (m maker) glance() (full, brief Chip) {
	if !m.s.BoardKnown || len(m.s.Board.Queues) == 0 {
		return Chip{}, Chip{}
	}
	n, oldest := 0, desk.Millis(0)
	for _, q := range m.s.Board.Queues {
		n += len(q.Waiting)
		if at := longest(q); at != 0 && (oldest == 0 || at < oldest) {
			oldest = at
		}
	}
	full = Chip{Shape: ShapePerson, Tone: Muted, Text: m.say(words.QueueNobody)}
	brief = Chip{Shape: ShapePerson, Tone: Muted, Text: m.w.Number(0)}
	if n > 0 {
		full.Tone = m.waitTone(oldest)
		full.Text = m.w.Fill(words.QueueGlance, "n", m.w.Number(n), "longest", m.waited(oldest))
		brief.Tone, brief.Text = full.Tone, join(dot, m.w.Number(n), m.waited(oldest))
	}
	if m.s.Board.Stale {
		full.Tone, brief.Tone = Muted, Muted
		full.Shape, brief.Shape = ShapeStale, ShapeStale
		full.Timer, brief.Timer = m.staleness(), m.w.Age(m.central().Sub(m.s.Board.AsOf))
	}
	return full, brief
}

// longest is since when the first caller of a queue waits; 0: nobody does.
func longest(q desk.Queue) desk.Millis {
	oldest := desk.Millis(0)
	for _, c := range q.Waiting {
		if oldest == 0 || c.Since < oldest {
			oldest = c.Since
		}
	}
	return oldest
}
