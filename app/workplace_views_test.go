package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
)

// viewsDesk runs a desk without central or phone and gives its loop.
func viewsDesk(t *testing.T) *workplace {
	t.Helper()
	w, err := openWorkplace(t.Context(), aloneDesk(t))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := w.run(ctx); err != nil {
			t.Error(err)
		}
	}()
	t.Cleanup(func() {
		stop()
		awaits(t, ended, "the desk does not end")
	})
	return w
}

func TestTheViewsShowWhatIsOnDiskAndFollowWhatIsDone(t *testing.T) {
	w := viewsDesk(t)
	every(t, "nobody is there", func() bool { return w.loop.current().Session.User != "" })
	user := w.loop.current().Session.User
	w.loop.send(desk.CustomerEdited{Key: "c1", Fields: []byte(`{"id":"c1","name":"陈怡君","owner":"` + user + `","status":"paused","phones":[{"raw":"13800138000"}]}`)})
	w.loop.send(desk.CallbackPromised{Customer: "c1", Wall: "2020-01-01T09:00", Zone: "Asia/Shanghai", At: desk.MillisOf(time.Now().Add(-time.Hour)), Note: "告知进度"})
	w.loop.send(desk.ViewChosen{View: "customers"})
	w.loop.send(desk.CustomersViewed{View: desk.CustomersPaused})
	every(t, "the customer is not listed", func() bool {
		l := w.loop.current().Customers
		return len(l.Page.Rows) == 1 && l.Page.Rows[0].Customer.Name == "陈怡君" && l.Looked.Read && len(l.Looked.History.Callbacks) == 1
	})
	w.loop.send(desk.CustomersViewed{View: desk.CustomersAll})
	w.loop.send(desk.CustomersSought{Text: "cyj"})
	every(t, "the customer is not found by initials", func() bool {
		l := w.loop.current().Customers
		return !l.Busy && l.Ask.Text == "cyj" && len(l.Page.Rows) == 1
	})
	w.loop.send(desk.ReleasePressed{Customer: "c1"})
	w.loop.send(desk.CustomersSought{})
	w.loop.send(desk.CustomersViewed{View: desk.CustomersPool})
	every(t, "the customer is not in the pool", func() bool {
		l := w.loop.current().Customers
		return !l.Busy && l.Problem == "alone" && len(l.Page.Rows) == 1
	})
	w.loop.send(desk.UndoPressed{})
	every(t, "the pool is not left", func() bool { l := w.loop.current().Customers; return !l.Busy && len(l.Page.Rows) == 0 })
	w.loop.send(desk.ViewChosen{View: "tasks"})
	every(t, "the callback is not listed", func() bool { return len(w.loop.current().Tasks.List.Callbacks) == 1 })
	w.loop.send(desk.TaskDone{Task: w.loop.current().Tasks.List.Callbacks[0].ID()})
	every(t, "the callback is still to do", func() bool { return len(w.loop.current().Tasks.List.Callbacks) == 0 })
	w.loop.send(desk.UndoPressed{})
	every(t, "the callback does not come back", func() bool { return len(w.loop.current().Tasks.List.Callbacks) == 1 })
}

func TestAnExportIsWrittenAmongTheDocumentsAndAStoppedOneLeavesNothing(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	w := viewsDesk(t)
	every(t, "nobody is there", func() bool { return w.loop.current().Session.User != "" })
	session := w.loop.current().Session
	session.Role = desk.RoleLead
	w.loop.send(desk.SignedIn{Session: session})
	w.loop.send(desk.CustomerEdited{Key: "c1", Fields: []byte(`{"id":"c1","name":"陈怡君"}`)})
	w.loop.send(desk.JobPressed{Kind: desk.JobExport})
	every(t, "the export does not end", func() bool {
		s := w.loop.current()
		return s.Job == nil && len(s.Notices) > 0 && s.Notices[len(s.Notices)-1].Code == "job_export_done"
	})
	files, err := filepath.Glob(filepath.Join(home, "callbench-*.xlsx"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	if err := os.Remove(files[0]); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if e := w.runJob(ctx, desk.StartJob{ID: "j", Kind: desk.JobExport}); e.Code != "stopped" {
		t.Errorf("%+v", e)
	}
	left, _ := os.ReadDir(home)
	for _, f := range left {
		if strings.HasPrefix(f.Name(), "callbench-") {
			t.Errorf("%s is left", f.Name())
		}
	}
}

// A list that cannot be read is not an empty one.
func TestAListThatCannotBeReadIsNotShownAsEmpty(t *testing.T) {
	w := viewsDesk(t)
	every(t, "nobody is there", func() bool { return w.loop.current().Session.User != "" })
	gone, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	w.loop.send(desk.ViewChosen{View: "customers"})
	every(t, "no list", func() bool { return w.loop.current().Customers.Read })
	w.loop.send(desk.ViewChosen{View: "tasks"})
	every(t, "no tasks", func() bool { return w.loop.current().Tasks.Read })
	s := w.loop.current()
	w.listing(gone, desk.ListCustomers{Seq: s.Customers.Seq, Ask: s.Customers.Ask})
	w.listing(gone, desk.ListTasks{Seq: s.Tasks.Seq})
	every(t, "the lists count as read", func() bool {
		s := w.loop.current()
		return s.Customers.Failed && !s.Customers.Read && s.Tasks.Failed && !s.Tasks.Read
	})
	w.poolHere(gone, desk.ListPool{Seq: s.Customers.Seq, Ask: s.Customers.Ask})
	w.loop.send(desk.CustomersViewed{View: s.Customers.Ask.View})
	every(t, "it is not read again", func() bool { l := w.loop.current().Customers; return l.Read && !l.Failed })
}

// A search, a history and a caller that cannot be read are not told as nobody and nothing.
func TestWhatCannotBeReadIsNotToldAsNone(t *testing.T) {
	w := viewsDesk(t)
	every(t, "nobody is there", func() bool { return w.loop.current().Session.User != "" })
	gone, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	w.loop.send(desk.CustomerEdited{Key: "c1", Fields: []byte(`{"id":"c1","name":"陈怡君","owner":"` + w.loop.current().Session.User + `"}`)})
	w.loop.send(desk.SearchEdited{Text: "陈"})
	every(t, "no search", func() bool { s := w.loop.current().Search; return s.Seq > 0 && !s.Busy })
	s := w.loop.current()
	if s.Search.Failed {
		t.Fatal("what was read counts as not read")
	}
	w.lookUp(gone, desk.SearchCustomers{Seq: s.Search.Seq, Text: "陈"})
	every(t, "the search counts as one that finds nobody", func() bool { return w.loop.current().Search.Failed })
	w.loop.send(desk.ViewChosen{View: "customers"})
	every(t, "nobody is looked at", func() bool { return w.loop.current().Customers.Looked.Read })
	at := w.loop.current().Customers.Looked
	if at.History.Failed {
		t.Fatal("a history that was read counts as not read")
	}
	w.listing(gone, desk.LoadLooked{Load: at.Load, Customer: at.Customer.ID})
	every(t, "the history counts as empty", func() bool { return w.loop.current().Customers.Looked.History.Failed })
}
