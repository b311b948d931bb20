//go:build windowtest

package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/floor"
	"github.com/callbench/callbench/internal/sample"
	"github.com/callbench/callbench/localstore"
	"github.com/callbench/callbench/sync/wire"
)

// windowProcess is the real window in a process of its own, on the display that DISPLAY names: keys go
// in through the X server, and its local socket tells what became of them.
type windowProcess struct {
	*deskProcess
	pictures string
	shots    int
	pressed  int // keys, a chord being one; what is written as text is not among them
	held     int // Ctrl, Alt and Shift held for them
}

func startWindow(t *testing.T, profile string) *windowProcess {
	t.Helper()
	if os.Getenv("DISPLAY") == "" {
		t.Fatal("no DISPLAY: make test starts one")
	}
	bin := filepath.Join(t.TempDir(), "callbench")
	if out, err := exec.Command("go", "build", "-o", bin, "github.com/callbench/callbench").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	cmd := exec.Command(bin, "-v", "--profile", profile)
	cmd.Stderr = t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	d := &deskProcess{t: t, cmd: cmd, lines: make(chan map[string]json.RawMessage, 1000)}
	t.Cleanup(func() {
		if t.Failed() { // its goroutines tell what it waits for
			_ = cmd.Process.Signal(syscall.SIGQUIT)
			_, _ = cmd.Process.Wait()
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	conn := joinWindow(t, profile)
	d.in = conn
	go func() {
		defer close(d.lines)
		sc := bufio.NewScanner(conn)
		sc.Buffer(nil, 1<<20)
		for sc.Scan() {
			var m map[string]json.RawMessage
			if json.Unmarshal(sc.Bytes(), &m) == nil {
				d.lines <- m
			}
		}
	}()
	pictures := os.Getenv("CALLBENCH_PICTURES")
	if pictures == "" {
		pictures = t.TempDir()
	}
	if err := os.MkdirAll(pictures, 0o750); err != nil {
		t.Fatal(err)
	}
	return &windowProcess{deskProcess: d, pictures: pictures}
}

// joinWindow opens the window's local socket once it is there, and shows the token.
func joinWindow(t *testing.T, profile string) io.ReadWriteCloser {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(testPatience)
	for {
		token, err := os.ReadFile(filepath.Join(profile, tokenFile))
		var conn net.Conn
		if err == nil {
			conn, err = net.Dial("unix", filepath.Join(profile, "automation.sock"))
		}
		if err == nil {
			fmt.Fprintf(conn, `{"jsonrpc":"2.0","id":0,"method":"auth","params":{"token":%q}}`+"\n", strings.TrimSpace(string(token)))
			return conn
		}
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("no automation socket: %v", err)
		}
	}
}

// forget drops what the desk has told so far: what is waited for next is news.
func (w *windowProcess) forget() {
	w.t.Helper()
	w.call("desk.status", nil)
	w.seen = nil
}

// press presses keys in the window that has the focus.
func (w *windowProcess) press(keys ...string) {
	w.t.Helper()
	for _, k := range keys {
		w.pressed++
		w.held += strings.Count(k, "+")
		if out, err := exec.Command("xdotool", "key", "--clearmodifiers", k).CombinedOutput(); err != nil {
			w.t.Fatalf("xdotool key %s: %v %s", k, err, out)
		}
	}
}

func (w *windowProcess) write(text string) {
	w.t.Helper()
	if out, err := exec.Command("xdotool", "type", "--delay", "5", text).CombinedOutput(); err != nil {
		w.t.Fatalf("xdotool type: %v %s", err, out)
	}
}

// registered waits until the phone is: it may have been before anybody listened.
func (w *windowProcess) registered() {
	w.t.Helper()
	every(w.t, "the phone does not register", func() bool {
		return strings.Contains(string(w.call("desk.status", map[string]any{})["phone"]), `"registered"`)
	})
}

// shoot keeps a picture of the display once two of them in a row are alike: what was told as drawn reaches the
// screen a frame or two later.
func (w *windowProcess) shoot(name string) {
	w.t.Helper()
	w.shots++
	file := filepath.Join(w.pictures, fmt.Sprintf("window-%02d-%s.png", w.shots, name))
	var before []byte
	for range 5 {
		if out, err := exec.Command("import", "-window", "root", "-define", "png:exclude-chunks=date,time", file).CombinedOutput(); err != nil {
			w.t.Fatalf("import: %v %s", err, out)
		}
		now, err := os.ReadFile(file)
		if err != nil {
			w.t.Fatal(err)
		}
		if bytes.Equal(now, before) {
			return
		}
		before = now
	}
}

// place is what is around the window: a floor and a central in the test's process.
func startPlace(t *testing.T) (*floor.Floor, *central.Central, string, desk.Customer) {
	t.Helper()
	f := startFloor(t)
	c, err := central.Open(t.Context(), central.Config{Dir: t.TempDir(), Org: "test", Feed: f.Feed(), Steer: f.SetReady})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	server := httptest.NewServer(c.Handler())
	t.Cleanup(func() {
		stop()
		<-done
		server.Close()
		c.Close()
	})
	if err := c.AddUser(t.Context(), central.User{Name: "lin", Display: "林小婷", Role: desk.RoleAgent, Group: "north"}, "agent-password"); err != nil {
		t.Fatal(err)
	}
	err = c.SetPhone(t.Context(), "lin", wire.PhoneAccount{
		AOR: "sip:101@127.0.0.1", Registrars: []string{f.Registrar("udp")}, AuthUser: "101", Password: "phone-password",
	})
	if err != nil {
		t.Fatal(err)
	}
	var first desk.Customer
	rows := func(yield func(desk.Row) bool) {
		for cust := range sample.Customers(7, 300, "north", desk.MillisOf(time.Now())) {
			if first.ID == "" {
				first = cust
			}
			if !yield(row(desk.TableCustomer, cust.ID, cust)) {
				return
			}
		}
	}
	if _, err := c.Import(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	return f, c, server.URL, first
}

func TestTheMainJobInTheRealWindowWithTheKeyboardOnly(t *testing.T) {
	f, cen, url, customer := startPlace(t)
	dir := t.TempDir()
	writeProfile(t, dir, url)
	w := startWindow(t, dir)
	draft := w.takeCall(f, customer, func() {})
	w.until("sync.changed", has(`"pending":0`))
	w.shoot("saved")
	w.quit()
	checkSaved(t, dir, cen, draft, customer.ID)
}

// Who pulls the cable in the middle of a call notices nothing but the status bar.
func TestTheCableIsPulledInTheMiddleOfACall(t *testing.T) {
	f, cen, url, customer := startPlace(t)
	c := startCable(t, url)
	dir := t.TempDir()
	writeProfile(t, dir, c.url())
	w := startWindow(t, dir)
	draft := w.takeCall(f, customer, c.pull)
	w.until("sync.changed", func(p string) bool {
		return strings.Contains(p, `"online":false`) && !strings.Contains(p, `"pending":0`)
	})
	w.shoot("saved-without-central")
	w.press("ctrl+u") // what waits
	w.until("window.drawn", has(`"changes"`))
	w.shoot("what-waits")
	w.press("Escape")
	c.plug()
	w.until("sync.changed", func(p string) bool { return strings.Contains(p, `"online":true`) && strings.Contains(p, `"pending":0`) })
	w.shoot("plugged-in-again")
	w.quit()
	checkSaved(t, dir, cen, draft, customer.ID)
}

// takeCall takes a customer's call with the keyboard only, from ready to saved, and gives the record's ID. In
// the middle of the talk it does mid.
func (w *windowProcess) takeCall(f *floor.Floor, customer desk.Customer, mid func()) string {
	t := w.t
	t.Helper()
	w.registered()
	every(t, "the customer does not come down", func() bool {
		r := w.call("customer.search", map[string]any{"text": customer.Phones[0].Raw})
		return strings.Contains(string(r["customers"]), customer.ID)
	})
	w.shoot("idle")
	w.forget()
	w.press("F2") // ready
	w.until("agent.changed", has(`"ready"`))
	placed, err := f.Call(t.Context(), floor.Caller{Number: customer.Phones[0].Raw, Name: customer.Name})
	if err != nil {
		t.Fatal(err)
	}
	w.until("customer.popped", has(customer.ID))
	w.shoot("ringing")
	w.press("ctrl+Return") // answer
	w.until("call.changed", has(`"talking"`))
	<-placed.Answered()
	mid()
	w.followFlow()
	w.shoot("flow-done")
	w.press("F10") // hang up
	w.until("agent.changed", has(`"wrap_up"`))
	w.press("ctrl+n") // the note
	w.press("ctrl+End")
	w.write(" told by phone")
	draft := w.work()[0].ID
	w.shoot("wrap-up")
	w.forget()
	w.press("F9") // save and ready
	w.until("agent.changed", has(`"ready"`))
	return draft
}

func (w *windowProcess) quit() {
	w.t.Helper()
	w.call("desk.quit", nil)
	if err := w.cmd.Wait(); err != nil {
		w.t.Fatalf("the window ended with %v", err)
	}
}

// followFlow goes through the flow as the hints say: a digit for an option, words for a question, Enter.
// It presses only what the window has drawn, and gives the number of steps.
func (w *windowProcess) followFlow() int {
	w.t.Helper()
	return w.followFrom(w.until("window.drawn", func(p string) bool { return strings.Contains(p, `"step"`) && !strings.Contains(p, `"early"`) }))
}

// followFrom does so from a step that has been drawn.
func (w *windowProcess) followFrom(drawn string) int {
	w.t.Helper()
	for n := range maxSteps {
		list := w.work()
		if len(list) != 1 || list[0].Step == nil || !strings.Contains(drawn, fmt.Sprintf(`"step":%q`, list[0].Step.ID)) {
			w.t.Fatalf("drawn is %s, the record is at %+v", drawn, list)
		}
		step := list[0].Step
		w.shoot("step-" + step.ID)
		for i, a := range step.Ask {
			switch {
			case len(a.Options) > 0:
				w.press("1")
			case a.Type == "text" && i == len(step.Ask)-1:
				w.write("refund late")
			}
		}
		if len(step.Ask) != 1 || len(step.Ask[0].Options) == 0 { // its only choice goes on by itself
			w.press("Return")
		}
		was := drawn
		if drawn = w.until("window.drawn", func(p string) bool { return p != was }); !strings.Contains(drawn, `"step"`) {
			return n + 1
		}
	}
	w.t.Fatal("the flow does not end")
	return 0
}

// storeOfDesk opens the store of the profile that the tests in the real window work with, after its program has ended.
func storeOfDesk(t *testing.T, dir string) *localstore.Store {
	t.Helper()
	key, err := storeKey(filepath.Join(dir, "store.key"), "")
	if err != nil {
		t.Fatal(err)
	}
	store, err := localstore.Open(t.Context(), localstore.Config{Path: filepath.Join(dir, "desk-lin.db"), Key: key, User: "lin"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// checkSaved reads the record from the desk's file and from central.
func checkSaved(t *testing.T, dir string, cen *central.Central, contact, customer string) {
	t.Helper()
	store := storeOfDesk(t, dir)
	here, err := store.Contact(t.Context(), contact)
	if err != nil {
		t.Fatal(err)
	}
	if here.Customer != customer || !strings.Contains(here.Content, "told by phone") || !here.Synced || here.Seconds < 0 {
		t.Fatalf("on the desk: %+v", here)
	}
	if drafts, err := store.Drafts(t.Context()); err != nil || len(drafts) != 0 {
		t.Fatalf("drafts left: %v %v", drafts, err)
	}
	body, err := cen.Row(t.Context(), desk.TableContact, contact)
	if err != nil {
		t.Fatal(err)
	}
	var there desk.Contact
	if err := json.Unmarshal(body.Body, &there); err != nil {
		t.Fatal(err)
	}
	if there.Content != here.Content || there.Customer != customer || there.Agent != "lin" {
		t.Fatalf("at central: %+v", there)
	}
}
