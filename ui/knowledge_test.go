package ui

import (
	"testing"

	"github.com/callbench/callbench/assets"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

// reading is a window in mid-call, on the view of knowledge.
func reading(t *testing.T, lang desk.Language, text, article string) (*bench, present.Screen) {
	t.Helper()
	b := newBench(t, lang)
	st := gallery.State("talking", lang)
	b.show(present.Of(st, words.For(string(lang)).In(gallery.Zone()), gallery.Now()))
	st.View, st.Knowledge = "knowledge", desk.Knowledge{Text: text, Article: article}
	st.Books = map[desk.Language][]desk.Phrase{lang: desk.ParsePhrases(string(assets.Phrases(string(lang))))}
	s := present.Of(st, words.For(string(lang)).In(gallery.Zone()), gallery.Now())
	b.show(s)
	return b, s
}

func TestKnowledgeIsFoundByPinyinAndALineGoesIntoTheNoteByADigit(t *testing.T) {
	b, s := reading(t, desk.ZhHans, "", "")
	if b.w.focused() != b.w.knowledge.field {
		t.Fatal("the search has not the focus")
	}
	b.picture("knowledge")
	b.typed("tuikuan")
	if got := b.took(); got[len(got)-1] != (desk.KnowledgeSought{Text: "tuikuan"}) {
		t.Fatalf("%+v", got)
	}
	_ = s
	b, s = reading(t, desk.ZhHans, "tuikuan", "")
	b.picture("knowledge-found")
	if len(s.Knowledge.Rows) == 0 {
		t.Fatal("nothing found")
	}
	b.press("Down")
	if got := b.took(); len(got) != 1 || got[0] != s.Knowledge.Rows[1].Do {
		t.Fatalf("down: %+v", got)
	}
	b, s = reading(t, desk.ZhHans, "tuikuan", "phrases:诉求")
	if len(s.Knowledge.Article.Lines) != 1 {
		t.Fatalf("%+v", s.Knowledge.Article)
	}
	b.press("Alt+1")
	b.wants(desk.PhraseTaken{Draft: "d1", Text: "客户要求退款。"}, "Alt+1 in the field")
	b.w.leave()
	b.typed("1")
	b.wants(desk.PhraseTaken{Draft: "d1", Text: "客户要求退款。"}, "1")
	for _, lang := range []desk.Language{desk.ZhHant, desk.English} {
		b, _ := reading(t, lang, "", "")
		b.picture("knowledge-" + string(lang))
	}
	b, _ = reading(t, desk.ZhHans, "", "phrases:处理")
	b.picture("knowledge-phrases")
}
