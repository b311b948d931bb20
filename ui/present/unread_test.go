package present_test

import (
	"slices"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

func TestWhatCouldNotBeReadIsNotShownAsNone(t *testing.T) {
	w := words.For("zh-Hans").In(gallery.Zone())
	s := gallery.State("unknown", desk.ZhHans)
	s.Drafts = slices.Clone(s.Drafts)
	for i := range s.Drafts {
		s.Drafts[i].Unread = true
	}
	s.Search = desk.Search{Text: "陈", Seq: 1, Failed: true}
	p := present.Of(s, w, gallery.Now())
	if p.Customer.Title != w.Say(words.CustomerUnread) {
		t.Errorf("the caller is %q", p.Customer.Title)
	}
	if p.Search.Note != w.Say(words.SearchUnread) {
		t.Errorf("the search says %q", p.Search.Note)
	}
	s = gallery.State("customers", desk.ZhHans)
	s.Customers.Looked.History = desk.History{Failed: true}
	if got := present.Of(s, w, gallery.Now()).Customers.Detail.HistoryEmpty; got != w.Say(words.HistoryUnread) {
		t.Errorf("the history says %q", got)
	}
	s.Customers.Page, s.Customers.Stale = desk.CustomerPage{}, true
	if e := present.Of(s, w, gallery.Now()).Customers.Empty; e.Title != "" {
		t.Errorf("before there is an answer the list says %q", e.Title)
	}
}
