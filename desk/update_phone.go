package desk

import "slices"

func (u *step) fromPhone(e Event) {
	switch e := e.(type) {
	case CallChanged:
		u.callChanged(e.Call)
	case CallPlaced:
		u.callPlaced(e)
	case CallNotPlaced:
		u.do(ForgetDraft{Draft: e.Draft})
		u.drop(e.Draft)
		u.warn("call_" + e.Problem)
	case AccountsChanged:
		u.s.Registrations = slices.DeleteFunc(slices.Clone(u.s.Registrations), func(r Registration) bool {
			return !slices.Contains(e.AORs, r.AOR)
		})
		u.s.PhoneWanted, u.s.PhoneDirect = len(e.AORs) > 0, e.Direct
		if !u.s.NoPhone() {
			u.withdraw("call_no_phone")
		}
	case RegistrationChanged:
		list := slices.Clone(u.s.Registrations)
		if i := slices.IndexFunc(list, func(r Registration) bool { return r.AOR == e.Registration.AOR }); i >= 0 {
			list[i] = e.Registration
		} else {
			list = append(list, e.Registration)
		}
		u.s.Registrations, u.s.PhoneWanted = list, true
		u.withdraw("call_no_phone")
		if u.registered() {
			u.withdraw("call_not_registered")
		}
	case AudioChanged:
		if e.Audio.Problem != "" && e.Audio.Problem != u.s.Audio.Problem {
			u.warn("audio_" + e.Audio.Problem)
		}
		u.s.Audio = e.Audio
	default: // the others are not for this function
	}
}

// callPlaced joins a dialled draft to its call. The phone may have told of the call before.
func (u *step) callPlaced(e CallPlaced) {
	d, ok := u.s.Draft(e.Draft)
	if !ok {
		return
	}
	c, known := u.s.Call(e.Call)
	d.Call, d.Linked = e.Call, c.Linked
	u.edit(d, true)
	if !known {
		return
	}
	if c.AnsweredAt != 0 {
		u.callAnswered(c, d)
		d, _ = u.s.Draft(d.ID)
	}
	if c.State == CallEnded {
		u.callEnded(c, d)
	}
}

func (u *step) callChanged(c Call) {
	old, known := u.s.Call(c.ID)
	u.putCall(c)
	d, bound := u.draftOf(c)
	switch {
	case !known && (c.Direction == Inbound || c.Referred) && c.Live():
		d, bound = u.newDraft(c)
		if bound {
			u.callerForPractice(d)
		}
	case !known && c.Live():
		u.practiceGivesWay()
	case bound && c.Linked != d.Linked && c.Linked != "":
		d.Linked = c.Linked
		u.edit(d, true)
	}
	if bound && c.AnsweredAt != 0 && old.AnsweredAt == 0 {
		u.callAnswered(c, d)
		d, bound = u.s.Draft(d.ID)
	}
	if c.State == CallEnded && known && old.State != CallEnded {
		u.callOver(c)
	}
	if bound && c.State == CallEnded && (!known || old.State != CallEnded) {
		u.callEnded(c, d)
	}
	if c.Transfer == TransferFailed && old.Transfer != TransferFailed {
		u.notice(Notice{Level: NoticeWarning, Code: "transfer_failed", Args: map[string]string{"to": c.TransferTo}})
	}
	_, rings := u.s.Ringing()
	switch {
	case c.State == CallRinging && !known:
		u.do(AlertAgent{On: true, Call: c})
	case !rings && old.State == CallRinging:
		u.do(AlertAgent{Call: c})
	}
}

// putCall keeps the live calls in the order they came. Ended ones stay until the next call begins.
func (u *step) putCall(c Call) {
	list := slices.Clone(u.s.Calls)
	if i := slices.IndexFunc(list, func(o Call) bool { return o.ID == c.ID }); i >= 0 {
		list[i] = c
	} else {
		list = append(slices.DeleteFunc(list, func(o Call) bool { return !o.Live() }), c)
	}
	u.s.Calls = list
}

