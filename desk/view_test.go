package desk_test

import (
	"slices"
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestAListIsSavedUnderANameAndTakenFromAnywhere(t *testing.T) {
	b := newBench(t)
	b.s.Session.Role = desk.RoleLead
	b.do(desk.ViewChosen{View: "customers"})
	b.do(desk.CustomersViewed{View: desk.CustomersPaused})
	b.do(desk.CustomersReached{Reach: desk.ReachGroup, Owner: "wang"})
	b.do(desk.CustomersSought{Text: "李"})
	b.do(desk.ViewSaved{Name: "暂停 · 李"})
	kept, ok := last[desk.KeepSettings](b)
	if !ok || len(kept.Settings.Views) != 1 {
		t.Fatalf("kept %+v", kept.Settings.Views)
	}
	b.do(desk.ViewSaved{Name: "暂停 · 李"}) // the same once more
	b.do(desk.CustomersViewed{View: desk.CustomersPool})
	b.do(desk.PoolPeriodChosen{Period: desk.PoolYear})
	b.do(desk.CustomersSought{})
	b.do(desk.ViewSaved{Name: "公海"})
	if len(b.s.Settings.Views) != 2 {
		t.Fatalf("saved %+v", b.s.Settings.Views)
	}
	b.do(desk.ViewChosen{View: "board"})
	b.do(desk.ViewTaken{Name: "暂停 · 李"})
	ask, _ := last[desk.ListCustomers](b)
	if b.s.View != "customers" || ask.Ask.View != desk.CustomersPaused || ask.Ask.Owner != "wang" || ask.Ask.Text != "李" || ask.Ask.Reach != desk.ReachGroup {
		t.Errorf("in %s it asks for %+v", b.s.View, ask.Ask)
	}
	b.do(desk.ViewTaken{Name: "公海"})
	if pool, _ := last[desk.ListPool](b); pool.Ask.Text != "" || b.s.Customers.Period != desk.PoolYear {
		t.Errorf("of the pool it asks for %+v, %s", pool.Ask, b.s.Customers.Period)
	}
	b.s.Session.Role = desk.RoleAgent // the same settings, fewer rights
	b.do(desk.ViewTaken{Name: "暂停 · 李"})
	if ask, _ = last[desk.ListCustomers](b); ask.Ask.Reach != desk.ReachMine || ask.Ask.Owner != "" {
		t.Errorf("an agent asks for %+v", ask.Ask)
	}
	b.do(desk.ViewForgotten{Name: "公海"})
	if len(b.s.Settings.Views) != 1 {
		t.Errorf("left are %+v", b.s.Settings.Views)
	}
	b.do(desk.WipeOrdered{})
	if len(b.s.Settings.Views) != 0 {
		t.Error("what was sought outlives a wipe")
	}
}

func TestSavedViewsAreBounded(t *testing.T) {
	var many []desk.SavedView
	for i := range 2 * desk.MaxViews {
		many = append(many, desk.SavedView{Name: string(rune('a' + i%26)), View: desk.CustomersAll})
	}
	bad := []desk.SavedView{{Name: "x", View: "no such"}, {View: desk.CustomersAll}, {Name: "y", View: desk.CustomersAll, Reach: "all of them"}, {Name: "z", View: desk.CustomersPool, Period: "aeon"}}
	if got := (desk.Settings{Views: slices.Concat(bad, many)}).Bounded().Views; len(got) != desk.MaxViews || got[0].Name != "a" {
		t.Errorf("%d views, the first %+v", len(got), got[0])
	}
}
