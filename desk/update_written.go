package desk

import "slices"

// written answers the events that write a record without a draft.
func (u *step) written(e Event) {
	switch e := e.(type) {
	case CallbackPromised:
		id := u.at.ID(1)
		c := Callback{
			ID: id, Customer: e.Customer, Wall: e.Wall, Zone: e.Zone, At: e.At, Note: e.Note,
			Owner: u.s.Session.User, Group: u.s.Session.Group, State: CallbackOpen,
		}
		u.commit("callback.schedule", nil, Change{Table: TableCallback, Key: id, Fields: fields(c)})
	case CustomerEdited:
		key := e.Key
		if key == "" {
			key = u.at.ID(1)
		}
		u.commit("customer.save", nil, Change{Table: TableCustomer, Key: key, Base: e.Base, Fields: e.Fields})
	case ContactWritten:
		u.contactWritten(e)
	default: // the others are not for this function
	}
}

// contactWritten saves a contact that the automation port wrote. One that names a call of this desk
// goes through that call's draft, so that window and port work on the same record.
func (u *step) contactWritten(e ContactWritten) {
	c := e.Contact
	i := slices.IndexFunc(u.s.Drafts, func(d Draft) bool {
		return c.Call != "" && (d.Call == c.Call || d.Linked == c.Call) || c.ID == d.ID
	})
	if i >= 0 {
		d := u.s.Drafts[i]
		if d.Saving {
			u.warn("saving")
			return
		}
		u.edit(rewritten(d, e), true)
		u.save(SavePressed{Draft: d.ID}, true)
		return
	}
	correction := c.ID != ""
	if e.Subject != nil {
		c.Subject = *e.Subject
	}
	if e.Content != nil {
		c.Content = *e.Content
	}
	if !correction {
		c.ID, c.At, c.Offset = u.at.ID(1), u.at.At, u.at.Offset
		c.Agent, c.Group = u.s.Session.User, u.s.Session.Group
	}
	c.Desk = u.s.Session.Desk
	c.Subject, c.Content = cut(c.Subject, MaxSubject), cut(c.Content, MaxContent)
	u.commit("contact.save", &c, Change{Table: TableContact, Key: c.ID, Fields: contactFields(c, correction)})
}

// rewritten lays what the port wrote over a draft; what it left out stays as the agent has it.
func rewritten(d Draft, e ContactWritten) Draft {
	if c := e.Given.Customer; c != "" && c != d.Customer {
		d.Customer, d.Picked = c, true
	}
	if e.Subject != nil {
		d.Subject, d.SubjectTyped = cut(*e.Subject, MaxSubject), true
	}
	if e.Content != nil {
		d.Content, d.Typed = cut(*e.Content, MaxContent), true
	}
	if e.Given.Reason != "" {
		d.Reason, d.ReasonPicked = e.Given.Reason, true
	}
	if e.Given.Outcome != "" {
		d.Outcome, d.Chosen = e.Given.Outcome, true
	}
	return d
}
