package localstore_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/callbench/callbench/desk"
)

func seen(id, customer string, started desk.Millis) desk.CallRecord {
	return desk.CallRecord{
		ID: id, Direction: desk.Inbound, Number: "13800138000", E164: "+8613800138000", Queue: "咨询", Customer: customer,
		Started: started, Ended: started + 20_000, How: desk.EndMissed,
	}
}

func TestCallsAreKeptNewestFirstWithTheirCustomersNames(t *testing.T) {
	s := open(t, config(t.TempDir()))
	commit(t, s, intent(change(t, desk.TableCustomer, zhang().ID, zhang())))
	for i, r := range []desk.CallRecord{seen("a", zhang().ID, 1000), seen("b", "", 3000), seen("c", "nobody", 2000), seen("b", "", 9000)} {
		if err := s.KeepCall(t.Context(), r); err != nil {
			t.Fatal(i, err)
		}
	}
	got, err := s.Day(t.Context(), desk.LoadDay{Seq: 7, User: "8021", From: 0, Until: 5000})
	if err != nil || got.Seq != 7 || len(got.Calls) != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	b, c, a := got.Calls[0], got.Calls[1], got.Calls[2]
	if b.ID != "b" || b.Started != 3000 || c.ID != "c" || c.CustomerName != "" || a.CustomerName != zhang().Name || a.How != desk.EndMissed || a.Other() != "+8613800138000" {
		t.Errorf("read back: %+v", got.Calls)
	}
	if err := s.KeepCall(t.Context(), desk.CallRecord{}); err == nil {
		t.Error("a call without an id is kept")
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestPromisesOfADayAreCountedAndTheKeptOnes(t *testing.T) {
	s := open(t, config(t.TempDir()))
	for i, c := range []desk.Callback{
		{Owner: "8021", At: 1000, State: desk.CallbackDone},
		{Owner: "8021", At: 2000, State: desk.CallbackOpen},
		{Owner: "8021", At: 3000, State: desk.CallbackMissed},
		{Owner: "8021", At: 4000, State: desk.CallbackCancelled},
		{Owner: "8021", At: 9000, State: desk.CallbackDone},
		{Owner: "8022", At: 1000, State: desk.CallbackDone},
	} {
		c.ID = fmt.Sprint("callback-", i)
		commit(t, s, intent(change(t, desk.TableCallback, c.ID, c)))
	}
	got, err := s.Day(t.Context(), desk.LoadDay{User: "8021", From: 1000, Until: 5000})
	if err != nil || got.Due != 3 || got.Kept != 1 {
		t.Errorf("%d of %d promises kept (%v), want 1 of 3", got.Kept, got.Due, err)
	}
}

func TestOldCallsGoAndAnErasedCustomerTakesTheOwnAlong(t *testing.T) {
	s, a := worked(t, t.TempDir())
	keep := func(r desk.CallRecord) {
		if err := s.KeepCall(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	keep(seen("old", "", 1000))
	keep(seen("hers", zhang().ID, 40*24*60*60*1000))
	keep(seen("other", "", 40*24*60*60*1000+1))
	ids := func() (list []string) {
		day, err := s.Day(t.Context(), desk.LoadDay{})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range day.Calls {
			list = append(list, c.ID)
		}
		return list
	}
	if got := fmt.Sprint(ids()); got != "[other hers]" {
		t.Errorf("after 40 days %s are kept", got)
	}
	apply(t, s, desk.Page{Epoch: "e", From: a.cursor(), To: "later", Rows: []desk.Row{
		{Table: desk.TableCustomer, Key: zhang().ID, Seq: 1000, Removed: true, Erased: true},
	}})
	if got := fmt.Sprint(ids()); got != "[other]" {
		t.Errorf("after the customer was erased %s are kept", got)
	}
}

// change is a change that writes a whole row.
func change(t *testing.T, table desk.Table, key string, row any) desk.Change {
	t.Helper()
	body, err := json.Marshal(row)
	if err != nil {
		t.Fatal(err)
	}
	return desk.Change{Table: table, Key: key, Fields: body}
}
