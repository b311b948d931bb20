package desk

import "slices"

func (u *step) fromStore(e Event) {
	switch e := e.(type) {
	case CustomerFound:
		u.customerFound(e)
	case HistoryLoaded:
		u.historyLoaded(e)
	case SearchAnswered:
		if e.Seq == u.s.Search.Seq {
			u.s.Search.Hits, u.s.Search.Busy, u.s.Search.Failed = e.Hits, false, e.Failed
		}
	case DraftKept:
		if d, ok := u.s.Draft(e.Draft); ok {
			d.Kept = max(d.Kept, e.Changed)
			if d.Kept >= d.Changed {
				d.Problem = ""
			}
			u.put(d)
		}
		u.s.StoreProblem = ""
	case DraftNotKept:
		if d, ok := u.s.Draft(e.Draft); ok {
			d.Problem = e.Problem
			u.put(d)
		}
		u.s.StoreProblem = e.Problem
	case WorkCommitted:
		u.committed(e)
	case WorkNotCommitted:
		u.withdraw("saving")
		u.notDone(e.Intent)
		if d, ok := u.s.Draft(e.Draft); ok {
			d.Saving, d.ThenReady, d.Problem = false, false, e.Problem
			u.put(d)
		} else {
			u.notice(Notice{Level: NoticeError, Code: "not_saved_" + e.Problem})
		}
		u.s.StoreProblem = e.Problem
	case DraftsRestored:
		u.restored(e.Drafts)
	case StoreFailed:
		u.s.StoreProblem = e.Problem
	default: // the others are not for this function
	}
}

// customerFound fills the screen pop. One customer who certainly has the number is taken; several, and those
// who only may have it, are offered, never guessed.
func (u *step) customerFound(e CustomerFound) {
	d, ok := u.s.Draft(e.Draft)
	if !ok || d.Number != e.Number {
		return
	}
	if e.Failed && d.Looked && !d.Unread { // asked once more, since more has come: what was read stands
		return
	}
	d.Matches, d.About, d.Looked, d.Unread = e.Customers, e.About, true, e.Failed
	certain := d.Certain()
	if d.Customer == "" && d.NewName == "" && !d.Nobody && !d.Saving && len(certain) == 1 { // a name that is being written stands
		d.Customer = certain[0].ID
		u.edit(d, true)
	} else {
		u.put(d)
	}
	if d.Customer != "" {
		u.load(d.ID, d.Customer)
	}
	u.openRecord(d.ID)
	u.beginFlow(d.ID, "")
}

func (u *step) historyLoaded(e HistoryLoaded) {
	if e.Draft == "" {
		if e.Seq != u.s.BrowseLoad || e.Customer.ID != u.s.BrowseID {
			return
		}
		c := e.Customer
		u.s.Browsing, u.s.BrowseHistory = &c, e.History
		return
	}
	d, ok := u.s.Draft(e.Draft)
	if !ok || d.Customer != e.Customer.ID || e.Seq != d.Load {
		return
	}
	d.History, d.Reaches = e.History, e.Customer.ID
	matches := slices.Clone(d.Matches)
	if i := slices.IndexFunc(matches, func(c Customer) bool { return c.ID == e.Customer.ID }); i >= 0 {
		matches[i] = e.Customer
	} else {
		matches = append([]Customer{e.Customer}, matches...)
	}
	d.Matches = matches
	u.put(d)
	u.openRecord(d.ID)
	u.retell(d.ID)
	u.beginFlow(d.ID, "")
}

func (u *step) committed(e WorkCommitted) {
	u.withdraw("saving")
	u.s.StoreProblem = ""
	u.s.Link.Outbox.Pending = e.Committed.Pending
	if u.s.Link.Outbox.OldestN == 0 || u.s.Link.Outbox.OldestN > e.Committed.N {
		u.s.Link.Outbox.OldestN, u.s.Link.Outbox.Oldest = e.Committed.N, e.Committed.At
	}
	if e.Contact != nil {
		u.s.Saved = &SavedWork{Contact: e.Contact.ID, Customer: e.Contact.Customer, N: e.Committed.N, At: e.Committed.At}
	}
	u.do(SyncNow{})
	u.loadChanges()
	u.relist()
	if e.Draft == "" && u.s.Browsing != nil { // it may be about whom the agent looks at
		u.load("", u.s.Browsing.ID)
	}
	d, ok := u.s.Draft(e.Draft)
	if !ok {
		return
	}
	if d.ThenReady && !u.live(d) {
		u.s.Wish, u.s.WishReason = AgentReady, ""
	}
	if u.live(d) || d.Changed != d.SavingAs { // saved in mid-call, or typed on meanwhile: it stays open
		d.Saving, d.ThenReady, d.Problem, d.SavedAt = false, false, "", e.Committed.At
		d.TicketDone, d.PromiseDone = d.Ticket != "", d.Promise != ""
		if e.Contact != nil && d.Customer == "" {
			d.Customer, d.NewName, d.Made = e.Contact.Customer, "", e.Contact.Customer != ""
		}
		u.put(d)
		u.do(KeepDraft{Draft: d, Now: true})
		if d.Customer != "" {
			u.load(d.ID, d.Customer)
		}
		return
	}
	u.drop(d.ID)
}

