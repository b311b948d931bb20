package desk

// CustomerView names a ready-made list of customers (查询).
type CustomerView string

// The ready-made lists.
const (
	CustomersAll            CustomerView = "all"
	CustomersContactedToday CustomerView = "contacted_today"
	CustomersVisitedWeek    CustomerView = "visited_week"
	CustomersVisitedMonth   CustomerView = "visited_month"
	CustomersToVisitToday   CustomerView = "to_visit_today"
	CustomersToVisitWeek    CustomerView = "to_visit_week"
	CustomersToVisitMonth   CustomerView = "to_visit_month"
	CustomersAddedToday     CustomerView = "added_today"
	CustomersAddedWeek      CustomerView = "added_week"
	CustomersAddedMonth     CustomerView = "added_month"
	CustomersCommitted      CustomerView = "committed"
	CustomersInterested     CustomerView = "interested"
	CustomersPaused         CustomerView = "paused"
	CustomersPool           CustomerView = "pool" // 公海
)

// CustomerViews are the ready-made lists in the order in which they are offered; the pool stands apart.
func CustomerViews() []CustomerView {
	return []CustomerView{
		CustomersAll, CustomersContactedToday, CustomersVisitedWeek, CustomersVisitedMonth, CustomersToVisitToday, CustomersToVisitWeek,
		CustomersToVisitMonth, CustomersAddedToday, CustomersAddedWeek, CustomersAddedMonth, CustomersCommitted, CustomersInterested,
		CustomersPaused,
	}
}

// Reach is whose customers or tasks a list shows.
type Reach string

// The reaches; group and all are for those who lead.
const (
	ReachMine  Reach = "mine"
	ReachGroup Reach = "group"
	ReachAll   Reach = "all"
)

// CustomerQuestion is what a list of customers is to show. From and To bound the view's moments (To is not part of it;
// 0: no bound). After is where the page before ended; empty: from the beginning.
type CustomerQuestion struct {
	View     CustomerView
	Reach    Reach
	User     string // who asks: the owner that ReachMine means
	Group    string // likewise
	Owner    string // only this owner's; empty: of all within Reach
	Text     string // only who has this in some field; empty: all
	ByName   bool   // in the order of names; else as the view has it
	From, To Millis
	After    string
	Limit    int
}

// ListedCustomer is a customer in a list. TalkedAt is the last talk that this desk knows of; 0: none.
type ListedCustomer struct {
	Customer Customer
	TalkedAt Millis
}

// MaxCounted is how far the customers of a list are counted.
const MaxCounted = 1000

// CustomerPage is a page of a list. Total counts all of the list, up to MaxCounted and one more for "and further ones".
// Incomplete: the store has not listed all of its customers yet. Cut: more may fit than were looked through.
type CustomerPage struct {
	Rows       []ListedCustomer
	Next       string // where the next page begins; empty: that was all
	Total      int
	Incomplete bool
	Cut        bool
}

// PoolPeriod is how far back the pool is looked through.
type PoolPeriod string

// The periods.
const (
	PoolDay   PoolPeriod = "day"
	PoolThree PoolPeriod = "three"
	PoolWeek  PoolPeriod = "week"
	PoolMonth PoolPeriod = "month"
	PoolYear  PoolPeriod = "year"
	PoolEver  PoolPeriod = "ever"
)

// PoolPeriods are the periods in the order in which they are offered.
func PoolPeriods() []PoolPeriod {
	return []PoolPeriod{PoolDay, PoolThree, PoolWeek, PoolMonth, PoolYear, PoolEver}
}

// CustomerList is the view of customers: what was asked, and the page that answers it. Pages before the one on screen
// are known by where they began.
type CustomerList struct {
	Ask     CustomerQuestion
	Period  PoolPeriod
	Seq     int // of the newest question; answers to older ones are dropped
	Busy    bool
	Asked   Millis // when
	Read    bool   // something has been answered since the view was opened
	Failed  bool   // the newest question has no answer: the store could not read it, or the agent stopped waiting
	Stale   bool   // Page answers another question than Ask: it stands until that is answered, or not waited for
	Page    CustomerPage
	Trail   []string // where the pages before this one began
	Owners  []string // whose lists can be chosen
	Problem string   // of the pool: central was not reached, and what is shown is on this desk
	Claimed []string // taken out of the pool here, of those on the page
	Looked  Looked   // the customer who is looked at
}

// Looked is a customer who is looked at beside a list.
type Looked struct {
	Row      string // what was chosen in the list
	Customer Customer
	History  History
	Read     bool // the history has been read
	Load     int  // number of the newest LoadLooked
}

// Bounds of the view of customers.
const (
	customersAPage = 50
	poolAPage      = 10
	maxTrail       = 500 // pages that can be gone back
	maxSoughtText  = 100 // runes of a text
)

// Events of the view of customers.
type (
	// CustomersViewed chooses a ready-made list.
	CustomersViewed struct{ View CustomerView }
	// CustomersReached chooses whose customers: mine, the group's, all; or those of one owner.
	CustomersReached struct {
		Reach Reach
		Owner string
	}
	// CustomersSought tells what stands in the field of the list.
	CustomersSought struct{ Text string }
	// CustomersOrdered chooses the order of names, or that of the view.
	CustomersOrdered struct{ ByName bool }
	// PoolPeriodChosen says how far back the pool is looked through.
	PoolPeriodChosen struct{ Period PoolPeriod }
	// CustomersPaged goes to the next page, or back.
	CustomersPaged struct{ Back bool }
	// CustomerPicked looks at a customer of the list.
	CustomerPicked struct{ Customer string }
	// CustomersListed answers ListCustomers and ListPool; an older Seq is dropped. Problem: central was not reached, and
	// this desk answers.
	CustomersListed struct {
		Seq     int
		Page    CustomerPage
		Owners  []string
		Problem string
		Failed  bool // nothing could be read
	}
	// ListingStopped gives up waiting for a list. What is on screen stays only where it answers the same question.
	ListingStopped struct{}
	// ListingRetried asks once more for what could not be read, the same page of it.
	ListingRetried struct{}
	// LookedLoaded answers LoadLooked; an older one than the newest asked is dropped.
	LookedLoaded struct {
		Load     int
		Customer Customer
		History  History
	}
)

func (CustomersViewed) event()  {}
func (CustomersReached) event() {}
func (CustomersSought) event()  {}
func (CustomersOrdered) event() {}
func (PoolPeriodChosen) event() {}
func (CustomersPaged) event()   {}
func (CustomerPicked) event()   {}
func (CustomersListed) event()  {}
func (ListingStopped) event()   {}
func (ListingRetried) event()   {}
func (LookedLoaded) event()     {}

// Commands of the views of customers and tasks.
type (
	// ListCustomers lists customers of this desk; Owners asks whose there are, too.
	ListCustomers struct {
		Seq    int
		Ask    CustomerQuestion
		Owners bool
	}
	// ListPool lists customers of the pool: as central knows it or, where it is not reached in time, as this desk does.
	ListPool struct {
		Seq int
		Ask CustomerQuestion
	}
	// LoadLooked reads a customer who is looked at, with the history. Known is the customer as far as the list knows.
	LoadLooked struct {
		Load     int
		Customer string
	}
)

func (ListCustomers) command() {}
func (ListPool) command()      {}
func (LoadLooked) command()    {}
