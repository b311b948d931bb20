package desk

import (
	"slices"
	"time"
)

func (u *step) atCustomers(e Event) {
	l := &u.s.Customers
	switch e := e.(type) {
	case CustomersViewed:
		l.Ask.View, l.Claimed = e.View, nil
		u.listAnew()
	case CustomersReached:
		if e.Reach != ReachMine && !u.s.leads() {
			return
		}
		l.Ask.Reach, l.Ask.Owner = e.Reach, e.Owner
		u.listAnew()
	case CustomersSought:
		if text := cut(e.Text, maxSoughtText); text != l.Ask.Text {
			l.Ask.Text = text
			u.listAnew()
		}
	case CustomersOrdered:
		l.Ask.ByName = e.ByName
		u.listAnew()
	case PoolPeriodChosen:
		l.Period, l.Claimed = e.Period, nil
		u.listAnew()
	case CustomersPaged:
		u.turnPage(e.Back)
	case CustomerPicked:
		for _, row := range l.Page.Rows {
			if row.Customer.ID == e.Customer {
				u.look(&l.Looked, e.Customer, row.Customer)
			}
		}
	case CustomersListed:
		u.customersListed(e)
	case ListingStopped: // an answer that comes later is an old one
		u.listStopped()
		u.tasksStopped()
	case ListingRetried:
		u.relist()
	case LookedLoaded:
		u.lookedLoaded(e)
	default: // the others are not for this function
	}
}

// leads reports whether the user sees more than the own customers and tasks.
func (s State) leads() bool { return s.Session.Role == RoleLead || s.Session.Role == RoleAdmin }

// openCustomers begins the view: what was chosen last is read anew.
func (u *step) openCustomers() {
	l := &u.s.Customers
	if l.Ask.View == "" {
		l.Ask.View, l.Ask.Reach, l.Period = CustomersAll, ReachMine, PoolMonth
	}
	l.Read = l.Read && len(l.Page.Rows) > 0
	u.ask()
}

// listAnew asks for the first page of what is chosen now.
func (u *step) listAnew() {
	l := &u.s.Customers
	l.Ask.After, l.Trail, l.Stale = "", nil, true
	u.ask()
}

// listStopped gives up waiting for a list. Customers of another list, or of another page, do not stand for it.
func (u *step) listStopped() {
	l := &u.s.Customers
	l.Seq++
	if l.Stale {
		l.Page, l.Looked, l.Read, l.Stale = CustomerPage{}, Looked{Load: l.Looked.Load}, false, false
	}
	l.Busy, l.Failed = false, !l.Read
}

// ask asks for the page that is chosen.
func (u *step) ask() {
	l := &u.s.Customers
	l.Ask.User, l.Ask.Group, l.Ask.Limit = u.s.Session.User, u.s.Session.Group, customersAPage
	if !u.s.leads() {
		l.Ask.Reach, l.Ask.Owner = ReachMine, ""
	}
	l.Seq++
	l.Busy, l.Failed, l.Asked = true, false, u.at.At
	if l.Ask.View == CustomersPool {
		l.Ask.Limit = poolAPage
		l.Ask.From, l.Ask.To = poolFrom(l.Period, u.at), 0
		u.do(ListPool{Seq: l.Seq, Ask: l.Ask})
		return
	}
	l.Ask.From, l.Ask.To = viewRange(l.Ask.View, u.at)
	u.do(ListCustomers{Seq: l.Seq, Ask: l.Ask, Owners: u.s.leads()})
}

// relist reads the page on screen anew after something has changed.
func (u *step) relist() {
	switch u.s.View {
	case "customers":
		u.ask()
	case "tasks":
		u.askTasks()
	}
}

func (u *step) turnPage(back bool) {
	l := &u.s.Customers
	switch {
	case back && len(l.Trail) > 0:
		last := len(l.Trail) - 1
		l.Ask.After, l.Trail = l.Trail[last], slices.Clone(l.Trail[:last])
	case !back && l.Page.Next != "" && len(l.Trail) < maxTrail:
		l.Trail = append(slices.Clone(l.Trail), l.Ask.After)
		l.Ask.After = l.Page.Next
	default:
		return
	}
	l.Stale = true
	u.ask()
}

