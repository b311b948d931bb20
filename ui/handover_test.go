package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
)

func TestACallIsHandedOverByKeys(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("talking", desk.ZhHans))
	b.w.note.open()
	note := b.w.focused()
	b.took()
	b.press("F8")
	if !b.w.handOver.content.Visible() || b.w.focused() != b.w.handOver.field {
		t.Fatal("F8 does not lead to where is typed to whom the call goes")
	}
	b.press("Enter")
	if got := b.took(); len(got) != 0 {
		t.Errorf("an empty field sent %#v", got)
	}
	b.w.handOver.field.SetText(" 8021 ")
	b.press("Enter")
	b.wants(desk.TransferPressed{Call: "call1", To: "8021"}, "Enter")
	if b.w.handOver.content.Visible() || b.w.focused() != note || b.w.handOver.field.Text != "" {
		t.Errorf("after Enter the focus is at %T", b.w.focused())
	}
	b.press("F8")
	b.w.handOver.field.SetText("8022")
	b.tab(false)
	b.tab(false)
	b.press("Enter")
	b.wants(desk.ConsultPressed{Call: "call1", To: "8022"}, "the second button")
	b.press("F8")
	b.press("Escape")
	if got := b.took(); len(got) != 0 || b.w.handOver.content.Visible() {
		t.Errorf("Esc left the field open or sent %#v", got)
	}
	b.press("F8")
	b.show(screen("consult", desk.ZhHans))
	if b.w.handOver.content.Visible() {
		t.Error("the field outlives its call")
	}
	b.press("F8")
	b.wants(desk.CompletePressed{Call: "call1", Consult: "call2"}, "F8 with somebody asked")
}

// Where there is little room the keypad's button is left out, not that which hands over; its key works on.
func TestTheKeypadIsSparedInASmallWindow(t *testing.T) {
	b := newBench(t, desk.English)
	b.show(screen("talking", desk.English))
	b.p.c.Resize(fyne.NewSize(1024, 640))
	b.show(screen("talking", desk.English))
	shown := map[string]bool{}
	for _, o := range b.w.top.lines[0].buttons {
		shown[o.b.Text] = o.Visible()
	}
	if shown["Keypad"] || !shown["Transfer"] || !shown["Hang up"] {
		t.Errorf("shown: %v", shown)
	}
	for _, name := range []string{"talking", "second"} {
		for _, lang := range []desk.Language{desk.English, desk.ZhHans, desk.ZhHant} {
			b.p.c.Resize(fyne.NewSize(960, 540))
			b.show(screen(name, lang))
			top := b.w.top
			for _, o := range top.lines[0].buttons {
				if end := top.calls.Position().X + o.Position().X + o.Size().Width; o.Visible() && end > top.search.Position().X {
					t.Errorf("%s, %s: %s ends at %.0f, the search begins at %.0f", name, lang, o.b.Text, end, top.search.Position().X)
				}
			}
		}
	}
	b.show(screen("talking", desk.English))
	b.press("Ctrl+D")
	if !b.w.keypad.content.Visible() {
		t.Error("Ctrl+D does not open the keypad")
	}
}
