package ui

import (
	"fyne.io/fyne/v2"
)

// carets is who wants to know where the caret of a field is: an input method puts its candidates there.
type carets interface {
	caretAt(e *entry, p fyne.Position, height float32)
}

// caretMoved tells where the caret is now, while the field has the focus. A text that is longer than the field scrolls;
// the caret is then said to be at the field's edge.
func (e *entry) caretMoved() {
	to, ok := e.keys.(carets)
	if !ok || !e.focused || !e.drawn {
		return
	}
	at, size := e.CursorPosition(), e.Size()
	line := fyne.MeasureText("|", e.Theme().Size("text"), e.TextStyle).Height
	at.X, at.Y = min(max(at.X, 0), size.Width), min(max(at.Y, 0), max(size.Height-line, 0))
	to.caretAt(e, at, line)
}

// caretAt passes on where in a field the caret is, in the window's own units, with the height of a line.
func (w *Window) caretAt(e *entry, p fyne.Position, height float32) {
	from := fyne.CurrentApp().Driver().AbsolutePositionForObject(e)
	if from.IsZero() { // a canvas that no driver knows
		from, _ = placeOf(w.content, e)
	}
	p = p.Add(from)
	w.compose.caretAt(p, height)
	if w.caret != nil {
		w.caret(p, height)
	}
}

// placeOf gives where an object stands in another one that holds it; false: it does not.
func placeOf(in, o fyne.CanvasObject) (fyne.Position, bool) {
	if in == o {
		return fyne.Position{}, true
	}
	var list []fyne.CanvasObject
	switch in := in.(type) {
	case *fyne.Container:
		list = in.Objects
	case *scroller:
		list = []fyne.CanvasObject{in.Content}
	}
	for _, part := range list {
		if p, ok := placeOf(part, o); ok {
			return p.Add(part.Position()), true
		}
	}
	return fyne.Position{}, false
}
