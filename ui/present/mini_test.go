package present_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
)

// The bar says who, why and which tier, and what can be done; it never bears the keys of the window that has no
// keyboard then.
func TestTheMiniBarSaysWhoWhyAndWhichTier(t *testing.T) {
	for _, c := range []struct {
		scene string
		sight desk.Sight
		who   string
		say   []string // all that must stand in it
		press []string // the events of its buttons
	}{
		{"popped", desk.SightBehind, "陈怡君", []string{"VIP", "忠诚", "投诉热线", "逾期"}, []string{"AnswerPressed", "DeclinePressed"}},
		{"ringing", desk.SightHidden, "138 0013 8000", []string{"投诉热线"}, []string{"AnswerPressed", "DeclinePressed"}},
		{"unknown", desk.SightHidden, "", []string{"新号码"}, nil},
		{"several", desk.SightHidden, "", []string{"这个号码有多位客户"}, nil},
		{"perhaps", desk.SightHidden, "", []string{"可能是这些客户"}, nil},
		{"talking", desk.SightHidden, "陈怡君", []string{"VIP"}, []string{"HoldPressed", "MutePressed", "HangUpPressed"}},
	} {
		t.Run(c.scene, func(t *testing.T) {
			s := gallery.State(c.scene, desk.ZhHans)
			if b := present.Of(s, catalogue(desk.ZhHans), gallery.Now()).Mini; b.Shown() {
				t.Errorf("there is a bar over the window itself: %+v", b)
			}
			s.Sight = c.sight
			b := present.Of(s, catalogue(desk.ZhHans), gallery.Now()).Mini
			if !b.Shown() {
				t.Fatal("there is no bar")
			}
			s.Settings.NoMiniBar = true
			if b := present.Of(s, catalogue(desk.ZhHans), gallery.Now()).Mini; b.Shown() {
				t.Error("there is a bar that the agent does not want")
			}
			if c.who != "" && b.Who != c.who {
				t.Errorf("it says %q, not %q", b.Who, c.who)
			}
			all := b.Why
			for _, chip := range b.Chips {
				all += " " + chip.Text
			}
			for _, part := range c.say {
				if !strings.Contains(all, part) {
					t.Errorf("%q does not say %q", all, part)
				}
			}
			for i, name := range c.press {
				if i >= len(b.Buttons) || b.Buttons[i].Do == nil || !strings.Contains(typeName(b.Buttons[i].Do), name) {
					t.Errorf("button %d is not %s: %+v", i, name, b.Buttons)
				}
			}
			for _, btn := range b.Buttons {
				if btn.Key != "" || btn.Do == nil {
					t.Errorf("%+v", btn)
				}
			}
			if strings.Contains(b.Title, "陈") || strings.Contains(b.Title, "138") {
				t.Errorf("the title names somebody: %s", b.Title)
			}
		})
	}
}

func typeName(v any) string { return fmt.Sprintf("%T", v) }
