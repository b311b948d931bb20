package desk_test

import (
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
)

func rowsOf(ids ...string) desk.CustomerPage {
	p := desk.CustomerPage{Total: len(ids)}
	for _, id := range ids {
		p.Rows = append(p.Rows, desk.ListedCustomer{Customer: desk.Customer{ID: id, Name: "客户" + id, Owner: "lin"}})
	}
	return p
}

// asked gives the newest question about customers.
func (b *bench) asked() desk.CustomerQuestion {
	b.t.Helper()
	c, ok := last[desk.ListCustomers](b)
	if !ok {
		b.t.Fatal("nothing was asked")
	}
	return c.Ask
}

func TestTheViewOfCustomersAsksForWhatIsChosen(t *testing.T) {
	b := newBench(t)
	b.do(desk.ViewChosen{View: "customers"})
	if q := b.asked(); q.View != desk.CustomersAll || q.Reach != desk.ReachMine || q.User != "lin" {
		t.Fatalf("%+v", q)
	}
	old := b.s.Customers.Seq
	b.do(desk.CustomersViewed{View: desk.CustomersPaused})
	b.do(desk.CustomersListed{Seq: old, Page: rowsOf("late")})
	if len(b.s.Customers.Page.Rows) != 0 {
		t.Error("a late answer was taken")
	}
	b.do(desk.CustomersListed{Seq: b.s.Customers.Seq, Page: rowsOf("a", "b")})
	if at := b.s.Customers.Looked; at.Row != "a" {
		t.Errorf("the first is not looked at: %+v", at)
	}
	load := command[desk.LoadLooked](t, b.out)
	b.do(desk.CustomerPicked{Customer: "b"})
	b.do(desk.LookedLoaded{Load: load.Load, Customer: desk.Customer{ID: "a"}})
	if at := b.s.Customers.Looked; at.Row != "b" || at.Read {
		t.Errorf("another one's history was taken: %+v", at)
	}
	b.do(desk.CustomersReached{Reach: desk.ReachAll})
	if q := b.s.Customers.Ask; q.Reach != desk.ReachMine {
		t.Error("an agent reaches everybody's")
	}
	b.do(desk.CustomersSought{Text: strings.Repeat("长", 500)})
	if q := b.asked(); len([]rune(q.Text)) != 100 {
		t.Errorf("a text of %d", len([]rune(q.Text)))
	}
	b.do(desk.ListingStopped{})
	b.do(desk.CustomersListed{Seq: b.s.Customers.Seq - 1, Page: rowsOf("late")})
	if b.s.Customers.Busy || len(b.s.Customers.Page.Rows) != 0 {
		t.Error("what was stopped came all the same, or another list stands for it")
	}
	b.do(desk.CustomersSought{})
	b.do(desk.CustomersListed{Seq: b.s.Customers.Seq, Failed: true})
	if l := b.s.Customers; !l.Failed || l.Read || l.Busy {
		t.Errorf("what could not be read counts as read: %+v", l)
	}
	b.do(desk.CustomersViewed{View: b.s.Customers.Ask.View})
	if b.s.Customers.Failed {
		t.Error("a new question has failed already")
	}
	b.do(desk.ListingStopped{})
	if !b.s.Customers.Failed {
		t.Error("what was never answered counts as read")
	}
}

func TestPagesAreTurnedBothWays(t *testing.T) {
	b := newBench(t)
	b.do(desk.ViewChosen{View: "customers"})
	page := rowsOf("a")
	page.Next = "2"
	b.do(desk.CustomersListed{Seq: b.s.Customers.Seq, Page: page})
	b.do(desk.CustomersPaged{})
	if q := b.asked(); q.After != "2" {
		t.Fatalf("%+v", q)
	}
	b.do(desk.CustomersListed{Seq: b.s.Customers.Seq, Page: rowsOf("b")})
	b.out = nil
	b.do(desk.CustomersPaged{})
	if hasCommand[desk.ListCustomers](b.out) {
		t.Error("there is no page behind the last")
	}
	b.do(desk.CustomersPaged{Back: true})
	if q := b.asked(); q.After != "" {
		t.Errorf("%+v", q)
	}
}

