package gallery

import "github.com/callbench/callbench/desk"

// practice is a flow that is practised, to its end ("practised"), or put aside for a call that is over.
func practice(name string, s desk.State) desk.State {
	d := desk.Draft{
		ID: desk.PracticeID, Customer: desk.PracticeID, Direction: desk.Inbound, Looked: true, Answered: ago(0), Subject: "退款迟延",
		Matches: []desk.Customer{{ID: desk.PracticeID, Name: map[bool]string{true: "Ms Wang", false: "王女士"}[s.Language == desk.English]}},
		Run:     begun(s, 2), Reason: desk.ReasonComplaint, Content: "客户投诉退款三天未到账，要求今日答复。",
	}
	s.Practice = &desk.Practice{Draft: d}
	switch name {
	case "practised":
		s.Practice.Draft.Run, s.Practice.Draft.Outcome = finished(s), desk.OutcomeTicket
	case "aside":
		s.Practice.Aside, s.View = true, "knowledge"
	}
	return s
}
