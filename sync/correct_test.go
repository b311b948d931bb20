package sync_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

// part is a change of some members of a row.
func part(table desk.Table, key, members string) desk.Change {
	return desk.Change{Table: table, Key: key, Fields: json.RawMessage(members)}
}

// records are the rows of one talk as a desk shows them.
func (d *station) records(customer string) (contact desk.Contact, ticket desk.Ticket, callback desk.Callback) {
	d.t.Helper()
	contacts, err := d.store.Contacts(d.t.Context(), localstore.ContactFilter{Limit: 10})
	if err != nil || len(contacts) != 1 {
		d.t.Fatalf("%d contacts, %v", len(contacts), err)
	}
	h, err := d.store.History(d.t.Context(), customer, 10)
	if err != nil || len(h.Tickets) != 1 || len(h.Callbacks) != 1 {
		d.t.Fatalf("%d tickets, %d callbacks, %v", len(h.Tickets), len(h.Callbacks), err)
	}
	return contacts[0], h.Tickets[0], h.Callbacks[0]
}

// atCentral reads a row of central.
func atCentral[T any](s *server, table desk.Table, key string) (row T, names map[string]json.RawMessage) {
	s.t.Helper()
	found, err := s.central.Row(s.t.Context(), table, key)
	if err != nil || json.Unmarshal(found.Body, &row) != nil || json.Unmarshal(found.Body, &names) != nil {
		s.t.Fatalf("%s: %s, %v", table, found.Body, err)
	}
	return row, names
}

// TestACorrectionClearsOnDeskAndCentral saves a whole talk and corrects it as desks do: what is empty now is
// null, and of ticket and callback come the members that a flow decides, without state, owner and group.
func TestACorrectionClearsOnDeskAndCentral(t *testing.T) {
	for name, settleFirst := range map[string]bool{"after it went up": true, "while it waits": false} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, central.Config{})
			li := s.desk(t, "li", deskConfig{})
			li.link(desk.CentralOnline, "")
			if !settleFirst {
				s.down()
			}
			customer, contact, ticket, callback := newID(), newID(), newID(), newID()
			li.commit("contact.save",
				change(desk.TableCustomer, customer, desk.Customer{ID: customer, Name: "张三", Tier: desk.TierPotential}),
				change(desk.TableContact, contact, desk.Contact{
					ID: contact, Customer: customer, Call: "call-1", At: 1000, Agent: "li", Group: "sales", Channel: desk.ChannelPhone,
					Subject: "主题", Content: "内容", Reason: desk.ReasonFault, Outcome: desk.OutcomeTicket, Flow: "fault@1",
					Answers: map[string]string{"what": "灯"},
				}),
				change(desk.TableTicket, ticket, desk.Ticket{
					ID: ticket, Customer: customer, Contact: contact, Kind: "fault", Subject: "一", Detail: "二", Amount: "12.50",
					Currency: "CNY", Approval: "pending", Department: "repair", State: desk.TicketAccepted, CreatedAt: 1000, Owner: "li", Group: "sales",
				}),
				change(desk.TableCallback, callback, desk.Callback{
					ID: callback, Customer: customer, Wall: "2026-12-01T10:00", Zone: "Asia/Shanghai", At: 5000, Owner: "li", Group: "sales",
					Note: "早", State: desk.CallbackOpen,
				}))
			if settleFirst {
				li.settled()
			}
			li.commit("contact.save",
				part(desk.TableContact, contact, `{"id":"`+contact+`","call":"call-1","at":1000,"agent":"li","group":"sales","channel":"phone",
					"customer":null,"subject":null,"content":null,"reason":null,"outcome":null,"answers":null,"flow":null}`),
				part(desk.TableTicket, ticket, `{"id":"`+ticket+`","customer":"`+customer+`","contact":"`+contact+`","kind":"fault","subject":"三",
					"detail":"四","amount":"","currency":"","approval":"","department":"sales"}`),
				part(desk.TableCallback, callback, `{"id":"`+callback+`","customer":"`+customer+`","wall":"2026-12-02T11:00",
					"zone":"Asia/Shanghai","at":6000,"note":""}`))
			check := func(where string) {
				t.Helper()
				c, k, p := li.records(customer)
				want := desk.Contact{
					ID: contact, Call: "call-1", At: 1000, Agent: "li", Group: "sales", Channel: desk.ChannelPhone, Desk: c.Desk, N: 1, Synced: c.Synced,
				}
				if !reflect.DeepEqual(c, want) {
					t.Errorf("%s: contact %+v, want %+v", where, c, want)
				}
				if k.Subject != "三" || k.Amount+k.Currency+k.Approval != "" || k.State != desk.TicketAccepted || k.Owner != "li" || k.Department != "sales" {
					t.Errorf("%s: ticket %+v", where, k)
				}
				if p.Wall != "2026-12-02T11:00" || p.At != 6000 || p.Note != "" || p.State != desk.CallbackOpen || p.Owner != "li" {
					t.Errorf("%s: callback %+v", where, p)
				}
			}
			check("before it is up")
			if !settleFirst {
				s.up()
			}
			li.settled()
			check("after it is up")
			if o, err := li.store.Outbox(t.Context()); err != nil || len(o.Refused) != 0 {
				t.Fatalf("refused: %+v, %v", o.Refused, err)
			}
			c, names := atCentral[desk.Contact](s, desk.TableContact, contact)
			for _, name := range []string{"customer", "subject", "content", "reason", "outcome", "answers", "flow"} {
				if value, there := names[name]; there {
					t.Errorf("central still has %s %s", name, value)
				}
			}
			if c.N != 1 || c.At != 1000 || c.Agent != "li" {
				t.Errorf("central's contact %+v", c)
			}
			shown, k, p := li.records(customer)
			shown.Synced, k.Synced, p.Synced = false, false, false
			kc, _ := atCentral[desk.Ticket](s, desk.TableTicket, ticket)
			pc, _ := atCentral[desk.Callback](s, desk.TableCallback, callback)
			if !reflect.DeepEqual(shown, c) || k != kc || p != pc {
				t.Errorf("the desk shows %+v %+v %+v, central %+v %+v %+v", shown, k, p, c, kc, pc)
			}
		})
	}
}
