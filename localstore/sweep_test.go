package localstore_test

import (
	"fmt"
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestTheLastPageOfASnapshotGivesTheWriterBackToo(t *testing.T) {
	s := open(t, config(t.TempDir()))
	s.Hurry()
	var rows []desk.Row
	for i := range 400 {
		id := fmt.Sprint("c", i)
		rows = append(rows, row(t, desk.TableCustomer, id, int64(i+2), desk.Customer{ID: id, Name: "张三"}))
	}
	apply(t, s, desk.Page{Epoch: "e", To: "0", Rows: []desk.Row{row(t, desk.TableCustomer, "old", 1, desk.Customer{ID: "old", Name: "李四"})}, Last: true})
	apply(t, s, desk.Page{Epoch: "e", From: "0", To: "1", Reset: true})
	last := desk.Page{Epoch: "e", From: "1", To: "2", Rows: rows, Last: true}
	// A customer is some twelve rows of tables, and fifty are applied between two looks at the clock.
	most, err := s.MostChanged(t.Context(), func() { apply(t, s, last) })
	if err != nil || most == 0 || most > 100*12 {
		t.Errorf("one write changed %d rows, %v", most, err)
	}
	if n, err := s.Count(t.Context()); err != nil || n[desk.TableCustomer] != len(rows) {
		t.Errorf("%v, %v", n, err)
	}
}
