package present_test

import (
	"slices"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
)

func TestASavedListIsNamedAfterWhatItIsAndFoundInThePalette(t *testing.T) {
	s := gallery.State("customers", desk.ZhHans)
	s.Session.Role = desk.RoleLead
	save := func() desk.Event {
		a, _ := chinese(s).Action(present.ActSaveView)
		return a.Do
	}
	if got := save(); got != nil {
		t.Errorf("a ready-made list can be saved: %v", got)
	}
	s.Customers.Ask.Text, s.Customers.Ask.Reach = "李", desk.ReachGroup
	want := desk.ViewSaved{Name: "李 · 本组"}
	if got := save(); got != want {
		t.Fatalf("saving does %v, want %v", got, want)
	}
	s, _ = desk.Update(s, desk.Stamp{At: gallery.Now()}, want)
	nav := chinese(s).Customers.Nav
	mine := nav[len(nav)-1].Items
	if len(mine) != 2 || !mine[0].Chosen || mine[0].Do != desk.ViewTaken(want) || save() != desk.ViewForgotten(want) {
		t.Errorf("saved it stands there as %+v", mine)
	}
	s.Customers.Ask.Text = ""
	if nav = chinese(s).Customers.Nav; nav[len(nav)-1].Items[0].Chosen {
		t.Error("another list is taken for the saved one")
	}
	s.View = "work"
	s.Search.Text = ">李"
	found := slices.ContainsFunc(chinese(s).Search.Hits, func(h present.HitRow) bool { return h.Action == "customers.saved.0" })
	if !found {
		t.Errorf("the palette has %+v", chinese(s).Search.Hits)
	}
}
