package central

import (
	"encoding/json"
	"reflect"
	"strings"

	"github.com/callbench/callbench/desk"
)

// rowType gives the struct of a table.
func rowType(t desk.Table) any {
	if t == desk.TableCustomer {
		return &desk.Customer{}
	}
	if t == desk.TableContact {
		return &desk.Contact{}
	}
	if t == desk.TableCallback {
		return &desk.Callback{}
	}
	if t == desk.TableConflict {
		return &desk.Conflict{}
	}
	return &desk.Ticket{}
}

// fieldNames lists the members that a row of the table may have.
func fieldNames(t desk.Table) map[string]bool {
	names := map[string]bool{}
	for field := range reflect.TypeOf(rowType(t)).Elem().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name != "" && name != "-" {
			names[name] = true
		}
	}
	return names
}

// members parses a JSON object; nil where it is none.
func members(text json.RawMessage) map[string]json.RawMessage {
	var m map[string]json.RawMessage
	if json.Unmarshal(text, &m) != nil {
		return nil
	}
	return m
}

// text gives a string member, empty where there is none.
func text(m map[string]json.RawMessage, name string) string {
	var s string
	_ = json.Unmarshal(m[name], &s) // the row's types have been checked
	return s
}

// quoted is s as JSON.
func quoted(s string) json.RawMessage {
	b, _ := json.Marshal(s) // a string never fails
	return b
}

// oneOf lists the words a member may hold; an empty or missing one is always allowed.
func oneOf(t desk.Table, field string) []string {
	return map[string][]string{
		"customer.status": {string(desk.StatusInterested), string(desk.StatusCommitted), string(desk.StatusPaused)},
		"customer.level":  {string(desk.LevelNormal), string(desk.LevelVIP)},
		"contact.direction": {
			string(desk.Inbound), string(desk.Outbound),
		},
		"callback.state": {
			string(desk.CallbackOpen), string(desk.CallbackClaimed), string(desk.CallbackDone),
			string(desk.CallbackMissed), string(desk.CallbackCancelled),
		},
		"ticket.state": {
			string(desk.TicketAccepted), string(desk.TicketAssigned), string(desk.TicketInProgress),
			string(desk.TicketResolved), string(desk.TicketCustomerTold), string(desk.TicketClosed),
		},
		"ticket.approval": {approvalNone, approvalPending, approvalGiven, approvalRefused},
	}[string(t)+"."+field]
}
