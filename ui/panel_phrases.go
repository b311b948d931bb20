package ui

import (
	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// phrasesPanel is the user's own phrase book as a text, on the page of settings.
type phrasesPanel struct {
	how, note *para
	field     *entry
	content   *fyne.Container
}

func newPhrasesPanel(w *Window) *phrasesPanel {
	k := w.kit
	p := &phrasesPanel{how: newPara(k, sizeBody, present.Muted), note: newPara(k, sizeCaption, present.Muted)}
	p.field = newTextEntry(w, func(s string) { w.send(desk.PhrasesWritten{Text: s}) })
	p.field.escape = w.leave
	p.content = &fyne.Container{
		Objects: []fyne.CanvasObject{p.how, p.field, p.note},
		Layout: placed{least: fyne.NewSize(200, 120), put: func(_ []fyne.CanvasObject, s fyne.Size) {
			width := min(s.Width, widestRow)
			top, foot := heightOf(p.how, width), heightOf(p.note, width)
			at(p.how, 0, 0, width, top)
			at(p.field, 0, top+space3, width, max(s.Height-top-foot-space3-space2, 0))
			at(p.note, 0, s.Height-foot, width, foot)
		}},
	}
	p.content.Hide()
	return p
}

func (p *phrasesPanel) set(m present.Book) {
	p.how.set(m.How, present.Muted)
	p.note.set(m.Note, present.Muted)
	p.field.SetPlaceHolder(m.Field.Prompt)
	p.field.show("book", m.Field.Value)
	p.content.Refresh()
}
