package desk

import (
	"maps"
	"slices"
)

// step is one run of Update: the state being made, the stamp and the commands gathered so far. Its
// methods are named after the event they answer.
type step struct {
	s       State
	at      Stamp
	out     []Command
	ticking bool // the event is a Ticked
}

// Update maps a state and an event to the next state and the commands to carry out. It is a pure
// function: the same arguments give the same result, and the state passed in is not changed.
func Update(s State, at Stamp, e Event) (State, []Command) {
	u := &step{s: s, at: at}
	before := s.Agent
	if s.Wiping {
		u.whileWiping(e)
		u.settleAgent(before)
		return u.s, u.out
	}
	if !u.atPractice(e) {
		u.take(e)
	}
	u.settleAgent(before)
	u.settleSetup()
	u.settleSound(s)
	return u.s, u.out
}

// take gives an event to who answers it.
func (u *step) take(e Event) {
	switch e := e.(type) {
	case CallChanged, CallPlaced, CallNotPlaced, RegistrationChanged, AccountsChanged, AudioChanged:
		u.fromPhone(e)
	case CustomerFound, HistoryLoaded, SearchAnswered, DraftKept, DraftNotKept, WorkCommitted,
		WorkNotCommitted, DraftsRestored, StoreFailed:
		u.fromStore(e)
	case ChangesLoaded, OutboxChanged, ChangeChosen, ChangeSettled:
		u.atChanges(e)
	case LinkChanged, SignedIn, Synced, BoardSeen, PasswordTried, RecordOpened, RecordNotOpened, LeaseAnswered,
		UploadHeld, Fetching, RowsSkipped, OthersSeen:
		u.fromCentral(e)
	case AnswerPressed, DeclinePressed, HangUpPressed, HoldPressed, TransferPressed, ConsultPressed, CompletePressed, MutePressed, DigitsPressed,
		DialEdited, DialPressed, StateChosen:
		u.atPhone(e)
	case SearchEdited, CustomerOpened, BrowseClosed, CustomerChosen, NewNameEdited, NoteEdited, ReasonChosen, AskEdited,
		OutcomeChosen, FlowStarted, FlowAnswered, FlowBack, SavePressed, DraftOpened, DraftChosen:
		u.atWork(e)
	case CallbackPromised, CustomerEdited, ContactWritten:
		u.written(e)
	case SightChanged, WindowWanted, GlobalKeysHeld, CloseWanted, TrayChanged:
		u.atWindow(e)
	case QualityMeasured:
		u.measured(e.Quality)
	case DayLoaded:
		u.dayLoaded(e)
	case SyncPressed, FetchPaused:
		u.atSync(e)
	case KnowledgeSought, ArticleChosen, PhraseTaken:
		u.atKnowledge(e)
	case ViewChosen:
		u.view(e.View)
	case SwitchPressed:
		u.switchUser()
	case SettingsLoaded, SettingsChanged, SettingChosen, PaneMoved, ActionUsed, LanguageChosen, SettingsOpened, PhrasesWritten,
		KeyAsked, KeyRefused, KeyGiven, KeysReset, ZoomFitted:
		u.atSettings(e)
	case SetupStarted, SetupStepChosen, SetupByHand, SetupKeyPressed, PhoneTried, RegisterPressed:
		u.atSetup(e)
	case DiagnosticsPressed, DiagnosticsWritten:
		u.atDiagnostics(e)
	case SoundChosen, LevelChosen, SoundDevicesFound, SoundTestPressed, SoundHeard:
		u.atSound(e)
	case NoticeDismissed:
		u.s.Notices = slices.DeleteFunc(slices.Clone(u.s.Notices), func(n Notice) bool { return n.ID == e.ID })
	case NoticeRaised:
		u.notice(e.Notice)
	case HintChanged:
		u.s.Hint = e.Code
	case Started:
		u.started(e)
	case Ticked:
		u.ticking = true
		u.ticked()
	case WipeOrdered:
		u.wipe()
	default:
		u.atViews(e)
	}
}

func (u *step) do(c Command) { u.out = append(u.out, c) }

func (u *step) started(e Started) {
	u.s = State{
		Version: e.Version, Language: e.Language, Session: e.Session, Flows: e.Flows, Routes: e.Routes, Books: e.Books,
		View: "work", Wish: AgentNotReady, PhoneWanted: e.Phone,
		Agent: Agent{User: e.Session.User, Name: e.Session.Name, Group: e.Session.Group, State: AgentOffline, Since: u.at.At},
	}
	u.s.SignIn.Offered, u.s.CanSwitch = e.SignIn && e.Central, e.Switch && e.Central
	u.s.PhoneForm = e.Account
	u.s.Link = Link{State: CentralNone, Since: u.at.At}
	if e.Central {
		u.s.Link.State = CentralConnecting
	}
}

