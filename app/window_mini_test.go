//go:build windowtest

package app

import (
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/internal/floor"
)

// otherProgram is another program's window on the same display, in which somebody types.
type otherProgram struct {
	t    *testing.T
	conn *xgb.Conn
	win  xproto.Window

	mu   sync.Mutex
	keys []xproto.Keycode // that reached it
	lost int              // how often the keyboard was taken away
}

// openOther opens it over the whole display and waits until it has the keyboard.
func openOther(t *testing.T) *otherProgram {
	t.Helper()
	conn, err := xgb.NewConn()
	if err != nil {
		t.Fatal(err)
	}
	o := &otherProgram{t: t, conn: conn}
	o.win, err = xproto.NewWindowId(conn)
	if err != nil {
		t.Fatal(err)
	}
	s := xproto.Setup(conn).DefaultScreen(conn)
	mask := uint32(xproto.EventMaskKeyPress | xproto.EventMaskFocusChange)
	err = xproto.CreateWindowChecked(conn, s.RootDepth, o.win, s.Root, 0, 0, s.WidthInPixels, s.HeightInPixels-60, 0,
		xproto.WindowClassInputOutput, s.RootVisual, xproto.CwBackPixel|xproto.CwEventMask, []uint32{s.WhitePixel, mask}).Check()
	if err != nil {
		t.Fatal(err)
	}
	if err := xproto.MapWindowChecked(conn, o.win).Check(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			e, err := conn.WaitForEvent()
			if e == nil && err == nil {
				return
			}
			o.mu.Lock()
			switch e := e.(type) {
			case xproto.KeyPressEvent:
				o.keys = append(o.keys, e.Detail)
			case xproto.FocusOutEvent:
				if e.Mode == xproto.NotifyModeNormal { // not a key that is held by somebody
					o.lost++
				}
			}
			o.mu.Unlock()
		}
	}()
	t.Cleanup(func() { conn.Close(); <-done })
	o.activate()
	o.typed("1")
	o.mu.Lock()
	o.lost = 0
	o.mu.Unlock()
	return o
}

func (o *otherProgram) activate() {
	o.t.Helper()
	every(o.t, "the other program does not get the keyboard", func() bool {
		xdotool(o.t, "windowactivate", strconv.Itoa(int(o.win)))
		return o.hasKeyboard()
	})
}

func (o *otherProgram) hasKeyboard() bool {
	f, err := xproto.GetInputFocus(o.conn).Reply()
	return err == nil && f.Focus == o.win
}

// typed types digits into whatever has the keyboard and tells how many reached the other program since.
func (o *otherProgram) typed(digits string) int {
	o.t.Helper()
	o.mu.Lock()
	before := len(o.keys)
	o.mu.Unlock()
	xdotool(o.t, "type", "--delay", "5", digits)
	n := 0
	every(o.t, "what is typed does not reach the other program", func() bool {
		o.mu.Lock()
		defer o.mu.Unlock()
		n = len(o.keys) - before
		return n >= len(digits)
	})
	return n
}

func (o *otherProgram) losses() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.lost
}

func xdotool(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("xdotool", args...).CombinedOutput(); err != nil {
		t.Fatalf("xdotool %v: %v %s", args, err, out)
	}
}

// highest gives the window that lies above all others and its name, as the window manager has them.
func highest() (id, name string) {
	out, err := exec.Command("xprop", "-root", "_NET_CLIENT_LIST_STACKING").Output()
	if err != nil {
		return "", ""
	}
	list := strings.Fields(strings.TrimSpace(string(out)))
	id = list[len(list)-1]
	out, err = exec.Command("xprop", "-id", id, "WM_NAME", "_NET_WM_NAME").Output()
	if err != nil { // gone meanwhile
		return "", ""
	}
	return id, string(out)
}

// mapped waits until the window has come up over the others.
func mapped(t *testing.T) (id string) {
	t.Helper()
	every(t, "the window does not come up", func() bool {
		found, name := highest()
		id = found
		return strings.Contains(name, "坐席台")
	})
	return id
}

