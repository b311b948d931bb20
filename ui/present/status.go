package present

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

func (m maker) status(v view) StatusBar {
	bar := StatusBar{
		Link: m.linkChip(), LinkDo: desk.ViewChosen{View: "changes"}, Phone: m.phoneChip(), Sound: m.soundChip(), Clock: m.clockChip(),
		Hints: m.hints(v),
	}
	if _, writes := m.active(); writes {
		bar.InNote = m.say(words.HintsInNote)
	}
	if n := len(m.messages()) - 1; n > 0 {
		bar.More = m.w.Fill(words.MessagesMore, "n", m.w.Number(n))
	}
	return bar
}

func (m maker) linkChip() Chip {
	l := m.s.Link
	waiting := ""
	if n := l.Outbox.Pending; n > 0 {
		waiting = m.w.Fill(words.LinkPending, "n", m.w.Number(n))
		if l.Outbox.Oldest != 0 && m.now-l.Outbox.Oldest > 5000 {
			waiting = m.w.Fill(words.LinkPendingSince, "n", m.w.Number(n), "time", m.w.Clock(l.Outbox.Oldest.Time()))
		}
	}
	if m.fetches() && (l.State == desk.CentralOnline || l.State == desk.CentralConnecting) {
		line, tone := words.LinkFetching, Plain
		if l.Paused {
			line, tone = words.FetchChip, Warn
		}
		return Chip{Shape: ShapeSync, Tone: tone, Text: join(dot, m.w.Fill(line, "n", m.w.Number(l.Fetching)), waiting)}
	}
	open := m.openChip()
	switch {
	case open == "":
	case l.State == desk.CentralOnline: // until somebody has looked at them
		return Chip{Shape: ShapeWarn, Tone: Warn, Text: join(dot, open, waiting)}
	default:
		waiting = join(dot, waiting, open)
	}
	switch l.State {
	case desk.CentralConnecting:
		return Chip{Shape: ShapeSync, Tone: Muted, Text: join(dot, m.say(words.LinkConnecting), waiting)}
	case desk.CentralUnreachable:
		return Chip{Shape: ShapeCut, Tone: Warn, Text: join(dot, m.say(words.LinkOffline), waiting)}
	case desk.CentralRefused:
		return Chip{Shape: ShapeCut, Tone: Danger, Text: join(dot, m.say(words.LinkRefused), waiting)}
	case desk.CentralOnline:
		switch {
		case waiting != "":
			return Chip{Shape: ShapeSync, Tone: Plain, Text: waiting}
		case l.Outbox.SyncedAt != 0:
			return Chip{Shape: ShapeOK, Tone: Good, Text: m.w.Fill(words.LinkSynced, "time", m.w.Clock(l.Outbox.SyncedAt.Time()))}
		}
		return Chip{Shape: ShapeOK, Tone: Good, Text: m.say(words.LinkOnline)}
	case desk.CentralNone:
	}
	return Chip{Shape: ShapeOff, Tone: Muted, Text: m.say(words.LinkNone)}
}

// openChip counts what was refused or lost and not put away.
func (m maker) openChip() string {
	out, text := m.s.Link.Outbox, ""
	if n := len(out.Refused); n > 0 {
		text = m.w.Fill(words.LinkRefusedOps, "n", m.w.Number(n))
	}
	if out.Lost > 0 {
		text = join(dot, text, m.w.Fill(words.LinkLost, "n", m.w.Number(out.Lost)))
	}
	return text
}

func (m maker) phoneChip() Chip {
	if len(m.s.Registrations) == 0 {
		line := words.PhoneWaits
		switch {
		case m.s.NoPhone():
			line = words.PhoneNone
		case m.s.PhoneDirect:
			line = words.PhoneDirect
		}
		return Chip{Shape: ShapePhone, Tone: Muted, Text: m.say(line)}
	}
	worst := slices.MaxFunc(m.s.Registrations, func(a, b desk.Registration) int {
		return cmp.Compare(gravity(a.State), gravity(b.State))
	})
	name := account(worst.AOR)
	switch worst.State {
	case desk.Registered:
		return Chip{Shape: ShapePhone, Tone: Good, Text: m.w.Fill(words.PhoneRegistered, "account", name)}
	case desk.RegFailed:
		return Chip{Shape: ShapePhone, Tone: Danger, Text: m.w.Fill(words.PhoneFailed, "account", name)}
	case desk.Unregistered:
		return Chip{Shape: ShapePhone, Tone: Warn, Text: m.w.Fill(words.PhoneUnregistered, "account", name)}
	case desk.Registering:
	}
	return Chip{Shape: ShapePhone, Tone: Muted, Text: m.w.Fill(words.PhoneRegistering, "account", name)}
}

