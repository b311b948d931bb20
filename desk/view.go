package desk

import "slices"

// SavedView is a list of customers that the user has put by under a name: which list, whose, and what is sought in it.
type SavedView struct {
	Name   string       `json:"name"`
	View   CustomerView `json:"view"`
	Reach  Reach        `json:"reach,omitempty"`
	Owner  string       `json:"owner,omitempty"`
	Text   string       `json:"text,omitempty"`
	ByName bool         `json:"by_name,omitempty"`
	Period PoolPeriod   `json:"period,omitempty"` // of the pool
}

// The bounds of Settings.Views.
const (
	MaxViews    = 30
	maxViewName = 60 // runes
)

// Events of saved views.
type (
	// ViewSaved puts the list of customers on screen by under a name; one of that name is replaced.
	ViewSaved struct{ Name string }
	// ViewForgotten takes a saved view away.
	ViewForgotten struct{ Name string }
	// ViewTaken goes to a saved view, from wherever the agent is.
	ViewTaken struct{ Name string }
)

func (ViewSaved) event()     {}
func (ViewForgotten) event() {}
func (ViewTaken) event()     {}

// Shown is what the list of customers on screen would be saved as.
func (l CustomerList) Shown(name string) SavedView {
	v := SavedView{Name: name, View: l.Ask.View, Reach: l.Ask.Reach, Owner: l.Ask.Owner, Text: l.Ask.Text, ByName: l.Ask.ByName}
	if l.Ask.View == CustomersPool {
		v.Period, v.Reach, v.Owner = l.Period, "", ""
	}
	return v
}

func (u *step) atSavedViews(e Event) {
	next := u.s.Settings
	switch e := e.(type) {
	case ViewSaved:
		v := u.s.Customers.Shown(e.Name)
		if v.View == "" || e.Name == "" {
			return
		}
		next.Views = slices.DeleteFunc(slices.Clone(next.Views), func(o SavedView) bool { return o.Name == cutRunes(e.Name, maxViewName) })
		if len(next.Views) == MaxViews {
			u.warn("views_full")
			return
		}
		next.Views = append(next.Views, v)
		u.set(next)
	case ViewForgotten:
		next.Views = slices.DeleteFunc(slices.Clone(next.Views), func(o SavedView) bool { return o.Name == e.Name })
		u.set(next)
	case ViewTaken:
		for _, v := range next.Views {
			if v.Name == e.Name {
				u.takeView(v)
			}
		}
	default: // the others are not for this function
	}
}

func (u *step) takeView(v SavedView) {
	l := &u.s.Customers
	l.Ask.View, l.Ask.Owner, l.Ask.Text, l.Ask.ByName, l.Claimed = v.View, v.Owner, v.Text, v.ByName, nil
	l.Ask.After, l.Trail = "", nil
	if l.Ask.Reach = v.Reach; v.Reach == "" {
		l.Ask.Reach = ReachMine
	}
	if l.Period = v.Period; v.Period == "" {
		l.Period = PoolMonth
	}
	u.view("customers")
}

// boundedViews are the views that can be asked for, within their bounds.
func boundedViews(list []SavedView) []SavedView {
	var good []SavedView
	for _, v := range list {
		v.Name, v.Text, v.Owner = cutRunes(v.Name, maxViewName), cutRunes(v.Text, maxSoughtText), cutRunes(v.Owner, maxNameRunes)
		known := v.View == CustomersPool || slices.Contains(CustomerViews(), v.View)
		reach := v.Reach == "" || v.Reach == ReachMine || v.Reach == ReachGroup || v.Reach == ReachAll
		period := v.Period == "" || slices.Contains(PoolPeriods(), v.Period)
		if known && reach && period && v.Name != "" && len(good) < MaxViews {
			good = append(good, v)
		}
	}
	return good
}
