package present_test

import (
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

func TestTheNoteThatWasSearchedForStandsOnTop(t *testing.T) {
	c := desk.Customer{ID: "c1", Name: "王一"}
	s := desk.State{View: "work", Browsing: &c, BrowseID: "c1", Found: "k1", BrowseHistory: desk.History{Contacts: []desk.Contact{
		{ID: "k2", Customer: "c1", At: 2_000_000, Subject: "新", Content: "换货"},
		{ID: "k1", Customer: "c1", At: 1_000_000, Subject: "旧", Content: "退款\n三天没到账"},
	}}}
	rows := present.Of(s, words.For("zh-Hans"), desk.MillisOf(time.Now())).Customer.History
	if len(rows) != 2 || rows[0].ID != "k1" || !rows[0].Found || rows[0].Text != "退款 三天没到账" || rows[1].Found {
		t.Fatalf("%+v", rows)
	}
	s.Found = ""
	rows = present.Of(s, words.For("zh-Hans"), desk.MillisOf(time.Now())).Customer.History
	if rows[0].ID != "k2" || rows[0].Found || rows[1].Text != "旧" {
		t.Fatalf("without a search: %+v", rows)
	}
}
