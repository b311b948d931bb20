package desk

// Task is one thing that somebody has to do: a callback or a ticket. Customer is whom it is about, as far as the desk
// knows; the zero Customer: it does not.
type Task struct {
	Callback *Callback
	Ticket   *Ticket
	Customer Customer
}

// ID tells a task from the others.
func (t Task) ID() string {
	switch {
	case t.Callback != nil:
		return t.Callback.ID
	case t.Ticket != nil:
		return t.Ticket.ID
	}
	return ""
}

// CustomerID is whom it is about.
func (t Task) CustomerID() string {
	switch {
	case t.Callback != nil:
		return t.Callback.Customer
	case t.Ticket != nil:
		return t.Ticket.Customer
	}
	return ""
}

// Due is when it has to be done; 0: no time was set.
func (t Task) Due() Millis {
	switch {
	case t.Callback != nil:
		return t.Callback.At
	case t.Ticket != nil:
		return t.Ticket.DueAt
	}
	return 0
}

// TaskQuestion is which tasks to list: the user's own, or (for those who lead) all that the desk holds.
type TaskQuestion struct {
	Reach Reach
	User  string
	Limit int // of each kind
}

// TaskList is what there is to do: callbacks soonest first, tickets by their deadlines. The totals count all, up to
// MaxCounted and one more.
type TaskList struct {
	Callbacks, Tickets         []Task
	CallbackTotal, TicketTotal int
	Incomplete                 bool // the store has not listed all of its records yet
}

// TaskKind is which tasks the view of tasks shows.
type TaskKind string

// The kinds of tasks.
const (
	TasksBoth      TaskKind = ""
	TasksCallbacks TaskKind = "callbacks"
	TasksTickets   TaskKind = "tickets"
)

// TaskView is the view of tasks (工作).
type TaskView struct {
	Kind   TaskKind
	Reach  Reach
	Seq    int // of the newest question
	Busy   bool
	Asked  Millis
	Read   bool
	Failed bool // as that of CustomerList
	Stale  bool // likewise
	List   TaskList
	Looked Looked // Row is the task's ID
	Moving bool   // a new time is being chosen for the callback that is looked at
}

// tasksEach is how many tasks of a kind are listed; the totals tell how many there are.
const tasksEach = 200

// Events of the view of tasks.
type (
	// TaskKindChosen shows tasks of one kind, or both.
	TaskKindChosen struct{ Kind TaskKind }
	// TasksReached chooses whose tasks: mine or all that the desk holds.
	TasksReached struct{ Reach Reach }
	// TaskPicked looks at a task.
	TaskPicked struct{ Task string }
	// TaskDone says that a callback is done, or takes a ticket a state further. It can be taken back where its state may go back.
	TaskDone struct{ Task string }
	// TaskCancelled says that nobody has to call any more.
	TaskCancelled struct{ Task string }
	// TaskMoving begins to choose another time for a callback, or leaves it.
	TaskMoving struct{ On bool }
	// CallbackMoved gives a callback another time: Wall as Callback.Wall, in the desk's zone.
	CallbackMoved struct{ Task, Wall string }
	// TasksListed answers ListTasks; an older Seq is dropped.
	TasksListed struct {
		Seq    int
		List   TaskList
		Failed bool // nothing could be read
	}
)

func (TaskKindChosen) event() {}
func (TasksReached) event()   {}
func (TaskPicked) event()     {}
func (TaskDone) event()       {}
func (TaskCancelled) event()  {}
func (TaskMoving) event()     {}
func (CallbackMoved) event()  {}
func (TasksListed) event()    {}

// ListTasks lists what there is to do.
type ListTasks struct {
	Seq int
	Ask TaskQuestion
}

func (ListTasks) command() {}

// Shown are the tasks of the chosen kind in the order of the list: callbacks first.
func (v TaskView) Shown() []Task {
	var list []Task
	if v.Kind != TasksTickets {
		list = append(list, v.List.Callbacks...)
	}
	if v.Kind != TasksCallbacks {
		list = append(list, v.List.Tickets...)
	}
	return list
}

// Next is the state that work on a ticket leads to; empty: none is left. Back tells whether central lets it go back the same way.
func (s TicketState) Next() (next TicketState, back bool) {
	switch s {
	case TicketAccepted:
		return TicketInProgress, false
	case TicketAssigned:
		return TicketInProgress, true
	case TicketInProgress:
		return TicketResolved, true
	case TicketResolved:
		return TicketCustomerTold, false
	case TicketCustomerTold:
		return TicketClosed, false
	case TicketClosed:
	}
	return "", false
}
