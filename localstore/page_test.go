package localstore_test

import (
	"errors"
	"strconv"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

func page(from, to string, rows ...desk.Row) desk.Page {
	return desk.Page{Epoch: "e1", From: from, To: to, Rows: rows, Last: true}
}

func name(t *testing.T, s *localstore.Store, id string) string {
	t.Helper()
	c, err := s.Customer(t.Context(), id)
	if err != nil {
		wantErr(t, err, desk.ErrNotFound)
	}
	return c.Name
}

func set(t *testing.T, key string, members map[string]any) desk.Change {
	t.Helper()
	return desk.Change{Table: desk.TableCustomer, Key: key, Fields: fields(t, members)}
}

func outbox(t testing.TB, s *localstore.Store) desk.Outbox {
	t.Helper()
	o, err := s.Outbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestAPageMustFollowTheCursorAndTheEpoch(t *testing.T) {
	s := open(t, config(t.TempDir()))
	apply(t, s, page("", "1", row(t, desk.TableCustomer, "c1", 1, zhang())))
	for what, p := range map[string]desk.Page{
		"the same page again":        page("", "1"),
		"a page after a gap":         page("2", "3"),
		"a page of another epoch":    {Epoch: "e2", From: "1", To: "2", Last: true},
		"a page that knows more ops": {Epoch: "e1", From: "1", To: "2", Last: true, LastN: 1},
	} {
		if _, err := s.ApplyPage(t.Context(), p); err == nil {
			t.Errorf("%s was applied", what)
		} else {
			wantErr(t, err, desk.ErrConflict)
		}
	}
	_, err := s.ApplyPage(t.Context(), page("1", "2", desk.Row{Table: "nonsense", Key: "x"}))
	wantErr(t, err, desk.ErrInvalid)
	_, err = s.ApplyPage(t.Context(), page("1", "2", row(t, desk.TableCustomer, "c2", 2, zhang()), desk.Row{Table: desk.TableCustomer, Key: "c3", Body: []byte(`{"name":7}`)}))
	wantErr(t, err, desk.ErrInvalid)
	if r, err := s.Replica(t.Context()); err != nil || r.Cursor != "1" || r.Epoch != "e1" || name(t, s, "c2") != "" {
		t.Errorf("replica %+v, %v, c2 is %q", r, err, name(t, s, "c2"))
	}
}

func TestPendingChangesStayOnTopOfWhatCentralSays(t *testing.T) {
	s := open(t, config(t.TempDir()))
	apply(t, s, page("", "1", row(t, desk.TableCustomer, "c1", 1, zhang())))
	commit(t, s, intent(set(t, "c1", map[string]any{"name": "张三丰"})))
	theirs := zhang()
	theirs.Name, theirs.Title = "张四", "经理"
	p := page("1", "2", row(t, desk.TableCustomer, "c1", 2, theirs))
	p.Last = false
	apply(t, s, p)
	if c, err := s.Customer(t.Context(), "c1"); err != nil || c.Name != "张三丰" || c.Title != "经理" {
		t.Errorf("customer %+v, %v", c, err)
	}
	ops, err := s.Pending(t.Context(), 0, 0, 0)
	if err != nil || len(ops) != 1 || ops[0].Changes[0].Base != 1 {
		t.Errorf("pending %+v, %v", ops, err)
	}
	p = page("2", "3")
	p.Last, p.LastN = false, 1 // only a last page releases
	apply(t, s, p)
	if o := outbox(t, s); o.Pending != 1 {
		t.Errorf("outbox %+v", o)
	}
	theirs.Name = "张三丰"
	p = page("3", "4", row(t, desk.TableCustomer, "c1", 3, theirs))
	p.LastN = 1
	apply(t, s, p)
	if o := outbox(t, s); o.Pending != 0 || o.Oldest != 0 || o.SyncedAt == 0 || name(t, s, "c1") != "张三丰" {
		t.Errorf("outbox %+v, name %q", o, name(t, s, "c1"))
	}
}

func TestAContactIsSyncedWhenItsOpIsReleased(t *testing.T) {
	s := open(t, config(t.TempDir()))
	k := desk.Contact{ID: "k1", Customer: "c1", At: 5}
	commit(t, s, intent(contact(t, k)))
	isSynced := func() bool {
		list, err := s.Contacts(t.Context(), localstore.ContactFilter{})
		if err != nil || len(list) != 1 {
			t.Fatalf("contacts %+v, %v", list, err)
		}
		return list[0].Synced
	}
	if isSynced() {
		t.Error("synced before central had it")
	}
	p := page("", "1", row(t, desk.TableContact, "k1", 1, k))
	p.LastN = 1
	apply(t, s, p)
	if !isSynced() {
		t.Error("not synced after its op was released")
	}
}

func TestAPageThatMeansAnotherOpOfTheNumberReleasesNothing(t *testing.T) {
	s := open(t, config(t.TempDir()))
	in := intent(contact(t, desk.Contact{ID: "k1", Customer: "c1", At: 5, Content: "只在这里"}))
	commit(t, s, in)
	p := page("", "1", row(t, desk.TableCustomer, "c1", 1, zhang()))
	p.LastN, p.LastID = 1, "an op of this disk's copy"
	p.Refused = []desk.Refusal{{N: 1, Code: "forbidden"}}
	if _, err := s.ApplyPage(t.Context(), p); !errors.Is(err, desk.ErrCopied) {
		t.Fatalf("another op released ours: %v", err)
	}
	if got := outbox(t, s); got.Pending != 1 || len(got.Refused) != 0 {
		t.Errorf("outbox %+v", got)
	}
	if _, err := s.NewDesk(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.LastN, p.LastID, p.Refused = 0, "", nil // central knows nothing of the new id
	apply(t, s, p)
	ops, err := s.Pending(t.Context(), 0, 0, 0)
	if err != nil || len(ops) != 1 || ops[0].ID != in.ID {
		t.Fatalf("pending %+v, %v", ops, err)
	}
	last := page("1", "2")
	last.LastN, last.LastID = 1, in.ID
	apply(t, s, last)
	if got := outbox(t, s); got.Pending != 0 {
		t.Errorf("its own op is not released: %+v", got)
	}
}

func TestARefusedOpIsTakenOffTheScreenAndKeptWithItsText(t *testing.T) {
	s := open(t, config(t.TempDir()))
	apply(t, s, page("", "1", row(t, desk.TableCustomer, "c1", 1, zhang())))
	in := intent(set(t, "c1", map[string]any{"name": "李四", "phones": []desk.Phone{{Raw: "13900139000"}}}))
	in.Draft = "d1"
	commit(t, s, in)
	commit(t, s, intent(contact(t, desk.Contact{ID: "k1", Customer: "c1", At: 5, Content: "kept"})))
	commit(t, s, intent(set(t, "c1", map[string]any{"title": "老板"})))
	p := page("1", "2")
	p.LastN, p.Refused = 2, []desk.Refusal{{N: 1, Code: "forbidden", Detail: "not yours"}, {N: 2, Code: "invalid"}, {N: 99, Code: "gone"}}
	apply(t, s, p)
	c, err := s.Customer(t.Context(), "c1")
	if err != nil || c.Name != "张三" || c.Title != "老板" {
		t.Errorf("customer %+v, %v", c, err)
	}
	if found, err := s.FindByNumber(t.Context(), "13900139000"); err != nil || len(found) != 0 {
		t.Errorf("the refused number finds %v, %v", found, err)
	}
	if found, err := s.FindByNumber(t.Context(), "13800138000"); err != nil || len(found) != 1 {
		t.Errorf("the number before finds %v, %v", found, err)
	}
	if h, err := s.History(t.Context(), "c1", 0); err != nil || len(h.Contacts) != 0 {
		t.Errorf("history %+v, %v", h, err)
	}
	o := outbox(t, s)
	if o.Pending != 1 || len(o.Refused) != 2 || o.Refused[1].Refusal.Code != "forbidden" || o.Refused[1].Refusal.N != 1 || len(o.Refused[0].Op.Changes) != 1 {
		t.Errorf("outbox %+v", o)
	}
	if err := s.KeepDraft(t.Context(), desk.Draft{ID: "d1", Changed: 9}); err != nil {
		t.Fatal(err)
	}
	if drafts, err := s.Drafts(t.Context()); err != nil || len(drafts) != 1 {
		t.Errorf("the text of a refused op cannot be taken up again: %v, %v", drafts, err)
	}
}

func TestAnOpNeedsTheOneThatMadeWhatItBuildsOn(t *testing.T) {
	s := open(t, config(t.TempDir()))
	apply(t, s, page("", "1", row(t, desk.TableCustomer, "c1", 1, zhang())))
	commit(t, s, intent(customer(t, desk.Customer{ID: "c2", Name: "新"})))
	commit(t, s, intent(contact(t, desk.Contact{ID: "k1", Customer: "c1"})))
	commit(t, s, intent(contact(t, desk.Contact{ID: "k2", Customer: "c2"})))
	commit(t, s, intent(set(t, "c2", map[string]any{"title": "经理"})))
	ops, err := s.Pending(t.Context(), 0, 0, 0)
	if err != nil || len(ops) != 4 {
		t.Fatalf("pending %+v, %v", ops, err)
	}
	for i, want := range []int64{0, 0, 1, 1} {
		if ops[i].Needs != want {
			t.Errorf("op %d needs %d, want %d", i+1, ops[i].Needs, want)
		}
	}
}

func TestARemovedRowLeavesTheDiskButItsPendingOpsStay(t *testing.T) {
	s := open(t, config(t.TempDir()))
	apply(t, s, page("", "1", row(t, desk.TableCustomer, "c1", 1, zhang())))
	commit(t, s, intent(set(t, "c1", map[string]any{"title": "经理"})))
	apply(t, s, page("1", "2", desk.Row{Table: desk.TableCustomer, Key: "c1", Seq: 2, Removed: true}))
	if name(t, s, "c1") != "" {
		t.Error("a removed row is shown")
	}
	if hits, err := s.Search(t.Context(), "张三", 0); err != nil || len(hits) != 0 {
		t.Errorf("a removed row is found: %v, %v", hits, err)
	}
	if o := outbox(t, s); o.Pending != 1 {
		t.Errorf("outbox %+v", o)
	}
	// An op on a row that its author saw and that has left meanwhile does not bring a part of it back.
	gone := set(t, "c9", map[string]any{"title": "经理"})
	gone.Base = 7
	commit(t, s, intent(gone))
	if _, err := s.Customer(t.Context(), "c9"); err == nil {
		t.Error("a row was made from one member")
	}
	p := page("2", "3", row(t, desk.TableCustomer, "c1", 3, zhang()))
	apply(t, s, p)
	if c, err := s.Customer(t.Context(), "c1"); err != nil || c.Title != "经理" || c.Name != "张三" {
		t.Errorf("after its return: %+v, %v", c, err)
	}
	p = page("3", "4")
	p.LastN = 2
	apply(t, s, p)
	if c, err := s.Customer(t.Context(), "c1"); err != nil || c.Title != "" {
		t.Errorf("after the release central's row counts: %+v, %v", c, err)
	}
}

func TestASnapshotTakesAwayWhatItDoesNotName(t *testing.T) {
	s := open(t, config(t.TempDir()))
	liu := desk.Customer{ID: "c2", Name: "刘六", Phones: []desk.Phone{{Raw: "13700137000"}}}
	wang := desk.Customer{ID: "c3", Name: "王五"}
	zhao := desk.Customer{ID: "c4", Name: "赵七"}
	apply(t, s, page("", "1", row(t, desk.TableCustomer, "c1", 1, zhang()), row(t, desk.TableCustomer, "c2", 1, liu),
		row(t, desk.TableCustomer, "c3", 1, wang), row(t, desk.TableCustomer, "c4", 1, zhao), row(t, desk.TableContact, "k1", 1, desk.Contact{ID: "k1", Customer: "c2", At: 1})))
	commit(t, s, intent(set(t, "c3", map[string]any{"title": "经理"})))
	commit(t, s, intent(customer(t, desk.Customer{ID: "c5", Name: "我的"})))
	commit(t, s, intent(set(t, "c4", map[string]any{"title": "经理"})))
	apply(t, s, desk.Page{Epoch: "e2", From: "1", To: "s1", Reset: true, Rows: []desk.Row{row(t, desk.TableCustomer, "c1", 9, zhang())}})
	if name(t, s, "c2") == "" {
		t.Error("a row was taken away before the snapshot was complete")
	}
	last := page("s1", "s2", row(t, desk.TableCustomer, "c4", 10, zhao))
	last.Epoch = "e2"
	if n, err := s.ApplyPage(t.Context(), last); err != nil || n < 3 {
		t.Errorf("%d rows changed, %v", n, err)
	}
	for id, want := range map[string]string{"c1": "张三", "c2": "", "c3": "", "c4": "赵七", "c5": "我的"} {
		if got := name(t, s, id); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
	if found, err := s.FindByNumber(t.Context(), "13700137000"); err != nil || len(found) != 0 {
		t.Errorf("found %v, %v", found, err)
	}
	if c, err := s.Customer(t.Context(), "c4"); err != nil || c.Title != "经理" {
		t.Errorf("c4 is %+v, %v", c, err)
	}
	counts, err := s.Count(t.Context())
	if o := outbox(t, s); err != nil || o.Pending != 3 || counts[desk.TableContact] != 0 || counts[desk.TableCustomer] != 3 {
		t.Errorf("outbox %+v, counts %v, %v", o, counts, err)
	}
	if r, err := s.Replica(t.Context()); err != nil || r.Cursor != "s2" || r.Epoch != "e2" || r.NextN != 4 {
		t.Errorf("replica %+v, %v", r, err)
	}
	// One that comes as a single page.
	apply(t, s, desk.Page{Epoch: "e3", From: "s2", To: "t1", Reset: true, Last: true, Rows: []desk.Row{row(t, desk.TableCustomer, "c2", 20, liu)}})
	for id, want := range map[string]string{"c1": "", "c2": "刘六", "c4": "", "c5": "我的"} {
		if got := name(t, s, id); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
}

func TestALongOutboxIsReleasedWhole(t *testing.T) {
	s := open(t, config(t.TempDir()))
	const n = 250
	for i := range n {
		commit(t, s, intent(set(t, "c1", map[string]any{"name": "张", "title": strconv.Itoa(i)})))
	}
	p := page("", "1", row(t, desk.TableCustomer, "c1", 1, zhang()))
	p.LastN = n
	apply(t, s, p)
	if o := outbox(t, s); o.Pending != 0 || name(t, s, "c1") != "张三" {
		t.Errorf("outbox %+v, name %q", o, name(t, s, "c1"))
	}
}

func TestPendingIsInOrderAndBounded(t *testing.T) {
	s := open(t, config(t.TempDir()))
	for range 5 {
		commit(t, s, intent(set(t, "c1", map[string]any{"name": "0123456789"})))
	}
	for _, c := range []struct {
		after           int64
		ops, bytes, got int
	}{{0, 0, 0, 5}, {3, 0, 0, 2}, {0, 2, 0, 2}, {0, 0, 50, 2}, {0, 0, 1, 1}, {5, 0, 0, 0}} {
		list, err := s.Pending(t.Context(), c.after, c.ops, c.bytes)
		if err != nil || len(list) != c.got {
			t.Errorf("after %d, %d ops, %d bytes: %d ops, %v, want %d", c.after, c.ops, c.bytes, len(list), err, c.got)
		}
		for i, op := range list {
			if op.N != c.after+int64(i)+1 {
				t.Errorf("op %d at place %d", op.N, i)
			}
		}
	}
}

func TestANewDeskNumbersThePendingOpsAnew(t *testing.T) {
	s := open(t, config(t.TempDir()))
	commit(t, s, intent(set(t, "c1", map[string]any{"name": "a"})))
	p := page("", "1", row(t, desk.TableCustomer, "c1", 1, zhang()))
	p.LastN = 1
	apply(t, s, p)
	commit(t, s, intent(customer(t, desk.Customer{ID: "c2", Name: "b"})))
	commit(t, s, intent(contact(t, desk.Contact{ID: "k1", Customer: "c2", At: 3})))
	before, err := s.Replica(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	after, err := s.NewDesk(t.Context())
	if err != nil || after.Desk == before.Desk || after.Desk == "" || after.NextN != 3 || after.Cursor != "1" {
		t.Fatalf("replica %+v, before %+v, %v", after, before, err)
	}
	ops, err := s.Pending(t.Context(), 0, 0, 0)
	if err != nil || len(ops) != 2 || ops[0].N != 1 || ops[1].N != 2 || ops[1].Needs != 1 {
		t.Errorf("pending %+v, %v", ops, err)
	}
	list, err := s.Contacts(t.Context(), localstore.ContactFilter{Customer: "c2"})
	if err != nil || len(list) != 1 || list[0].N != 2 || list[0].Desk != after.Desk {
		t.Errorf("contacts %+v, %v", list, err)
	}
	if done := commit(t, s, intent(set(t, "c1", map[string]any{"name": "c"}))); done.N != 3 || done.Pending != 3 {
		t.Errorf("committed %+v", done)
	}
}