func TestListsReachFromMidnightAndMondayAndTheFirst(t *testing.T) {
	at := func(text string) desk.Millis {
		m, err := time.ParseInLocation("2006-01-02 15:04", text, time.FixedZone("", 8*3600))
		if err != nil {
			t.Fatal(err)
		}
		return desk.MillisOf(m)
	}
	b := newBench(t)
	b.now = at("2026-11-22 00:30") // a Sunday, in UTC still the day before
	b.do(desk.ViewChosen{View: "customers"})
	for view, want := range map[desk.CustomerView][2]string{
		desk.CustomersContactedToday: {"2026-11-22 00:00", ""}, desk.CustomersVisitedWeek: {"2026-11-16 00:00", ""},
		desk.CustomersAddedMonth: {"2026-11-01 00:00", ""}, desk.CustomersToVisitToday: {"2026-11-22 00:00", "2026-11-23 00:00"},
		desk.CustomersToVisitWeek: {"2026-11-16 00:00", "2026-11-23 00:00"}, desk.CustomersToVisitMonth: {"2026-11-01 00:00", "2026-12-01 00:00"},
	} {
		b.do(desk.CustomersViewed{View: view})
		q := b.asked()
		from, to := at(want[0]), desk.Millis(0)
		if want[1] != "" {
			to = at(want[1])
		}
		if q.From != from || q.To != to {
			t.Errorf("%s: %v to %v", view, q.From.Time(), q.To.Time())
		}
	}
}

func TestThePoolIsAskedOfCentralAndClaimed(t *testing.T) {
	b := newBench(t)
	b.do(desk.ViewChosen{View: "customers"})
	b.do(desk.CustomersViewed{View: desk.CustomersPool})
	b.do(desk.PoolPeriodChosen{Period: desk.PoolThree})
	c, ok := last[desk.ListPool](b)
	if !ok || c.Ask.Limit != 10 || c.Ask.From != b.now-3*24*3600*1000 {
		t.Fatalf("%+v", c)
	}
	page := rowsOf("a")
	page.Rows[0].Customer.PooledAt = 42
	b.do(desk.CustomersListed{Seq: c.Seq, Page: page, Problem: "offline"})
	if b.s.Customers.Problem != "offline" {
		t.Error("it is not told whose list it is")
	}
	b.do(desk.ClaimPressed{Customer: "a", PooledAt: 42})
	if got := b.s.Customers.Claimed; len(got) != 1 || got[0] != "a" {
		t.Errorf("claimed: %v", got)
	}
}

func TestAListThatIsNotWaitedForIsNeitherEmptyNorTheOneBefore(t *testing.T) {
	for name, before := range map[string]desk.CustomerPage{"one that was empty": {}, "one with customers": rowsOf("a", "b")} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.do(desk.ViewChosen{View: "customers"})
			b.do(desk.CustomersListed{Seq: b.s.Customers.Seq, Page: before})
			b.do(desk.CustomersViewed{View: desk.CustomersPaused})
			if l := b.s.Customers; !l.Stale {
				t.Error("what is on screen counts as the answer before there is one")
			}
			b.do(desk.ListingStopped{})
			if l := b.s.Customers; !l.Failed || l.Read || len(l.Page.Rows) != 0 || l.Looked.Row != "" {
				t.Errorf("it counts as read: %+v", l)
			}
		})
	}
	b := newBench(t)
	b.do(desk.ViewChosen{View: "customers"})
	b.do(desk.CustomersListed{Seq: b.s.Customers.Seq, Page: rowsOf("a")})
	b.do(desk.ViewChosen{View: "customers"}) // the same question
	b.do(desk.ListingStopped{})
	if l := b.s.Customers; l.Failed || len(l.Page.Rows) != 1 {
		t.Errorf("what was read of the same list is taken away: %+v", l)
	}
	b.s.Session.Role = desk.RoleLead
	b.do(desk.ViewChosen{View: "tasks"})
	b.do(desk.TasksListed{Seq: b.s.Tasks.Seq, List: taskList()})
	b.do(desk.TasksReached{Reach: desk.ReachAll})
	b.do(desk.ListingStopped{})
	if v := b.s.Tasks; !v.Failed || v.Read || len(v.Shown()) != 0 || v.Looked.Row != "" {
		t.Errorf("my tasks stand for everybody's: %+v", v)
	}
	b.out = nil
	b.do(desk.ListingRetried{})
	if c := command[desk.ListTasks](t, b.out); c.Ask.Reach != desk.ReachAll || b.s.Tasks.Failed {
		t.Errorf("asked again: %+v", c)
	}
}

