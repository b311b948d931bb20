package words

// The views of the rail.
const (
	ViewCalls     Key = "view.calls"
	ViewCustomers Key = "view.customers"
	ViewTasks     Key = "view.tasks"
	ViewBoard     Key = "view.board"
	ViewKnowledge Key = "view.knowledge"
	ViewTeam      Key = "view.team"
	ViewSettings  Key = "view.settings"
	ViewChanges   Key = "view.changes"
)

// Moving the dividers between panes.
const (
	ActPaneLeft  Key = "act.pane_left"
	ActPaneRight Key = "act.pane_right"
	ActPaneUp    Key = "act.pane_up"
	ActPaneDown  Key = "act.pane_down"
	ActPanesBack Key = "act.panes_back"
)

// How a talk sounds.
const (
	QualityGood Key = "quality.good"
	QualityFair Key = "quality.fair"
	QualityPoor Key = "quality.poor"
	QualityMOS  Key = "quality.mos"
	QualityLoss Key = "quality.loss"
)

// TimeAgo tells how old something is.
const TimeAgo Key = "time.ago"

// The own day and recent calls.
const (
	DayTitle      Key = "day.title"
	DayCalls      Key = "day.calls"
	DayCallsOf    Key = "day.calls_of"
	DayTalk       Key = "day.talk"
	DayAverage    Key = "day.average"
	DayMissed     Key = "day.missed"
	DayCalledBack Key = "day.called_back"
	DayPromises   Key = "day.promises"
	DayPromisesOf Key = "day.promises_of"
	DayNoPromises Key = "day.no_promises"
	DayChart      Key = "day.chart"
	DayTalked     Key = "day.talked"
	DayBackDone   Key = "day.back_done"
	RecentTitle   Key = "recent.title"
	RecentNone    Key = "recent.none"
	EndMissed     Key = "end.missed"
	EndDeclined   Key = "end.declined"
	DoCallBack    Key = "do.call_back"
	ActCallBack   Key = "act.call_back"
)

// The group, and the load of the queues.
const (
	TeamTitle     Key = "team.title"
	TeamUnknown   Key = "team.unknown"
	TeamNoCentral Key = "team.no_central"
	TeamNobody    Key = "team.nobody"
	TeamExtension Key = "team.extension"
	TeamMe        Key = "team.me"
	LoadTitle     Key = "load.title"
	LoadSince     Key = "load.since"
)
