package desk

// Timeline is which kinds of entries of a customer's history are shown.
type Timeline string

// The kinds of entries.
const (
	TimelineAll       Timeline = ""
	TimelineNews      Timeline = "news" // what changed since the last talk
	TimelineContacts  Timeline = "contacts"
	TimelineTickets   Timeline = "tickets"
	TimelineCallbacks Timeline = "callbacks"
)

// TimelineChosen shows only entries of one kind, or all.
type TimelineChosen struct{ Kind Timeline }

func (TimelineChosen) event() {}

// timeline takes the choice; a kind that there is not shows all.
func (u *step) timeline(kind Timeline) {
	switch kind {
	case TimelineAll, TimelineNews, TimelineContacts, TimelineTickets, TimelineCallbacks:
		u.s.Timeline = kind
	default:
		u.s.Timeline = TimelineAll
	}
}
