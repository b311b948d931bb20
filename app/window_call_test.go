//go:build windowtest

package app

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/floor"
)

// What a full inbound call may cost, besides what is written as text. A chord is one key.
const (
	keysOfACall   = 25
	keysOfWrapUp  = 3
	stepsOfACall  = 6
	twinOfACaller = "01890000-0000-7000-8000-00000000aaaa"
)

// A full call in the real window: answer, say which of two customers it is, a flow of six steps, hang up, save with
// the outcome and be ready. The keys are counted; the pointer is not touched.
func TestAFullCallTakesFewKeysAndNoMouse(t *testing.T) {
	f, cen, url, customer := startPlace(t)
	twin := customer
	twin.ID, twin.Name, twin.Number = twinOfACaller, "另一位", "K-TWIN"
	if _, err := cen.Import(t.Context(), func(yield func(desk.Row) bool) { yield(row(desk.TableCustomer, twin.ID, twin)) }); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	writeProfile(t, dir, url)
	w := startWindow(t, dir)
	w.registered()
	every(t, "the customers do not come down", func() bool {
		r := string(w.call("customer.search", map[string]any{"text": customer.Phones[0].Raw})["customers"])
		return strings.Contains(r, customer.ID) && strings.Contains(r, twin.ID)
	})
	w.shoot("idle")
	w.forget()
	w.press("F2")
	w.until("agent.changed", has(`"ready"`))
	placed, err := f.Call(t.Context(), floor.Caller{Number: customer.Phones[0].Raw, Name: customer.Name})
	if err != nil {
		t.Fatal(err)
	}
	w.until("customer.popped", has(customer.ID))
	w.until("window.drawn", has("来电")) // a key counts for what is on screen
	w.shoot("two-customers")
	pointer := w.pointer()
	w.pressed, w.held = 0, 0

	w.press("ctrl+Return")
	w.until("call.changed", has(`"talking"`))
	<-placed.Answered()
	w.until("window.drawn", has("通话中"))
	w.press("ctrl+shift+1")
	every(t, "nobody is chosen", func() bool { return len(w.work()) == 1 && w.work()[0].Customer != nil })
	chosen := w.work()[0].Customer.ID
	w.chooseFlow("shift+period", "t", "s")
	steps := w.followFrom(w.until("window.drawn", has(`"step":"listen"`)))
	w.press("F10")
	w.until("agent.changed", has(`"wrap_up"`))
	talk := w.pressed
	draft := w.work()[0].ID
	w.shoot("wrap-up")
	w.forget()
	w.press("F9")
	w.until("agent.changed", has(`"ready"`))
	wrap := w.pressed - talk
	moved := w.pointer() != pointer
	w.until("sync.changed", has(`"pending":0`))
	w.quit()

	t.Logf("a call of %d steps: %d keys (%d with each Ctrl and Shift counted), of them %d in wrap-up", steps, w.pressed, w.pressed+w.held, wrap)
	if steps != stepsOfACall || w.pressed > keysOfACall || wrap > keysOfWrapUp || moved {
		t.Errorf("%d steps took %d keys, wrap-up %d of them, the pointer moved: %v", steps, w.pressed, wrap, moved)
	}
	store := storeOfDesk(t, dir)
	got, err := store.Contact(t.Context(), draft)
	if err != nil {
		t.Fatal(err)
	}
	if got.Customer != chosen || got.Outcome == "" || got.Reason == "" || got.Content == "" {
		t.Errorf("saved is %+v, chosen was %s", got, chosen)
	}
}

// chooseFlow begins another flow than the one the call began with. What is typed into the palette are keys, too.
func (w *windowProcess) chooseFlow(typed ...string) {
	w.t.Helper()
	w.press("ctrl+k")
	w.press(typed...)
	w.press("Return")
	every(w.t, "the flow is the other one", func() bool { return w.work()[0].Flow == "complaint" })
}

// pointer is where the mouse is.
func (w *windowProcess) pointer() string {
	w.t.Helper()
	out, err := exec.Command("xdotool", "getmouselocation").Output()
	if err != nil {
		w.t.Fatal(err)
	}
	return string(out)
}