// restored brings back what a crash left on disk. The calls are gone; the writing is not.
func (u *step) restored(drafts []Draft) {
	back := 0
	for _, d := range drafts {
		d.Restored, d.CallGone, d.Call = true, true, ""
		d.Kept = d.Changed
		if d.Ended == 0 { // its true end is not known: the last moment that is
			d.Ended = max(d.Changed, d.Seen)
		}
		if d.Answered == 0 && d.Linked != "" && d.Direction == Inbound && !d.written() {
			u.missed(d)
			u.do(ForgetDraft{Draft: d.ID})
			continue
		}
		if d.Answered == 0 && d.Direction == Outbound && !d.Chosen {
			d.Outcome = OutcomeNoAnswer
		}
		back++
		u.put(d)
		if cur, ok := u.s.Draft(u.s.Active); !ok || cur.Changed < d.Changed {
			u.show(d.ID)
			u.s.WrapFor = d.ID
		}
		if d.Customer != "" {
			u.load(d.ID, d.Customer)
		} else {
			u.lookUp(d)
		}
	}
	if back > 0 {
		u.notice(Notice{Level: NoticeInfo, Code: "drafts_restored"})
	}
}

func (u *step) fromCentral(e Event) {
	switch e := e.(type) {
	case LinkChanged:
		if u.s.Link.State != e.State || u.s.Link.Reason != e.Reason {
			u.s.Link.State, u.s.Link.Reason, u.s.Link.Since = e.State, e.Reason, u.at.At
		}
		u.s.Link.NextTry = e.NextTry
		if e.State != CentralOnline && u.s.BoardKnown {
			u.s.Board.Stale = true
		}
		for _, d := range u.s.Drafts { // what central could not be asked for before
			u.openRecord(d.ID)
		}
	case SignedIn:
		u.s.Session = e.Session
		u.s.PhoneWanted = e.Phone || len(u.s.Registrations) > 0
		u.s.Link.Skew = e.Skew
		u.s.Agent.User, u.s.Agent.Name, u.s.Agent.Group = e.Session.User, e.Session.Name, e.Session.Group
	case PasswordTried:
		u.s.SignIn.Busy, u.s.SignIn.Problem = e.Busy, e.Problem
		if e.Taken {
			u.s.SignIn.Taken++
		}
	case Synced:
		u.synced(e)
	case RecordOpened, RecordNotOpened, LeaseAnswered:
		u.answered(e)
	case UploadHeld:
		u.s.Link.Held = e.Held
	case Fetching:
		u.fetching(e)
	case RowsSkipped:
		u.s.Link.Skipped = e.Rows
	case OthersSeen:
		u.s.Others = e.Others
	case BoardSeen:
		u.s.Board, u.s.BoardKnown = e.Board, true
		u.sampleLoad(e.Board)
	default: // the others are not for this function
	}
}

// fetching takes in how a first sync comes along.
func (u *step) fetching(e Fetching) {
	if u.s.Link.Fetching == 0 {
		u.s.Link.FetchSince = u.at.At
	}
	u.s.Link.Fetching, u.s.Link.Paused = max(e.Rows, 1), e.Paused
}

// atSync takes what the agent wants of the synchronisation. To want it now ends a pause.
func (u *step) atSync(e Event) {
	if p, ok := e.(FetchPaused); ok {
		u.pauseFetch(p.On)
		return
	}
	u.pauseFetch(false)
	u.do(SyncNow{})
}

// pauseFetch pauses a first sync, or lets it go on; that it does is the link's to tell.
func (u *step) pauseFetch(on bool) {
	if on != u.s.Link.Paused && (u.s.Link.Fetching > 0 || !on) {
		u.do(PauseFetch{On: on})
	}
}

func (u *step) synced(e Synced) {
	if n := len(e.Outbox.Refused); n > len(u.s.Link.Outbox.Refused) {
		u.warn("op_refused")
	}
	if e.Outbox.Lost > u.s.Link.Outbox.Lost {
		u.warn("value_lost")
	}
	u.s.Link.Outbox, u.s.Link.Cursor, u.s.Link.Fetching, u.s.Link.Paused = e.Outbox, e.Cursor, 0, false
	u.loadChanges()
	refused := func(r RefusedOp) bool { return u.s.Saved != nil && r.Op.N == u.s.Saved.N }
	if w := u.s.Saved; w != nil && !w.Synced && (e.Outbox.Pending == 0 || w.N < e.Outbox.OldestN) && !slices.ContainsFunc(e.Outbox.Refused, refused) {
		done := *w
		done.Synced = true
		u.s.Saved = &done
	}
	if e.Rows == 0 {
		return
	}
	u.relist()
	if d, ok := u.s.Draft(u.s.Active); ok {
		if d.Customer != "" {
			u.load(d.ID, d.Customer)
		} else {
			u.lookUp(d)
		}
	}
	if u.s.Browsing != nil {
		u.load("", u.s.Browsing.ID)
	}
}