// gravity orders the states of accounts by how much they keep calls away.
func gravity(s desk.RegistrationState) int {
	switch s {
	case desk.Registered:
		return 0
	case desk.Registering:
		return 1
	case desk.Unregistered:
		return 2
	case desk.RegFailed:
		return 3
	}
	return 1
}

// skewShown is from where on a wrong clock is told: less is not seen on any figure.
const skewShown = 5 * time.Second

// clockChip tells that the desk's clock differs from central's: the times of its records are wrong.
func (m maker) clockChip() Chip {
	skew := m.s.Link.Skew.Sub(0)
	if skew.Abs() < skewShown {
		return Chip{}
	}
	line := words.ClockBehind
	if skew < 0 {
		line = words.ClockAhead
	}
	return Chip{Shape: ShapeClock, Tone: Muted, Text: m.w.Fill(line, "age", m.w.Age(skew.Abs()))}
}

// Where speech begins to be called fair and poor: R 80 (users satisfied) and R 70 (some are not) of ITU-T G.107,
// Annex B, as mean opinion scores.
const (
	mosFair, mosPoor = 4.03, 3.60
	qualityFresh     = 6 * 1000 // ms; what is older is shown as old
)

// qualityChip tells how the talk sounds, while there is one.
func (m maker) qualityChip() Chip {
	q := m.s.Quality
	c, ok := m.s.Call(q.Call)
	if !ok || q.MOS == 0 || c.State != desk.CallTalking && c.State != desk.CallHeld {
		return Chip{}
	}
	chip, level := Chip{Shape: ShapeSound, Tone: Good}, words.QualityGood
	switch {
	case q.MOS < mosPoor:
		chip, level = Chip{Shape: ShapeWarn, Tone: Danger}, words.QualityPoor
	case q.MOS < mosFair:
		chip, level = Chip{Shape: ShapeWarn, Tone: Warn}, words.QualityFair
	}
	text := m.w.Fill(words.QualityMOS, "level", m.say(level), "mos", strconv.FormatFloat(q.MOS, 'f', 1, 64))
	if q.Loss >= 0.01 {
		text = join(dot, text, m.w.Fill(words.QualityLoss, "share", m.w.Percent(int(q.Loss*1000), 1000)))
	}
	chip.Text = text
	if age := m.now - q.At; age > qualityFresh { // on hold, or the phone does not tell
		chip = Chip{Shape: ShapeStale, Tone: Muted, Text: join(dot, text, m.w.Fill(words.TimeAgo, "age", m.w.Age(age.Sub(0))))}
	}
	return chip
}

func (m maker) soundChip() Chip {
	a := m.s.Audio
	if a.Null || a.Problem == "none_found" {
		return Chip{Shape: ShapeSilent, Tone: Warn, Text: m.say(words.SoundNone)}
	}
	if q := m.qualityChip(); q.Text != "" {
		return q
	}
	device := a.Out
	if device == "" || device == "default" {
		device = m.say(words.SoundDefault)
	}
	return Chip{Shape: ShapeSound, Tone: Muted, Text: m.w.Fill(words.SoundGood, "device", device)}
}

// hints are the keys worth knowing in this moment.
func (m maker) hints(v view) string {
	if v.id == "customers" && len(m.s.Customers.Page.Rows) == 0 || v.id == "tasks" && len(m.s.Tasks.Shown()) == 0 {
		return "" // their keys are for a row
	}
	if v.hints != "" {
		return m.say(v.hints)
	}
	if v.id != home {
		return ""
	}
	drafts := ""
	if len(m.s.Drafts) > 1 {
		drafts = m.say(words.HintsDrafts)
	}
	if _, ok := m.s.Ringing(); ok {
		return join(dot, m.say(words.HintsRinging), drafts)
	}
	d, ok := m.active()
	if !ok {
		if m.s.Wish == desk.AgentReady {
			return m.say(words.HintsIdle)
		}
		return m.say(words.HintsAway)
	}
	p := m.flow()
	if m.practising() {
		drafts = m.say(words.HintsPractice)
	}
	switch {
	case p.Early:
		return join(dot, m.say(words.HintsEarly), drafts)
	case p.Kind == FlowStep:
		return join(dot, m.flowHints(p.Asks), drafts)
	case p.Kind == FlowChoose && d.Ended == 0 && len(p.Choices) > 0:
		return join(dot, m.w.Fill(words.HintsChoose, "n", strconv.Itoa(len(p.Choices))), drafts)
	}
	if m.practising() {
		return drafts
	}
	return join(dot, m.say(words.HintsNote), drafts)
}

