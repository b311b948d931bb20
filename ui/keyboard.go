package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// chord is the name of a key with its modifiers, as present writes it: Ctrl+Enter, Alt+Left, F7.
func chord(s fyne.Shortcut) string {
	if _, undo := s.(*fyne.ShortcutUndo); undo { // of an entry that has the focus it never comes here
		return "Ctrl+Z"
	}
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
	name.WriteString(keyName(c.KeyName))
	return name.String()
}

// keyName is a key as present writes it: mostly the sign on it.
func keyName(n fyne.KeyName) string {
	name, other := map[fyne.KeyName]string{
		fyne.KeyReturn: "Enter", fyne.KeyEnter: "Enter", fyne.KeyEscape: "Esc",
		fyne.KeyPageUp: "PageUp", fyne.KeyPageDown: "PageDown", // Fyne calls them Prior and Next
	}[n]
	if !other {
		return string(n)
	}
	return name
}

// waitForChord takes the focus from the button of an action that waits for a chord, so that every key is one to be
// judged, and puts it back afterwards.
func (w *Window) waitForChord(before string) {
	now := w.shown.Trial.Action
	switch {
	case before == "" && now != "":
		w.asked = w.focused()
		w.leave()
	case before != "" && now == "" && w.asked != nil:
		if w.focused() == nil && w.shown.View == "settings" {
			w.focus(w.asked)
		}
		w.asked = nil
	}
}

// tries gives a chord to the action that waits for one, and tells whether any does.
func (w *Window) tries(chord string) bool {
	if w.shown.Trial.Action == "" {
		return false
	}
	w.send(w.shown.Try(chord))
	return true
}

