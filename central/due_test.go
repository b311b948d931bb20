package central_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
	"github.com/callbench/callbench/sync/wire"
)

// newStore opens a real desk's file.
func newStore(t *testing.T, path, user string) *localstore.Store {
	t.Helper()
	s, err := localstore.Open(t.Context(), localstore.Config{Path: path, Key: [32]byte{1}, Org: "main", User: user})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// onePage pulls the page after the store's cursor and applies it.
func onePage(t *testing.T, r *rig, token string, s *localstore.Store, acked int64, limit int) desk.Page {
	t.Helper()
	at, err := s.Replica(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	page := call[desk.Page](r, wire.MethodPull, token, wire.Pull{Desk: at.Desk, Cursor: at.Cursor, Epoch: at.Epoch, Acked: acked, Limit: limit})
	if _, err := s.ApplyPage(t.Context(), page); err != nil {
		t.Fatal(err)
	}
	return page
}

// busy fills a central: customers of sales with contacts, and a few with callbacks due, tickets open and things done.
func busy(t *testing.T, customers int) (*rig, map[string]string) {
	t.Helper()
	now := time.Now()
	r, tokens := staffedAt(t, func() time.Time { return now })
	hour := desk.Millis(3600 * 1000)
	var rows []desk.Row
	add := func(table desk.Table, key string, body any) {
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, desk.Row{Table: table, Key: key, Body: text})
	}
	for i := range customers {
		add(desk.TableCustomer, fmt.Sprintf("cust-%06d", i), desk.Customer{Name: "张三", Company: "甲", Group: "sales", Owner: "wang"})
		add(desk.TableContact, fmt.Sprintf("cont-%06d", i), desk.Contact{Customer: fmt.Sprintf("cust-%06d", i), Group: "sales", Agent: "wang", At: 5})
	}
	at := desk.MillisOf(now)
	for i, c := range []desk.Callback{
		{Owner: "li", At: at - 48*hour, State: desk.CallbackOpen},
		{Owner: "li", At: at + hour, State: desk.CallbackClaimed},
		{Owner: "wang", At: at + 2*hour, State: desk.CallbackOpen},
		{Owner: "li", At: at + 72*hour, State: desk.CallbackOpen},
		{Owner: "li", At: at - hour, State: desk.CallbackDone},
		{Owner: "zhao", Group: "repair", At: at, State: desk.CallbackOpen},
	} {
		if c.Group == "" {
			c.Group = "sales"
		}
		c.Customer = fmt.Sprintf("cust-%06d", customers-1-i)
		if c.Group == "repair" {
			c.Customer = ""
		}
		add(desk.TableCallback, fmt.Sprintf("callback-%d", i), c)
	}
	add(desk.TableTicket, "ticket-open", desk.Ticket{Customer: fmt.Sprintf("cust-%06d", customers-20), Group: "sales", Kind: "fault", State: desk.TicketInProgress, CreatedAt: at})
	add(desk.TableTicket, "ticket-closed", desk.Ticket{Customer: fmt.Sprintf("cust-%06d", customers-21), Group: "sales", Kind: "fault", State: desk.TicketClosed, CreatedAt: at})
	if _, err := r.central.Import(t.Context(), func(yield func(desk.Row) bool) {
		for _, row := range rows {
			if !yield(row) {
				return
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	return r, tokens
}

func keysOf(page desk.Page) string {
	var keys []string
	for _, row := range page.Rows {
		keys = append(keys, row.Key)
	}
	return strings.Join(keys, " ")
}

func TestASnapshotBeginsWithWhatIsDueTheUsersOwnFirst(t *testing.T) {
	r, tokens := busy(t, 100)
	const li = "cust-000098 callback-1 cust-000099 callback-0 cust-000097 callback-2 cust-000080 ticket-open"
	for user, want := range map[string]string{
		"li": li, "wang": "cust-000097 callback-2 cust-000098 callback-1 cust-000099 callback-0 cust-000080 ticket-open",
		"zhao": "callback-5", "root": "cust-000097 callback-2 cust-000098 callback-1 callback-5 cust-000099 callback-0 cust-000080 ticket-open",
	} {
		if got := keysOf(r.pull(tokens[user], deskA, "", "", 0)); !strings.HasPrefix(got, want+" cust-000000 ") {
			t.Errorf("%s: %.200s, want %s", user, got, want)
		}
	}
	// In pages of one row the part is the same, each page follows the one before, and nothing is released in it.
	var got []string
	page := desk.Page{}
	for range strings.FieldsSeq(li) {
		page = call[desk.Page](r, wire.MethodPull, tokens["li"], wire.Pull{Desk: deskA, Cursor: page.To, Epoch: page.Epoch, Limit: 1, Acked: 99})
		if page.Last || page.LastN != 0 || page.Reset != (len(got) == 0) || len(page.Rows) != 1 {
			t.Fatalf("page %d: %+v", len(got), page)
		}
		got = append(got, keysOf(page))
	}
	if s := strings.Join(got, " "); s != li {
		t.Errorf("one by one: %s", s)
	}
	if page := r.pull(tokens["tech"], deskA, "", "", 0); !page.Last || len(page.Rows) != 0 {
		t.Errorf("a maintainer: %+v", page)
	}
}

func TestASnapshotCutAnywhereInWhatIsDueComesOutRight(t *testing.T) {
	for _, cut := range []int{1, 3, 8, 12} {
		t.Run(fmt.Sprint(cut), func(t *testing.T) {
			r, tokens := busy(t, 60)
			path := filepath.Join(t.TempDir(), "desk.db")
			s := newStore(t, path, "li")
			// Work from before the first sync waits on the desk.
			done, err := s.Commit(t.Context(), desk.Intent{ID: "intent-00000001", Kind: "contact.save", Changes: []desk.Change{
				set(desk.TableContact, "contact-own", `{"id":"contact-own","at":7,"content":"写下的"}`),
			}})
			if err != nil {
				t.Fatal(err)
			}
			for range cut {
				onePage(t, r, tokens["li"], s, 0, 1)
			}
			if err := s.Close(); err != nil { // the program ends and starts again
				t.Fatal(err)
			}
			s = newStore(t, path, "li")
			// Meanwhile at central: what was named first changes, leaves, and is erased.
			r.push(tokens["wang"], deskB, op(1, "op-00000001", set(desk.TableCallback, "callback-2", `{"note":"新"}`)))
			put(t, r, desk.TableCustomer, "cust-000058", desk.Customer{Name: "张三", Company: "甲", Group: "repair"})
			put(t, r, desk.TableCallback, "callback-1", desk.Callback{Customer: "cust-000058", Group: "repair", Owner: "zhao", At: 9, State: desk.CallbackOpen})
			if err := r.central.Remove(t.Context(), desk.TableTicket, "ticket-open"); err != nil {
				t.Fatal(err)
			}
			last := desk.Page{}
			for pages := 0; !last.Last; pages++ {
				last = onePage(t, r, tokens["li"], s, 0, 7)
				if pages > 200 {
					t.Fatal("a checkpoint without end")
				}
			}
			if last.LastN != 0 {
				t.Errorf("op %d was released, nothing was acknowledged", last.LastN)
			}
			pending, err := s.Pending(t.Context(), 0, 10, 0)
			if err != nil || len(pending) != 1 || pending[0].N != done.N {
				t.Errorf("outbox %+v, %v", pending, err)
			}
			compare(t, r, tokens["li"], s, "contact-own")
		})
	}
}

// compare holds what a store shows against what a fresh desk would get; own rows wait on the desk.
func compare(t *testing.T, r *rig, token string, s *localstore.Store, own ...string) {
	t.Helper()
	want, _ := r.all(token, 500)
	for key, row := range want {
		if row.Removed {
			delete(want, key)
		}
	}
	err := s.EachRow(t.Context(), func(row desk.Row) error {
		if slices.Contains(own, row.Key) {
			return nil
		}
		if string(want[row.Key].Body) != string(row.Body) {
			t.Errorf("%s on the desk is %s, at central %s", row.Key, row.Body, want[row.Key].Body)
		}
		delete(want, row.Key)
		return nil
	})
	if err != nil || len(want) > 0 {
		t.Errorf("%d rows are not on the desk, %v", len(want), err)
	}
}
