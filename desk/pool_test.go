package desk_test

import (
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestACustomerGoesToThePoolWhenItIsPressedTwice(t *testing.T) {
	b := newBench(t)
	b.do(desk.CustomerOpened{Customer: "c1"})
	b.do(desk.HistoryLoaded{Seq: b.s.BrowseLoad, Customer: desk.Customer{ID: "c1", Owner: "lin"}})
	if !b.s.MayRelease() {
		t.Fatal("the owner may not release")
	}
	b.out = nil
	b.do(desk.ReleasePressed{Customer: "c1"})
	if _, done := last[desk.CommitWork](b); done {
		t.Fatal("released at the first press")
	}
	b.do(desk.ReleasePressed{Customer: "c1"})
	w, ok := last[desk.CommitWork](b)
	if !ok || w.Intent.Kind != "customer.release" || w.Intent.Changes[0].Key != "c1" {
		t.Fatalf("%+v", b.out)
	}
	b.do(desk.ReleasePressed{Customer: "c1"})
	b.do(desk.BrowseClosed{})
	b.out = nil
	b.do(desk.ReleasePressed{Customer: "c1"})
	if _, done := last[desk.CommitWork](b); done {
		t.Error("who has looked elsewhere meanwhile is not asked again")
	}
}

func TestAClaimNamesWhatWasSeen(t *testing.T) {
	b := newBench(t)
	b.do(desk.ClaimPressed{Customer: "c1", PooledAt: 42})
	w, ok := last[desk.CommitWork](b)
	if !ok || w.Intent.Kind != "customer.claim" || string(w.Intent.Changes[0].If) != `{"pooled_at":42}` ||
		string(w.Intent.Changes[0].Fields) != `{"group":"north","owner":"lin","pooled_at":null,"pooled_by":null}` {
		t.Fatalf("%+v", w)
	}
	for name, c := range map[string]desk.Customer{
		"a colleague's": {ID: "c1", Owner: "chen", Group: "north"}, "a stub": {ID: "c1", Owner: "lin", Stub: true},
		"one in the pool": {ID: "c1", PooledAt: 42},
	} {
		b.do(desk.CustomerOpened{Customer: "c1"})
		b.do(desk.HistoryLoaded{Seq: b.s.BrowseLoad, Customer: c})
		if b.s.MayRelease() {
			t.Errorf("%s may be released", name)
		}
	}
}
