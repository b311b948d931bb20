package present

import (
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/words"
)

// Between two desks the icon shows neither the former agent's state nor rows that nobody carries out.
func TestATrayWithoutADeskOffersOnlyTheWindowAndQuitting(t *testing.T) {
	for _, lang := range words.Languages() {
		w := words.For(lang)
		alone, desks := TrayAlone(w), Of(gallery.State("talking", desk.Language(lang)), w, gallery.Now()).Tray
		if len(alone.Rows) != len(desks.Rows) { // the system's menu is made once
			t.Fatalf("%s: %d rows, and %d with a desk", lang, len(alone.Rows), len(desks.Rows))
		}
		if shape, tone := stateLook(desk.AgentOffline); alone.Shape != shape || alone.Tone != tone {
			t.Errorf("%s: it looks like %s %s", lang, alone.Shape, alone.Tone)
		}
		for i, r := range alone.Rows {
			if r.ID != desks.Rows[i].ID || r.Enabled != (r.ID == "open" || r.ID == "quit") || r.On {
				t.Errorf("%s: %+v", lang, r)
			}
		}
	}
}
