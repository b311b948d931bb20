package present

import (
	"slices"
	"strconv"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// customers is the view of customers: the ready-made lists, the pool, and for those who lead whose.
func (m maker) customers() ListPanel {
	l := m.s.Customers
	pool := l.Ask.View == desk.CustomersPool
	p := ListPanel{
		Title:  m.say(words.ViewCustomers),
		Search: Field{Value: l.Ask.Text, Prompt: m.say(words.CustomersPrompt)},
		Nav:    m.customerNav(),
		Head: []string{
			m.say(words.ColumnName), m.say(words.ColumnCompany), m.say(words.ColumnPhone), m.say(words.ColumnStatus), m.say(m.dateColumn(l.Ask.View)),
		},
		Shares: []float32{0.2, 0.24, 0.18, 0.21, 0.17}, Numbers: 2,
		Nobody: m.say(words.CustomersNobody),
	}
	switch {
	case pool:
		p.Filters = append(p.Filters, m.poolPeriods())
	case m.dateColumn(l.Ask.View) == words.ColumnAdded || sorted(l.Ask.View): // the others are in the order of their date
		p.Filters = append(p.Filters, []Pick{
			{ID: "time", Text: m.say(words.OrderTime), Chosen: !l.Ask.ByName, Do: desk.CustomersOrdered{}},
			{ID: "name", Text: m.say(words.OrderName), Chosen: l.Ask.ByName, Do: desk.CustomersOrdered{ByName: true}},
		})
	}
	if l.Busy && m.now.Sub(l.Asked) >= progressAfter || !l.Read && !l.Failed {
		p.Progress = Progress{
			Text: m.say(words.ListReading), Share: -1,
			Cancel: Button{Text: m.say(words.DoCancel), Enabled: l.Busy, Do: desk.ListingStopped{}},
		}
	}
	p.Note = m.customersNote()
	for _, c := range l.Page.Rows {
		p.Rows = append(p.Rows, m.customerLine(c))
	}
	if l.Read {
		p.Count = m.counted(l.Page.Total, words.CustomersCount, words.CustomersMany)
	}
	if l.Read && !l.Stale && len(p.Rows) == 0 {
		p.Empty = m.noCustomers()
	}
	if l.Failed {
		p.Empty = m.unread(ShapeCustomers, words.ListUnread)
	}
	m.pages(&p, len(l.Trail), l.Page.Next != "")
	if l.Looked.Row != "" {
		p.Detail = m.looked(l.Looked)
		if slices.Contains(l.Claimed, l.Looked.Row) {
			p.Detail.Pool = Button{Text: m.say(words.Claiming), Shape: ShapeSync}
		}
	}
	return p
}

// pages are the ways to the pages before and behind.
func (m maker) pages(p *ListPanel, before int, more bool) {
	if before == 0 && !more {
		return
	}
	p.Prev = Button{Text: m.say(words.PagePrev), Enabled: before > 0}
	p.Next = Button{Text: m.say(words.PageNext), Enabled: more}
	if before > 0 {
		p.Prev.Do = desk.CustomersPaged{Back: true}
	}
	if more {
		p.Next.Do = desk.CustomersPaged{}
	}
	p.Page = m.w.Fill(words.PageNumber, "n", strconv.Itoa(before+1))
}

// customerNav are the ready-made lists, the pool and (for those who lead) the owners.
func (m maker) customerNav() []NavGroup { return append(m.listNav(), m.savedViews()...) }

func (m maker) listNav() []NavGroup {
	ask := m.s.Customers.Ask
	lists := NavGroup{Title: m.say(words.CustomersLists)}
	for _, v := range desk.CustomerViews() {
		lists.Items = append(lists.Items, Pick{ID: string(v), Text: m.say(words.Key("customers." + string(v))), Chosen: v == ask.View, Do: desk.CustomersViewed{View: v}})
	}
	lists.Items = append(lists.Items, Pick{
		ID: string(desk.CustomersPool), Text: m.say(words.CustomersPool), Chosen: ask.View == desk.CustomersPool, Do: desk.CustomersViewed{View: desk.CustomersPool},
	})
	nav := []NavGroup{lists}
	if m.leads() {
		nav = append(nav, NavGroup{Title: m.say(words.CustomersTables), Items: []Pick{
			{ID: "import", Text: m.say(words.CustomersImport), Do: desk.ViewChosen{View: "import"}},
			{ID: "export", Text: m.say(words.CustomersExport), Do: desk.JobPressed{Kind: desk.JobExport}},
		}})
	}
	if !m.leads() || ask.View == desk.CustomersPool {
		return nav
	}
	whose := NavGroup{Title: m.say(words.CustomersWhose)}
	reach := func(r desk.Reach, k words.Key) {
		whose.Items = append(whose.Items, Pick{ID: string(r), Text: m.say(k), Chosen: ask.Owner == "" && ask.Reach == r, Do: desk.CustomersReached{Reach: r}})
	}
	reach(desk.ReachMine, words.ReachMine)
	reach(desk.ReachGroup, words.ReachGroup)
	wide := desk.ReachGroup
	if m.s.Session.Role == desk.RoleAdmin {
		reach(desk.ReachAll, words.ReachAll)
		wide = desk.ReachAll
	}
	for _, o := range m.s.Customers.Owners {
		whose.Items = append(whose.Items, Pick{ID: "owner:" + o, Text: m.person(o), Chosen: ask.Owner == o, Do: desk.CustomersReached{Reach: wide, Owner: o}})
	}
	return append(nav, whose)
}

// person is a user as people call them, as far as the board knows.
func (m maker) person(user string) string {
	for _, a := range m.s.Board.Agents {
		if a.User == user && a.Name != "" {
			return a.Name
		}
	}
	if user == m.s.Session.User && m.s.Session.Name != "" {
		return m.s.Session.Name
	}
	return user
}

func (m maker) poolPeriods() []Pick {
	var list []Pick
	for _, p := range desk.PoolPeriods() {
		list = append(list, Pick{ID: string(p), Text: m.say(words.Key("pool." + string(p))), Chosen: p == m.s.Customers.Period, Do: desk.PoolPeriodChosen{Period: p}})
	}
	return list
}

// sorted reports whether a list that shows the last talk is in the order in which customers were added, or of names.
func sorted(v desk.CustomerView) bool {
	return slices.Contains([]desk.CustomerView{desk.CustomersAll, desk.CustomersCommitted, desk.CustomersInterested, desk.CustomersPaused}, v)
}

func (m maker) dateColumn(v desk.CustomerView) words.Key {
	switch v {
	case desk.CustomersToVisitToday, desk.CustomersToVisitWeek, desk.CustomersToVisitMonth:
		return words.ColumnVisit
	case desk.CustomersAddedToday, desk.CustomersAddedWeek, desk.CustomersAddedMonth:
		return words.ColumnAdded
	case desk.CustomersPool:
		return words.ColumnReleased
	case desk.CustomersAll, desk.CustomersContactedToday, desk.CustomersVisitedWeek, desk.CustomersVisitedMonth,
		desk.CustomersCommitted, desk.CustomersInterested, desk.CustomersPaused:
	}
	return words.ColumnTalked
}

func (m maker) customerLine(row desk.ListedCustomer) ListLine {
	l, c := m.s.Customers, row.Customer
	phone := ""
	if len(c.Phones) > 0 {
		phone = shown(c.Phones[0].Raw)
	}
	at := map[words.Key]desk.Millis{
		words.ColumnVisit: c.NextVisitAt, words.ColumnAdded: c.CreatedAt, words.ColumnReleased: c.PooledAt - m.s.Link.Skew,
		words.ColumnTalked: row.TalkedAt,
	}[m.dateColumn(l.Ask.View)]
	when := ""
	if at > 0 {
		when = m.w.When(at.Time(), m.now.Time())
	}
	status := ""
	if c.Status != "" {
		status = coded(m.w, "status.", string(c.Status), words.StatusInterested)
	}
	return ListLine{
		ID: c.ID, Cells: []string{join(dot, m.name(c), m.level(c.Level)), join(dot, c.Company, c.Title), phone, join(dot, status, m.tier(c.Tier)), when},
		Tone: Muted, On: c.ID == l.Looked.Row, Do: desk.CustomerPicked{Customer: c.ID}, Open: m.goTo(c.ID),
	}
}

// customersNote is what is to be known of the list: it is not whole, or not central's.
func (m maker) customersNote() Message {
	l := m.s.Customers
	switch {
	case !l.Read:
	case l.Problem != "":
		return Message{ID: "pool", Shape: ShapeInfo, Tone: Warn, Text: coded(m.w, "pool.here_", l.Problem, words.PoolHereOffline)}
	case l.Page.Incomplete:
		return Message{ID: "incomplete", Shape: ShapeSync, Tone: Warn, Text: m.say(words.ListIncomplete)}
	case l.Page.Cut:
		return Message{ID: "cut", Shape: ShapeInfo, Tone: Muted, Text: m.say(words.ListCut)}
	case m.s.Link.Paused:
		return Message{ID: "fetching", Shape: ShapeSync, Tone: Warn, Text: m.w.Fill(words.FetchPaused, "n", m.w.Number(m.s.Link.Fetching))}
	case m.s.Link.Fetching > 0:
		return Message{ID: "fetching", Shape: ShapeSync, Tone: Warn, Text: m.w.Fill(words.ListFetching, "n", m.w.Number(m.s.Link.Fetching))}
	}
	return Message{}
}

// unread says of a list that it is not known, which is not the same as empty, and asks for it again.
func (m maker) unread(shape Shape, title words.Key) Empty {
	return Empty{
		Shape: shape, Title: m.say(title), How: m.say(words.ListUnreadHow),
		Do: Button{Text: m.say(words.ListAgain), Enabled: true, Do: desk.ListingRetried{}},
	}
}

// noCustomers says why a list is empty and what to do.
func (m maker) noCustomers() Empty {
	l := m.s.Customers
	all := Button{Text: m.say(words.CustomersShowAll), Enabled: true, Do: desk.CustomersViewed{View: desk.CustomersAll}}
	switch {
	case l.Ask.Text != "":
		return Empty{
			Shape: ShapeCustomers, Title: m.w.Fill(words.CustomersNotFound, "text", l.Ask.Text), How: m.say(words.CustomersNotFoundHow),
			Do: Button{Text: m.say(words.CustomersClear), Enabled: true, Do: desk.CustomersSought{}},
		}
	case l.Ask.View == desk.CustomersPool:
		return Empty{Shape: ShapeCustomers, Title: m.say(words.PoolEmpty), How: m.say(words.PoolEmptyHow)}
	case l.Ask.View == desk.CustomersAll:
		return Empty{
			Shape: ShapeCustomers, Title: m.say(words.CustomersNone), How: m.say(words.CustomersNoneHow),
			Do: Button{Text: m.say(words.CustomersToPool), Enabled: true, Do: desk.CustomersViewed{View: desk.CustomersPool}},
		}
	}
	return Empty{Shape: ShapeCustomers, Title: m.say(words.CustomersNoneHere), How: m.say(words.CustomersNoneHereHow), Do: all}
}
