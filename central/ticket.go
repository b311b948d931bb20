package central

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/callbench/callbench/desk"
)

// Words of Ticket.Approval.
const (
	approvalNone    = "none"
	approvalPending = "pending"
	approvalGiven   = "approved"
	approvalRefused = "refused"
)

// ticketStates lists where whoever holds a ticket may take it from a state. Each step is shown to the customer's
// side of the house in turn, so none is left out; back it goes where the work was not what was wanted.
func ticketStates(state desk.TicketState) []desk.TicketState {
	return map[desk.TicketState][]desk.TicketState{
		desk.TicketAccepted:     {desk.TicketAssigned, desk.TicketInProgress},
		desk.TicketAssigned:     {desk.TicketInProgress, desk.TicketAccepted},
		desk.TicketInProgress:   {desk.TicketResolved, desk.TicketAssigned},
		desk.TicketResolved:     {desk.TicketCustomerTold, desk.TicketInProgress},
		desk.TicketCustomerTold: {desk.TicketClosed, desk.TicketInProgress},
		desk.TicketClosed:       {desk.TicketAssigned, desk.TicketInProgress}, // opened again
	}[state]
}

// newTicket reports whether a ticket may begin in a state: an agent's closes only after the customer was told.
func newTicket(state desk.TicketState) bool {
	return state != desk.TicketCustomerTold && state != desk.TicketClosed
}

// ticketRule: a ticket goes round its loop (docs/PROTOCOL.md, "States"). A lead of its group takes it from any state
// to any other: withdrawn work is closed like that.
func (w *writer) ticketRule(old record, fields map[string]json.RawMessage) error {
	group := old.group
	if !old.found {
		group = w.user.Group
	}
	leads := w.leads(group)
	if err := approvalRule(members(old.body), fields, leads); err != nil {
		return err
	}
	next := desk.TicketState(text(fields, "state"))
	if old.found {
		keepState(fields)
		was := desk.TicketState(text(members(old.body), "state"))
		if next != "" && next != was && was != "" && !leads && !slices.Contains(ticketStates(was), next) {
			return refuse(refuseConflict, "ticket.state")
		}
		return w.ownGroup(fields, old)
	}
	if next == "" {
		fields["state"] = quoted(string(desk.TicketAccepted))
	} else if !leads && !newTicket(next) {
		return refuse(refuseForbidden, "ticket.state")
	}
	w.ticket++
	fields["number"] = ticketNumber(w.ticket)
	return w.ownGroup(fields, old)
}

// approvalRule: leads decide, agents ask. Whose amount was approved or refused asks again with another one.
func approvalRule(was, fields map[string]json.RawMessage, leads bool) error {
	if leads {
		return nil
	}
	before := text(was, "approval")
	decided := before == approvalGiven || before == approvalRefused
	_, given := fields["approval"]
	if word := text(fields, "approval"); given && word != before {
		if word == approvalGiven || word == approvalRefused || decided && word != approvalPending {
			return refuse(refuseForbidden, "ticket.approval")
		}
	}
	if before != approvalGiven || given && text(fields, "approval") != approvalGiven {
		return nil
	}
	for _, name := range []string{"amount", "currency"} {
		if value, changed := fields[name]; changed && string(value) != string(was[name]) {
			fields["approval"] = quoted(approvalPending)
			return nil
		}
	}
	return nil
}

// ticketNumber is what people call a ticket by.
func ticketNumber(n int64) json.RawMessage { return quoted(fmt.Sprintf("T%06d", n)) }
