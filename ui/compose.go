package ui

import (
	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/ui/present"
)

const (
	widthOffer = 420
	keyOffer   = 24 // the digit before a phrase
)

// composer offers phrases while one is typed for in a field: a semicolon and initials. It writes what is taken in place
// of what was typed; the input method and whoever goes on typing are left alone.
type composer struct {
	w       *Window
	book    present.Phrases
	field   *entry // the one that is written in; nil: nothing is offered
	typed   int    // runes from the semicolon to the caret
	offered []present.Phrase
	at      int
	caret   fyne.Position
	line    float32
	literal int // offset behind a semicolon that was typed twice: it is one of the text
	rows    []*offerRow
	hint    *para
	list    *fyne.Container
	content *fyne.Container
}

func newComposer(w *Window) *composer {
	c := &composer{w: w, list: newColumn(0), hint: newPara(w.kit, sizeCaption, present.Muted), literal: -1}
	for i := range present.MaxOffered {
		r := newOfferRow(w.kit, func() { c.take(i) })
		c.rows = append(c.rows, r)
		c.list.Add(r)
	}
	c.content = newCard(w.kit.card(), space1, space1, newColumn(space1, c.list, newInset(0, space2, c.hint)))
	c.content.Hide()
	return c
}

func (c *composer) set(book present.Phrases) {
	c.book = book
	c.hint.set(book.Hint, present.Muted)
}

// look offers what fits what stands before the caret of a field that has just been written in.
func (c *composer) look(e *entry) {
	before := []rune(e.Text)
	before = before[:min(e.CursorTextOffset(), len(before))]
	if c.literal > len(before) {
		c.literal = -1
	}
	from, typed, ok := present.Trigger(before)
	if !ok || from+1 == c.literal {
		c.close()
		return
	}
	offered := c.book.Offer(typed)
	if len(offered) == 0 {
		c.close()
		return
	}
	c.field, c.typed, c.offered, c.at = e, len(before)-from, offered, 0
	c.draw()
}

func (c *composer) draw() {
	for i, r := range c.rows {
		if i < len(c.offered) {
			r.set(i+1, c.offered[i], i == c.at)
			r.Show()
		} else {
			r.Hide()
		}
	}
	c.content.Show()
	c.w.layer.Refresh()
	c.content.Refresh()
}

func (c *composer) close() {
	if c.field == nil {
		return
	}
	c.field, c.offered = nil, nil
	c.content.Hide()
}

func (c *composer) open(e *entry) bool { return c.field != nil && c.field == e }

// rune takes a digit while phrases are offered, and the second of two semicolons; it reports whether the sign is used up.
func (c *composer) rune(e *entry, r rune) bool {
	if i := int(r - '1'); c.open(e) && i >= 0 && i < len(c.offered) {
		c.take(i)
		return true
	}
	if !present.Semicolon(r) {
		return false
	}
	before := []rune(e.Text)
	before = before[:min(e.CursorTextOffset(), len(before))]
	if n := len(before); n > 0 && before[n-1] == r && c.literal != n {
		c.literal = n
		return true
	}
	return false
}

// key takes the keys that choose while phrases are offered.
func (c *composer) key(e *entry, k fyne.KeyName) bool {
	if !c.open(e) {
		return false
	}
	switch {
	case isEnter(k):
		c.take(c.at)
	case k == fyne.KeyDown:
		c.at = (c.at + 1) % len(c.offered)
		c.draw()
	case k == fyne.KeyUp:
		c.at = (c.at + len(c.offered) - 1) % len(c.offered)
		c.draw()
	case k == fyne.KeyEscape:
		c.close()
	default:
		return false
	}
	return true
}

// take writes a phrase in place of what was typed for it. It is one edit of the field, which can be undone there.
func (c *composer) take(i int) {
	e := c.field
	if e == nil || i >= len(c.offered) {
		return
	}
	text, typed := c.offered[i].Text, c.typed
	c.close()
	for range typed {
		e.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	}
	e.insert(text)
}

// caretAt is where the next list is shown.
func (c *composer) caretAt(p fyne.Position, line float32) { c.caret, c.line = p, line }

// place puts the list below the line that is written, above it where there is no room.
func (c *composer) place(s fyne.Size) {
	if c.field == nil {
		return
	}
	size := fyne.NewSize(min(widthOffer, s.Width), heightOf(c.content, widthOffer))
	x := min(max(c.caret.X-keyOffer, 0), s.Width-size.Width)
	y := c.caret.Y + c.line + space1
	if y+size.Height > s.Height {
		y = max(c.caret.Y-size.Height-space1, 0)
	}
	at(c.content, x, y, size.Width, size.Height)
}

// clip is a clipboard with one text, for pasting what is not on the clipboard.
type clip string

// Content implements fyne.Clipboard.
func (c clip) Content() string { return string(c) }

// SetContent implements fyne.Clipboard.
func (clip) SetContent(string) {}

// insert writes a text at the caret as one edit.
func (e *entry) insert(text string) {
	e.Entry.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clip(text)})
}
