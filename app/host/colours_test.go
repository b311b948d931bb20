package host

import (
	"context"
	"testing"

	"github.com/godbus/dbus/v5"
)

func TestThePortalsAnswerIsRead(t *testing.T) {
	for _, c := range []struct {
		v           dbus.Variant
		dark, known bool
	}{
		{dbus.MakeVariant(uint32(1)), true, true},
		{dbus.MakeVariant(dbus.MakeVariant(uint32(1))), true, true},
		{dbus.MakeVariant(uint32(2)), false, true},
		{dbus.MakeVariant(uint32(0)), false, false},
		{dbus.MakeVariant("dark"), false, false},
	} {
		if dark, known := darkScheme(c.v); dark != c.dark || known != c.known {
			t.Errorf("%v: dark %v, known %v", c.v, dark, known)
		}
	}
}

func TestWithoutADesktopNoColoursAreKnown(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+t.TempDir()+"/none")
	if _, known := PrefersDark(context.Background()); known {
		t.Error("a preference came from nowhere")
	}
}
