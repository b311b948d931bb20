package present_test

import (
	"slices"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
)

// searched is the search box of a desk in which a text was typed.
func searched(state string, lang desk.Language, text string, change func(*desk.State)) present.SearchBox {
	s := gallery.State(state, lang)
	s.Search = desk.Search{Text: text}
	if change != nil {
		change(&s)
	}
	return present.Of(s, catalogue(lang), gallery.Now()).Search
}

func actionsOf(rows []present.HitRow) (ids []string) {
	for _, r := range rows {
		if r.Action != "" {
			ids = append(ids, r.Action)
		}
	}
	return ids
}

func TestActionsAreFoundByNamePinyinAndInitials(t *testing.T) {
	for _, c := range []struct {
		state string
		lang  desk.Language
		text  string
		want  string
	}{
		{"popped", desk.ZhHans, "接听", present.ActAnswer},
		{"popped", desk.ZhHans, "jieting", present.ActAnswer},
		{"popped", desk.ZhHans, "jie ting", present.ActAnswer},
		{"popped", desk.ZhHans, "jt", present.ActAnswer},
		{"popped", desk.ZhHans, "JieT", present.ActAnswer},
		{"popped", desk.ZhHant, "jt", present.ActAnswer},
		{"popped", desk.English, "answ", present.ActAnswer},
		{"talking", desk.ZhHant, "baoliu", present.ActHold},
		{"talking", desk.ZhHans, ">guaduan", present.ActHangUp},
		{"talking", desk.English, ">hang", present.ActHangUp},
		{"idle", desk.ZhHans, "peixun", "state.training"},
		{"idle", desk.ZhHant, "xl", "state.training"},
		{"idle", desk.ZhHant, "ㄒㄌ", "state.training"},
		{"idle", desk.English, "train", "state.training"},
		{"idle", desk.ZhHans, ">xiaoxiu", "state.break"},
		{"idle", desk.ZhHans, "》小休", "state.break"},
		{"talking", desk.ZhHans, "jieguoyijiejue", "outcome.resolved"},
		{"talking", desk.ZhHans, "yjj", "outcome.resolved"},
		{"idle", desk.ZhHans, "tongbu", present.ActSync},
	} {
		got := actionsOf(searched(c.state, c.lang, c.text, nil).Hits)
		if !slices.Contains(got, c.want) {
			t.Errorf("%s %s: %q finds %v", c.state, c.lang, c.text, got)
		}
	}
	for _, text := range []string{"ieting", "tt", "xyz", "eady"} {
		if got := actionsOf(searched("popped", desk.ZhHans, text, nil).Hits); slices.Contains(got, present.ActAnswer) {
			t.Errorf("%q finds %v", text, got)
		}
	}
}

func TestThePaletteOffersWhatWasDoneLastFirst(t *testing.T) {
	recent := func(s *desk.State) { s.Settings.Recent = []string{"state.meal", present.ActAnswer, present.ActState} }
	box := searched("idle", desk.ZhHans, "", recent)
	if got := actionsOf(box.Offers); len(got) > 9 || got[0] != "state.meal" || got[1] != present.ActState {
		t.Errorf("offered are %v", got) // nothing rings: there is nothing to answer
	}
	if got := actionsOf(searched("idle", desk.ZhHans, "xx", nil).Hits); len(got) == 0 || got[0] != "state.break" {
		t.Errorf("xx finds %v", got)
	}
	for _, a := range box.Offers {
		if a.Name == "" || a.Detail == "" {
			t.Errorf("%+v is offered", a)
		}
	}
}

func TestCustomersComeFirstAndActionsAreAmongThem(t *testing.T) {
	many := func(s *desk.State) {
		for range 20 {
			s.Search.Hits = append(s.Search.Hits, desk.Hit{Customer: desk.Customer{ID: "c", Name: "贾婷"}})
		}
	}
	box := searched("popped", desk.ZhHans, "jt", many)
	if box.Hits[0].Action != "" || box.Hits[5].Action != present.ActAnswer || box.Hits[len(box.Hits)-1].Action != "" {
		t.Errorf("jt gives %v of %d rows", actionsOf(box.Hits), len(box.Hits))
	}
	if box := searched("popped", desk.ZhHans, ">jt", nil); len(actionsOf(box.Hits)) != len(box.Hits) || box.Busy {
		t.Errorf(">jt gives %+v", box.Hits)
	}
}

// What cannot be done now is not offered, and the palette leads nowhere a person may not go.
func TestOnlyWhatCanBeDoneNowIsOffered(t *testing.T) {
	for _, name := range gallery.Names() {
		state := gallery.State(name, desk.ZhHans)
		state.Search.Text = ">"
		s := present.Of(state, catalogue(desk.ZhHans), gallery.Now())
		for _, row := range s.Search.Hits {
			if a, ok := s.Action(row.Action); !ok || !a.Enabled {
				t.Errorf("%s offers %s", name, row.Action)
			}
		}
	}
}

// Who looks for a customer whom nobody finds and presses Enter must not end a call or leave a record.
func TestWhatEndsSomethingIsOnlyFoundWhereActionsAreAskedFor(t *testing.T) {
	for _, text := range []string{"", "guaduan", "gd", "挂断", "baocunbingjiuxu", "bcbjx"} {
		box := searched("talking", desk.ZhHans, text, nil)
		for _, id := range append(actionsOf(box.Offers), actionsOf(box.Hits)...) {
			if id == present.ActHangUp || id == present.ActFinish || id == present.ActDecline {
				t.Errorf("%q finds %s", text, id)
			}
		}
	}
	last := func(s *desk.State) { s.Settings.Recent = []string{present.ActHangUp} }
	if got := actionsOf(searched("talking", desk.ZhHans, ">", last).Hits); len(got) < 5 || got[0] == present.ActHangUp {
		t.Errorf("> begins with %v", got)
	}
}
