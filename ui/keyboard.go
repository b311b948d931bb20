package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/callbench/callbench/desk"
)

// chord is the name of a key with its modifiers, as present writes it: Ctrl+Enter, Alt+Left, F7.
func chord(s fyne.Shortcut) string {
	c, ok := s.(*desktop.CustomShortcut)
	if !ok {
		return ""
	}
	var name strings.Builder
	for _, m := range []struct {
		bit  fyne.KeyModifier
		name string
	}{{fyne.KeyModifierControl, "Ctrl+"}, {fyne.KeyModifierAlt, "Alt+"}, {fyne.KeyModifierShift, "Shift+"}, {fyne.KeyModifierSuper, "Super+"}} {
		if c.Modifier&m.bit != 0 {
			name.WriteString(m.name)
		}
	}
	key := string(c.KeyName)
	if isEnter(c.KeyName) {
		key = "Enter"
	}
	name.WriteString(key)
	return name.String()
}

// chords are the shortcuts the canvas listens for while nothing that takes shortcuts has the focus.
func chords() []*desktop.CustomShortcut {
	var list []*desktop.CustomShortcut
	add := func(m fyne.KeyModifier, names ...fyne.KeyName) {
		for _, n := range names {
			list = append(list, &desktop.CustomShortcut{KeyName: n, Modifier: m})
		}
	}
	add(fyne.KeyModifierControl, fyne.KeyReturn, fyne.KeyEnter, fyne.KeyB, fyne.KeyD, fyne.KeyG, fyne.KeyJ, fyne.KeyK, fyne.KeyN, fyne.KeyP, fyne.KeyS, fyne.KeyU, fyne.KeyF2)
	add(fyne.KeyModifierControl|fyne.KeyModifierShift, fyne.KeyH)
	add(fyne.KeyModifierAlt, fyne.KeyLeft)
	add(fyne.KeyModifierControl, fyne.Key0)
	for d := '1'; d <= '9'; d++ {
		add(fyne.KeyModifierControl, fyne.KeyName(string(d)))
		add(fyne.KeyModifierAlt, fyne.KeyName(string(d)))
	}
	return list
}

// shortcut does what a chord stands for and tells whether it stands for anything, so that an entry
// keeps the ones it edits with.
func (w *Window) shortcut(s fyne.Shortcut) bool {
	name := chord(s)
	if name == "" {
		return false
	}
	switch name {
	case "Ctrl+K":
		w.focus(w.top.search)
		w.search.draw()
		return true
	case "Ctrl+D":
		switch {
		case w.top.dialBox.Visible():
			w.focus(w.top.dial)
			w.top.dial.toEnd()
		default:
			w.keypad.open()
		}
		return true
	case "Ctrl+N":
		w.note.open()
		return true
	case "Ctrl+P":
		return w.password.open()
	case "Ctrl+F2":
		w.toggleMenu()
		return true
	}
	if digit, ok := strings.CutPrefix(name, "Alt+"); ok && len(digit) == 1 {
		return w.flow.press(digit)
	}
	if w.changes.copies(name) {
		return true
	}
	if e, ok := w.shown.Press(name); ok {
		if name == "Alt+Left" {
			w.flow.acted = true
		}
		w.send(e)
		return true
	}
	return false
}

// typedKey takes keys that no entry has a use for. Esc closes, leaves or dismisses; it never hangs
// up.
func (w *Window) typedKey(e *fyne.KeyEvent) {
	switch {
	case isEnter(e.Name):
		if w.shown.View == "work" {
			w.flow.goOn()
		}
	case e.Name == fyne.KeyEscape:
		w.escape()
	case isFunctionKey(e.Name), e.Name == fyne.KeyUp, e.Name == fyne.KeyDown:
		if do, ok := w.shown.Press(string(e.Name)); ok {
			w.send(do)
		}
	}
}

func (w *Window) escape() {
	switch {
	case w.menu.content.Visible():
		w.menu.content.Hide()
	case w.focused() != nil:
		w.leave()
	case w.password.content.Visible():
		w.password.close()
	case w.shown.View == "work" && w.shown.Customer.Back.Do != nil:
		w.send(w.shown.Customer.Back.Do)
	case len(w.shown.Messages) > 0 && w.shown.Messages[0].Dismiss.Do != nil:
		w.send(w.shown.Messages[0].Dismiss.Do)
	case w.shown.View == "changes":
		w.send(desk.ViewChosen{View: "work"})
	}
}

// typedRune takes signs typed while no entry has the focus: digits choose, nothing else does
// anything.
func (w *Window) typedRune(r rune) {
	if r < '1' || r > '9' {
		return
	}
	if w.menu.press(r) || w.shown.View != "work" {
		return
	}
	w.flow.press(string(r))
}
