package desk

import "slices"

// openRecord asks central for the whole record of a draft's customer, where this desk holds a stub and a talk
// with that customer is under way or being written up. It asks once; when the link comes back, again.
func (u *step) openRecord(draft string) {
	d, ok := u.s.Draft(draft)
	if !ok || d.Customer == "" || d.Linked == "" || d.Answered == 0 || d.Restored || u.s.Link.State != CentralOnline {
		return
	}
	if d.Asked == d.Customer && d.NotOpened != "offline" {
		return
	}
	i := slices.IndexFunc(d.Matches, func(c Customer) bool { return c.ID == d.Customer })
	if i < 0 || !d.Matches[i].Stub {
		return
	}
	d.Asked, d.NotOpened, d.Granted = d.Customer, "", nil
	u.put(d)
	u.do(OpenRecord{Draft: d.ID, Customer: d.Customer, Call: d.Linked})
}

// answered takes what central says to a question of this desk.
func (u *step) answered(e Event) {
	switch e := e.(type) {
	case RecordOpened:
		if d, ok := u.s.Draft(e.Draft); ok && d.Asked == e.Granted.Customer.ID && d.Asked == d.Customer {
			granted := e.Granted
			d.Granted, d.NotOpened = &granted, ""
			u.put(d)
		}
	case RecordNotOpened:
		if d, ok := u.s.Draft(e.Draft); ok && d.Asked == e.Customer {
			d.NotOpened = e.Problem
			u.put(d)
		}
	case LeaseAnswered:
		u.leaseAnswered(e)
	default: // the others are not for this function
	}
}

// whileItLasts takes a granted record off the screen when its time is over, and holds the lease of the callback
// that a live call keeps.
func (u *step) whileItLasts(d Draft) Draft {
	if d.Granted != nil && u.at.At+u.s.Link.Skew >= d.Granted.Until {
		d.Granted, d.Asked = nil, ""
		u.put(d)
		u.openRecord(d.ID)
		d, _ = u.s.Draft(d.ID)
	}
	if lasts := (u.at.At - d.At) / 1000; d.Callback != "" && u.live(d) && lasts > 0 && lasts%leaseSeconds == 0 {
		u.do(AskLease{Callback: d.Callback})
	}
	return d
}

// leaseSeconds is how often a lease is prolonged: several times within what central gives.
const leaseSeconds = 120

// promised is the callback that a call to a customer would keep: the earliest one that is open, as far as the
// desk has the customer's history on screen.
func (u *step) promised(customer string) string {
	if customer == "" {
		return ""
	}
	var list []Callback
	if u.s.Browsing != nil && u.s.Browsing.ID == customer {
		list = u.s.BrowseHistory.Callbacks
	}
	for _, at := range []Looked{u.s.Tasks.Looked, u.s.Customers.Looked} {
		if len(list) == 0 && at.Customer.ID == customer {
			list = at.History.Callbacks
		}
	}
	for _, d := range u.s.Drafts {
		if len(list) == 0 && d.Reaches == customer {
			list = d.History.Callbacks
		}
	}
	first := Callback{}
	for _, c := range list {
		open := c.State == CallbackOpen || c.State == CallbackMissed || c.State == CallbackClaimed
		if open && (first.ID == "" || c.At < first.At) {
			first = c
		}
	}
	return first.ID
}

// mayDial reports whether a call that keeps a promise may be placed now. While central can be asked it is asked
// first whose the promise is, so that two agents never dial one customer; pressed again, the agent's word counts.
func (u *step) mayDial(e DialPressed, callback string) bool {
	wish := &u.s.Lease
	if callback == "" || u.s.Link.State != CentralOnline {
		if callback != "" {
			u.notice(Notice{Level: NoticeInfo, Code: "lease_unconfirmed"})
		}
		wish.Busy = false
		return true
	}
	if wish.Refused == callback {
		wish.Refused = ""
		return true
	}
	if wish.Busy && wish.Callback == callback {
		return false // central is being asked
	}
	wish.Seq++
	wish.Busy, wish.Dial, wish.Callback, wish.Refused = true, e, callback, ""
	u.do(AskLease{Seq: wish.Seq, Callback: callback})
	return false
}

func (u *step) leaseAnswered(e LeaseAnswered) {
	wish := &u.s.Lease
	if !wish.Busy || e.Seq != wish.Seq {
		return
	}
	wish.Busy = false
	if e.Known && !e.Mine {
		wish.Refused = wish.Callback
		name := e.Name
		if name == "" {
			name = e.By
		}
		u.notice(Notice{Level: NoticeWarning, Code: "callback_taken", Args: map[string]string{"name": name}})
		return
	}
	if !e.Known {
		u.notice(Notice{Level: NoticeInfo, Code: "lease_unconfirmed"})
	}
	to := wish.Dial.To
	if to == "" {
		to = u.s.Dial
	}
	if len(u.s.Drafts) >= MaxDrafts || to == "" {
		u.do(DropLease{Callback: wish.Callback})
		return
	}
	u.place(to, wish.Dial, wish.Callback)
}

// promiseKept marks the callback that a draft's call kept, once somebody was reached. It is an intent of its own:
// were the callback somebody else's by now, the record of the talk would be refused with it.
func (u *step) promiseKept(d Draft) {
	if d.Callback == "" || d.Answered == 0 || d.SavedAt != 0 {
		return
	}
	c := Change{Table: TableCallback, Key: d.Callback, Fields: fields(map[string]any{"state": CallbackDone})}
	for _, known := range d.History.Callbacks {
		if known.ID == d.Callback {
			c.If = fields(map[string]any{"state": known.State})
		}
	}
	u.do(CommitWork{Intent: Intent{ID: u.at.ID(6), Kind: "callback.done", At: u.at.At, Offset: u.at.Offset, Changes: []Change{c}}})
}

// switchUser gives the window to another user: not during a call, which is this user's. What is written is on disk
// by then, and waits for its author.
func (u *step) switchUser() {
	if !u.s.CanSwitch {
		return
	}
	if slices.ContainsFunc(u.s.Calls, func(c Call) bool { return c.Live() }) {
		u.warn("switch_in_call")
		return
	}
	for _, d := range u.s.Drafts {
		if d.Changed > d.Kept {
			u.do(KeepDraft{Draft: d, Now: true})
		}
	}
	u.do(SwitchUser{})
}
