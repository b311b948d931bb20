package desk

// stateChosen takes a wish for a state. During a call it is remembered and taken afterwards; in
// wrap-up it is taken at once, the draft stays open.
func (u *step) stateChosen(e StateChosen) {
	if e.State != AgentReady && e.State != AgentNotReady {
		return
	}
	u.s.Wish, u.s.WishReason = e.State, ""
	if e.State == AgentNotReady {
		u.s.WishReason = e.Reason
	}
	u.s.WrapFor = ""
	for _, d := range u.s.Drafts {
		if d.ThenReady { // the newer wish counts
			d.ThenReady = false
			u.put(d)
		}
	}
	u.s.Agent.Cause = e.Cause
	if e.Cause == "" {
		u.s.Agent.Cause = CauseSelf
	}
}

// settleAgent derives the agent's state from calls, wrap-up, phone and wish, in that order, so that
// screen and phone cannot disagree, and tells central when it is another one than before.
func (u *step) settleAgent(before Agent) {
	a := &u.s.Agent
	state, cause := u.agentState()
	reason := NotReadyReason("")
	if state == AgentNotReady {
		reason = u.s.WishReason
	}
	if a.State != state || a.Reason != reason {
		a.State, a.Reason, a.Since = state, reason, u.at.At
		if d, ok := u.s.Draft(u.s.WrapFor); ok && d.Restored && state == AgentWrapUp {
			a.Since = d.Ended // it has run on while the program was away
		}
		if cause != "" {
			a.Cause = cause
		}
	}
	a.Pending = ""
	if busy(state) && u.s.Wish == AgentNotReady {
		a.Pending = u.s.Wish
	}
	if *a != before && u.s.Session.User != "" {
		u.do(PublishAgent{Agent: *a})
	}
}

func busy(s AgentStatus) bool {
	return s == AgentRinging || s == AgentOnCall || s == AgentHold || s == AgentWrapUp
}

func (u *step) agentState() (AgentStatus, Cause) {
	var talking, held, ringing bool
	for _, c := range u.s.Calls {
		switch c.State {
		case CallTalking, CallDialling, CallEarly:
			talking = true
		case CallHeld:
			held = true
		case CallRinging:
			ringing = true
		case CallEnded:
		}
	}
	switch {
	case talking:
		return AgentOnCall, CausePhone
	case held:
		return AgentHold, CausePhone
	case ringing:
		return AgentRinging, CausePhone
	case u.s.WrapFor != "":
		return AgentWrapUp, CausePhone
	case u.s.PhoneWanted && !u.registered():
		return AgentOffline, CausePhone
	case u.s.Wish == "":
		return AgentOffline, CauseSelf
	}
	return u.s.Wish, ""
}
