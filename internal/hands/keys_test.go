package hands

import (
	"slices"
	"testing"

	"github.com/jezek/xgb/xproto"
)

func TestKeysAreNamedAsTheWindowPrintsThem(t *testing.T) {
	for _, c := range []struct {
		name string
		mods []xproto.Keysym
		key  xproto.Keysym
	}{
		{"a", nil, 'a'},
		{"A", nil, 'A'},
		{"+", nil, '+'},
		{"F7", nil, 0xffc4},
		{"F10", nil, 0xffc7},
		{"Enter", nil, 0xff0d},
		{"Ctrl+Enter", []xproto.Keysym{symCtrl}, 0xff0d},
		{"Ctrl+K", []xproto.Keysym{symCtrl}, 'k'},
		{"Ctrl++", []xproto.Keysym{symCtrl}, '+'},
		{"Ctrl+Shift+H", []xproto.Keysym{symCtrl, symShift}, 'h'},
		{"Alt+Left", []xproto.Keysym{symAlt}, 0xff51},
	} {
		mods, key, ok := parse(c.name)
		if !ok || key != c.key || !slices.Equal(mods, c.mods) {
			t.Errorf("%s: %x %x %v", c.name, mods, key, ok)
		}
	}
	for _, name := range []string{"", "F0", "F13", "Fx", "Hyper+A", "王", "Ctrl+", "ab"} {
		if _, key, ok := parse(name); ok {
			t.Errorf("%q is the key %x", name, key)
		}
	}
}
