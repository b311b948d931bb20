package present

import (
	"slices"
	"strconv"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/number"
	"github.com/callbench/callbench/ui/words"
)

// offer shows the customers who may be the other side, each with what tells it from the others and why it is
// offered. A customer keeps its key while another one is chosen.
func (m maker) offer(p *CustomerPanel, d desk.Draft) {
	room := MaxChoices
	if p.Kind == CustomerKnown { // the one who is chosen needs the room
		room = maxBeside
	}
	for i, c := range d.Matches {
		if c.ID == d.Customer {
			continue
		}
		if len(p.Choices) == room {
			left := d.Matches[i:]
			if slices.ContainsFunc(left, func(o desk.Customer) bool { return o.ID == d.Customer }) {
				left = left[1:]
			}
			p.More = m.w.Fill(words.CustomerMore, "n", strconv.Itoa(len(left)))
			return
		}
		o := d.About[c.ID]
		choice := Choice{
			Key: m.chord(ActOffered + digit(i)), Name: m.name(c), Why: join(dot, o.Label, m.apart(c, d), c.Company, c.Title), Reason: m.reason(c, d),
			Detail: join(dot, m.level(c.Level), m.tier(c.Tier), m.owner(c), m.lastContact(c)),
			Do:     desk.CustomerChosen{Draft: d.ID, Customer: c.ID},
		}
		if o.Doubt != number.NoDoubt {
			choice.Perhaps = Chip{Shape: ShapeInfo, Tone: Warn, Text: m.say(words.OfferPerhaps)}
		}
		p.Choices = append(p.Choices, choice)
	}
}

// reason is why a customer is offered: what leaves a doubt, what is shared with another one, what is open.
func (m maker) reason(c desk.Customer, d desk.Draft) string {
	o := d.About[c.ID]
	doubt, shared, tickets := "", "", ""
	switch o.Doubt {
	case number.NoArea:
		doubt = m.say(words.OfferArea)
	case number.Switchboard:
		doubt = m.say(words.OfferSwitchboard)
	case number.NoCountry:
		doubt = m.say(words.OfferCountry)
	case number.TwoReadings:
		doubt = m.say(words.OfferReadings)
	case number.NoDoubt:
	}
	for _, other := range d.Matches {
		switch {
		case other.ID == c.ID:
		case c.Company != "" && other.Company == c.Company:
			shared = m.say(words.OfferCompany)
		case shared == "" && c.Address != "" && other.Address == c.Address:
			shared = m.say(words.OfferHousehold)
		}
	}
	if o.Tickets > 0 {
		tickets = m.w.Fill(words.OfferTickets, "n", strconv.Itoa(o.Tickets))
	}
	return join(dot, doubt, shared, tickets)
}

// apart is what tells a customer from another one of the same name who is offered beside: the customer number or,
// where there is none, the address.
func (m maker) apart(c desk.Customer, d desk.Draft) string {
	namesake := slices.ContainsFunc(d.Matches, func(o desk.Customer) bool { return o.ID != c.ID && o.Name == c.Name })
	switch {
	case !namesake:
		return ""
	case c.Number != "":
		return m.say(words.FieldNumber) + " " + c.Number
	}
	return c.Address
}

func (m maker) owner(c desk.Customer) string {
	if c.Owner == "" {
		return ""
	}
	return m.say(words.FieldOwner) + " " + c.Owner
}

func (m maker) lastContact(c desk.Customer) string {
	if c.LastContactAt == 0 {
		return ""
	}
	return m.say(words.FieldLastContact) + " " + m.w.Day(c.LastContactAt.Time(), m.now.Time())
}

func (m maker) newName(d desk.Draft) Field {
	return Field{Label: m.say(words.CustomerNewName), Value: d.NewName, Prompt: m.say(words.CustomerNewName)}
}