// noticeLife is how long an informational notice stays; warnings and errors stay until dismissed.
const noticeLife = 8 * 1000

// seenEvery is how often a call that lives is written down: after a crash its length is known that well.
const seenEvery = 10 * 1000

func (u *step) ticked() {
	u.forgetUndo()
	old := func(n Notice) bool { return n.Level == NoticeInfo && u.at.At-n.At > noticeLife }
	if slices.ContainsFunc(u.s.Notices, old) {
		u.s.Notices = slices.DeleteFunc(slices.Clone(u.s.Notices), old)
	}
	if u.at.At-u.s.Day.asked >= dayEvery {
		u.loadDay()
	}
	for _, d := range u.s.Drafts {
		d = u.whileItLasts(d)
		if d.Problem != "" && d.Changed > d.Kept && !d.Saving {
			u.do(KeepDraft{Draft: d, Now: true})
		}
		if u.live(d) && u.at.At-max(d.Seen, d.Changed) >= seenEvery {
			d.Seen = u.at.At
			u.put(d)
			u.do(KeepDraft{Draft: d, Now: true})
		}
	}
}

// notice adds a notice; a standing one that says the same is replaced. The oldest goes at MaxNotices.
func (u *step) notice(n Notice) {
	if n.ID == "" {
		n.ID = u.at.ID(7)
	}
	if n.At == 0 {
		n.At = u.at.At
	}
	list := slices.DeleteFunc(slices.Clone(u.s.Notices), func(o Notice) bool { return o.Code == n.Code && maps.Equal(o.Args, n.Args) })
	list = append(list, n)
	if len(list) > MaxNotices {
		list = list[len(list)-MaxNotices:]
	}
	u.s.Notices = list
}

// warn raises a warning that has no arguments.
func (u *step) warn(code string) { u.notice(Notice{Level: NoticeWarning, Code: code}) }

// withdraw takes back a notice that is no longer true.
func (u *step) withdraw(code string) {
	u.s.Notices = slices.DeleteFunc(slices.Clone(u.s.Notices), func(n Notice) bool { return n.Code == code })
}

// draft finds a draft by ID, the active one for an empty ID.
func (u *step) draft(id string) (Draft, bool) {
	if id == "" {
		id = u.s.Active
	}
	return u.s.Draft(id)
}

// put replaces a draft in a fresh slice, or appends it.
func (u *step) put(d Draft) {
	list := slices.Clone(u.s.Drafts)
	if i := slices.IndexFunc(list, func(o Draft) bool { return o.ID == d.ID }); i >= 0 {
		list[i] = d
	} else {
		list = append(list, d)
	}
	u.s.Drafts = list
}

// edit replaces a draft that the agent or the talk has changed, and has it kept on disk.
func (u *step) edit(d Draft, now bool) {
	d.Changed = max(u.at.At, d.Changed+1)
	u.put(d)
	u.do(KeepDraft{Draft: d, Now: now})
}

// drop takes a draft off the screen; the next one with a live call, else the oldest, takes its place.
func (u *step) drop(id string) {
	if d, ok := u.s.Draft(id); ok && d.Callback != "" {
		u.do(DropLease{Callback: d.Callback})
	}
	u.s.Drafts = slices.DeleteFunc(slices.Clone(u.s.Drafts), func(o Draft) bool { return o.ID == id })
	if u.s.WrapFor == id {
		u.s.WrapFor = ""
	}
	if u.s.Active != id {
		return
	}
	u.s.Active = ""
	for _, d := range u.s.Drafts {
		if u.talking(d) {
			u.s.Active = d.ID
			return
		}
	}
	if len(u.s.Drafts) > 0 {
		u.s.Active = u.s.Drafts[0].ID
	}
}

// load asks for a customer and what happened with it, for a draft or (empty) for browsing. Only the
// newest question's answer counts: the readers may finish in any order.
func (u *step) load(draft, customer string) {
	u.s.Loads++
	if draft == "" {
		u.s.BrowseLoad = u.s.Loads
	} else if d, ok := u.s.Draft(draft); ok {
		d.Load = u.s.Loads
		u.put(d)
	}
	found := ""
	if draft == "" {
		found = u.s.Found
	}
	u.do(LoadHistory{Seq: u.s.Loads, Draft: draft, Customer: customer, Contact: found})
}

func (u *step) closeBrowse() {
	u.s.Browsing, u.s.BrowseHistory, u.s.BrowseID, u.s.Found = nil, History{}, "", ""
}

// live reports whether the draft's call still exists.
func (u *step) live(d Draft) bool {
	c, ok := u.s.Call(d.Call)
	return ok && c.Live()
}

func (u *step) talking(d Draft) bool {
	c, ok := u.s.Call(d.Call)
	return ok && (c.State == CallTalking || c.State == CallHeld)
}