// place is where a window is.
func place(t *testing.T, window string) host.Rect {
	t.Helper()
	d, err := host.OpenDisplay()
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	id, err := strconv.ParseUint(strings.TrimPrefix(window, "0x"), 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	r, ok := d.Place(uintptr(id))
	if !ok {
		t.Fatal("the window is nowhere")
	}
	return r
}

// answerAt is where the bar has its first button, from its left end: beside it are the others.
const answerAt = 717

// pressInBar presses the mouse in the bar, so many pixels from its left end.
func pressInBar(t *testing.T, bar string, x int) {
	t.Helper()
	xdotool(t, "mousemove", "--window", bar, strconv.Itoa(x), "24", "click", "1")
	xdotool(t, "mousemove", "600", "500") // away from it
}

// A call while another program has the screen: the bar stands above it, what is typed goes where it went before.
func TestTheMiniBarStandsAboveOtherProgramsAndTakesNoKeys(t *testing.T) {
	f, _, url, customer := startPlace(t)
	dir := t.TempDir()
	writeProfile(t, dir, url)
	w := startWindow(t, dir)
	w.registered()
	every(t, "the customer does not come down", func() bool {
		r := w.call("customer.search", map[string]any{"text": customer.Phones[0].Raw})
		return strings.Contains(string(r["customers"]), customer.ID)
	})
	main := mapped(t)
	w.call("agent.set_state", map[string]any{"state": "ready"})
	other := openOther(t)
	if n := other.typed("123"); n != 3 {
		t.Fatalf("%d keys of 3 reached the other program before any call", n)
	}
	placed, err := f.Call(t.Context(), floor.Caller{Number: customer.Phones[0].Raw, Name: customer.Name})
	if err != nil {
		t.Fatal(err)
	}
	w.until("window.drawn", has(`"mini":true`))
	var bar string
	every(t, "the bar is not the highest window", func() bool {
		id, name := highest()
		bar = id
		return strings.Contains(name, "来电") && id != main
	})
	w.shoot("mini-ringing")
	other.typed("456789")
	if n := other.losses(); n != 0 {
		t.Errorf("the other program lost the keyboard %d times", n)
	}
	was := place(t, bar)
	xdotool(t, "mousemove", "--window", bar, "560", "24", "mousedown", "1")
	for range 4 { // a hand does not jump
		xdotool(t, "mousemove_relative", "--sync", "10", "50")
	}
	xdotool(t, "mouseup", "1")
	last := was
	every(t, "the bar does not follow the mouse", func() bool {
		before := last
		last = place(t, bar)
		return last == before && last.X > was.X && last.Y > was.Y+100
	})
	for answered := false; !answered; { // it takes no press while its buttons have only just come
		pressInBar(t, bar, answerAt)
		select {
		case <-placed.Answered():
			answered = true
		case <-time.After(time.Second):
		}
	}
	w.until("call.changed", has(`"talking"`))
	other.typed("12")
	w.until("window.drawn", func(p string) bool { return strings.Contains(p, `"mini":true`) && strings.Contains(p, "通话中") })
	w.shoot("mini-talking")
	if n := other.losses(); n != 0 {
		t.Errorf("the other program lost the keyboard %d times by a press in the bar", n)
	}
	pressInBar(t, bar, 40) // beside the buttons: the bar itself brings the window
	w.until("window.drawn", func(p string) bool { return !strings.Contains(p, `"mini"`) })
	if now := other.losses(); now != 1 {
		t.Errorf("the window that was asked for does not have the keyboard: %d", now)
	}
	w.shoot("mini-gone")
	w.quit()
}

// grabbed is a key of the whole computer that another program has.
func (o *otherProgram) grabs(keysym xproto.Keysym) {
	o.t.Helper()
	s := xproto.Setup(o.conn)
	m, err := xproto.GetKeyboardMapping(o.conn, s.MinKeycode, byte(s.MaxKeycode-s.MinKeycode+1)).Reply()
	if err != nil {
		o.t.Fatal(err)
	}
	for i, sym := range m.Keysyms {
		if sym == keysym && i%int(m.KeysymsPerKeycode) == 0 {
			code := s.MinKeycode + xproto.Keycode(i/int(m.KeysymsPerKeycode))
			err := xproto.GrabKeyChecked(o.conn, false, s.DefaultScreen(o.conn).Root, xproto.ModMaskControl|xproto.ModMask1, code,
				xproto.GrabModeAsync, xproto.GrabModeAsync).Check()
			if err != nil {
				o.t.Fatal(err)
			}
			return
		}
	}
	o.t.Fatal("no such key")
}

// A call is answered, muted and ended by keys while another program has the keyboard. A key that somebody else has is
// no obstacle for the others, and is said in words.
func TestKeysOfTheWholeComputerActOnACall(t *testing.T) {
	f, _, url, customer := startPlace(t)
	dir := t.TempDir()
	writeProfile(t, dir, url)
	other := openOther(t)
	other.grabs('h')
	w := startWindow(t, dir)
	w.registered()
	every(t, "the customer does not come down", func() bool {
		r := w.call("customer.search", map[string]any{"text": customer.Phones[0].Raw})
		return strings.Contains(string(r["customers"]), customer.ID)
	})
	w.call("agent.set_state", map[string]any{"state": "ready"})
	mapped(t)
	other.activate()
	w.forget()
	placed, err := f.Call(t.Context(), floor.Caller{Number: customer.Phones[0].Raw, Name: customer.Name})
	if err != nil {
		t.Fatal(err)
	}
	w.until("agent.changed", has(`"ringing"`))
	w.shoot("keys-ringing")
	w.press("ctrl+alt+Return")
	w.until("call.changed", has(`"talking"`))
	<-placed.Answered()
	w.forget()
	w.press("ctrl+alt+m")
	w.until("call.changed", has(`"muted":true`))
	w.shoot("keys-muted")
	w.forget()
	w.press("ctrl+alt+m")
	w.until("call.changed", func(p string) bool { return !strings.Contains(p, `"muted":true`) })
	if !other.hasKeyboard() {
		t.Error("the other program does not have the keyboard any more")
	}
	w.press("ctrl+alt+h") // the other program's: nobody is hung up
	w.call("desk.status", nil)
	for _, m := range w.seen {
		if strings.Contains(string(m["params"]), `"ended"`) {
			t.Error("a key that another program has hung up")
		}
	}
	w.quit()
}
