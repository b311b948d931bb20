package ui

import (
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// Form is what the first-run screen was filled in with. It holds secrets: it is never logged.
type Form struct {
	URL, JoinCode, User, Password string
	ByHand                        bool // the phone account below was entered by hand
	Extension, Server             string
	PhoneUser, PhonePassword      string
	Passphrase, Again             string
}

// FirstRun is the screen that connects a new desk. Draw and Close may be called from any goroutine.
type FirstRun struct {
	kit     *kit
	win     fyne.Window
	join    func(Form)
	speak   func(desk.Language)
	back    func()
	look    func(url, code string)
	looked  [2]string // what look was asked for last
	marks   *setupMarks
	reach   *statement
	shown   present.FirstRunScreen
	byHand  bool
	fields  []*field // in the order of Tab
	title   *canvas.Text
	lead    *para
	lang    *picks
	toggle  *button
	phone   *fyne.Container
	pass    *fyne.Container
	note    *para
	alone   *para
	problem *para
	button  *button
	leave   *button
	column  *fyne.Container
	content *fyne.Container
	crossing[present.FirstRunScreen]
}

// field is an entry with its label above it.
type field struct {
	entry *entry
	label *canvas.Text
	box   *fyne.Container
}

// Places of the fields in FirstRun.fields.
const (
	fieldURL = iota
	fieldJoinCode
	fieldUser
	fieldPassword
	fieldExtension
	fieldServer
	fieldPhoneUser
	fieldPhonePassword
	fieldPassphrase
	fieldAgain
	fieldCount
)

const widthForm = 560

// NewFirstRun makes the screen. join gets the form when the agent presses Enter in the last field or
// the button; speak the language chosen. Neither may block.
func NewFirstRun(o Options, join func(Form), speak func(desk.Language)) *FirstRun {
	k := newKit(o.Scheme, o.Lang)
	f := &FirstRun{
		kit: k, join: join, speak: speak, title: k.text(sizeBig, true), lead: newPara(k, sizeBody, present.Muted),
		note: newPara(k, sizeCaption, present.Muted), alone: newPara(k, sizeCaption, present.Muted),
		problem: newPara(k, sizeBody, present.Danger),
	}
	f.show = f.Show
	f.marks, f.reach = newSetupMarks(k), newStatement(k)
	f.lang = newPicks(k, f, func(e desk.Event) {
		if l, ok := e.(desk.LanguageChosen); ok {
			f.speak(l.Language)
		}
	})
	for i := range fieldCount {
		f.fields = append(f.fields, f.newField(i))
	}
	f.toggle = newButton(k, f, func(present.Button) { f.setByHand(!f.byHand) })
	f.button = newButton(k, f, func(present.Button) { f.submit() })
	f.leave = newButton(k, f, func(present.Button) { f.goBack() })
	box := func(i int) fyne.CanvasObject { return f.fields[i].box }
	f.phone = newColumn(space3, newPair(box(fieldExtension), box(fieldServer)), newPair(box(fieldPhoneUser), box(fieldPhonePassword)))
	f.pass = newColumn(0, newPair(box(fieldPassphrase), box(fieldAgain)))
	f.phone.Hide()
	f.column = newColumn(space3,
		f.marks.box, f.title, f.lead,
		box(fieldURL), box(fieldJoinCode), newReservedBox(f.reach), newPair(box(fieldUser), box(fieldPassword)),
		newSpread(space2, 1, f.toggle, k.text(sizeBody, false)), f.phone, f.pass, f.note, f.alone, newReserved(2, f.problem),
		newSpread(space2, 0, f.lang, f.leave, f.button),
	)
	card := newCard(k.card(), space5, space5, f.column)
	page := &canvas.Rectangle{FillColor: k.pal.page}
	edged := newInset(2, 2, card) // borders reach beyond their objects by a fraction
	scroll := newScroller(edged)
	f.content = &fyne.Container{
		Objects: []fyne.CanvasObject{page, scroll},
		Layout: placed{least: fyne.NewSize(widthForm+2*space5, 400), put: func(_ []fyne.CanvasObject, s fyne.Size) {
			at(page, 0, 0, s.Width, s.Height)
			h := min(heightOf(edged, widthForm), s.Height-2*space3)
			at(scroll, (s.Width-widthForm)/2, max((s.Height-h)/2.4, space3), widthForm, h)
		}},
	}
	return f
}

// newPair is two objects of equal width beside one another.
func newPair(a, b fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Objects: []fyne.CanvasObject{a, b}, Layout: pair{}}
}

