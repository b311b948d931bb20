package ui

import (
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

func TestEveryViewOfTheRailHasAPanelAndOnlyItIsVisible(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	state := gallery.State("idle", desk.ZhHans)
	state.Session.Role = desk.RoleLead
	show := func(view string) present.Screen {
		state.View = view
		s := present.Of(state, words.For("zh-Hans").In(gallery.Zone()), gallery.Now())
		b.show(s)
		return s
	}
	first := show("work")
	ids := []string{"changes", "setup", "import"}
	for _, v := range append(first.Rail.Views, first.Rail.Foot...) {
		ids = append(ids, v.Do.(desk.ViewChosen).View)
	}
	if len(ids) != len(b.w.views) {
		t.Errorf("%d views have a row in present, %d a panel", len(ids), len(b.w.views))
	}
	for _, id := range ids {
		show(id)
		for other, v := range b.w.views {
			if v.content.Visible() != (other == id) {
				t.Errorf("in %s, %s is visible: %v", id, other, v.content.Visible())
			}
		}
	}
}

func TestTheStatusOfTheLinkLeadsToTheOpenChanges(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("idle", desk.ZhHans))
	b.w.status.link.Tapped(nil)
	b.wants(desk.ViewChosen{View: "changes"}, "a click on the link's state")
}
