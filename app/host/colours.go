package host

import (
	"context"

	"github.com/godbus/dbus/v5"
)

// PrefersDark asks the desktop for the colours its user likes, as the freedesktop portal tells them (the
// key color-scheme of org.freedesktop.appearance: 1 dark, 2 light). known is false where there is no
// portal or its user has no preference. It ends with ctx.
func PrefersDark(ctx context.Context) (dark, known bool) {
	bus, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return false, false
	}
	defer bus.Close() //nolint:errcheck // nothing was written
	var v dbus.Variant
	portal := bus.Object("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop")
	err = portal.CallWithContext(ctx, "org.freedesktop.portal.Settings.Read", dbus.FlagNoAutoStart, "org.freedesktop.appearance", "color-scheme").Store(&v)
	if err != nil {
		return false, false
	}
	return darkScheme(v)
}

// darkScheme reads the portal's answer; the value is wrapped once or twice, after the portal's age.
func darkScheme(v dbus.Variant) (dark, known bool) {
	for range 2 {
		if inner, ok := v.Value().(dbus.Variant); ok {
			v = inner
		}
	}
	n, ok := v.Value().(uint32)
	return n == 1, ok && (n == 1 || n == 2)
}
