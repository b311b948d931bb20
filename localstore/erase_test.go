package localstore_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
)

func TestWhatCentralErasesLeavesTheOpsToo(t *testing.T) {
	s, a := worked(t, t.TempDir())
	said := func(what string) int64 {
		t.Helper()
		n, err := s.Tamper(t.Context(), `UPDATE op SET changes = changes WHERE changes LIKE '%`+what+`%'`)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	name := zhang().Company
	if said("说了 0") != 1 || said("说了 4") != 1 || said("both") != 1 || said("waits") != 1 || said(name) == 0 {
		t.Fatal("the ops do not say what is to be erased")
	}
	before := sound(t, s, workedEntries)
	gone := func(table desk.Table, key string, erased bool) desk.Row {
		return desk.Row{Table: table, Key: key, Seq: 1000, Removed: true, Erased: erased}
	}
	apply(t, s, desk.Page{Epoch: "e", From: a.cursor(), To: "later", Rows: []desk.Row{
		gone(desk.TableContact, "contact-0", true), gone(desk.TableContact, "contact-4", false), gone(desk.TableContact, "contact-6", true),
		gone(desk.TableContact, "contact-7", true), gone(desk.TableCustomer, zhang().ID, true),
	}})
	for what, want := range map[string]int64{"说了 0": 0, "both": 0, "waits": 0, name: 0, "说了 4": 1, "12.50": 1} {
		if n := said(what); n != want {
			t.Errorf("%d ops say %q, want %d", n, what, want)
		}
	}
	if r := sound(t, s, workedEntries); r.Erased != before.Erased+3 {
		t.Errorf("%d entries are erased, were %d", r.Erased, before.Erased)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestNobodyCanGuessAtWhatHasLeftTheDisk(t *testing.T) {
	for name, leaves := range map[string]int{"with its op": 1, "later": 2} {
		t.Run(name, func(t *testing.T) {
			cfg := config(t.TempDir())
			now := time.UnixMilli(1000)
			cfg.Now = func() time.Time { return now }
			s := open(t, cfg)
			a := newAuthority(t, s)
			commit(t, s, intent(note(t, "contact-1", "left")))
			commit(t, s, intent(note(t, "contact-2", "stays")))
			a.sync()
			from := a.cursor()
			for i := range leaves { // the ops are forgotten at the first page
				now = now.Add(100 * 24 * time.Hour)
				page := desk.Page{Epoch: "e", From: from, To: fmt.Sprint("later ", i), Last: true, LastN: 2}
				if from = page.To; i == leaves-1 {
					page.Rows = []desk.Row{{Table: desk.TableContact, Key: "contact-1", Seq: 99, Removed: true}}
				}
				apply(t, s, page)
			}
			if r := sound(t, s, 2); r.Erased != 1 || r.Rows != 1 || r.Ops != 0 {
				t.Errorf("%+v", r)
			}
		})
	}
}
