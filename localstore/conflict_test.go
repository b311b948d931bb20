package localstore_test

import (
	"testing"

	"github.com/callbench/callbench/desk"
)

func lost(t *testing.T, id, about, loser string, seq int64) desk.Row {
	t.Helper()
	return row(t, desk.TableConflict, id, seq, desk.Conflict{
		ID: id, Table: desk.TableCustomer, Key: about, Field: "title", Value: []byte(`"主任"`), User: loser, Winner: "8022", At: 7, Customer: about,
	})
}

func TestAConflictIsOpenUntilItIsPutAway(t *testing.T) {
	s := open(t, config(t.TempDir()))
	apply(t, s, page("", "1", row(t, desk.TableCustomer, "c1", 1, zhang()), lost(t, "x1", "c1", "8021", 2), lost(t, "x2", "c1", "8021", 3), lost(t, "x3", "c1", "8022", 4)))
	if o := outbox(t, s); o.Lost != 2 {
		t.Errorf("%d lost values are open", o.Lost)
	}
	seen := intent(desk.Change{Table: desk.TableConflict, Key: "x1", Fields: fields(t, map[string]any{"seen_by": "8021"})})
	seen.Kind = "conflict.seen"
	commit(t, s, seen)
	if o := outbox(t, s); o.Lost != 1 || o.Pending != 1 {
		t.Errorf("put away here: %+v", o)
	}
	up := page("1", "2")
	up.Refused = []desk.Refusal{{N: 1, Code: "forbidden"}}
	apply(t, s, up)
	if o := outbox(t, s); o.Lost != 2 || o.Pending != 0 || len(o.Refused) != 1 {
		t.Errorf("refused: %+v", o)
	}
	apply(t, s, page("2", "3", desk.Row{Table: desk.TableConflict, Key: "x1", Seq: 5, Removed: true}))
	if o := outbox(t, s); o.Lost != 1 {
		t.Errorf("one was removed, %d are open", o.Lost)
	}
	apply(t, s, desk.Page{Epoch: "e1", From: "3", To: "s", Reset: true, Last: true, Rows: []desk.Row{row(t, desk.TableCustomer, "c1", 1, zhang())}})
	if n, err := s.Count(t.Context()); err != nil || n[desk.TableConflict] != 0 {
		t.Errorf("a snapshot did not name them: %v, %v", n, err)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestWhatIsErasedLeavesNoLostValue(t *testing.T) {
	s := open(t, config(t.TempDir()))
	of := lost(t, "x3", "c1", "8021", 5) // of another table's row with this key
	of.Body = fields(t, desk.Conflict{ID: "x3", Table: desk.TableTicket, Key: "c1", Field: "title", User: "8021", At: 7})
	apply(t, s, page("", "1", row(t, desk.TableCustomer, "c1", 1, zhang()), lost(t, "x1", "c1", "8021", 2), lost(t, "x2", "c2", "8021", 3), lost(t, "x4", "c1", "8021", 4), of))
	commit(t, s, intent(desk.Change{Table: desk.TableConflict, Key: "x4", Fields: []byte(`{"seen_by":"8021"}`)}))
	apply(t, s, page("1", "2", desk.Row{Table: desk.TableCustomer, Key: "c1", Seq: 9, Removed: true, Erased: true}))
	if n, err := s.Count(t.Context()); err != nil || n[desk.TableConflict] != 2 || outbox(t, s).Lost != 2 {
		t.Errorf("left: %v, %v, %+v", n, err, outbox(t, s))
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}
