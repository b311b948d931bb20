//go:build windowtest

package app

import (
	"bufio"
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/floor"
)

// session is a desktop session's bus with a tray and a notification service, in the test's process.
type session struct {
	conn *dbus.Conn

	mu    sync.Mutex
	items []string          // who has put an icon into the tray
	notes map[uint32]string // what is shown: title and text
	all   []string          // what has ever been shown
}

func openSession(t *testing.T) *session {
	t.Helper()
	cmd := exec.Command("dbus-daemon", "--session", "--nofork", "--print-address=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", strings.TrimSpace(address))
	s := &session{notes: map[uint32]string{}}
	s.conn, err = dbus.Connect(strings.TrimSpace(address))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.conn.Close() })
	for name, path := range map[string]dbus.ObjectPath{
		"org.kde.StatusNotifierWatcher": "/StatusNotifierWatcher", "org.freedesktop.Notifications": "/org/freedesktop/Notifications",
	} {
		if err := s.conn.Export(s, path, name); err != nil {
			t.Fatal(err)
		}
		if _, err := s.conn.RequestName(name, dbus.NameFlagDoNotQueue); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// RegisterStatusNotifierItem is called by who puts an icon into the tray.
func (s *session) RegisterStatusNotifierItem(path string, from dbus.Sender) *dbus.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items = append(s.items, string(from))
	return nil
}

// GetCapabilities tells what the notifications can do.
func (s *session) GetCapabilities() ([]string, *dbus.Error) { return []string{"body", "actions"}, nil }

// Notify shows a notification.
func (s *session) Notify(_ string, id uint32, _, title, text string, _ []string, hints map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id == 0 {
		id = uint32(len(s.all) + 1)
	}
	s.notes[id] = title + "|" + text
	s.all = append(s.all, title+"|"+text)
	return id, nil
}

// CloseNotification takes one back.
func (s *session) CloseNotification(id uint32) *dbus.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.notes, id)
	return nil
}

func (s *session) shows(part string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.notes {
		if strings.Contains(n, part) {
			return true
		}
	}
	return false
}

func (s *session) note() (id uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for n := range s.notes {
		id = n
	}
	return id
}

// row gives the menu's row with a text, as the tray would draw it.
type trayMenuRow struct {
	ID       int32
	Props    map[string]dbus.Variant
	Children []dbus.Variant
}

func (s *session) rows() map[string]trayMenuRow {
	s.mu.Lock()
	items := slices.Clone(s.items)
	s.mu.Unlock()
	found := map[string]trayMenuRow{}
	if len(items) == 0 {
		return found
	}
	var version uint32
	var root trayMenuRow
	err := s.conn.Object(items[0], "/StatusNotifierItem/menu").Call("com.canonical.dbusmenu.GetLayout", 0, int32(0), int32(-1), []string{}).Store(&version, &root)
	if err != nil {
		return found
	}
	for _, c := range root.Children {
		var r trayMenuRow
		if dbus.Store([]any{c.Value()}, &r) != nil {
			continue
		}
		if label, ok := r.Props["label"].Value().(string); ok {
			found[label] = r
		}
	}
	return found
}

func (s *session) choose(t *testing.T, label string) {
	t.Helper()
	r, ok := s.rows()[label]
	if !ok {
		t.Fatalf("the tray's menu has no %s: %v", label, s.rows())
	}
	err := s.conn.Object(s.items[0], "/StatusNotifierItem/menu").Call("com.canonical.dbusmenu.Event", 0, r.ID, "clicked", dbus.MakeVariant(""), uint32(0)).Err
	if err != nil {
		t.Fatal(err)
	}
}

// wantTray writes into the store of a profile that closing its window leaves the program in the tray.
func wantTray(t *testing.T, dir string) {
	t.Helper()
	store := storeOfDesk(t, dir)
	b, err := json.Marshal(desk.Settings{ToTray: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.SetSetting(t.Context(), settingLikes, string(b)); err != nil {
		t.Fatal(err)
	}
}

// Who closes the window into the tray still gets calls: a notification, the bar, the menu; the window comes back when
// it is asked for.
func TestAClosedWindowInTheTrayStillGetsItsCalls(t *testing.T) {
	bus := openSession(t)
	f, _, url, customer := startPlace(t)
	dir := t.TempDir()
	writeProfile(t, dir, url)
	wantTray(t, dir)
	w := startWindow(t, dir)
	w.registered()
	every(t, "the customer does not come down", func() bool {
		r := w.call("customer.search", map[string]any{"text": customer.Phones[0].Raw})
		return strings.Contains(string(r["customers"]), customer.ID)
	})
	mapped(t)
	every(t, "there is no icon in the tray", func() bool { _, ok := bus.rows()["退出"]; return ok })
	bus.choose(t, "就绪")
	w.until("agent.changed", has(`"ready"`))
	w.forget()
	w.press("alt+F4") // the window manager asks the window to close
	every(t, "the window is still there", func() bool { _, name := highest(); return !strings.Contains(name, "坐席台") })
	placed, err := f.Call(t.Context(), floor.Caller{Number: customer.Phones[0].Raw, Name: customer.Name})
	if err != nil {
		t.Fatal(err)
	}
	every(t, "no notification says who calls", func() bool { return bus.shows(customer.Name) })
	every(t, "there is no bar", func() bool { _, name := highest(); return strings.Contains(name, "来电") })
	w.shoot("tray-ringing")
	if err := bus.conn.Emit("/org/freedesktop/Notifications", "org.freedesktop.Notifications.ActionInvoked", bus.note(), "answer"); err != nil {
		t.Fatal(err)
	}
	w.until("call.changed", has(`"talking"`))
	<-placed.Answered()
	every(t, "the notification stays", func() bool { return !bus.shows("") })
	bus.choose(t, "退出") // not while a call goes on: the window says so
	mapped(t)
	w.shoot("tray-not-quit")
	w.call("desk.status", nil) // it lives
	bus.choose(t, "退出")
	if err := w.cmd.Wait(); err != nil {
		t.Fatalf("the window ended with %v", err)
	}
}
