package ui

import (
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
)

// finds shows what a search of a talking desk found.
func (b *bench) finds(text string, busy bool, hits ...string) {
	s := gallery.State("talking", desk.ZhHans)
	s.Search = desk.Search{Text: text, Busy: busy}
	for _, id := range hits {
		s.Search.Hits = append(s.Search.Hits, desk.Hit{Customer: desk.Customer{ID: id, Name: id}})
	}
	b.show(worded(s))
}

func TestAnActionIsDoneFromThePaletteAndTypingGoesOn(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("talking", desk.ZhHans))
	b.press("Ctrl+N", "Ctrl+K")
	if !b.w.search.content.Visible() || len(b.w.search.rows()) == 0 {
		t.Fatal("an empty palette offers nothing")
	}
	b.typed(">jingyin")
	b.finds(">jingyin", false)
	b.took()
	b.press("Enter")
	got := b.took()
	if len(got) != 3 || got[1] != (desk.ActionUsed{ID: "call.mute"}) || got[2] != (desk.MutePressed{Call: "call1", On: true}) {
		t.Errorf("Enter sent %#v", got)
	}
	if b.w.focused() != b.w.note.text {
		t.Errorf("afterwards the focus is at %T", b.w.focused())
	}
	b.press("Ctrl+K", "Esc")
	if b.w.focused() != b.w.note.text || b.w.search.content.Visible() {
		t.Error("Esc does not lead back to the note")
	}
	b.press("Ctrl+K")
	b.show(screen("saved", desk.ZhHans)) // another record meanwhile
	b.press("Esc")
	if b.w.focused() != nil {
		t.Error("the palette leads back into a record that has gone")
	}
}

func TestEnterWaitsForTheAnswerToWhatWasTyped(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("talking", desk.ZhHans))
	b.press("Ctrl+K")
	b.typed("ch")
	b.finds("ch", false, "wrong")
	b.typed("en")
	b.took()
	b.press("Enter")
	b.finds("chen", true, "wrong")
	if got := b.took(); len(got) > 0 {
		t.Fatalf("with nothing found yet Enter sent %#v", got)
	}
	b.finds("chen", false, "right")
	got := b.took()
	if len(got) == 0 || got[0] != (desk.CustomerOpened{Customer: "right"}) {
		t.Errorf("the answer opened %#v", got)
	}
	b.press("Ctrl+K")
	b.typed("chen")
	b.press("Enter")
	b.typed("g")
	b.took()
	b.finds("cheng", false, "right")
	if got := b.took(); len(got) > 0 {
		t.Errorf("typing on after Enter sent %#v", got)
	}
}