func (u *step) draftOf(c Call) (Draft, bool) {
	for _, d := range u.s.Drafts {
		if d.Call == c.ID && c.ID != "" {
			return d, true
		}
	}
	return Draft{}, false
}

// newDraft opens the work on an inbound call. It comes on screen at once only if nothing else is
// there: a call never takes the place of what the agent is writing. Beyond MaxDrafts there is none: the
// call rings and can be answered all the same.
func (u *step) newDraft(c Call) (Draft, bool) {
	d := Draft{
		ID: u.at.ID(0), Call: c.ID, Linked: c.Linked, Number: c.Number, Queue: c.Queue,
		Direction: c.Direction, At: c.StartedAt, Offset: u.at.Offset,
	}
	if d.At == 0 {
		d.At = u.at.At
	}
	if len(u.s.Drafts) >= MaxDrafts {
		u.warn("too_many_drafts")
		return Draft{}, false
	}
	u.edit(d, true)
	if u.s.Active == "" {
		u.show(d.ID)
	}
	u.lookUp(d)
	return u.s.Draft(d.ID)
}

func (u *step) lookUp(d Draft) {
	if d.Number == "" {
		d.Looked = true
		u.put(d)
		u.beginFlow(d.ID, "")
		return
	}
	u.do(FindCustomer{Draft: d.ID, Number: d.Number})
}

// show puts a draft on screen.
func (u *step) show(id string) {
	u.putPracticeAside()
	u.s.Active = id
	u.closeBrowse()
}

func (u *step) callAnswered(c Call, d Draft) {
	d.Answered = c.AnsweredAt
	u.withdraw("not_answered_yet")
	u.edit(d, true)
	u.show(d.ID)
	u.s.WrapFor = ""
	u.openRecord(d.ID)
}

// callEnded turns a talk into wrap-up. A call that nobody answered leaves nothing behind, unless the
// agent wrote something or dialled it: then the record says that there was no answer.
func (u *step) callEnded(c Call, d Draft) {
	d.Ended = c.EndedAt
	if d.Ended == 0 {
		d.Ended = u.at.At
	}
	if d.Answered == 0 && d.Direction == Inbound {
		if c.EndReason != "elsewhere" && c.EndedBy != "me" {
			u.missed(d)
		}
		if !d.written() {
			u.do(ForgetDraft{Draft: d.ID})
			u.drop(d.ID)
			return
		}
	}
	if d.Answered == 0 && !d.Chosen {
		d.Outcome = OutcomeNoAnswer
	}
	u.edit(u.propose(d), true)
	u.s.WrapFor = d.ID
}

// missed tells of a call that nobody took.
func (u *step) missed(d Draft) {
	u.notice(Notice{Level: NoticeWarning, Code: "missed_call", Args: map[string]string{"number": d.Number, "queue": d.Queue}})
}

func (u *step) atPhone(e Event) {
	switch e := e.(type) {
	case AnswerPressed:
		u.answer(e.Call)
	case DeclinePressed:
		if c, ok := u.ringing(e.Call); ok {
			u.do(HangUpCall{Call: c.ID})
		}
	case HangUpPressed:
		if c, ok := u.callOrCurrent(e.Call); ok {
			u.do(HangUpCall{Call: c.ID})
		}
	case HoldPressed:
		if c, ok := u.callOrCurrent(e.Call); ok && (c.State == CallTalking || c.State == CallHeld) {
			u.do(HoldCall{Call: c.ID, On: e.On})
		}
	case TransferPressed, ConsultPressed, CompletePressed:
		u.handOver(e)
	case MutePressed:
		if c, ok := u.callOrCurrent(e.Call); ok {
			u.do(MuteCall{Call: c.ID, On: e.On})
		}
	case DigitsPressed:
		if c, ok := u.callOrCurrent(e.Call); ok && c.State == CallTalking {
			u.do(SendDigits{Call: c.ID, Digits: e.Digits})
		}
	case DialEdited:
		u.s.Dial = e.Text
	case DialPressed:
		u.dial(e)
	case StateChosen:
		u.stateChosen(e)
	default: // the others are not for this function
	}
}

