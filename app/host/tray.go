//go:build !windows

package host

import (
	"context"
	"fmt"

	"github.com/godbus/dbus/v5"
)

// trayName is who keeps the tray of a session (freedesktop.org, StatusNotifierItem).
const trayName = "org.kde.StatusNotifierWatcher"

// Tray tells whether the session has a tray, at once and after each change, until ctx ends. Tell must not block.
func Tray(ctx context.Context, tell func(there bool)) error {
	conn, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		tell(false)
		return fmt.Errorf("tray: %w", err)
	}
	defer conn.Close() //nolint:errcheck // nothing is written any more
	signals := make(chan *dbus.Signal, 16)
	conn.Signal(signals)
	err = conn.AddMatchSignalContext(ctx, dbus.WithMatchInterface("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, trayName))
	if err != nil {
		tell(false)
		return fmt.Errorf("tray: %w", err)
	}
	var there bool
	if err := conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, trayName).Store(&there); err != nil {
		there = false
	}
	tell(there)
	for {
		select {
		case s, open := <-signals:
			if !open {
				tell(false)
				return ctx.Err() //nolint:wrapcheck // nil where the bus went first
			}
			if s.Name != "org.freedesktop.DBus.NameOwnerChanged" || len(s.Body) != 3 || s.Body[0] != trayName {
				continue
			}
			owner, _ := s.Body[2].(string) // empty: nobody
			tell(owner != "")
		case <-ctx.Done():
			return ctx.Err() //nolint:wrapcheck // the caller ended it
		}
	}
}
