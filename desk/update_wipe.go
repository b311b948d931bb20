package desk

// wipe empties the desk of everything about customers: central has ordered that it be wiped. Calls go on, since
// a talk is never cut off, but nameless; ringing ones are declined, so that others get them.
func (u *step) wipe() {
	if u.s.Wiping {
		return
	}
	old := u.s
	old.Settings.Phrases, old.Settings.Views = nil, nil // an agent's own words may name somebody
	u.s = State{
		Settings: old.Settings,
		Version:  old.Version, Language: old.Language, Session: old.Session, Registrations: old.Registrations,
		PhoneWanted: old.PhoneWanted, PhoneDirect: old.PhoneDirect, Agent: old.Agent, Link: Link{State: old.Link.State, Reason: old.Link.Reason, Since: old.Link.Since},
		Audio: old.Audio, Sight: old.Sight, SightKnown: old.SightKnown, GlobalKeys: old.GlobalKeys, Tray: old.Tray, InTray: old.InTray, View: "work", Wish: AgentNotReady, Wiping: true,
	}
	if old.SoundTest.Kind != SoundNothing {
		u.do(TestSound{})
	}
	for _, c := range old.Calls {
		if c.Live() {
			u.nameless(c)
		}
	}
	if _, rang := old.Ringing(); rang {
		u.do(AlertAgent{On: false})
	}
	u.notice(Notice{Level: NoticeError, Code: "wiping"})
}

// nameless puts a call without what tells who it is, and declines one that rings.
func (u *step) nameless(c Call) {
	if c.State == CallRinging {
		u.do(HangUpCall{Call: c.ID})
	}
	c.Number, c.E164, c.Name, c.Linked, c.TransferTo = "", "", "", "", ""
	u.putCall(c)
}

// whileWiping takes what is left of a desk's work then: ending its calls.
func (u *step) whileWiping(e Event) {
	switch e := e.(type) {
	case CallChanged:
		u.nameless(e.Call)
	case HangUpPressed, HoldPressed, MutePressed, DigitsPressed, TransferPressed, CompletePressed:
		u.atPhone(e)
	case AccountsChanged, RegistrationChanged, AudioChanged:
		u.fromPhone(e)
	case LinkChanged:
		u.fromCentral(e)
	case SightChanged, WindowWanted, GlobalKeysHeld, CloseWanted, TrayChanged:
		u.atWindow(e)
	case LanguageChosen:
		if e.Language.Valid() {
			u.s.Language = e.Language
		}
	default: // nothing else is shown or done any more
	}
}