// flowHints are the keys of a step: those of its first choice, and the way out of its fields.
func (m maker) flowHints(asks []Ask) string {
	digits, fields := 0, false
	for _, a := range asks {
		fields = fields || len(a.Options) == 0
		if digits == 0 {
			digits = len(a.Options)
		}
	}
	switch {
	case digits > 0 && fields:
		return m.w.Fill(words.HintsFlowMixed, "n", strconv.Itoa(digits))
	case digits > 0:
		return m.w.Fill(words.HintsFlow, "n", strconv.Itoa(digits))
	case fields:
		return m.say(words.HintsFlowText)
	}
	return m.say(words.HintsStep)
}

// messages are the sentences for the agent, the most important first: what keeps calls away, what
// keeps work on this desk, then the notices.
func (m maker) messages() []Message {
	list := m.undo()
	if m.view().id != "import" { // there it stands below the table
		list = append(list, m.job()...)
	}
	for _, r := range m.s.Registrations {
		if text := RegistrationText(m.w, r); text != "" {
			list = append(list, Message{ID: "reg:" + r.AOR, Shape: ShapePhone, Tone: Danger, Text: text})
		}
	}
	if m.s.StoreProblem != "" && !m.noteSaysProblem() {
		list = append(list, Message{ID: "store", Shape: ShapeWarn, Tone: Danger, Text: ProblemText(m.w, m.s.StoreProblem)})
	}
	list = append(list, m.notices(desk.NoticeError)...)
	there := m.view().id == "changes" // they are on screen
	if n := len(m.s.Link.Outbox.Refused); n > 0 && !there {
		why := RefusalText(m.w, m.s.Link.Outbox.Refused[n-1].Refusal.Code)
		list = append(list, Message{
			ID: "refused", Shape: ShapeWarn, Tone: Warn, Look: m.look(),
			Text: m.w.Fill(words.RefusedOps, "n", strconv.Itoa(n), "why", why),
		})
	}
	if n := m.s.Link.Outbox.Lost; n > 0 && !there {
		list = append(list, Message{
			ID: "lost", Shape: ShapeWarn, Tone: Warn, Look: m.look(), Text: m.w.Fill(words.LostValues, "n", m.w.Number(n)),
		})
	}
	list = append(list, m.notices(desk.NoticeWarning)...)
	if text := m.held(); text != "" {
		list = append(list, Message{ID: "held", Shape: ShapeSync, Tone: Warn, Text: text})
	}
	if n := m.s.Link.Skipped; n > 0 {
		list = append(list, Message{ID: "skipped", Shape: ShapeInfo, Tone: Warn, Text: m.w.Fill(words.LinkSkipped, "n", m.w.Number(n))})
	}
	if text := LinkText(m.w, m.s.Link); text != "" && !there {
		list = append(list, Message{ID: "link", Shape: ShapeCut, Tone: Warn, Text: text})
	}
	return append(append(list, m.fetching()...), m.notices(desk.NoticeInfo)...)
}

// noteSaysProblem reports whether the note on screen tells itself what keeps it off the disk.
func (m maker) noteSaysProblem() bool {
	d, open := m.active()
	return open && !m.practising() && d.Problem != "" && m.view().id == home
}

// look is the way to the open changes.
func (m maker) look() Button {
	return Button{Text: m.say(words.DoLook), Key: m.chord(ActChanges), Enabled: true, Do: desk.ViewChosen{View: "changes"}}
}

// notices are those of a level, newest first.
func (m maker) notices(level desk.NoticeLevel) []Message {
	var list []Message
	for _, n := range slices.Backward(m.s.Notices) {
		if n.Level != level {
			continue
		}
		shape, tone := ShapeInfo, Accent
		switch level {
		case desk.NoticeError:
			shape, tone = ShapeWarn, Danger
		case desk.NoticeWarning:
			shape, tone = ShapeWarn, Warn
		case desk.NoticeInfo:
		}
		list = append(list, Message{
			ID: n.ID, Shape: shape, Tone: tone, Text: NoticeText(m.w, n),
			Dismiss: Button{Text: m.say(words.DoDismiss), Key: m.dismissKey(), Enabled: true, Do: desk.NoticeDismissed{ID: n.ID}},
		})
	}
	return list
}

// dismissKey is the key that takes a notice away, unless it leads back from a customer first.
func (m maker) dismissKey() string {
	if m.browses() && m.view().id == home {
		return ""
	}
	return "Esc"
}