func (u *step) customersListed(e CustomersListed) {
	l := &u.s.Customers
	if e.Seq != l.Seq {
		return
	}
	l.Page, l.Busy, l.Read, l.Problem, l.Failed, l.Stale = e.Page, false, !e.Failed, e.Problem, e.Failed, false
	if e.Owners != nil {
		l.Owners = e.Owners
	}
	l.Claimed = slices.DeleteFunc(slices.Clone(l.Claimed), func(id string) bool { return !has(e.Page.Rows, id) })
	if len(e.Page.Rows) == 0 {
		l.Looked = Looked{Load: l.Looked.Load}
		return
	}
	chosen := e.Page.Rows[0].Customer
	for _, row := range e.Page.Rows {
		if row.Customer.ID == l.Looked.Row {
			chosen = row.Customer
		}
	}
	u.look(&l.Looked, chosen.ID, chosen)
}

func has(rows []ListedCustomer, id string) bool {
	return slices.ContainsFunc(rows, func(c ListedCustomer) bool { return c.Customer.ID == id })
}

// look looks at a customer beside a list.
func (u *step) look(at *Looked, row string, c Customer) {
	u.s.Loads++
	same := at.Row == row && at.Customer.ID == c.ID
	at.Row, at.Customer, at.Load = row, c, u.s.Loads
	if !same {
		at.History, at.Read = History{}, false
	}
	if c.ID != "" {
		u.do(LoadLooked{Load: at.Load, Customer: c.ID})
	}
}

func (u *step) lookedLoaded(e LookedLoaded) {
	for _, at := range []*Looked{&u.s.Customers.Looked, &u.s.Tasks.Looked} {
		if e.Load != at.Load {
			continue
		}
		if e.Customer.ID != "" && at.Customer.PooledAt == 0 { // of the pool central knows more
			at.Customer = e.Customer
		}
		at.History, at.Read = e.History, true
	}
}

// viewRange is which moments a ready-made list is about. Weeks begin on Monday.
func viewRange(v CustomerView, at Stamp) (from, to Millis) {
	today := dayStart(at, 0)
	week, month := weekStart(at, 0), monthStart(at, 0)
	switch v {
	case CustomersContactedToday, CustomersAddedToday:
		return today, 0
	case CustomersVisitedWeek, CustomersAddedWeek:
		return week, 0
	case CustomersVisitedMonth, CustomersAddedMonth:
		return month, 0
	case CustomersToVisitToday:
		return today, dayStart(at, 1)
	case CustomersToVisitWeek:
		return week, weekStart(at, 1)
	case CustomersToVisitMonth:
		return month, monthStart(at, 1)
	case CustomersAll, CustomersCommitted, CustomersInterested, CustomersPaused, CustomersPool:
	}
	return 0, 0
}

// poolFrom is how far back a period of the pool reaches.
func poolFrom(p PoolPeriod, at Stamp) Millis {
	days := map[PoolPeriod]Millis{PoolDay: 1, PoolThree: 3, PoolWeek: 7, PoolMonth: 30, PoolYear: 365}[p]
	if days == 0 {
		return 0
	}
	return at.At - days*24*60*60*1000
}

// wall is the desk's own time as one in UTC, for reckoning with days.
func wall(at Stamp) time.Time { return at.At.Time().Add(time.Duration(at.Offset) * time.Minute) }

func unwall(t time.Time, at Stamp) Millis {
	return MillisOf(t.Add(-time.Duration(at.Offset) * time.Minute))
}

func dayStart(at Stamp, days int) Millis {
	t := wall(at)
	return unwall(time.Date(t.Year(), t.Month(), t.Day()+days, 0, 0, 0, 0, time.UTC), at)
}

func weekStart(at Stamp, weeks int) Millis {
	back := (int(wall(at).Weekday()) + 6) % 7 // since Monday
	return dayStart(at, 7*weeks-back)
}

func monthStart(at Stamp, months int) Millis {
	t := wall(at)
	return unwall(time.Date(t.Year(), t.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC), at)
}