// handOver gives a call to somebody else: at once, after asking there, or to whom was asked. The phone checks again,
// since it knows of the call first.
func (u *step) handOver(e Event) {
	switch e := e.(type) {
	case TransferPressed:
		if c, ok := u.callOrCurrent(e.Call); ok && c.CanGo() && e.To != "" {
			u.do(TransferCall{Call: c.ID, To: e.To})
		}
	case ConsultPressed:
		if c, ok := u.callOrCurrent(e.Call); ok && c.CanGo() && e.To != "" {
			u.do(ConsultCall{Call: c.ID, To: e.To})
		}
	case CompletePressed:
		c, ok := u.s.Call(e.Call)
		if second, live := u.callOrCurrent(e.Consult); ok && live && c.CanGo() && second.ID != c.ID && second.State != CallRinging {
			u.do(CompleteTransfer{Call: c.ID, Consult: second.ID})
		}
	default: // the others are not for this function
	}
}

func (u *step) ringing(id string) (Call, bool) {
	if id == "" {
		return u.s.Ringing()
	}
	c, ok := u.s.Call(id)
	return c, ok && c.State == CallRinging
}

func (u *step) callOrCurrent(id string) (Call, bool) {
	if id == "" {
		return u.s.Current()
	}
	c, ok := u.s.Call(id)
	return c, ok && c.Live()
}

// answer takes a ringing call; one that is talking goes on hold first, so that nobody listens in.
func (u *step) answer(id string) {
	c, ok := u.ringing(id)
	if !ok {
		return
	}
	u.practiceGivesWay()
	u.holdOthers(c.ID)
	u.do(AnswerCall{Call: c.ID})
	u.toCall()
}

// toCall goes to the view of the calls: who takes or begins a call wants to see whom they talk to and what to say. The
// set-up stays, since it is gone through step by step.
func (u *step) toCall() {
	if u.s.View != "work" && u.s.View != "setup" && u.s.View != "" {
		u.view("work")
	}
}

func (u *step) holdOthers(but string) {
	for _, o := range u.s.Calls {
		if o.ID != but && o.State == CallTalking {
			u.do(HoldCall{Call: o.ID, On: true})
		}
	}
}

func (u *step) dial(e DialPressed) {
	to := e.To
	if to == "" {
		to = u.s.Dial
	}
	if to == "" {
		return
	}
	if u.s.NoPhone() {
		u.warn("call_no_phone")
		return
	}
	if u.s.PhoneWanted && !u.registered() {
		u.warn("call_not_registered")
		return
	}
	if len(u.s.Drafts) >= MaxDrafts {
		u.warn("too_many_drafts")
		return
	}
	callback := u.promised(e.Customer)
	if !u.mayDial(e, callback) {
		return
	}
	u.place(to, e, callback)
}

// place dials.
func (u *step) place(to string, e DialPressed, callback string) {
	u.practiceGivesWay()
	u.holdOthers("")
	d := Draft{
		ID: u.at.ID(0), Number: to, Direction: Outbound, Customer: e.Customer, Callback: callback,
		At: u.at.At, Offset: u.at.Offset,
	}
	u.edit(d, true)
	u.show(d.ID)
	u.s.Dial = ""
	if d.Customer != "" {
		d.Looked = true
		u.put(d)
		u.load(d.ID, d.Customer)
	} else {
		u.lookUp(d)
	}
	u.do(PlaceCall{To: to, Account: e.Account, Draft: d.ID})
	u.toCall()
}

func (u *step) registered() bool {
	return slices.ContainsFunc(u.s.Registrations, func(r Registration) bool { return r.State == Registered })
}
