package host

import "strings"

// Modifiers of a chord, as present writes them: Ctrl+Alt+Enter.
const (
	modCtrl = 1 << iota
	modAlt
	modShift
	modSuper
)

// split takes a chord apart; false: it is none that a key of the whole computer may be. A key without Ctrl, Alt or
// Super would take letters from every other program.
func split(chord string) (mods int, key string, ok bool) {
	parts := strings.Split(chord, "+")
	for _, p := range parts[:len(parts)-1] {
		switch p {
		case "Ctrl":
			mods |= modCtrl
		case "Alt":
			mods |= modAlt
		case "Shift":
			mods |= modShift
		case "Super":
			mods |= modSuper
		default:
			return 0, "", false
		}
	}
	key = parts[len(parts)-1]
	return mods, key, key != "" && mods&^modShift != 0
}

// functionKey is the number of F1 to F12.
func functionKey(key string) (int, bool) {
	if len(key) < 2 || key[0] != 'F' {
		return 0, false
	}
	n := 0
	for _, r := range key[1:] {
		if r < '0' || r > '9' || n > 12 {
			return 0, false
		}
		n = n*10 + int(r-'0')
	}
	return n, n >= 1 && n <= 12
}
