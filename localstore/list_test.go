package localstore_test

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

const listNow = desk.Millis(1_790_000_000_000)

// populace makes customers of some owners and groups, some stubs, some in the pool, with talks and visits.
func populace(n int) (customers []desk.Customer, contacts []desk.Contact) {
	r := rand.New(rand.NewPCG(7, 7))
	names := []string{"张三", "李四", "王五", "赵敏", "陈怡君", "Anna", ""}
	owners := []struct{ user, group string }{{"8021", "east"}, {"8022", "east"}, {"8030", "west"}}
	for i := range n {
		o := owners[r.IntN(len(owners))]
		c := desk.Customer{
			ID: fmt.Sprintf("c%04d", i), Name: names[r.IntN(len(names))], Owner: o.user, Group: o.group,
			Status:    []desk.CustomerStatus{"", desk.StatusInterested, desk.StatusCommitted, desk.StatusPaused}[r.IntN(4)],
			CreatedAt: listNow - desk.Millis(r.IntN(50)), Title: []string{"", "采购经理"}[r.IntN(2)],
		}
		if r.IntN(4) == 0 {
			c.NextVisitAt = listNow + desk.Millis(r.IntN(40))
		}
		switch r.IntN(10) {
		case 0:
			c = desk.Customer{ID: c.ID, Name: c.Name, Owner: c.Owner, Group: c.Group, Stub: true}
		case 1:
			c.Owner, c.Group, c.PooledAt, c.PooledBy = "", "", listNow-desk.Millis(r.IntN(50)), "8021"
		}
		customers = append(customers, c)
		for k := range r.IntN(4) {
			contacts = append(contacts, desk.Contact{
				ID: fmt.Sprintf("%s-%d", c.ID, k), Customer: c.ID, At: listNow - desk.Millis(r.IntN(30)), Agent: owners[r.IntN(3)].user,
				Channel: []desk.Channel{desk.ChannelPhone, desk.ChannelVisit}[r.IntN(2)], Subject: "咨询",
			})
		}
	}
	return customers, contacts
}

func fillPeople(t testing.TB, s *localstore.Store, n int) (customers []desk.Customer, contacts []desk.Contact) {
	t.Helper()
	customers, contacts = populace(n)
	seq := 0
	var rows []desk.Row
	flush := func(last bool) {
		apply(t, s, desk.Page{Epoch: "e", From: cursorOf(seq), To: cursorOf(seq + 1), Rows: rows, Last: last})
		rows, seq = nil, seq+1
	}
	add := func(table desk.Table, key string, v any) {
		if rows = append(rows, row(t, table, key, int64(seq+1), v)); len(rows) == desk.MaxPageRows {
			flush(false)
		}
	}
	for _, c := range customers {
		add(desk.TableCustomer, c.ID, c)
	}
	for _, k := range contacts {
		add(desk.TableContact, k.ID, k)
	}
	flush(true)
	return customers, contacts
}

