package desk_test

import (
	"fmt"
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestACustomerGoesToThePoolAtOnceAndComesBackForSeconds(t *testing.T) {
	b := newBench(t)
	b.do(desk.ReleasePressed{Customer: "c1"})
	if hasCommand[desk.CommitWork](b.out) {
		t.Fatal("a customer who is not on screen was released")
	}
	b.do(desk.CustomerOpened{Customer: "c1"})
	b.do(desk.HistoryLoaded{Seq: b.s.BrowseLoad, Customer: desk.Customer{ID: "c1", Name: "何平", Owner: "lin", Group: "north"}})
	if !b.s.MayRelease() {
		t.Fatal("the owner may not release")
	}
	b.out = nil
	b.do(desk.ReleasePressed{Customer: "c1"})
	w, ok := last[desk.CommitWork](b)
	if !ok || w.Intent.Kind != "customer.release" || w.Intent.Changes[0].Key != "c1" {
		t.Fatalf("%+v", b.out)
	}
	at := b.now
	if !b.s.Undo.Offers(at) || b.s.Undo.Args["name"] != "何平" {
		t.Fatalf("nothing to take back: %+v", b.s.Undo)
	}
	b.out = nil
	b.do(desk.UndoPressed{})
	w, ok = last[desk.CommitWork](b)
	want := fmt.Sprintf(`{"pooled_at":%d}`, at)
	if !ok || w.Intent.Kind != "customer.claim" || string(w.Intent.Changes[0].If) != want ||
		string(w.Intent.Changes[0].Fields) != `{"group":"north","owner":"lin","pooled_at":null,"pooled_by":null}` {
		t.Fatalf("%+v", w)
	}
	b.out = nil
	b.do(desk.UndoPressed{})
	if hasCommand[desk.CommitWork](b.out) {
		t.Error("taken back twice")
	}
}

func TestWhatWasDoneCanBeTakenBackForAWhileOnly(t *testing.T) {
	released := func() *bench {
		b := newBench(t)
		b.do(desk.CustomerOpened{Customer: "c1"})
		b.do(desk.HistoryLoaded{Seq: b.s.BrowseLoad, Customer: desk.Customer{ID: "c1", Owner: "lin", Group: "north"}})
		b.do(desk.ReleasePressed{Customer: "c1"})
		return b
	}
	b := released()
	b.now += 7_000
	b.do(desk.Ticked{})
	if b.s.Undo == nil {
		t.Error("gone before its time")
	}
	b.now += 2_000
	b.out = nil
	b.do(desk.UndoPressed{})
	if hasCommand[desk.CommitWork](b.out) {
		t.Error("taken back after its time")
	}
	b = released()
	b.now += 9_000
	b.do(desk.Ticked{})
	if b.s.Undo != nil {
		t.Error("still offered")
	}
	b = released()
	b.do(desk.WorkNotCommitted{Intent: b.s.Undo.Intent, Problem: "disk_full"})
	if b.s.Undo != nil {
		t.Error("what was not done can be taken back")
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