func TestAPageThatWasNotReadIsReadAgainAndNotTheFirst(t *testing.T) {
	b := newBench(t)
	b.do(desk.ViewChosen{View: "customers"})
	first := rowsOf("a")
	first.Next = "after a"
	b.do(desk.CustomersListed{Seq: b.s.Customers.Seq, Page: first})
	b.do(desk.CustomersPaged{})
	b.do(desk.ListingStopped{})
	if l := b.s.Customers; len(l.Page.Rows) != 0 || !l.Failed {
		t.Errorf("the first page stands for the second: %+v", l)
	}
	b.out = nil
	b.do(desk.ListingRetried{})
	if c := command[desk.ListCustomers](t, b.out); c.Ask.After != "after a" || len(b.s.Customers.Trail) != 1 {
		t.Errorf("it goes to %q", c.Ask.After)
	}
}

func taskList() desk.TaskList {
	return desk.TaskList{
		Callbacks: []desk.Task{{Customer: desk.Customer{ID: "c1", Name: "陈怡君"}, Callback: &desk.Callback{
			ID: "b1", Customer: "c1", Wall: "2023-11-15T09:00", Zone: "Asia/Shanghai", At: 1_700_010_000_000, Owner: "lin", State: desk.CallbackOpen, Note: "进度",
		}}},
		Tickets: []desk.Task{
			{Ticket: &desk.Ticket{ID: "t1", State: desk.TicketInProgress, Subject: "退款"}}, {Ticket: &desk.Ticket{ID: "t2", State: desk.TicketResolved}},
		},
		CallbackTotal: 1, TicketTotal: 2,
	}
}

func TestTasksAreDoneMovedAndTakenBack(t *testing.T) {
	b := newBench(t)
	b.do(desk.ViewChosen{View: "tasks"})
	b.do(desk.TasksListed{Seq: b.s.Tasks.Seq, List: taskList()})
	if b.s.Tasks.Looked.Row != "b1" {
		t.Fatalf("%+v", b.s.Tasks.Looked)
	}
	commit := func() desk.CommitWork {
		t.Helper()
		w, ok := last[desk.CommitWork](b)
		if !ok {
			t.Fatal("nothing was committed")
		}
		b.out = nil
		return w
	}
	b.do(desk.TaskDone{Task: "b1"})
	if w := commit(); string(w.Intent.Changes[0].Fields) != `{"state":"done"}` || string(w.Intent.Changes[0].If) != `{"state":"open"}` {
		t.Errorf("%s", w.Intent.Changes[0].Fields)
	}
	b.do(desk.UndoPressed{}) // a callback that is done cannot go back: it is promised anew
	w := commit()
	if w.Intent.Kind != "callback.schedule" || w.Intent.Changes[0].Key == "b1" || !strings.Contains(string(w.Intent.Changes[0].Fields), `"state":"open"`) {
		t.Errorf("%+v", w.Intent)
	}
	b.do(desk.TaskMoving{On: true})
	b.do(desk.CallbackMoved{Task: "b1", Wall: "2020-01-01T09:00"})
	if hasCommand[desk.CommitWork](b.out) {
		t.Error("moved into the past")
	}
	b.do(desk.CallbackMoved{Task: "b1", Wall: "2023-11-16T14:00"})
	if w := commit(); !strings.Contains(string(w.Intent.Changes[0].Fields), `"wall":"2023-11-16T14:00"`) || b.s.Tasks.Moving {
		t.Errorf("%s", w.Intent.Changes[0].Fields)
	}
	b.do(desk.UndoPressed{})
	if w := commit(); !strings.Contains(string(w.Intent.Changes[0].Fields), `"wall":"2023-11-15T09:00"`) {
		t.Errorf("%s", w.Intent.Changes[0].Fields)
	}
	b.do(desk.TaskDone{Task: "t1"})
	if w := commit(); string(w.Intent.Changes[0].Fields) != `{"state":"resolved"}` || b.s.Undo == nil {
		t.Errorf("%s, %v", w.Intent.Changes[0].Fields, b.s.Undo)
	}
	b.do(desk.UndoPressed{})
	if w := commit(); string(w.Intent.Changes[0].Fields) != `{"state":"in_progress"}` {
		t.Errorf("%s", w.Intent.Changes[0].Fields)
	}
	b.do(desk.TaskDone{Task: "t2"})
	if w := commit(); string(w.Intent.Changes[0].Fields) != `{"state":"customer_told"}` || b.s.Undo != nil {
		t.Error("central lets no ticket go back from there")
	}
	b.do(desk.TaskKindChosen{Kind: desk.TasksTickets})
	if b.s.Tasks.Looked.Row != "t1" {
		t.Errorf("%+v", b.s.Tasks.Looked)
	}
}