// want gives the IDs that a question is to be answered with, in any order, by looking at everyone.
func want(q desk.CustomerQuestion, customers []desk.Customer, contacts []desk.Contact) (ids []string) {
	in := func(at desk.Millis) bool { return at != 0 && at >= q.From && (q.To == 0 || at < q.To) }
	talk := func(visit bool) map[string]desk.Contact {
		newest := map[string]desk.Contact{}
		for _, k := range contacts {
			if o, ok := newest[k.Customer]; (!visit || k.Channel == desk.ChannelVisit) && (!ok || k.At >= o.At) {
				newest[k.Customer] = k
			}
		}
		return newest
	}
	all, visits := talk(false), talk(true)
	for _, c := range customers {
		full := !c.Stub && c.PooledAt == 0
		yes := false
		byAgent := ""
		switch q.View { //nolint:exhaustive // the others are as one of these
		case desk.CustomersPool:
			if !c.Stub && c.PooledAt != 0 && in(c.PooledAt) {
				ids = append(ids, c.ID)
			}
			continue
		case desk.CustomersContactedToday:
			yes, byAgent = in(all[c.ID].At), all[c.ID].Agent
		case desk.CustomersVisitedMonth:
			yes, byAgent = in(visits[c.ID].At), visits[c.ID].Agent
		case desk.CustomersToVisitMonth:
			yes = full && in(c.NextVisitAt)
		case desk.CustomersPaused:
			yes = full && c.Status == desk.StatusPaused
		case desk.CustomersAddedMonth:
			yes = full && in(c.CreatedAt)
		default:
			yes = full
		}
		switch {
		case q.Owner != "":
			yes = yes && !c.Stub && c.Owner == q.Owner && (q.Reach != desk.ReachGroup || c.Group == q.Group)
		case q.Reach == desk.ReachMine:
			yes = yes && (!c.Stub && c.Owner == q.User || byAgent == q.User)
		case q.Reach == desk.ReachGroup:
			yes = yes && !c.Stub && c.Group == q.Group
		}
		if yes {
			ids = append(ids, c.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// walked walks through all pages.
func walked(t testing.TB, s *localstore.Store, q desk.CustomerQuestion) (list []desk.ListedCustomer, total int) {
	t.Helper()
	for n := 0; ; n++ {
		page, err := s.ListCustomers(t.Context(), q)
		if err != nil || page.Incomplete || n > 1000 {
			t.Fatalf("%+v: %v, incomplete %v", q, err, page.Incomplete)
		}
		if len(page.Rows) > q.Limit {
			t.Fatalf("a page of %d", len(page.Rows))
		}
		list, total = append(list, page.Rows...), page.Total
		if q.After = page.Next; q.After == "" {
			return list, total
		}
	}
}

func TestEveryListIsWholeAndInItsOrder(t *testing.T) {
	s := open(t, config(t.TempDir()))
	customers, contacts := fillPeople(t, s, 250)
	for _, view := range append(desk.CustomerViews(), desk.CustomersPool) {
		for _, reach := range []desk.Reach{desk.ReachMine, desk.ReachGroup, desk.ReachAll} {
			for _, owner := range []string{"", "8022"} {
				for _, byName := range []bool{false, true} {
					q := desk.CustomerQuestion{View: view, Reach: reach, Owner: owner, User: "8021", Group: "east", ByName: byName, Limit: 11}
					switch view { //nolint:exhaustive // likewise
					case desk.CustomersContactedToday, desk.CustomersVisitedMonth, desk.CustomersAddedMonth, desk.CustomersPool:
						q.From = listNow - 20
					case desk.CustomersToVisitMonth:
						q.From, q.To = listNow+5, listNow+30
					case desk.CustomersAll, desk.CustomersPaused:
					default: // the same query as one of these
						continue
					}
					if owner != "" && view == desk.CustomersPool {
						continue
					}
					got, total := walked(t, s, q)
					ids := make([]string, 0, len(got))
					for _, c := range got {
						ids = append(ids, c.Customer.ID)
					}
					slices.Sort(ids)
					if expected := want(q, customers, contacts); !slices.Equal(ids, expected) || total != len(expected) {
						t.Fatalf("%+v: got %d (total %d), want %d", q, len(ids), total, len(expected))
					}
					sorted := slices.IsSortedFunc(got, func(a, b desk.ListedCustomer) int {
						switch {
						case byName && slices.Contains([]desk.CustomerView{desk.CustomersAll, desk.CustomersPaused, desk.CustomersAddedMonth}, view):
							return cmp.Compare(strings.ToLower(a.Customer.Name), strings.ToLower(b.Customer.Name))
						case view == desk.CustomersToVisitMonth:
							return cmp.Compare(a.Customer.NextVisitAt, b.Customer.NextVisitAt)
						case view == desk.CustomersContactedToday:
							return cmp.Compare(b.TalkedAt, a.TalkedAt)
						case view == desk.CustomersAll, view == desk.CustomersPaused, view == desk.CustomersAddedMonth:
							return cmp.Compare(b.Customer.CreatedAt, a.Customer.CreatedAt)
						case view == desk.CustomersPool:
							return cmp.Compare(b.Customer.PooledAt, a.Customer.PooledAt)
						}
						return 0
					})
					if !sorted {
						t.Errorf("%+v: not in its order", q)
					}
				}
			}
		}
	}
	if owners, err := s.OwnersOf(t.Context(), "east"); err != nil || !slices.Equal(owners, []string{"8021", "8022"}) {
		t.Errorf("owners %v, %v", owners, err)
	}
	if owners, err := s.OwnersOf(t.Context(), ""); err != nil || !slices.Equal(owners, []string{"8021", "8022", "8030"}) {
		t.Errorf("owners %v, %v", owners, err)
	}
	for _, q := range []desk.CustomerQuestion{{View: "no such"}, {View: desk.CustomersAll, After: "x"}, {View: desk.CustomersAll, After: "a.1"}} {
		if _, err := s.ListCustomers(t.Context(), q); !errors.Is(err, desk.ErrInvalid) {
			t.Errorf("%+v: %v", q, err)
		}
	}
}

func TestATextIsSoughtInEveryField(t *testing.T) {
	s := open(t, config(t.TempDir()))
	customers, contacts := fillPeople(t, s, 300)
	q := desk.CustomerQuestion{View: desk.CustomersPaused, Reach: desk.ReachMine, User: "8021", Text: "采购", Limit: 200}
	page, err := s.ListCustomers(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, id := range want(q, customers, contacts) {
		i := slices.IndexFunc(customers, func(c desk.Customer) bool { return c.ID == id })
		if customers[i].Title == "采购经理" {
			n++
		}
	}
	if n == 0 || len(page.Rows) != n || page.Total != n {
		t.Errorf("found %d, want %d", len(page.Rows), n)
	}
	q.Text = "zs" // as searches find: by initials
	if page, err = s.ListCustomers(t.Context(), q); err != nil || len(page.Rows) == 0 || page.Rows[0].Customer.Name != "张三" {
		t.Errorf("%+v, %v", page, err)
	}
}

func TestListsFollowWhatChanges(t *testing.T) {
	s := open(t, config(t.TempDir()))
	apply(t, s, page("", "1", row(t, desk.TableCustomer, "a", 1, desk.Customer{ID: "a", Name: "张三", Owner: "8021", Status: desk.StatusPaused})))
	paused := desk.CustomerQuestion{View: desk.CustomersPaused, Reach: desk.ReachMine, User: "8021", Limit: 10}
	count := func(what string, q desk.CustomerQuestion, n int) {
		t.Helper()
		if got, _ := walked(t, s, q); len(got) != n {
			t.Errorf("%s: %d, want %d", what, len(got), n)
		}
	}
	count("paused", paused, 1)
	commit(t, s, intent(set(t, "a", map[string]any{"status": "committed"})))
	count("no longer paused", paused, 0)
	commit(t, s, intent(set(t, "a", map[string]any{"pooled_at": listNow, "owner": nil})))
	count("mine", desk.CustomerQuestion{View: desk.CustomersAll, Reach: desk.ReachMine, User: "8021", Limit: 10}, 0)
	count("in the pool", desk.CustomerQuestion{View: desk.CustomersPool, Limit: 10}, 1)
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestWhatAnOlderProgramWroteIsListedInTheBackground(t *testing.T) {
	cfg := fixtureConfig(filepath.Join(t.TempDir(), "desk.db"))
	if err := copyFile("testdata/v4.store", cfg.Path); err != nil {
		t.Fatal(err)
	}
	s := open(t, cfg)
	q := desk.CustomerQuestion{View: desk.CustomersAll, Reach: desk.ReachAll, Limit: 200}
	first, err := s.ListCustomers(t.Context(), q)
	if err != nil || !first.Incomplete {
		t.Fatalf("a list that lacks customers does not say so: %v", err)
	}
	if !s.Settle(t.Context()) {
		t.Fatal("not settled")
	}
	got, _ := walked(t, s, q)
	n := 0
	err = s.EachCustomer(t.Context(), func(c desk.Customer) error {
		if !c.Stub && c.PooledAt == 0 {
			n++
		}
		return nil
	})
	if err != nil || len(got) != n || n == 0 {
		t.Errorf("listed %d of %d, %v", len(got), n, err)
	}
	tasks, err := s.Tasks(t.Context(), desk.TaskQuestion{Reach: desk.ReachAll, Limit: 1000})
	if err != nil || len(tasks.Callbacks) == 0 {
		t.Errorf("%+v, %v", tasks, err)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestWhoComesWithALongSnapshotIsListedBehindIt(t *testing.T) {
	s := open(t, config(t.TempDir()))
	apply(t, s, page("", "1", row(t, desk.TableCustomer, "before", 1, desk.Customer{ID: "before", Name: "张三", Owner: "8021"})))
	var rows []desk.Row
	for i := range 60 {
		id := fmt.Sprint("c", i)
		rows = append(rows, row(t, desk.TableCustomer, id, int64(i+2), desk.Customer{ID: id, Name: "李四", Owner: "8021"}))
	}
	q := desk.CustomerQuestion{View: desk.CustomersAll, Reach: desk.ReachMine, User: "8021", Limit: 100}
	apply(t, s, desk.Page{Epoch: "e", From: "1", To: "2", Reset: true, Rows: rows})
	got, err := s.ListCustomers(t.Context(), q)
	if err != nil || !got.Incomplete {
		t.Fatalf("a list that lacks customers does not say so: %v", err)
	}
	commit(t, s, intent(set(t, "c5", map[string]any{"name": "王五"}))) // listed with the change, and again behind it
	commit(t, s, intent(customer(t, desk.Customer{ID: "own", Name: "赵六", Owner: "8021"})))
	apply(t, s, desk.Page{Epoch: "e", From: "2", To: "3", Last: true, Rows: []desk.Row{
		row(t, desk.TableCustomer, "last", 70, desk.Customer{ID: "last", Name: "钱七", Owner: "8021"}),
	}})
	if !s.Settle(t.Context()) {
		t.Fatal("not settled")
	}
	if got, err = s.ListCustomers(t.Context(), q); err != nil || got.Incomplete || len(got.Rows) != 62 { // "before" is gone
		t.Errorf("%d listed, incomplete %t, %v", len(got.Rows), got.Incomplete, err)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestTasksAreOnesOwnAndNobodys(t *testing.T) {
	s := open(t, config(t.TempDir()))
	apply(t, s, page("", "1",
		row(t, desk.TableCustomer, "a", 1, desk.Customer{ID: "a", Name: "张三", Owner: "8021"}),
		row(t, desk.TableCallback, "b1", 1, desk.Callback{ID: "b1", Customer: "a", Owner: "8021", At: 20, State: desk.CallbackOpen}),
		row(t, desk.TableCallback, "b2", 1, desk.Callback{ID: "b2", Customer: "a", At: 10, State: desk.CallbackClaimed}),
		row(t, desk.TableCallback, "b3", 1, desk.Callback{ID: "b3", Customer: "a", Owner: "8022", At: 5, State: desk.CallbackOpen}),
		row(t, desk.TableCallback, "b4", 1, desk.Callback{ID: "b4", Customer: "a", Owner: "8021", At: 1, State: desk.CallbackDone}),
		row(t, desk.TableTicket, "t1", 1, desk.Ticket{ID: "t1", Customer: "a", Owner: "8021", State: desk.TicketInProgress}),
		row(t, desk.TableTicket, "t2", 1, desk.Ticket{ID: "t2", Customer: "gone", Owner: "8021", State: desk.TicketResolved, DueAt: 9}),
		row(t, desk.TableTicket, "t3", 1, desk.Ticket{ID: "t3", Customer: "a", Owner: "8022", State: desk.TicketAccepted, DueAt: 3}),
		row(t, desk.TableTicket, "t4", 1, desk.Ticket{ID: "t4", Customer: "a", Owner: "8021", State: desk.TicketClosed, DueAt: 3})))
	ids := func(reach desk.Reach) string {
		t.Helper()
		list, err := s.Tasks(t.Context(), desk.TaskQuestion{Reach: reach, User: "8021"})
		if err != nil || list.CallbackTotal != len(list.Callbacks) || list.TicketTotal != len(list.Tickets) {
			t.Fatalf("%+v, %v", list, err)
		}
		var ids []string
		for _, task := range append(list.Callbacks, list.Tickets...) {
			ids = append(ids, task.ID()+task.Customer.Name)
		}
		return strings.Join(ids, " ")
	}
	if got := ids(desk.ReachMine); got != "b2张三 b1张三 t2 t1张三" {
		t.Error("mine:", got)
	}
	if got := ids(desk.ReachAll); got != "b3张三 b2张三 b1张三 t3张三 t2 t1张三" {
		t.Error("all:", got)
	}
	commit(t, s, desk.Intent{ID: "019974a0-0000-7000-8000-000000000321", Kind: "ticket.save", At: 1, Changes: []desk.Change{{Table: desk.TableTicket, Key: "t1", Fields: []byte(`{"state":"closed"}`)}}})
	if got := ids(desk.ReachMine); got != "b2张三 b1张三 t2" {
		t.Error("after closing:", got)
	}
}

func TestTheDeskRemembersHowACustomerStood(t *testing.T) {
	s := open(t, config(t.TempDir()))
	apply(t, s, page("", "1",
		row(t, desk.TableCustomer, "a", 1, desk.Customer{ID: "a", Name: "张三", Owner: "8021", Level: desk.LevelNormal}),
		row(t, desk.TableTicket, "t1", 1, desk.Ticket{ID: "t1", Customer: "a", State: desk.TicketAccepted, CreatedAt: 5})))
	talk := func(id string, at desk.Millis) {
		commit(t, s, intent(contact(t, desk.Contact{ID: id, Customer: "a", At: at, Subject: "咨询"})))
	}
	if _, err := s.Seen(t.Context(), "a", "k1"); !errors.Is(err, desk.ErrNotFound) {
		t.Fatal("before the first talk:", err)
	}
	talk("k1", 100)
	if _, err := s.Seen(t.Context(), "a", "k1"); !errors.Is(err, desk.ErrNotFound) {
		t.Error("the talk under way is compared with itself:", err)
	}
	apply(t, s, page("1", "2",
		row(t, desk.TableCustomer, "a", 2, desk.Customer{ID: "a", Name: "张三", Owner: "8021", Level: desk.LevelVIP}),
		row(t, desk.TableTicket, "t1", 2, desk.Ticket{ID: "t1", Customer: "a", State: desk.TicketResolved, CreatedAt: 5}),
		row(t, desk.TableContact, "other", 2, desk.Contact{ID: "other", Customer: "a", At: 150, Agent: "8022", Subject: "催办"})))
	news := func(draft string) desk.Since {
		t.Helper()
		seen, err := s.Seen(t.Context(), "a", draft)
		c, cerr := s.Customer(t.Context(), "a")
		h, herr := s.History(t.Context(), "a", 50)
		if err := errors.Join(err, cerr, herr); err != nil {
			t.Fatal(err)
		}
		return seen.Compare(c, h, draft)
	}
	talk("k2", 200) // saved in mid-call: what is new stays new until the next one
	got := news("k2")
	if got.At != 100 || len(got.News) != 3 || got.News[0].Field != "level" || got.News[1].ID != "other" || got.News[2].Now != "resolved" {
		t.Errorf("%+v", got)
	}
	if got := news("k3"); got.At != 200 || len(got.News) != 0 {
		t.Errorf("the next talk: %+v", got)
	}
	apply(t, s, page("2", "3", row(t, desk.TableCustomer, "a", 3, desk.Customer{ID: "a", Name: "张三", Owner: "8022", Stub: true})))
	if _, err := s.Seen(t.Context(), "a", ""); !errors.Is(err, desk.ErrNotFound) {
		t.Error("remembered of a customer who is not held any more:", err)
	}
}
