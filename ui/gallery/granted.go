package gallery

import (
	"time"

	"github.com/callbench/callbench/desk"
)

// stub is a talk with a colleague's customer, of whom this desk holds a stub.
func stub(s desk.State) desk.State {
	d := s.Drafts[0]
	whole := d.Matches[0]
	d.Matches = []desk.Customer{{
		ID: whole.ID, Number: whole.Number, Name: whole.Name, Level: whole.Level, Tier: whole.Tier, Phones: whole.Phones,
		Owner: "chen", Group: "sales", Stub: true,
	}}
	d.History, d.Asked = desk.History{}, whole.ID
	s.Drafts = []desk.Draft{d}
	return s
}

// granted shows the whole record by leave of central.
func granted(s desk.State) desk.State {
	d := s.Drafts[0]
	c := d.Matches[0]
	c.Stub, c.Company, c.Address = false, "远航物流", "上海市浦东新区世纪大道 100 号"
	d.Granted = &desk.Granted{Customer: c, Until: Now() + desk.Millis(2*time.Hour/time.Millisecond), History: desk.History{
		Contacts: []desk.Contact{{
			ID: "g1", Customer: c.ID, At: ago(26 * time.Hour), Agent: "chen", Direction: desk.Outbound, Subject: "套餐到期提醒",
			Outcome: desk.OutcomeFollowUp, Synced: true,
		}},
		Tickets: []desk.Ticket{{
			ID: "g2", Customer: c.ID, Number: "T000311", Subject: "专线降速", Kind: "fault", State: desk.TicketInProgress, CreatedAt: ago(50 * time.Hour), Owner: "wei", Synced: true,
		}},
	}}
	s.Drafts = []desk.Draft{d}
	return s
}
