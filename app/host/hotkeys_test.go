package host

import "testing"

func TestAKeyOfTheWholeComputerNeedsMoreThanALetter(t *testing.T) {
	for _, c := range []struct {
		chord string
		mods  int
		key   string
		ok    bool
	}{
		{"Ctrl+Alt+Enter", modCtrl | modAlt, "Enter", true},
		{"Super+F12", modSuper, "F12", true},
		{"Ctrl+Shift+M", modCtrl | modShift, "M", true},
		{"F10", 0, "F10", false},
		{"M", 0, "M", false},
		{"Shift+A", modShift, "A", false},
		{"Hyper+A", 0, "", false},
		{"Ctrl+", modCtrl, "", false},
		{"", 0, "", false},
	} {
		mods, key, ok := split(c.chord)
		if ok != c.ok || ok && (mods != c.mods || key != c.key) {
			t.Errorf("%q: %d %q %v", c.chord, mods, key, ok)
		}
	}
	for key, want := range map[string]int{"F1": 1, "F12": 12, "F13": 0, "F0": 0, "F": 0, "Fx": 0, "F1234567890123456789": 0} {
		if n, ok := functionKey(key); ok != (want != 0) || ok && n != want {
			t.Errorf("%s: %d %v", key, n, ok)
		}
	}
}

func TestAWindowCountsAsSeenByItsPhoneBar(t *testing.T) {
	r := Rect{100, 50, 800, 600}
	for _, c := range []struct {
		name  string
		above Rect
		want  Sight
	}{
		{"nothing above", Rect{}, Behind},
		{"all of it covered", Rect{0, 0, 2000, 2000}, Hidden},
		{"the bar covered, the rest free", Rect{0, 0, 2000, 110}, Hidden},
		{"the work covered, the bar free", Rect{0, 130, 2000, 2000}, Behind},
		{"a third of the bar covered", Rect{0, 0, 360, 2000}, Behind},
		{"two thirds of the bar covered", Rect{0, 0, 640, 2000}, Hidden},
	} {
		if got := seen(r, func(x, y int) bool { return !c.above.Has(x, y) }); got != c.want {
			t.Errorf("%s: %d, not %d", c.name, got, c.want)
		}
	}
}
