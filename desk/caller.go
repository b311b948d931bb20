package desk

import (
	"github.com/callbench/callbench/desk/number"
)

// Offer says why a customer is offered as the other side of a call.
type Offer struct {
	Doubt   number.Doubt // NoDoubt: the number is certainly this customer's
	Label   string       // under which the customer has the number
	Tickets int          // that are not closed
}

// Candidate is a customer who has, or may have, the number of a call.
type Candidate struct {
	Customer Customer
	Offer    Offer
}

// FoundCustomers is the answer to c.
func FoundCustomers(c FindCustomer, list []Candidate) CustomerFound {
	e := CustomerFound{Draft: c.Draft, Number: c.Number}
	for _, o := range list {
		if e.About == nil {
			e.About = map[string]Offer{}
		}
		e.Customers, e.About[o.Customer.ID] = append(e.Customers, o.Customer), o.Offer
	}
	return e
}

// OfferOf judges a customer against the number of a call, by the customer's number that fits best; false: none
// does. Tickets is left to whoever counts them.
func OfferOf(c Customer, asked string, at number.Dialling) (Offer, bool) {
	best, fits := Offer{}, false
	for _, p := range c.Phones {
		doubt, match := p.matches(asked, at)
		if match && (!fits || best.Doubt != number.NoDoubt && doubt == number.NoDoubt) {
			best, fits = Offer{Doubt: doubt, Label: p.Label}, true
		}
	}
	return best, fits
}

// matches tells by what a person wrote, which has extensions, and by the normal form, which has the area
// code of whoever made it.
func (p Phone) matches(asked string, at number.Dialling) (number.Doubt, bool) {
	c, doubt := number.Match(asked, p.Raw, at)
	if c != number.Certain && doubt != number.Switchboard && p.E164 != "" {
		if by, other := number.Match(asked, p.E164, at); by > c {
			c, doubt = by, other
		}
	}
	return doubt, c != number.Different
}

// Certain gives the customers who certainly have the draft's number.
func (d Draft) Certain() []Customer {
	var list []Customer
	for _, c := range d.Matches {
		if d.About[c.ID].Doubt == number.NoDoubt {
			list = append(list, c)
		}
	}
	return list
}

// Identified tells how a contact's customer was found.
type Identified string

// The ways a customer is found.
const (
	ByNumber Identified = "number" // one customer certainly has the number
	ByAgent  Identified = "chosen" // the agent chose among those offered, or looked the customer up
	AsNew    Identified = "new"    // the agent named a new one
	AsNobody Identified = "nobody" // the agent said: none of those offered
)

// identified tells how the customer of a record was found; made: it is a new one.
func (d Draft) identified(made bool) Identified {
	switch {
	case made, d.Made:
		return AsNew
	case d.Customer == "" && d.Nobody:
		return AsNobody
	case d.Customer == "":
		return ""
	case d.Picked:
		return ByAgent
	case d.Number != "":
		return ByNumber
	}
	return ""
}

// chosenLate writes a choice down that was made when its record had been saved already.
func (u *step) chosenLate(draft, customer string) {
	if u.s.Saved == nil || u.s.Saved.Contact != draft || customer == "" || u.s.Saved.Customer == customer {
		return
	}
	c := Contact{ID: draft, Customer: customer}
	u.commit("contact.save", &c, Change{Table: TableContact, Key: draft, Fields: withID(map[string]any{
		"customer": customer, "identified": ByAgent,
	}, draft)})
}
