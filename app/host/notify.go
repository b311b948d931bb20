package host

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// ErrNoNotifications tells that nobody shows notifications here that can be changed and taken back.
var ErrNoNotifications = errors.New("no notifications")

// Note is a notification. One with an empty Title is none.
type Note struct {
	About       string // what a press is told to be about; notes about different things never take each other's place
	Title, Text string
	Actions     []NoteAction // what can be pressed in it, where the service shows that
}

// NoteAction is a button of a notification.
type NoteAction struct{ ID, Text string }

// The service and the bounds of a talk with it (freedesktop.org, Desktop Notifications 1.2).
const (
	notifyName   = "org.freedesktop.Notifications"
	notifyPath   = "/org/freedesktop/Notifications"
	notifyWait   = 2 * time.Second
	notifySignal = 16 // presses that may wait; more are dropped: nobody presses faster
	critical     = 2
)

// Notes shows the newest note that comes in from notes until ctx ends: a further one takes the place of the one before,
// an empty one takes it back, and so does the end. Pressed is told which action was pressed in a note about what; it
// must not block. ErrNoNotifications where there is no such service.
func Notes(ctx context.Context, notes <-chan Note, pressed func(about, id string)) error {
	conn, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoNotifications, err)
	}
	defer conn.Close() //nolint:errcheck // nothing is written any more
	service := conn.Object(notifyName, notifyPath)
	ask, stop := context.WithTimeout(ctx, notifyWait)
	err = service.CallWithContext(ask, notifyName+".GetCapabilities", 0).Err
	stop()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoNotifications, err)
	}
	signals := make(chan *dbus.Signal, notifySignal)
	conn.Signal(signals)
	if err := conn.AddMatchSignalContext(ctx, dbus.WithMatchInterface(notifyName), dbus.WithMatchMember("ActionInvoked")); err != nil {
		return fmt.Errorf("notifications: %w", err)
	}
	shown, about := uint32(0), ""
	takeBack := func(ctx context.Context) {
		if shown != 0 {
			closeNote(ctx, service, shown)
		}
		shown = 0
	}
	defer func() { takeBack(context.WithoutCancel(ctx)) }() // ctx has ended: the call must not
	for {
		select {
		case n := <-notes:
			if n.Title == "" || n.About != about { // a press in one about something else may be under way: it has another number
				takeBack(ctx)
			}
			if n.Title == "" {
				continue
			}
			about = n.About
			if id, err := showNote(ctx, service, shown, n); err == nil {
				shown = id
			} else if ctx.Err() == nil {
				return fmt.Errorf("%w: %w", ErrNoNotifications, err)
			}
		case s, open := <-signals:
			if !open {
				return ErrNoNotifications
			}
			if len(s.Body) == 2 && s.Body[0] == shown && shown != 0 {
				if id, ok := s.Body[1].(string); ok {
					pressed(about, id)
				}
			}
		case <-ctx.Done():
			return ctx.Err() //nolint:wrapcheck // the caller ended it
		}
	}
}

func showNote(ctx context.Context, service dbus.BusObject, replaces uint32, n Note) (id uint32, err error) {
	ctx, stop := context.WithTimeout(ctx, notifyWait)
	defer stop()
	actions := []string{}
	for _, a := range n.Actions {
		actions = append(actions, a.ID, a.Text)
	}
	hints := map[string]dbus.Variant{
		"urgency": dbus.MakeVariant(byte(critical)), "category": dbus.MakeVariant("call.incoming"),
		"transient":      dbus.MakeVariant(true), // it is not kept in a list: it names a customer
		"suppress-sound": dbus.MakeVariant(true), // the phone rings itself
		"desktop-entry":  dbus.MakeVariant("com.github.callbench"),
	}
	const untilClosed = int32(0)
	err = service.CallWithContext(ctx, notifyName+".Notify", 0, "Callbench", replaces, "call-start", n.Title, n.Text, actions, hints, untilClosed).Store(&id)
	if err != nil {
		return 0, fmt.Errorf("notify: %w", err)
	}
	return id, nil
}

func closeNote(ctx context.Context, service dbus.BusObject, id uint32) {
	ctx, stop := context.WithTimeout(ctx, notifyWait)
	defer stop()
	service.CallWithContext(ctx, notifyName+".CloseNotification", 0, id) // one that is gone already is fine
}

// Locked reports whether the screen is locked, as far as the session tells; what it does not tell counts as not.
func Locked(ctx context.Context) bool {
	ctx, stop := context.WithTimeout(ctx, notifyWait)
	defer stop()
	conn, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return false
	}
	defer conn.Close() //nolint:errcheck // nothing is written any more
	for _, name := range []string{"org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver"} {
		path := dbus.ObjectPath("/" + strings.ReplaceAll(name, ".", "/"))
		var active bool
		if conn.Object(name, path).CallWithContext(ctx, name+".GetActive", 0).Store(&active) == nil && active {
			return true
		}
	}
	return false
}