// chords are all shortcuts the canvas may be told of while nothing that takes shortcuts has the focus: which of
// them stand for something is the screen's to say, and changes with the settings.
func chords() []fyne.Shortcut {
	var keys []fyne.KeyName
	for c := 'A'; c <= 'Z'; c++ {
		keys = append(keys, fyne.KeyName(c))
	}
	for c := '0'; c <= '9'; c++ {
		keys = append(keys, fyne.KeyName(c))
	}
	keys = append(
		keys, fyne.KeyF1, fyne.KeyF2, fyne.KeyF3, fyne.KeyF4, fyne.KeyF5, fyne.KeyF6, fyne.KeyF7, fyne.KeyF8, fyne.KeyF9,
		fyne.KeyF10, fyne.KeyF11, fyne.KeyF12, fyne.KeyReturn, fyne.KeyEnter, fyne.KeyTab, fyne.KeySpace, fyne.KeyLeft, fyne.KeyRight,
		fyne.KeyUp, fyne.KeyDown, fyne.KeyPageUp, fyne.KeyPageDown, fyne.KeyHome, fyne.KeyEnd, fyne.KeyComma, fyne.KeyPeriod,
		fyne.KeySlash, fyne.KeyMinus, fyne.KeyEqual, fyne.KeySemicolon, fyne.KeyApostrophe, fyne.KeyBackTick, fyne.KeyBackslash,
		fyne.KeyLeftBracket, fyne.KeyRightBracket,
	)
	const ctrl, alt, shift = fyne.KeyModifierControl, fyne.KeyModifierAlt, fyne.KeyModifierShift
	list := []fyne.Shortcut{&fyne.ShortcutUndo{}}
	for _, m := range []fyne.KeyModifier{ctrl, alt, ctrl | shift, ctrl | alt, alt | shift} {
		for _, k := range keys {
			list = append(list, &desktop.CustomShortcut{KeyName: k, Modifier: m})
		}
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
	if w.tries(name) {
		return true
	}
	if digit, ok := strings.CutPrefix(name, "Alt+"); ok && len(digit) == 1 && digit[0] >= '1' && digit[0] <= '9' {
		if w.shown.View == "knowledge" {
			return w.knowledge.press(digit)
		}
		return w.flow.press(digit)
	}
	return w.pressed(name)
}

// pressed does the action of a chord and tells whether there is one now.
func (w *Window) pressed(name string) bool {
	if e, learns := w.shown.Setup.Practise(name); learns {
		w.send(e)
		return true
	}
	a, ok := w.shown.Press(name)
	if ok {
		w.do(a)
	}
	return ok
}

// do does an action: the desk's by its event, the window's own here.
func (w *Window) do(a present.Action) {
	if a.ID == present.ActBack {
		w.flow.acted = true
	}
	if a.Do == nil {
		w.deed(a.Window)
		return
	}
	w.after = a.Window
	w.send(a.Do)
}

// deed does what is the window's own to do.
func (w *Window) deed(d present.Deed) {
	switch d {
	case present.NoDeed:
	case present.DeedPane:
		w.nextArea(1)
	case present.DeedPaneBack:
		w.nextArea(-1)
	case present.DeedSearch:
		w.openSearch()
	case present.DeedDial:
		if !w.top.dialBox.Visible() {
			w.keypad.open()
			return
		}
		w.focus(w.top.dial)
		w.top.dial.toEnd()
	case present.DeedTransfer:
		w.handOver.open()
	case present.DeedStates:
		w.toggleMenu()
	case present.DeedNote:
		w.note.open()
	case present.DeedKeys:
		w.sheet.toggle()
	case present.DeedHint:
		w.flow.unfold()
	case present.DeedNext:
		w.flow.goOn()
	case present.DeedPassword:
		w.password.open()
	case present.DeedCopy:
		w.changes.copy()
	case present.DeedPaneLeft, present.DeedPaneRight, present.DeedPaneUp, present.DeedPaneDown, present.DeedPanesBack:
		w.dividers(d)
	}
}

// typedKey takes keys that no entry has a use for. Esc closes, leaves or dismisses; it never hangs
// up.
func (w *Window) typedKey(e *fyne.KeyEvent) {
	if w.tries(keyName(e.Name)) {
		return
	}
	switch {
	case e.Name == fyne.KeyUp && w.menu.walk(-1), e.Name == fyne.KeyDown && w.menu.walk(1):
	case isEnter(e.Name):
		switch w.shown.View {
		case "work":
			w.flow.goOn()
		case "setup":
			w.setup.goOn()
		default:
			if a, ok := w.shown.Action(present.ActListOpen); ok {
				w.do(a)
			}
		}
	case e.Name == fyne.KeyEscape:
		w.escape()
	case isArrow(e.Name) && w.shown.View == "board" && !w.board.chooses():
		w.scroll(e.Name)
	case isFunctionKey(e.Name), isArrow(e.Name):
		if !w.pressed(string(e.Name)) {
			w.scroll(e.Name)
		}
	case e.Name == fyne.KeyPageUp, e.Name == fyne.KeyPageDown, e.Name == fyne.KeyHome, e.Name == fyne.KeyEnd:
		w.scroll(e.Name)
	}
}

func isArrow(n fyne.KeyName) bool {
	return n == fyne.KeyUp || n == fyne.KeyDown || n == fyne.KeyLeft || n == fyne.KeyRight
}

func (w *Window) escape() {
	switch {
	case w.sheet.content.Visible():
		w.sheet.hide()
	case w.menu.content.Visible():
		w.menu.close()
	case w.focused() != nil:
		w.leave()
	case w.password.content.Visible():
		w.password.close()
	case w.shown.Board.Formula.Close.Do != nil:
		w.send(w.shown.Board.Formula.Close.Do)
	case w.shown.View == "work" && w.shown.Customer.Back.Do != nil:
		w.send(w.shown.Customer.Back.Do)
	case len(w.shown.Messages) > 0 && w.shown.Messages[0].Dismiss.Do != nil:
		w.send(w.shown.Messages[0].Dismiss.Do)
	case w.shown.View != "work":
		w.send(desk.ViewChosen{View: "work"})
	}
}

// typedRune takes signs typed while no entry has the focus: digits choose, nothing else does
// anything.
func (w *Window) typedRune(r rune) {
	if w.shown.Trial.Action != "" { // the key itself has been judged
		return
	}
	if r < '1' || r > '9' {
		return
	}
	switch {
	case w.menu.press(r):
	case w.shown.View == "work":
		w.flow.press(string(r))
	case w.shown.View == "changes":
		w.changes.press(string(r))
	case w.shown.View == "knowledge":
		w.knowledge.press(string(r))
	}
}
