package localstore_test

import (
	"path/filepath"
	"testing"

	"github.com/callbench/callbench/desk"
)

// An own value that waits hides what central has by now. Who writes once more has not seen that.
func TestAValueUnderOnesOwnWasNotSeen(t *testing.T) {
	s := open(t, fixtureConfig(filepath.Join(t.TempDir(), "desk.db")))
	title := func(text string) map[string]any { return map[string]any{"title": text} }
	rowOf := func(seq int64, text string) desk.Row {
		return row(t, desk.TableCustomer, "one", seq, desk.Customer{ID: "one", Name: "张三", Title: text})
	}
	apply(t, s, desk.Page{Epoch: "e", To: "1", Reset: true, Last: true, Rows: []desk.Row{rowOf(5, "")}})
	commit(t, s, intent(set(t, "one", title("mine"))))
	apply(t, s, desk.Page{Epoch: "e", From: "1", To: "2", Rows: []desk.Row{rowOf(8, "theirs")}})
	commit(t, s, intent(set(t, "one", title("mine again"))))
	commit(t, s, intent(set(t, "one", map[string]any{"company": "another member"})))
	ops, err := s.Pending(t.Context(), 0, 10, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int64{5, 5, 8} {
		if got := ops[i].Changes[0].Base; got != want {
			t.Errorf("op %d has seen version %d, want %d", i+1, got, want)
		}
	}
}
