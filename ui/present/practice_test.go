package present_test

import (
	"slices"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/flow"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

func TestAPracticeIsBegunFromThePaletteAndMarkedEverywhere(t *testing.T) {
	for lang, typed := range map[desk.Language]string{desk.ZhHans: "lianxi", desk.ZhHant: "ㄌㄧㄢㄒㄧ", desk.English: "practice"} {
		w := words.For(string(lang)).In(gallery.Zone())
		s := gallery.State("idle", lang)
		s.Search = desk.Search{Text: typed, Seq: 1}
		idle := present.Of(s, w, gallery.Now())
		i := slices.IndexFunc(idle.Search.Hits, func(h present.HitRow) bool { return h.Action == "practice.start.complaint" })
		if i < 0 {
			t.Fatalf("%s: %q finds %+v", lang, typed, idle.Search.Hits)
		}
		a, _ := idle.Action(idle.Search.Hits[i].Action)
		s, out := desk.Update(s, desk.Stamp{At: gallery.Now(), Fresh: "01890000-0000-7000-8000-000000000001"}, a.Do)
		p := present.Of(s, w, gallery.Now())
		mark := w.Say(words.Practice)
		if len(out) != 0 || p.Flow.Mark.Text != mark || p.Note.Kept.Text != w.Say(words.PracticeNotKept) || p.Customer.Browse.Text == "" ||
			p.Title == idle.Title || p.Top.Under != w.Say(words.PracticeOn) || p.Note.Save.Shown() || p.Day.Shown {
			t.Errorf("%s: it is not marked everywhere: %q %+v %+v %q", lang, p.Title, p.Flow.Mark, p.Note.Kept, p.Top.Under)
		}
		if len(p.Customer.Phones) != 0 || p.Customer.Pool.Shown() || len(p.Customer.Choices) != 0 {
			t.Errorf("%s: something real can be done with who is made up", lang)
		}
	}
	s := gallery.State("talking", desk.ZhHans)
	if a, ok := present.Of(s, words.For("zh-Hans"), gallery.Now()).Action("practice.start.complaint"); !ok || a.Enabled {
		t.Error("a practice can be begun beside a call")
	}
}

func TestAFlowIsStillTheFirstThatItsInitialsFindInACall(t *testing.T) {
	s := gallery.State("talking", desk.ZhHans)
	run := flow.Start(s.Flows[1], "r1", flow.Facts{})
	s.Drafts[0].Run, s.Search = &run, desk.Search{Text: ">ts", Seq: 1}
	if hits := present.Of(s, words.For("zh-Hans"), gallery.Now()).Search.Hits; len(hits) == 0 || hits[0].Action != "flow.start.complaint" {
		t.Errorf("ts finds %+v", hits)
	}
}
