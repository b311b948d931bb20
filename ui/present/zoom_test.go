package present_test

import (
	"strings"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
)

func TestAZoomThatTheScreenDoesNotHoldIsTold(t *testing.T) {
	s := gallery.State("settings", desk.ZhHans)
	s.Settings.Zoom = 150
	for most, want := range map[int]string{0: "", 190: "", 150: "", 130: "130%"} {
		s, _ := desk.Update(s, desk.Stamp{At: gallery.Now()}, desk.ZoomFitted{Most: most})
		told := ""
		for _, r := range present.Of(s, catalogue(desk.ZhHans), gallery.Now()).Settings.Rows {
			if r.ID == "zoom" {
				told = r.Note.Text
			}
		}
		if (told == "") != (want == "") || !strings.Contains(told, want) {
			t.Errorf("on a screen with room for %d %%: %q", most, told)
		}
	}
}
