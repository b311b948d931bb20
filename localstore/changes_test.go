package localstore_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/google/uuid"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

func openChanges(t *testing.T, s *localstore.Store) desk.OpenChanges {
	t.Helper()
	o, err := s.OpenChanges(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestOpenChangesAreListedWithTheirTextAndWhomTheyAreAbout(t *testing.T) {
	s := open(t, config(t.TempDir()))
	k := desk.Contact{ID: "k0", Customer: "c1", At: 3}
	apply(t, s, page("", "1", row(t, desk.TableCustomer, "c1", 1, zhang()), row(t, desk.TableContact, "k0", 1, k), lost(t, "x1", "c1", "8021", 2), lost(t, "x2", "gone", "8021", 3)))
	commit(t, s, intent(contact(t, desk.Contact{ID: "k1", Customer: "c1", At: 5, Content: "what was said"})))
	commit(t, s, intent(desk.Change{Table: desk.TableContact, Key: "k0", Fields: fields(t, map[string]any{"content": "corrected"})}))
	commit(t, s, intent(customer(t, desk.Customer{ID: "c2", Name: "曾晓明"})))
	commit(t, s, intent(set(t, "c1", map[string]any{"title": "老板"})))
	p := page("1", "2")
	p.LastN, p.Refused = 3, []desk.Refusal{{N: 1, Code: "forbidden", Detail: "customer"}, {N: 2, Code: "conflict"}, {N: 3, Code: "invalid"}}
	apply(t, s, p)
	o := openChanges(t, s)
	if o.Conflicts != 2 || o.Refused != 3 || o.Pending != 1 || len(o.List) != 6 {
		t.Fatalf("open: %+v", o)
	}
	type told struct{ state, id, customer, name, now, code string }
	var got []told
	for _, c := range o.List {
		id := strconv.FormatInt(c.Op.N, 10)
		if c.State == desk.ChangeConflict {
			id = c.ID()
		}
		got = append(got, told{string(c.State), id, c.Customer, c.Name, string(c.Now), c.Refusal.Code})
	}
	want := []told{
		{"conflict", "x2", "gone", "", "", ""},
		{"conflict", "x1", "c1", "张三", `"老板"`, ""},
		{"refused", "3", "c2", "曾晓明", "", "invalid"},
		{"refused", "2", "c1", "张三", "", "conflict"},
		{"refused", "1", "c1", "张三", "", "forbidden"},
		{"pending", "4", "c1", "张三", "", ""},
	}
	if !slices.Equal(got, want) {
		t.Errorf("listed %+v", got)
	}
	if text := string(o.List[3].Op.Changes[0].Fields); text != `{"content":"corrected"}` {
		t.Errorf("its text is %s", text)
	}
}

func TestARefusedChangeIsPutAwayOrSentAgain(t *testing.T) {
	s := open(t, config(t.TempDir()))
	apply(t, s, page("", "1", row(t, desk.TableCustomer, "c1", 1, zhang()), row(t, desk.TableTicket, "t1", 1, desk.Ticket{ID: "t1", Customer: "c1", State: "open"})))
	first, second := intent(contact(t, desk.Contact{ID: "k1", Customer: "c1", At: 5, Content: "kept"})),
		intent(desk.Change{Table: desk.TableTicket, Key: "t1", If: []byte(`{"state":"open","subject":null}`), Fields: []byte(`{"state":"done"}`)})
	commit(t, s, first)
	commit(t, s, second)
	wantErr(t, s.PutAway(t.Context(), first.ID), desk.ErrNotFound) // it waits
	p := page("1", "2", row(t, desk.TableTicket, "t1", 9, desk.Ticket{ID: "t1", Customer: "c1", State: "work", Subject: "x"}))
	p.LastN, p.Refused = 2, []desk.Refusal{{N: 1, Code: "forbidden"}, {N: 2, Code: "conflict"}}
	apply(t, s, p)
	for range 2 {
		if err := s.PutAway(t.Context(), first.ID); err != nil {
			t.Fatal(err)
		}
	}
	wantErr(t, s.PutAway(t.Context(), "nothing"), desk.ErrNotFound)
	id := uuid.NewString()
	for range 2 {
		done, err := s.SendAgain(t.Context(), second.ID, id, 77, 480)
		if err != nil || done.N != 3 || done.Pending != 1 {
			t.Fatalf("%+v, %v", done, err)
		}
	}
	ops, err := s.Pending(t.Context(), 0, 0, 0)
	if err != nil || len(ops) != 1 || ops[0].At != 77 || ops[0].Offset != 480 || ops[0].Kind != second.Kind {
		t.Fatalf("pending %+v, %v", ops, err)
	}
	if c := ops[0].Changes[0]; c.Base != 9 || string(c.If) != `{"state":"work","subject":"x"}` || string(c.Fields) != `{"state":"done"}` {
		t.Errorf("sent again: %+v, if %s", c, c.If)
	}
	if o := openChanges(t, s); o.Refused != 0 || len(o.List) != 1 || len(outbox(t, s).Refused) != 0 {
		t.Errorf("open: %+v", o)
	}
	r, err := s.CheckChain(t.Context())
	if err != nil || r.Count != 0 || r.Ops != 1 {
		t.Errorf("chain %+v, %v", r, err)
	}
	_, err = s.SendAgain(t.Context(), "nothing", uuid.NewString(), 1, 0)
	wantErr(t, err, desk.ErrNotFound)
}

func TestWhatWasErasedIsNotSentAgain(t *testing.T) {
	s := open(t, config(t.TempDir()))
	in := intent(contact(t, desk.Contact{ID: "k1", At: 5, Content: "gone"}))
	commit(t, s, in)
	p := page("", "1")
	p.LastN, p.Refused = 1, []desk.Refusal{{N: 1, Code: "forbidden"}}
	apply(t, s, p)
	if err := s.EraseText(t.Context(), "k1"); err != nil {
		t.Fatal(err)
	}
	_, err := s.SendAgain(t.Context(), in.ID, uuid.NewString(), 1, 0)
	wantErr(t, err, desk.ErrInvalid)
	if o := openChanges(t, s); o.Refused != 1 || o.Pending != 0 {
		t.Errorf("open: %+v", o)
	}
}
