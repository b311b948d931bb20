package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/callbench/callbench/ui/present"
)

// Stop is the screen in the place of a desk that cannot be shown: its key is missing, its store cannot be read,
// it has been wiped. Draw and Close may be called from any goroutine.
type Stop struct {
	kit     *kit
	again   func()
	quit    func()
	shown   present.StopScreen
	title   *para
	texts   [3]*para // what happened, what is safe, what to do
	file    *para
	buttons [2]*button
	content *fyne.Container
	crossing[present.StopScreen]
}

const widthStop = 520

// NewStop makes the screen; again tries anew, quit closes the window. Neither may block.
func NewStop(o Options, again, quit func()) *Stop {
	k := newKit(o.Scheme, o.Lang)
	s := &Stop{kit: k, again: again, quit: quit, title: newPara(k, sizeHeading, present.Plain), file: newPara(k, sizeCaption, present.Muted)}
	s.title.bold = true
	s.show = s.Show
	for i := range s.texts {
		s.texts[i] = newPara(k, sizeBody, present.Plain)
	}
	s.buttons[0] = newButton(k, s, func(present.Button) { s.press(s.shown.Quit, s.quit) })
	s.buttons[1] = newButton(k, s, func(present.Button) { s.press(s.shown.Again, s.again) })
	column := newColumn(space3, s.title, s.texts[0], s.texts[1], s.texts[2], s.file, newSpread(space2, 0, k.text(sizeBody, false), s.buttons[0], s.buttons[1]))
	card := newCard(k.card(), space5, space5, column)
	page := &canvas.Rectangle{FillColor: k.pal.page}
	s.content = &fyne.Container{
		Objects: []fyne.CanvasObject{page, card},
		Layout: placed{least: fyne.NewSize(widthStop+2*space5, 360), put: func(_ []fyne.CanvasObject, size fyne.Size) {
			at(page, 0, 0, size.Width, size.Height)
			h := heightOf(card, widthStop)
			at(card, (size.Width-widthStop)/2, max((size.Height-h)/2.4, 0), widthStop, h)
		}},
	}
	return s
}

// Content is the screen's content, for a canvas.
func (s *Stop) Content() fyne.CanvasObject { return s.content }

// Theme is the Fyne theme the screen is drawn with.
func (s *Stop) Theme() fyne.Theme { return s.kit.look }

// Attach puts the screen into a window. On Fyne's goroutine.
func (s *Stop) Attach(win fyne.Window) {
	win.SetPadded(false)
	win.SetContent(s.content)
	win.Canvas().SetOnTypedKey(s.typedKey)
	win.Canvas().Unfocus()
}

// Show draws the screen at once; on Fyne's goroutine only.
func (s *Stop) Show(m present.StopScreen) {
	reshaped := m.Lang != s.kit.look.lang && s.kit.speak(m.Lang)
	s.shown = m
	s.title.set(m.Title, present.Plain)
	s.texts[0].set(m.Happened, present.Plain)
	s.texts[1].set(m.Safe, present.Plain)
	s.texts[2].set(m.Do, present.Plain)
	s.file.set(m.File, present.Muted)
	s.buttons[0].set(m.Quit)
	s.buttons[1].set(m.Again)
	if reshaped {
		s.kit.repaint(s.content)
	}
	s.content.Refresh()
}

func (s *Stop) press(b present.Button, do func()) {
	if b.Enabled && do != nil {
		do()
	}
}

func (s *Stop) typedKey(e *fyne.KeyEvent) {
	switch {
	case isEnter(e.Name):
		s.press(s.shown.Again, s.again)
	case e.Name == fyne.KeyEscape:
		s.press(s.shown.Quit, s.quit)
	}
}

func (s *Stop) typedRune(rune)              {}
func (s *Stop) shortcut(fyne.Shortcut) bool { return false }
