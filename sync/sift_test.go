package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

// picky is a store that finds some rows malformed for reasons of its own.
type picky struct {
	Store
	not map[string]bool // keys
}

func (p picky) ApplyPage(ctx context.Context, page desk.Page) (int, error) {
	for _, r := range page.Rows {
		if p.not[r.Key] {
			return 0, fmt.Errorf("row: %w", desk.ErrInvalid)
		}
	}
	return p.Store.ApplyPage(ctx, page) //nolint:wrapcheck // as it is
}

func openStore(t *testing.T) *localstore.Store {
	t.Helper()
	store, err := localstore.Open(t.Context(), localstore.Config{Path: filepath.Join(t.TempDir(), "desk.db"), Key: [32]byte{1}, Org: "main", User: "li"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

func customerRow(seq int64, key string) desk.Row {
	body, err := json.Marshal(desk.Customer{ID: key, Name: "张三"})
	if err != nil {
		panic(err)
	}
	return desk.Row{Table: desk.TableCustomer, Key: key, Seq: seq, Body: body}
}

func TestRowsThisProgramCannotTakeAreLeftOutAndTold(t *testing.T) {
	store := openStore(t)
	var told []Event
	c := New(Config{
		Store: picky{store, map[string]bool{"picked-07": true, "picked-31": true}}, Emit: func(e Event) { told = append(told, e) },
	})
	c.byStep.Store(true)
	page := desk.Page{Epoch: "e", To: "1", Reset: true, Last: true}
	for i := range 40 {
		page.Rows = append(page.Rows, customerRow(int64(i+1), fmt.Sprintf("picked-%02d", i)))
	}
	page.Rows = append(page.Rows,
		desk.Row{Table: "invoice", Key: "i1", Seq: 90, Body: json.RawMessage(`{}`)},
		desk.Row{Table: "invoice", Key: "i2", Seq: 91, Body: json.RawMessage(`{}`)},
		desk.Row{Table: desk.TableTicket, Key: "t1", Seq: 92, Body: json.RawMessage(`{"number":7}`)},
		desk.Row{Table: desk.TableContact, Key: "", Seq: 93, Body: json.RawMessage(`{}`)},
		customerRow(94, "last-row"))
	if _, err := c.toStore(t.Context(), "", page); err != nil {
		t.Fatal(err)
	}
	held, err := store.Held(t.Context(), []string{"picked-00", "picked-07", "picked-30", "picked-31", "picked-39", "last-row"})
	if err != nil || len(held) != 4 || held["picked-07"] || held["picked-31"] {
		t.Errorf("held: %v, %v", held, err)
	}
	if want := (RowsSkipped{Unknown: 2, Malformed: 4}); len(told) != 1 || told[0] != want {
		t.Errorf("told %+v, want %+v", told, want)
	}
	if r, err := store.Replica(t.Context()); err != nil || r.Cursor != "1" {
		t.Errorf("replica %+v, %v", r, err)
	}
}

func TestAPageThatIsNotItsRowsFaultStaysAnError(t *testing.T) {
	c := New(Config{Store: openStore(t)})
	c.byStep.Store(true)
	page := desk.Page{Epoch: "e", To: "1", Reset: true, Last: true, LastN: 7, Rows: []desk.Row{customerRow(1, "one-customer")}}
	if _, err := c.toStore(t.Context(), "", page); !errors.Is(err, desk.ErrConflict) {
		t.Errorf("a page for another desk: %v", err)
	}
}
