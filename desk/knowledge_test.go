package desk_test

import (
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestAPhraseThatIsTakenStandsBehindTheNote(t *testing.T) {
	b := newBench(t)
	b.do(desk.PhraseTaken{Text: "已道歉。"}) // there is no note
	if len(b.s.Drafts) != 0 {
		t.Fatalf("%+v", b.s.Drafts)
	}
	b.do(desk.DraftOpened{})
	text := "客户来电。"
	b.do(desk.NoteEdited{Draft: b.s.Active, Content: &text})
	b.do(desk.ViewChosen{View: "knowledge"})
	b.do(desk.KnowledgeSought{Text: "daoqian"})
	b.do(desk.ArticleChosen{ID: "phrases:处理"})
	b.do(desk.PhraseTaken{Draft: b.s.Active, Text: "已道歉。"})
	d, _ := b.s.Draft(b.s.Active)
	if d.Content != "客户来电。已道歉。" || !d.Typed || b.s.View != "work" {
		t.Errorf("%q, typed %t, view %s", d.Content, d.Typed, b.s.View)
	}
	if b.s.Knowledge != (desk.Knowledge{Text: "daoqian", Article: "phrases:处理"}) {
		t.Errorf("%+v", b.s.Knowledge)
	}
}
