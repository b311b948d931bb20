package present

import (
	"strings"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// The IDs of the actions that have a chord or are looked for by name. Settings keep them: they stay as they are.
const (
	ActAnswer   = "call.answer"
	ActDecline  = "call.decline"
	ActHangUp   = "call.hang_up"
	ActHold     = "call.hold"
	ActMute     = "call.mute"
	ActTransfer = "call.transfer"
	ActDial     = "call.dial"
	ActState    = "state.toggle"
	ActStates   = "state.menu"
	ActNext     = "flow.next"
	ActOption   = "flow.option"
	ActOptionIn = "flow.option_in_field"
	ActBack     = "flow.back"
	ActHint     = "flow.hint"
	ActNote     = "note.write"
	ActSave     = "note.save"
	ActFinish   = "note.finish"
	ActOther    = "note.other"
	ActSearch   = "search"
	ActOffered  = "customer.offered." // and a digit
	ActNobody   = "customer.nobody"
	ActPool     = "customer.pool"
	ActView     = "view." // and the name of the view
	ActChanges  = "view.changes"
	ActSettle   = "changes.settle"
	ActKeys     = "window.keys"
	ActPane     = "window.pane"
	ActPaneBack = "window.pane_back"
	ActScroll   = "window.scroll"
	ActTab      = "window.tab"
	ActUndo     = "undo"
	ActSync     = "sync.now"
	ActFetch    = "sync.pause"
	ActPassword = "sign_in.password"
	ActSwitch   = "sign_in.switch"
	ActEscape   = "window.escape"
	ActListOpen = "list.open"
	ActExport   = "customers.export"
	ActImport   = "customers.import"
	ActSaveView = "customers.save_view"
	ActTaskDial = "task.dial"
	ActTaskDone = "task.done"
	ActTaskMove = "task.move"

	ActAnswerAnywhere = "anywhere.answer"
	ActMuteAnywhere   = "anywhere.mute"
	ActHangUpAnywhere = "anywhere.hang_up"
)

// row is a line of the table of actions: what can be done, under which heading, by which chord, and what it does
// in a given moment. A row without do is told of only: the window does it where the key is pressed.
type row struct {
	id     string
	name   words.Key
	group  words.Key
	chord  string // what it is pressed by until somebody chooses another
	also   string
	fixed  bool
	global bool
	do     func(m maker, s *Screen, a *Action)
}

// table is the one table of actions and chords. Whoever adds something that can be done adds a row here.
func table() []row { return append(workRows(), viewRows()...) }

// workRows are what is done for a customer: the call, the state, the flow, the note.
func workRows() []row {
	return []row{
		{id: ActAnswer, name: words.DoAnswer, group: words.GroupCall, chord: "Ctrl+Enter", do: doAnswer},
		{id: ActDecline, name: words.DoDecline, group: words.GroupCall, do: doDecline},
		{id: ActHangUp, name: words.DoHangUp, group: words.GroupCall, chord: "F10", also: "Ctrl+Shift+H", do: doHangUp},
		{id: ActHold, name: words.ActHold, group: words.GroupCall, chord: "F7", do: doHold},
		{id: ActMute, name: words.DoMute, group: words.GroupCall, chord: "F6", do: doMute},
		{id: ActTransfer, name: words.DoTransfer, group: words.GroupCall, chord: "F8", do: doTransfer},
		{id: ActDial, name: words.ActDial, group: words.GroupCall, chord: "Ctrl+D", do: doDial},

		{id: "call.back", name: words.ActCallBack, group: words.GroupCall, do: doCallBack},
		{id: ActAnswerAnywhere, name: words.ActAnswerAnywhere, group: words.GroupAnywhere, chord: "Ctrl+Alt+Enter", global: true, do: anywhere(doAnswer)},
		{id: ActMuteAnywhere, name: words.ActMuteAnywhere, group: words.GroupAnywhere, chord: "Ctrl+Alt+M", global: true, do: anywhere(doMute)},
		{id: ActHangUpAnywhere, name: words.ActHangUpAnywhere, group: words.GroupAnywhere, chord: "Ctrl+Alt+H", global: true, do: anywhere(doHangUp)},

		{id: ActState, name: words.ActState, group: words.GroupState, chord: "F2", do: func(m maker, _ *Screen, a *Action) { a.can(m.toggled()) }},
		{id: ActStates, name: words.ActStates, group: words.GroupState, chord: "Ctrl+F2", do: func(_ maker, _ *Screen, a *Action) { a.window(DeedStates, true) }},
		{id: "state.ready", name: words.AgentReady, group: words.GroupState, do: doState(desk.AgentReady, "")},
		{id: "state.break", name: words.AwayBreak, group: words.GroupState, do: doState(desk.AgentNotReady, desk.ReasonBreak)},
		{id: "state.meal", name: words.AwayMeal, group: words.GroupState, do: doState(desk.AgentNotReady, desk.ReasonMeal)},
		{id: "state.training", name: words.AwayTraining, group: words.GroupState, do: doState(desk.AgentNotReady, desk.ReasonTraining)},
		{id: "state.meeting", name: words.AwayMeeting, group: words.GroupState, do: doState(desk.AgentNotReady, desk.ReasonMeeting)},

		{id: ActOption, name: words.ActOption, group: words.GroupFlow, chord: "1–9", fixed: true},
		{id: ActOptionIn, name: words.ActOptionIn, group: words.GroupFlow, chord: "Alt+1–9", fixed: true},
		{id: ActNext, name: words.DoNext, group: words.GroupFlow, chord: "Enter", fixed: true, do: doNext},
		{id: ActBack, name: words.DoBack, group: words.GroupFlow, chord: "Alt+Left", do: func(_ maker, s *Screen, a *Action) { a.button(s.Flow.Back) }},

		{id: ActHint, name: words.ActHint, group: words.GroupFlow, chord: "Alt+Down", do: func(_ maker, s *Screen, a *Action) { a.window(DeedHint, s.View == home && s.Flow.HintAll != "") }},

		{id: ActNote, name: words.ActNote, group: words.GroupNote, chord: "Ctrl+N", do: doNote},
		{id: "note.phrase", name: words.ActPhrase, group: words.GroupNote, chord: ";", fixed: true},
		{id: ActSave, name: words.DoSave, group: words.GroupNote, chord: "Ctrl+S", do: func(_ maker, s *Screen, a *Action) { a.button(s.Note.Save) }},
		{id: ActFinish, name: words.DoFinish, group: words.GroupNote, chord: "F9", do: func(_ maker, s *Screen, a *Action) { a.button(s.Note.Finish) }},
		{id: ActOther, name: words.ActOther, group: words.GroupNote, chord: "Ctrl+J", do: doOther},

		{id: ActSearch, name: words.ActSearch, group: words.GroupCustomer, chord: "Ctrl+K", do: func(_ maker, _ *Screen, a *Action) { a.window(DeedSearch, true) }},
		{id: ActOffered + "1", name: words.ActOffered, group: words.GroupCustomer, chord: "Ctrl+Shift+1", do: doOffered},
		{id: ActOffered + "2", name: words.ActOffered, group: words.GroupCustomer, chord: "Ctrl+Shift+2", do: doOffered},
		{id: ActOffered + "3", name: words.ActOffered, group: words.GroupCustomer, chord: "Ctrl+Shift+3", do: doOffered},
		{id: ActOffered + "4", name: words.ActOffered, group: words.GroupCustomer, chord: "Ctrl+Shift+4", do: doOffered},
		{id: ActOffered + "5", name: words.ActOffered, group: words.GroupCustomer, chord: "Ctrl+Shift+5", do: doOffered},
		{id: ActOffered + "6", name: words.ActOffered, group: words.GroupCustomer, chord: "Ctrl+Shift+6", do: doOffered},
		{id: ActNobody, name: words.CustomerNone, group: words.GroupCustomer, chord: "Ctrl+Shift+0", do: onWork(func(s *Screen) Button { return s.Customer.None })},
		{id: ActPool, name: words.ActPool, group: words.GroupCustomer, chord: "Ctrl+G", do: onWork(func(s *Screen) Button { return s.Customer.Pool })},
		{id: ActExport, name: words.CustomersExport, group: words.GroupCustomer, do: doExport},
		{id: ActView + "import", name: words.CustomersImport, group: words.GroupCustomer, do: doView},
		{id: ActSaveView, name: words.ViewsSave, group: words.GroupCustomer, do: doSaveView},
		{id: ActImport, name: words.TableDo, group: words.GroupCustomer, do: doImport},
		{id: ActTaskDial, name: words.TaskDial, group: words.GroupCustomer, chord: "Ctrl+L", do: doTask},
		{id: ActTaskDone, name: words.TaskDone, group: words.GroupCustomer, chord: "Ctrl+E", do: doTask},
		{id: ActTaskMove, name: words.TaskMove, group: words.GroupCustomer, chord: "Ctrl+R", do: doTask},
	}
}

// viewRows are the views with what is done in them, and what is done with the window.
func viewRows() []row {
	return []row{
		{id: ActView + home, name: words.ViewCalls, group: words.GroupViews, chord: "Ctrl+1", do: doView},
		{id: ActView + "customers", name: words.ViewCustomers, group: words.GroupViews, chord: "Ctrl+2", do: doView},
		{id: ActView + "tasks", name: words.ViewTasks, group: words.GroupViews, chord: "Ctrl+3", do: doView},
		{id: ActView + "board", name: words.ViewBoard, group: words.GroupViews, chord: "Ctrl+4", also: "Ctrl+B", do: doView},
		{id: ActView + "knowledge", name: words.ViewKnowledge, group: words.GroupViews, chord: "Ctrl+5", do: doView},
		{id: ActView + "team", name: words.ViewTeam, group: words.GroupViews, chord: "Ctrl+6", do: doView},
		{id: ActView + "settings", name: words.ViewSettings, group: words.GroupViews, chord: "Ctrl+7", also: "Ctrl+,", do: doView},
		{id: ActChanges, name: words.ViewChanges, group: words.GroupViews, chord: "Ctrl+U", do: doView},
		{id: ActSettle, name: words.ActSettle, group: words.GroupViews, chord: "1–3", fixed: true},

		{id: ActKeys, name: words.ActKeys, group: words.GroupWindow, chord: "F1", also: "Ctrl+/", do: func(_ maker, _ *Screen, a *Action) { a.window(DeedKeys, true) }},
		{id: ActPane, name: words.ActPane, group: words.GroupWindow, chord: "Ctrl+Tab", do: func(_ maker, _ *Screen, a *Action) { a.window(DeedPane, true) }},
		{id: ActPaneBack, name: words.ActPaneBack, group: words.GroupWindow, chord: "Ctrl+Shift+Tab", do: func(_ maker, _ *Screen, a *Action) { a.window(DeedPaneBack, true) }},
		{id: ActScroll, name: words.ActScroll, group: words.GroupWindow, chord: "PageUp/PageDown", fixed: true},
		{id: ActTab, name: words.ActTab, group: words.GroupWindow, chord: "Tab", fixed: true},
		{id: ActUndo, name: words.DoUndo, group: words.GroupWindow, chord: "Ctrl+Z", fixed: true, do: doUndo},
		{id: ActSync, name: words.ActSync, group: words.GroupWindow, do: doSync},
		{id: ActFetch, name: words.ActFetch, group: words.GroupWindow, do: doFetch},
		{id: ActPassword, name: words.DoSignInAgain, group: words.GroupWindow, chord: "Ctrl+P", do: func(_ maker, s *Screen, a *Action) { a.window(DeedPassword, s.Password.Open.Enabled) }},
		{id: ActSwitch, name: words.DoSwitch, group: words.GroupWindow, do: doSwitch},
		{id: "pane.left", name: words.ActPaneLeft, group: words.GroupWindow, chord: "Alt+Shift+Left", do: deed(DeedPaneLeft)},
		{id: "pane.right", name: words.ActPaneRight, group: words.GroupWindow, chord: "Alt+Shift+Right", do: deed(DeedPaneRight)},
		{id: "pane.up", name: words.ActPaneUp, group: words.GroupWindow, chord: "Alt+Shift+Up", do: deed(DeedPaneUp)},
		{id: "pane.down", name: words.ActPaneDown, group: words.GroupWindow, chord: "Alt+Shift+Down", do: deed(DeedPaneDown)},
		{id: "pane.back", name: words.ActPanesBack, group: words.GroupWindow, chord: "Alt+Shift+Home", do: deed(DeedPanesBack)},
		{id: ActEscape, name: words.ActEscape, group: words.GroupWindow, chord: "Esc", fixed: true},
	}
}

// deed is something that the window can always do.
func deed(d Deed) func(maker, *Screen, *Action) {
	return func(_ maker, _ *Screen, a *Action) { a.window(d, true) }
}

// can is an action that sends an event; nil: not now.
func (a *Action) can(e desk.Event) { a.Do, a.Enabled = e, e != nil }

// button is an action that does what a button does.
func (a *Action) button(b Button) {
	if b.Shown() {
		a.Name = b.Text
	}
	if b.Enabled {
		a.can(b.Do)
	}
}

func (a *Action) window(d Deed, enabled bool) { a.Window, a.Enabled = d, enabled }

func doAnswer(m maker, _ *Screen, a *Action) {
	if c, ok := m.s.Ringing(); ok {
		a.can(desk.AnswerPressed{Call: c.ID})
	}
}

func doDecline(m maker, _ *Screen, a *Action) {
	if c, ok := m.s.Ringing(); ok {
		a.can(desk.DeclinePressed{Call: c.ID})
	}
}

// doHangUp ends the call the phone bar acts on. What rings is declined by its button only: the key that ends a
// call must not turn somebody away who has just begun to ring.
func doHangUp(m maker, _ *Screen, a *Action) {
	if c, ok := m.s.Current(); ok && c.State != desk.CallRinging {
		a.can(desk.HangUpPressed{Call: c.ID})
	}
}

func doHold(m maker, _ *Screen, a *Action) {
	if c, ok := m.s.Current(); ok && c.CanGo() {
		a.button(m.hold(c))
	}
}

func doMute(m maker, _ *Screen, a *Action) {
	if c, ok := m.s.Current(); ok && c.CanGo() {
		a.button(m.mute(c))
	}
}

// doDial leads to the dial field, or to the keypad while there is a call.
func doDial(_ maker, s *Screen, a *Action) {
	a.window(DeedDial, len(s.Top.Lines) == 0 || s.Top.Keypad.Call != "")
}

func doState(state desk.AgentStatus, why desk.NotReadyReason) func(maker, *Screen, *Action) {
	return func(m maker, _ *Screen, a *Action) {
		if m.s.Wish != state || m.s.WishReason != why {
			a.can(desk.StateChosen{State: state, Reason: why, Cause: desk.CauseSelf})
		}
	}
}

func doNext(_ maker, s *Screen, a *Action) {
	a.window(DeedNext, s.View == home && s.Flow.Kind == FlowStep && !s.Flow.Early)
}

// doNote leads to the note, from another view too.
func doNote(_ maker, s *Screen, a *Action) {
	a.window(DeedNote, s.Note.Shown)
	if s.View != home && s.Note.Shown {
		a.Do = desk.ViewChosen{View: home}
	}
}

// doOther goes from open note to open note.
func doOther(_ maker, s *Screen, a *Action) {
	for i, t := range s.Rail.Tabs {
		if t.Active {
			a.can(s.Rail.Tabs[(i+1)%len(s.Rail.Tabs)].Do)
		}
	}
}

// doOffered takes the customer who bears the chord.
func doOffered(m maker, s *Screen, a *Action) {
	n, _ := strings.CutPrefix(a.ID, ActOffered)
	a.Name = m.w.Fill(words.ActOffered, "n", n)
	if s.View != home {
		return
	}
	for _, c := range s.Customer.Choices {
		if c.Key == a.Key && c.Key != "" {
			a.Name = join(" ", a.Name, c.Name)
			a.can(c.Do)
		}
	}
}

func onWork(of func(*Screen) Button) func(maker, *Screen, *Action) {
	return func(_ maker, s *Screen, a *Action) {
		if s.View == home {
			a.button(of(s))
		}
	}
}

// doView goes to a view or, from there, back to the calls. A view that the user does not have is no action.
func doView(m maker, s *Screen, a *Action) {
	id, _ := strings.CutPrefix(a.ID, ActView)
	for _, v := range views() {
		switch {
		case v.id != id || !m.has(v):
		case s.View == id:
			a.can(desk.ViewChosen{View: home})
			return
		default:
			a.can(desk.ViewChosen{View: id})
			return
		}
	}
	a.absent = true
}

// doUndo takes back what was done last, where no field has the focus: there it is about the text.
func doUndo(m maker, _ *Screen, a *Action) {
	if m.s.Undo.Offers(m.now) {
		a.can(desk.UndoPressed{})
	}
}

func doSync(m maker, _ *Screen, a *Action) {
	if m.s.Link.State != desk.CentralNone && m.s.Link.State != "" {
		a.can(desk.SyncPressed{})
	}
}

func doSwitch(m maker, _ *Screen, a *Action) {
	if m.s.CanSwitch {
		a.can(desk.SwitchPressed{})
	}
}
