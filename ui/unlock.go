package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/callbench/callbench/ui/present"
)

// Unlock is the screen that asks for the passphrase where the computer has no keyring. Draw and Close
// may be called from any goroutine.
type Unlock struct {
	kit     *kit
	unlock  func(passphrase string)
	shown   present.UnlockScreen
	title   *canvas.Text
	lead    *para
	field   *entry
	problem *para
	button  *button
	content *fyne.Container
	crossing[present.UnlockScreen]
}

// NewUnlock makes the screen; unlock gets the passphrase and must not block.
func NewUnlock(o Options, unlock func(passphrase string)) *Unlock {
	k := newKit(o.Scheme, o.Lang)
	u := &Unlock{
		kit: k, unlock: unlock, title: k.text(sizeHeading, true), lead: newPara(k, sizeBody, present.Muted),
		problem: newPara(k, sizeBody, present.Danger),
	}
	u.show = u.Show
	u.field = newEntry(u, nil)
	u.field.Password = true
	u.field.enter = u.submit
	u.button = newButton(k, u, func(present.Button) { u.submit() })
	column := newColumn(space3, u.title, u.lead, sized(u.field, 200), newReserved(4, u.problem), newSpread(space2, 0, k.text(sizeBody, false), u.button))
	card := newCard(k.card(), space5, space5, column)
	page := &canvas.Rectangle{FillColor: k.pal.page}
	u.content = &fyne.Container{
		Objects: []fyne.CanvasObject{page, card},
		Layout: placed{least: fyne.NewSize(460, 300), put: func(_ []fyne.CanvasObject, s fyne.Size) {
			at(page, 0, 0, s.Width, s.Height)
			h := heightOf(card, 400)
			at(card, (s.Width-400)/2, (s.Height-h)/2.4, 400, h)
		}},
	}
	return u
}

// Content is the screen's content, for a canvas.
func (u *Unlock) Content() fyne.CanvasObject { return u.content }

// Theme is the Fyne theme the screen is drawn with.
func (u *Unlock) Theme() fyne.Theme { return u.kit.look }

// Attach puts the screen into a window and the caret into its field. On Fyne's goroutine.
func (u *Unlock) Attach(win fyne.Window) {
	win.SetPadded(false)
	win.SetContent(u.content)
	win.Canvas().SetOnTypedKey(u.typedKey)
	win.Canvas().Focus(u.field)
}

// Show draws the screen at once; on Fyne's goroutine only.
func (u *Unlock) Show(m present.UnlockScreen) {
	reshaped := m.Lang != u.kit.look.lang && u.kit.speak(m.Lang)
	u.shown = m
	setText(u.title, m.Title, u.kit.pal.text)
	u.lead.set(m.Lead, present.Muted)
	u.field.SetPlaceHolder(m.Passphrase.Label)
	u.problem.set(m.Problem, present.Danger)
	if m.Problem != "" { // the next try replaces what was wrong, and does not go behind it
		u.field.TypedShortcut(&fyne.ShortcutSelectAll{})
	}
	u.button.set(m.Unlock)
	if reshaped {
		u.kit.repaint(u.content)
	}
	u.content.Refresh()
}

func (u *Unlock) submit() {
	if u.shown.Unlock.Enabled && u.field.Text != "" {
		u.unlock(u.field.Text)
	}
}

func (u *Unlock) typedKey(e *fyne.KeyEvent) {
	if isEnter(e.Name) {
		u.submit()
	}
}

func (u *Unlock) typedRune(rune)              {}
func (u *Unlock) shortcut(fyne.Shortcut) bool { return false }