type pair struct{}

func (pair) heightFor(o []fyne.CanvasObject, width float32) float32 {
	half := (width - space3) / 2
	return max(heightOf(o[0], half), heightOf(o[1], half))
}

func (pair) MinSize(o []fyne.CanvasObject) fyne.Size {
	a, b := o[0].MinSize(), o[1].MinSize()
	return fyne.NewSize(a.Width+b.Width+space3, max(a.Height, b.Height))
}

func (pair) Layout(o []fyne.CanvasObject, s fyne.Size) {
	half := (s.Width - space3) / 2
	at(o[0], 0, 0, half, s.Height)
	at(o[1], half+space3, 0, half, s.Height)
}

func (f *FirstRun) newField(i int) *field {
	e := newEntry(f, nil)
	switch i {
	case fieldPassword, fieldPhonePassword, fieldPassphrase, fieldAgain:
		e.Password = true
	}
	e.enter = func() { f.enter(i) }
	if i == fieldURL || i == fieldJoinCode {
		e.lost = f.lookAt
	}
	out := &field{entry: e, label: f.kit.text(sizeCaption, false)}
	out.box = newColumn(2, out.label, sized(e, 100))
	return out
}

// OnLook says who looks whether a central answers at an address, with the join code where one was typed. It is asked
// once an address has been typed, and must not block.
func (f *FirstRun) OnLook(look func(url, code string)) { f.look = look }

// lookAt asks for the address that stands in the field, once.
func (f *FirstRun) lookAt() {
	now := [2]string{f.fields[fieldURL].entry.Text, f.fields[fieldJoinCode].entry.Text}
	if f.look == nil || now == f.looked {
		return
	}
	f.looked = now
	f.look(now[0], now[1])
}

// Content is the screen's content, for a canvas.
func (f *FirstRun) Content() fyne.CanvasObject { return f.content }

// Theme is the Fyne theme the screen is drawn with.
func (f *FirstRun) Theme() fyne.Theme { return f.kit.look }

// Attach puts the screen into a window, the caret into the first empty field. On Fyne's goroutine.
func (f *FirstRun) Attach(win fyne.Window) {
	win.SetPadded(false)
	win.SetContent(f.content)
	f.win = win
	win.Canvas().SetOnTypedKey(f.typedKey)
	f.focusFirst()
}

func (f *FirstRun) focusFirst() {
	for i, o := range f.fields {
		if o.entry.Text == "" && f.visible(i) && f.win != nil {
			f.win.Canvas().Focus(o.entry)
			return
		}
	}
}

