package hands

import (
	"strings"

	"github.com/jezek/xgb/xproto"
)

// Keysyms of the modifiers (X11/keysymdef.h).
const (
	symShift xproto.Keysym = 0xffe1
	symCtrl  xproto.Keysym = 0xffe3
	symAlt   xproto.Keysym = 0xffe9
	symSuper xproto.Keysym = 0xffeb
)

func maskOf(mod xproto.Keysym) uint16 {
	switch mod {
	case symShift:
		return xproto.ModMaskShift
	case symCtrl:
		return xproto.ModMaskControl
	case symAlt:
		return xproto.ModMask1
	default:
		return xproto.ModMask4
	}
}

// parse reads the name of a key.
func parse(name string) (mods []xproto.Keysym, key xproto.Keysym, ok bool) {
	for {
		head, rest, more := strings.Cut(name, "+")
		if !more || rest == "" { // the plus sign itself is a key, too
			break
		}
		switch head {
		case "Ctrl":
			mods = append(mods, symCtrl)
		case "Alt":
			mods = append(mods, symAlt)
		case "Shift":
			mods = append(mods, symShift)
		case "Super":
			mods = append(mods, symSuper)
		default:
			return nil, 0, false
		}
		name = rest
	}
	if key, ok = named(name); ok {
		return mods, key, true
	}
	if len(name) != 1 || name[0] < ' ' || name[0] > '~' {
		return nil, 0, false
	}
	if len(mods) > 0 { // Ctrl+K is the key that types k
		name = strings.ToLower(name)
	}
	return mods, xproto.Keysym(name[0]), true
}

// named gives the keysym of a key that types no sign.
func named(name string) (xproto.Keysym, bool) {
	switch name {
	case "Enter", "Return":
		return 0xff0d, true
	case "Escape", "Esc":
		return 0xff1b, true
	case "Tab":
		return 0xff09, true
	case "BackSpace":
		return 0xff08, true
	case "Delete":
		return 0xffff, true
	case "Home":
		return 0xff50, true
	case "Left":
		return 0xff51, true
	case "Up":
		return 0xff52, true
	case "Right":
		return 0xff53, true
	case "Down":
		return 0xff54, true
	case "PageUp":
		return 0xff55, true
	case "PageDown":
		return 0xff56, true
	case "End":
		return 0xff57, true
	case "Space":
		return ' ', true
	}
	if len(name) < 2 || name[0] != 'F' {
		return 0, false
	}
	n := 0
	for _, c := range name[1:] {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	if n < 1 || n > 12 {
		return 0, false
	}
	return xproto.Keysym(0xffbe + n - 1), true
}
