package present

import (
	"strconv"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// SetupMark is a step of the four from install to the first call, as it is shown above all of them.
type SetupMark struct {
	Text  string
	Shape Shape
	Tone  Tone
	On    bool // the one on screen
}

// SetupPanel is a step of the walk at the desk: phone, sound or keys.
type SetupPanel struct {
	Title, Count, Lead string
	Marks              []SetupMark
	Rows               []SettingRow
	Form               AccountForm
	Back, Next         Button
	Practice           []Practice // while keys are learned; else none
}

// Practice is what a chord tells while keys are learned.
type Practice struct {
	Chord string
	Do    desk.Event
}

// AccountForm is where a phone account is typed. Without a label there is none.
type AccountForm struct {
	Number, Server, User, Password Field
	Problem                        string
	Try, Close                     Button
}

// Practise is what a chord tells while keys are learned: then none does anything else.
func (p SetupPanel) Practise(chord string) (desk.Event, bool) {
	for _, k := range p.Practice {
		if k.Chord == chord {
			return k.Do, true
		}
	}
	if p.Practice != nil && len(chord) > 1 && chord[0] == 'F' { // a function key meant something
		return desk.SetupKeyPressed{Action: "?"}, true
	}
	return nil, false
}

// setupSteps are the steps at the desk. Each says what it shows and whether it has come out well.
func setupSteps() []setupStep {
	return []setupStep{
		{desk.SetupPhone, words.SetupPhone, words.SetupPhoneLead, ShapePhone, maker.phoneStep, maker.phoneWorks},
		{desk.SetupSound, words.SetupSound, words.SetupSoundLead, ShapeSound, maker.soundStep, func(m maker) bool { return m.s.Setup.Heard }},
		{desk.SetupKeys, words.SetupKeys, words.SetupKeysLead, ShapeKeys, maker.keysStep, maker.keysLearned},
	}
}

type setupStep struct {
	id    desk.SetupStep
	word  words.Key
	lead  words.Key
	shape Shape
	rows  func(m maker) []SettingRow
	good  func(m maker) bool
}

func (m maker) setup() SetupPanel {
	out := SetupPanel{Title: m.say(words.SetupTitle), Marks: marks(m.w, 0)}
	steps := setupSteps()
	at := 0
	for i, s := range steps {
		if s.id == m.s.Setup.Step {
			at = i
		}
	}
	out.Marks[0] = SetupMark{Text: m.say(words.SetupServer), Shape: ShapeOK, Tone: Good}
	for i, s := range steps {
		mark := &out.Marks[i+1]
		mark.On = i == at
		if s.good(m) {
			mark.Shape, mark.Tone = ShapeOK, Good
		}
	}
	s := steps[at]
	out.Count = m.w.Fill(words.SetupStepOf, "n", strconv.Itoa(at+2))
	out.Lead, out.Rows = m.say(s.lead), s.rows(m)
	out.Next = Button{Text: m.say(words.SetupSkip), Key: "Enter", Enabled: true}
	if s.good(m) {
		out.Next.Text, out.Next.Kind = m.say(words.SetupNext), KindPrimary
	}
	if at+1 < len(steps) {
		out.Next.Do = desk.SetupStepChosen{Step: steps[at+1].id}
	} else {
		out.Next.Text, out.Next.Do = m.say(words.SetupDone), desk.SetupStepChosen{}
	}
	if at > 0 {
		out.Back = Button{Text: m.say(words.SetupBack), Enabled: true, Do: desk.SetupStepChosen{Step: steps[at-1].id}}
	}
	switch s.id {
	case desk.SetupPhone:
		out.Form = m.accountForm()
	case desk.SetupKeys:
		out.Practice = m.practice()
	case desk.SetupSound, desk.SetupNone:
	}
	return out
}

// marks are the four steps, none of them done; now is the place of the one on screen, 1 to 4, 0: none.
func marks(w *words.Catalogue, now int) []SetupMark {
	list := []SetupMark{
		{Text: w.Say(words.SetupServer), Shape: ShapeServer},
		{Text: w.Say(words.SetupPhone), Shape: ShapePhone},
		{Text: w.Say(words.SetupSound), Shape: ShapeSound},
		{Text: w.Say(words.SetupKeys), Shape: ShapeKeys},
	}
	for i := range list {
		list[i].Tone, list[i].On = Muted, i+1 == now
	}
	return list
}

func (m maker) phoneWorks() bool {
	for _, r := range m.s.Registrations {
		if r.State == desk.Registered {
			return true
		}
	}
	return m.direct()
}

// direct reports whether the desk's phone has no registrar at all: it dials full addresses, at once.
func (m maker) direct() bool { return m.s.PhoneDirect && len(m.s.Registrations) == 0 }

// phoneStep tells how the registration stands, in words, and what can be done about it.
func (m maker) phoneStep() []SettingRow {
	row := SettingRow{ID: "account", Label: m.say(words.SetupPhoneState), Note: m.registration()}
	for _, r := range m.s.Registrations {
		row.Facts = append(row.Facts, FieldLine{Label: m.say(words.SetupPhoneAccount), Text: r.AOR})
		if r.Registrar != "" {
			row.Facts = append(row.Facts, FieldLine{Label: m.say(words.SetupPhoneExchange), Text: r.Registrar})
		}
		if r.State == desk.RegFailed && len(row.Buttons) == 0 {
			row.Buttons = append(row.Buttons, Button{Text: m.say(words.SetupPhoneAgain), Shape: ShapeSync, Enabled: true, Do: desk.RegisterPressed{}})
		}
	}
	if m.s.PhoneForm && !m.s.Setup.ByHand {
		row.Buttons = append(row.Buttons, Button{Text: m.say(words.SetupPhoneByHand), Shape: ShapeWrap, Enabled: true, Do: desk.SetupByHand{On: true}})
	}
	return []SettingRow{row}
}

func (m maker) registration() Chip {
	var busy string
	for _, r := range m.s.Registrations {
		switch r.State {
		case desk.Registered:
			return Chip{Shape: ShapeOK, Tone: Good, Text: m.w.Fill(words.SetupPhoneGood, "account", account(r.AOR))}
		case desk.RegFailed:
			return Chip{Shape: ShapeWarn, Tone: Danger, Text: RegistrationText(m.w, r)}
		case desk.Registering, desk.Unregistered:
			busy = account(r.AOR)
		}
	}
	switch {
	case busy != "":
		return Chip{Shape: ShapeSync, Tone: Muted, Text: m.w.Fill(words.SetupPhoneTrying, "account", busy)}
	case m.direct():
		return Chip{Shape: ShapeOK, Tone: Good, Text: m.say(words.SetupPhoneDirect)}
	case m.s.Link.State == desk.CentralNone:
		return Chip{Shape: ShapeInfo, Tone: Warn, Text: m.say(words.SetupPhoneNoneHere)}
	case m.s.Link.State == desk.CentralOnline && !m.s.PhoneWanted:
		return Chip{Shape: ShapeInfo, Tone: Warn, Text: m.say(words.SetupPhoneNone)}
	}
	return Chip{Shape: ShapeSync, Tone: Muted, Text: m.say(words.SetupPhoneWaits)}
}

func (m maker) accountForm() AccountForm {
	if !m.s.Setup.ByHand {
		return AccountForm{}
	}
	return AccountForm{
		Number: Field{Label: m.say(words.RunPhoneNumber)}, Server: Field{Label: m.say(words.RunPhoneServer), Prompt: m.say(words.RunPhoneServerPrompt)},
		User: Field{Label: m.say(words.RunPhoneUser)}, Password: Field{Label: m.say(words.RunPhonePassword)},
		Problem: JoinText(m.w, m.s.Setup.Problem), Try: Button{Text: m.say(words.SetupPhoneTry), Key: "Enter", Kind: KindPrimary, Enabled: true},
		Close: Button{Text: m.say(words.DoClose), Enabled: true, Do: desk.SetupByHand{}},
	}
}

// soundStep is the sound of the settings without what can wait.
func (m maker) soundStep() []SettingRow {
	var rows []SettingRow
	for _, r := range m.soundRows() {
		switch r.ID {
		case "device_in", "device_out", "level_in", "try":
			rows = append(rows, r)
		}
	}
	return rows
}

func (m maker) keysLearned() bool { return m.s.Setup.Learned >= len(desk.SetupActions()) }

// keysStep lists the keys to learn, the next one with what was pressed in its place.
func (m maker) keysStep() []SettingRow {
	var rows []SettingRow
	at := m.s.Setup.Learned
	_, live := m.s.Current()
	for i, id := range desk.SetupActions() {
		row := SettingRow{ID: id, Label: m.say(words.Key("setup.key." + id)), Note: Chip{Shape: ShapeKeys, Tone: Muted, Text: m.chord(id)}}
		switch {
		case i < at:
			row.Note.Shape, row.Note.Tone = ShapeOK, Good
		case i == at && live:
			row.Note = Chip{Shape: ShapePhone, Tone: Muted, Text: m.say(words.SetupKeysInCall)}
		case i == at:
			row.Note = m.keyNow(id)
		}
		rows = append(rows, row)
	}
	if m.keysLearned() {
		rows = append(rows, SettingRow{ID: "learned", Note: Chip{Shape: ShapeOK, Tone: Good, Text: m.say(words.SetupKeysLearned)}})
	}
	return rows
}

func (m maker) keyNow(id string) Chip {
	want := m.chord(id)
	switch missed := m.s.Setup.Missed; missed {
	case "":
		return Chip{Shape: ShapeHint, Tone: Accent, Text: m.w.Fill(words.SetupKeysNow, "key", want)}
	case "?":
		return Chip{Shape: ShapeWarn, Tone: Warn, Text: m.w.Fill(words.SetupKeysUnknown, "want", want)}
	default:
		name := m.say(words.Key("setup.key." + missed))
		return Chip{Shape: ShapeWarn, Tone: Warn, Text: m.w.Fill(words.SetupKeysOther, "key", m.chord(missed), "name", name, "want", want)}
	}
}

// practice is what chords tell while keys are learned. In a call they do what they do.
func (m maker) practice() []Practice {
	if _, live := m.s.Current(); live || m.keysLearned() {
		return nil
	}
	var list []Practice
	for _, id := range desk.SetupActions() {
		if chord := m.chord(id); chord != "" {
			list = append(list, Practice{Chord: chord, Do: desk.SetupKeyPressed{Action: id}})
		}
	}
	return list
}
