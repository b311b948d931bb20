package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// entry is a field that is edited here and shown from state. What the person types always wins, so that
// neither a letter nor the place of the caret is lost while the state goes round.
type entry struct {
	widget.Entry
	keys   keys
	edited func(string)
	enter  func() // single line: Enter; nil: passed on
	move   func(down bool) bool
	escape func()
	gained func() // the focus has come
	lost   func() // the focus has gone
	echo   echo
	quiet  bool // the text is being set, not typed
	drawn  bool

	focused bool
	compose *composer // offers phrases while they are typed for; nil: not here
}

func newEntry(ks keys, edited func(string)) *entry {
	e := &entry{keys: ks, edited: edited}
	e.Scroll = fyne.ScrollHorizontalOnly
	e.ExtendBaseWidget(e)
	e.OnChanged = e.changed
	e.OnCursorChanged = e.caretMoved
	return e
}

func newTextEntry(ks keys, edited func(string)) *entry {
	e := newEntry(ks, edited)
	e.MultiLine, e.Wrapping, e.Scroll = true, fyne.TextWrapBreak, fyne.ScrollVerticalOnly
	return e
}

func (e *entry) changed(text string) {
	if e.quiet {
		return
	}
	e.echo.edited(text)
	if e.edited != nil {
		e.edited(text)
	}
}

// show brings a text from the state: id names what it is the text of. It is set as if it had always been
// there, the caret where it was as far as possible, or behind the last letter of another text.
func (e *entry) show(id, text string) {
	news, other := e.echo.comes(id, text, e.Text)
	if news {
		e.quiet = true
		e.SetText(text)
		e.quiet = false
	}
	if other {
		e.toEnd()
	}
}

// toEnd puts the caret behind the last letter.
func (e *entry) toEnd() {
	if e.drawn {
		e.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown})
	}
}

// Resize implements fyne.CanvasObject. Fyne's entry draws its border inside itself, also where there is no inside: less
// than nothing, at which the software painter stumbles.
func (e *entry) Resize(s fyne.Size) {
	const least = 8
	e.Entry.Resize(fyne.NewSize(max(s.Width, least), max(s.Height, least)))
}

// CreateRenderer implements fyne.Widget. Before it Fyne's entry has no text to move a caret in.
func (e *entry) CreateRenderer() fyne.WidgetRenderer {
	e.drawn = true
	if l, ok := e.Theme().(*worn); ok {
		e.TextStyle = l.style(false)
	}
	r := newFieldLook(e.Entry.CreateRenderer())
	r.Layout(e.Size()) // as rendererOf
	return r
}

// restyled implements restyler.
func (e *entry) restyled(k *kit) { e.TextStyle = k.look.style(false) }

// AcceptsTab implements fyne.Tabbable: Tab goes on to the next field, also out of a long text.
func (e *entry) AcceptsTab() bool { return false }

// FocusGained implements fyne.Focusable.
func (e *entry) FocusGained() {
	e.Entry.FocusGained()
	e.focused = true
	e.caretMoved()
	if e.gained != nil {
		e.gained()
	}
}

// FocusLost implements fyne.Focusable.
func (e *entry) FocusLost() {
	e.focused = false
	if e.compose != nil && e.compose.open(e) {
		e.compose.close()
	}
	e.Entry.FocusLost()
	if e.lost != nil {
		e.lost()
	}
}

// TypedKey implements fyne.Focusable: what is no editing goes to the window.
func (e *entry) TypedKey(k *fyne.KeyEvent) {
	if e.compose != nil && e.compose.key(e, k.Name) {
		return
	}
	down := k.Name == fyne.KeyDown
	switch {
	case isEnter(k.Name) && !e.MultiLine && e.enter != nil:
		e.enter()
	case (down || k.Name == fyne.KeyUp) && e.move != nil && e.move(down):
	case k.Name == fyne.KeyEscape && e.escape != nil:
		e.escape()
	case k.Name == fyne.KeyEscape, isFunctionKey(k.Name):
		e.keys.typedKey(k)
	default:
		e.Entry.TypedKey(k)
		if e.compose != nil {
			e.compose.look(e)
		}
	}
}

// TypedRune implements fyne.Focusable.
func (e *entry) TypedRune(r rune) {
	if e.compose != nil && e.compose.rune(e, r) {
		return
	}
	e.Entry.TypedRune(r)
	if e.compose != nil {
		e.compose.look(e)
	}
}

// TypedShortcut implements fyne.Shortcutable: ours first, then the editing ones. What Ctrl+Z takes back here is typing.
func (e *entry) TypedShortcut(s fyne.Shortcut) {
	if _, undo := s.(*fyne.ShortcutUndo); undo || !e.keys.shortcut(s) {
		e.Entry.TypedShortcut(s)
	}
}

func isEnter(n fyne.KeyName) bool { return n == fyne.KeyReturn || n == fyne.KeyEnter }

func isFunctionKey(n fyne.KeyName) bool {
	return len(n) >= 2 && n[0] == 'F' && n[1] >= '1' && n[1] <= '9'
}
