package present_test

import (
	"slices"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
)

// The lists of talks and visits are in the order of those, whatever is chosen: there is nothing to choose.
func TestAnOrderIsOfferedOnlyWhereTheListFollowsIt(t *testing.T) {
	fixed := []desk.CustomerView{
		desk.CustomersContactedToday, desk.CustomersVisitedWeek, desk.CustomersVisitedMonth, desk.CustomersToVisitToday,
		desk.CustomersToVisitWeek, desk.CustomersToVisitMonth,
	}
	for _, v := range desk.CustomerViews() {
		s := gallery.State("customers", desk.ZhHans)
		s.Customers.Ask.View = v
		offered := len(present.Of(s, catalogue(desk.ZhHans), gallery.Now()).Customers.Filters) > 0
		if offered == slices.Contains(fixed, v) {
			t.Errorf("%s: an order is offered: %v", v, offered)
		}
	}
}

// The state began anew when the call was resumed: two times of "talking" beside each other would differ.
func TestATalkHasOneTimer(t *testing.T) {
	for name, want := range map[string]bool{"talking": false, "held": true, "wrapup": true, "idle": true} {
		top := present.Of(gallery.State(name, desk.ZhHans), catalogue(desk.ZhHans), gallery.Now()).Top
		if got := top.Agent.Timer != ""; got != want {
			t.Errorf("%s: the state has a timer: %v", name, got)
		}
	}
}
