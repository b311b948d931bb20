package desk

import (
	"cmp"
	"slices"
	"strings"
)

// Seen is how a customer stood when this desk's user last saved a talk with them: what Since compares with. The store
// keeps it; it never leaves the desk.
type Seen struct {
	Contact   string     `json:"contact"` // the talk's record
	At        Millis     `json:"at"`      // when that talk was
	Customer  Customer   `json:"customer"`
	Talks     []string   `json:"talks"` // IDs of the newest talks known then, newest first
	Tickets   []Ticket   `json:"tickets,omitempty"`
	Callbacks []Callback `json:"callbacks,omitempty"`
}

// maxSeen bounds each list of a Seen: older entries than these count as known.
const maxSeen = 20

// SeenOf is how a customer stands now, after the talk that a contact records.
func SeenOf(contact Contact, c Customer, h History) Seen {
	s := Seen{Contact: contact.ID, At: contact.At, Customer: c}
	s.Customer.Attributes = nil // free, and of any length
	for _, k := range h.Contacts[:min(len(h.Contacts), maxSeen)] {
		s.Talks = append(s.Talks, k.ID)
	}
	for _, t := range h.Tickets[:min(len(h.Tickets), maxSeen)] {
		t.Detail = ""
		s.Tickets = append(s.Tickets, t)
	}
	s.Callbacks = slices.Clone(h.Callbacks[:min(len(h.Callbacks), maxSeen)])
	return s
}

// News is one thing that changed with a customer since the talk that a Seen is of. Table and ID say which record; of
// the customer's own members Field names which. Was and Now are its values, codes as in the record; New: the record
// was not there then. At is the record's own moment, 0 of the customer's.
type News struct {
	Table    Table
	ID       string
	Field    string
	Was, Now string
	New      bool
	At       Millis
}

// Since is what changed since this user's last talk with a customer. At 0: there was none that the desk knows of.
type Since struct {
	At   Millis
	News []News // the customer's own first, then records, newest first; at most MaxNews
	More int    // beyond those
}

// MaxNews bounds Since.News.
const MaxNews = 30

// Compare gives what changed since s, now that the customer and its history are so. draft is the record of the talk
// that is under way: it is no news.
func (s Seen) Compare(c Customer, h History, draft string) Since {
	out := Since{At: s.At}
	list := s.customerNews(c)
	records := append(s.talkNews(h.Contacts, draft), s.ticketNews(h.Tickets)...)
	records = append(records, s.callbackNews(h.Callbacks)...)
	slices.SortStableFunc(records, func(a, b News) int { return cmp.Compare(b.At, a.At) })
	list = append(list, records...)
	out.News = list[:min(len(list), MaxNews)]
	out.More = len(list) - len(out.News)
	return out
}

func (s Seen) customerNews(c Customer) (list []News) {
	changed := func(field, was, now string) {
		if was != now {
			list = append(list, News{Table: TableCustomer, ID: c.ID, Field: field, Was: was, Now: now})
		}
	}
	o := s.Customer
	changed("name", o.Name, c.Name)
	changed("level", string(o.Level), string(c.Level))
	changed("status", string(o.Status), string(c.Status))
	changed("tier", string(o.Tier), string(c.Tier))
	changed("owner", o.Owner, c.Owner)
	changed("company", o.Company, c.Company)
	changed("title", o.Title, c.Title)
	changed("phones", numbers(o.Phones), numbers(c.Phones))
	changed("email", o.Email, c.Email)
	changed("address", o.Address, c.Address)
	return list
}

// numbers are the numbers of a customer as one value.
func numbers(list []Phone) string {
	raw := make([]string, len(list))
	for i, p := range list {
		raw[i] = p.Raw
	}
	return strings.Join(raw, ", ")
}

func (s Seen) talkNews(now []Contact, draft string) (list []News) {
	for _, k := range now {
		if k.ID == draft || k.ID == s.Contact || slices.Contains(s.Talks, k.ID) || k.At < s.At && len(s.Talks) >= maxSeen {
			continue
		}
		list = append(list, News{Table: TableContact, ID: k.ID, Now: cmp.Or(k.Subject, k.Content, string(k.Reason)), New: true, At: k.At})
	}
	return list
}

func (s Seen) ticketNews(now []Ticket) (list []News) {
	for _, t := range now {
		i := slices.IndexFunc(s.Tickets, func(o Ticket) bool { return o.ID == t.ID })
		switch {
		case i < 0 && (t.CreatedAt >= s.At || len(s.Tickets) < maxSeen):
			list = append(list, News{Table: TableTicket, ID: t.ID, Now: string(t.State), New: true, At: t.CreatedAt})
		case i >= 0 && s.Tickets[i].State != t.State:
			list = append(list, News{Table: TableTicket, ID: t.ID, Field: "state", Was: string(s.Tickets[i].State), Now: string(t.State), At: t.CreatedAt})
		case i >= 0 && s.Tickets[i].Owner != t.Owner:
			list = append(list, News{Table: TableTicket, ID: t.ID, Field: "owner", Was: s.Tickets[i].Owner, Now: t.Owner, At: t.CreatedAt})
		}
	}
	return list
}

func (s Seen) callbackNews(now []Callback) (list []News) {
	for _, b := range now {
		i := slices.IndexFunc(s.Callbacks, func(o Callback) bool { return o.ID == b.ID })
		switch {
		case i < 0 && len(s.Callbacks) < maxSeen:
			list = append(list, News{Table: TableCallback, ID: b.ID, Now: string(b.State), New: true, At: b.At})
		case i < 0:
		case open(s.Callbacks[i].State) && !open(b.State):
			list = append(list, News{Table: TableCallback, ID: b.ID, Field: "state", Was: string(s.Callbacks[i].State), Now: string(b.State), At: b.At})
		case s.Callbacks[i].Wall != b.Wall:
			list = append(list, News{Table: TableCallback, ID: b.ID, Field: "wall", Was: s.Callbacks[i].Wall, Now: b.Wall, At: b.At})
		}
	}
	return list
}

// open reports whether somebody still has to call.
func open(s CallbackState) bool {
	return s == CallbackOpen || s == CallbackClaimed || s == CallbackMissed
}
