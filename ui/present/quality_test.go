package present_test

import (
	"strings"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
)

func TestTheStatusBarTellsHowATalkSoundsAndHowOldThatIs(t *testing.T) {
	sound := func(q desk.Quality, state desk.CallState) present.Chip {
		s := gallery.State("talking", desk.ZhHans)
		c := s.Calls[0]
		c.State = state
		s.Calls, s.Quality = []desk.Call{c}, q
		if q.Call == "" {
			s.Quality.Call = c.ID
		}
		return present.Of(s, catalogue(desk.ZhHans), gallery.Now()).Status.Sound
	}
	now := gallery.Now()
	for name, c := range map[string]struct {
		q    desk.Quality
		tone present.Tone
		text string
	}{
		"good":            {desk.Quality{MOS: 4.21, At: now}, present.Good, "话音良好 MOS 4.2"},
		"fair":            {desk.Quality{MOS: 3.9, At: now}, present.Warn, "话音一般 MOS 3.9"},
		"poor, with loss": {desk.Quality{MOS: 2.5, Loss: 0.08, At: now}, present.Danger, "话音差 MOS 2.5 · 丢包 8%"},
		"old":             {desk.Quality{MOS: 4.21, At: now - 12_000}, present.Muted, "12 秒前"},
	} {
		if got := sound(c.q, desk.CallTalking); got.Tone != c.tone || !strings.Contains(got.Text, c.text) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	for name, got := range map[string]present.Chip{
		"after the call":  sound(desk.Quality{MOS: 4.2, At: now}, desk.CallEnded),
		"of another call": sound(desk.Quality{Call: "other", MOS: 4.2, At: now}, desk.CallTalking),
		"not measured":    sound(desk.Quality{}, desk.CallTalking),
	} {
		if strings.Contains(got.Text, "MOS") {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
