package present_test

import (
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

// railOf is the rail of a user in a role, with a view on screen.
func railOf(role desk.Role, view string) present.Screen {
	s := gallery.State("idle", desk.ZhHans)
	s.Session.Role, s.View = role, view
	return present.Of(s, catalogue(desk.ZhHans), gallery.Now())
}

func TestEveryViewIsReachedByItsButtonAndItsKeyAndLeadsBack(t *testing.T) {
	s := railOf(desk.RoleLead, "work")
	if len(s.Rail.Views) < 2 || !s.Rail.Views[0].On {
		t.Fatalf("the rail is %+v", s.Rail)
	}
	for _, b := range append(s.Rail.Views, s.Rail.Foot...) {
		id := b.Do.(desk.ViewChosen).View
		there := railOf(desk.RoleLead, id)
		if there.View != id {
			t.Errorf("%s leads to %s", id, there.View)
		}
		if a, ok := s.Press(b.Key); !ok || a.Do != (desk.ViewChosen{View: id}) {
			t.Errorf("%s of %s means %#v", b.Key, id, a.Do)
		}
		if a, _ := there.Press(b.Key); a.Do != (desk.ViewChosen{View: "work"}) {
			t.Errorf("in %s, %s means %#v: it leads back", id, b.Key, a.Do)
		}
	}
}

func TestAViewThatIsNotForThisUserIsTheCalls(t *testing.T) {
	for _, view := range []string{"board", "nonsense", ""} {
		if got := railOf(desk.RoleAgent, view).View; got != "work" {
			t.Errorf("%q shows an agent %s", view, got)
		}
	}
}

func TestTheRailIsShortInEveryLanguage(t *testing.T) {
	for _, lang := range words.Languages() {
		for _, k := range []words.Key{
			words.ViewCalls, words.ViewCustomers, words.ViewTasks, words.ViewBoard, words.ViewKnowledge, words.ViewTeam, words.ViewSettings,
		} {
			if text := words.For(lang).Say(k); len([]rune(text)) > 10 || text == "" {
				t.Errorf("%s: %q is too long for the rail", lang, text)
			}
		}
	}
}