// Show draws the screen at once; on Fyne's goroutine only. What has been typed stays.
func (f *FirstRun) Show(m present.FirstRunScreen) {
	reshaped := m.Lang != f.kit.look.lang && f.kit.speak(m.Lang)
	f.shown = m
	c := f.kit.pal
	setText(f.title, m.Title, c.text)
	f.lead.set(m.Lead, present.Muted)
	f.lang.set(m.Languages)
	f.marks.set(m.Marks)
	f.marks.box.Hidden = len(m.Marks) == 0
	f.reach.set(m.Reach)
	for i, v := range []present.Field{
		m.URL, m.JoinCode, m.User, m.Password, m.PhoneNumber, m.PhoneServer, m.PhoneUser, m.PhonePassword, m.Passphrase, m.Again,
	} {
		o := f.fields[i]
		setText(o.label, v.Label, c.muted)
		o.box.Hidden = v.Label == ""
		o.entry.SetPlaceHolder(v.Prompt)
		if v.Value != "" && o.entry.Text == "" {
			o.entry.SetText(v.Value)
		}
	}
	f.pass.Hidden = m.Passphrase.Label == ""
	f.note.set(m.KeyringNote, present.Muted)
	f.alone.set(m.AloneNote, present.Muted)
	f.problem.set(m.Problem, present.Danger)
	f.button.set(m.Join)
	f.leave.Hidden = !m.Back.Shown()
	f.leave.set(m.Back)
	f.toggle.Hidden = m.ByHand == ""
	f.paintToggle()
	if reshaped {
		f.kit.repaint(f.content)
	}
	f.content.Refresh()
}

func (f *FirstRun) paintToggle() {
	f.toggle.set(present.Button{Text: f.shown.ByHand, Enabled: true, On: f.byHand, Shape: present.ShapePhone})
}

func (f *FirstRun) setByHand(on bool) {
	f.byHand = on
	f.phone.Hidden = !on
	f.paintToggle()
	f.content.Refresh()
}

// enter goes to the next field that is shown and empty, from the last one to the button.
func (f *FirstRun) enter(i int) {
	for j := i + 1; j < fieldCount; j++ {
		o := f.fields[j]
		optional := j == fieldJoinCode || j == fieldPhoneUser
		if f.visible(j) && o.entry.Text == "" && !optional && f.win != nil {
			f.win.Canvas().Focus(o.entry)
			return
		}
	}
	f.submit()
}

func (f *FirstRun) visible(i int) bool {
	switch i {
	case fieldURL, fieldJoinCode:
		return !f.fields[i].box.Hidden
	case fieldExtension, fieldServer, fieldPhoneUser, fieldPhonePassword:
		return f.byHand
	case fieldPassphrase, fieldAgain:
		return !f.pass.Hidden
	}
	return true
}

// OnBack says what leads back to the user before, where the screen offers that.
func (f *FirstRun) OnBack(back func()) { f.back = back }

func (f *FirstRun) goBack() {
	if f.back != nil && f.shown.Back.Enabled {
		f.back()
	}
}

func (f *FirstRun) submit() {
	if !f.shown.Join.Enabled {
		return
	}
	text := func(i int) string {
		if !f.visible(i) {
			return ""
		}
		return f.fields[i].entry.Text
	}
	if problem := f.passphrases(); problem != "" {
		f.problem.set(problem, present.Danger)
		f.content.Refresh()
		return
	}
	f.join(Form{
		URL: text(fieldURL), JoinCode: text(fieldJoinCode), User: text(fieldUser), Password: text(fieldPassword),
		ByHand: f.byHand, Extension: text(fieldExtension), Server: text(fieldServer),
		PhoneUser: text(fieldPhoneUser), PhonePassword: text(fieldPhonePassword),
		Passphrase: text(fieldPassphrase), Again: text(fieldAgain),
	})
}

// minPassphrase is how many characters a passphrase has at least.
const minPassphrase = 10

// passphrases tells at once what is wrong with the two, empty: nothing.
func (f *FirstRun) passphrases() string {
	one, again := f.fields[fieldPassphrase].entry.Text, f.fields[fieldAgain].entry.Text
	switch {
	case !f.visible(fieldPassphrase):
	case utf8.RuneCountInString(one) < minPassphrase:
		return f.shown.Short
	case one != again:
		return f.shown.Differs
	}
	return ""
}

func (f *FirstRun) typedKey(e *fyne.KeyEvent) {
	switch {
	case isEnter(e.Name):
		f.submit()
	case e.Name == fyne.KeyEscape:
		f.goBack()
	}
}

func (f *FirstRun) typedRune(rune)              {}
func (f *FirstRun) shortcut(fyne.Shortcut) bool { return false }
