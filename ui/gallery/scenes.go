package gallery

import (
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/flow"
)

const number = "13800138000"

func customer() desk.Customer {
	return desk.Customer{
		ID: "c1", Number: "K20817", Name: "陈怡君", Company: "三田电子", Title: "采购主管", Address: "台北市信义区",
		Phones: []desk.Phone{{Label: "手机", Raw: number, E164: "+86" + number}, {Label: "公司", Raw: "02165432100", E164: "+862165432100"}},
		Status: desk.StatusCommitted, Level: desk.LevelVIP, Tier: desk.TierLoyal, Owner: "lin", LastContactAt: ago(3 * day),
	}
}

func history() desk.History {
	return desk.History{
		Contacts: []desk.Contact{
			{ID: "k1", Customer: "c1", At: ago(3 * hour), Agent: "林小婷", Channel: desk.ChannelPhone, Direction: desk.Inbound, Subject: "账单查询", Outcome: desk.OutcomeResolved, Synced: true},
			{ID: "k2", Customer: "c1", At: ago(3 * day), Agent: "王志明", Channel: desk.ChannelPhone, Direction: desk.Inbound, Subject: "退款一直没有到账，要求尽快答复处理结果和时间", Outcome: desk.OutcomeTicket, Synced: true},
			{ID: "k3", Customer: "c1", At: ago(5 * day), Agent: "林小婷", Channel: desk.ChannelPhone, Direction: desk.Outbound, Subject: "回访：新机使用情况", Outcome: desk.OutcomeFollowUp, Synced: true},
			{ID: "k4", Customer: "c1", At: ago(20 * day), Agent: "赵敏", Channel: desk.ChannelCounter, Subject: "合同续签", Outcome: desk.OutcomeResolved, Synced: true},
			{ID: "k5", Customer: "c1", At: ago(400 * day), Agent: "赵敏", Channel: desk.ChannelVisit, Subject: "首次拜访", Outcome: desk.OutcomeResolved, Synced: true},
		},
		Tickets: []desk.Ticket{
			{ID: "t1", Customer: "c1", Number: "2031", Kind: "complaint", Subject: "退款迟延", State: desk.TicketInProgress, CreatedAt: ago(3 * day), DueAt: ago(day), Owner: "王志明", Synced: true},
		},
		Since: desk.Since{At: ago(5 * day), News: []desk.News{
			{Table: desk.TableCustomer, ID: "c1", Field: "level", Was: "normal", Now: "vip"},
			{Table: desk.TableTicket, ID: "t1", Now: "accepted", New: true, At: ago(3 * day)},
		}},
		Callbacks: []desk.Callback{
			{ID: "b1", Customer: "c1", Wall: "2026-11-22T15:00", Zone: "Asia/Shanghai", At: Now() + 57*60*1000 + 30_000, Owner: "林小婷", Note: "告知退款进度", State: desk.CallbackOpen, Synced: true},
		},
	}
}

func call(state desk.CallState) desk.Call {
	return desk.Call{
		ID: "call1", Linked: "l1", State: state, Direction: desk.Inbound, Number: number, E164: "+86" + number, Name: number,
		Account: "sip:101@127.0.0.1", Queue: "投诉热线", HeldBy: desk.HeldByNone, Codec: "opus", StartedAt: ago(6 * time.Second),
	}
}

func draft() desk.Draft {
	return desk.Draft{
		ID: "d1", Call: "call1", Linked: "l1", Number: number, Queue: "投诉热线", Direction: desk.Inbound, Customer: "c1",
		At: ago(6 * time.Second), Offset: 480, Kept: ago(5 * time.Second), Changed: ago(5 * time.Second), Looked: true,
		Matches: []desk.Customer{customer()}, History: history(), Reaches: "c1",
	}
}

// begun is a complaint, a number of answers into the talk. Each step is answered with its first
// option, or a word.
func begun(s desk.State, steps int) *flow.Run {
	if len(s.Flows) == 0 {
		return nil
	}
	f := s.Flows[0]
	run := flow.Start(f, "r1", flow.Facts{"customer.name": "陈怡君", "customer.tier": "loyal", "agent.name": "林小婷", "number": number})
	for range steps {
		answers := map[string]string{}
		for _, a := range flow.Show(f, run, string(s.Language)).Ask {
			answers[a.ID] = reply(a)
		}
		next, err := flow.Answer(f, run, answers)
		if err != nil || next.Done {
			break
		}
		run = next
	}
	return &run
}

func reply(a flow.Ask) string {
	if len(a.Options) > 0 {
		return a.Options[0].ID
	}
	switch a.Type {
	case flow.Bool:
		return "yes"
	case flow.Number:
		return "1"
	case flow.Date:
		return "2026-11-23 15:00"
	case flow.Amount:
		return "199.00"
	case flow.Phone:
		return number
	case flow.Text, flow.Choice:
	}
	return "退款三天没有到账"
}

func ringing(s desk.State) desk.State {
	s.Calls = []desk.Call{call(desk.CallRinging)}
	d := draft()
	d.Run = begun(s, 0)
	s.Drafts, s.Active = []desk.Draft{d}, d.ID
	s.Agent.State, s.Agent.Since = desk.AgentRinging, ago(6*time.Second)
	return s
}

func talking(s desk.State) desk.State {
	s = ringing(s)
	c := call(desk.CallTalking)
	c.StartedAt, c.AnsweredAt = ago(215*time.Second), ago(207*time.Second)
	s.Calls = []desk.Call{c}
	s.Agent.State, s.Agent.Since = desk.AgentOnCall, c.AnsweredAt
	d := s.Drafts[0]
	d.Answered, d.At = c.AnsweredAt, c.StartedAt
	d.Run = begun(s, 2)
	d.Subject, d.Reason = "退款迟延", desk.ReasonComplaint
	d.Content = "客户投诉退款三天未到账，要求今日答复。"
	s.Drafts = []desk.Draft{d}
	return s
}

// browsing is a talk beside which another customer has been looked up.
func browsing(s desk.State) desk.State {
	s = talking(s)
	c := customer()
	c.ID, c.Name, c.Company, c.Level, c.Tier = "c4", "陈意", "华信物流", desk.LevelNormal, desk.TierSleeping
	c.Phones = []desk.Phone{{Label: "手机", Raw: "13912345678"}}
	s.Browsing, s.BrowseID = &c, c.ID
	s.Notices = []desk.Notice{missed()}
	return s
}

// missed tells of a call that nobody took.
func missed() desk.Notice {
	return desk.Notice{
		ID: "n2", Level: desk.NoticeWarning, Code: "missed_call", At: ago(2 * time.Minute),
		Args: map[string]string{"number": "02087654321", "queue": "咨询热线"},
	}
}

// dialling is a call to a customer that rings there.
func dialling(s desk.State) desk.State {
	s = talking(s)
	c := call(desk.CallEarly)
	c.Direction, c.Queue = desk.Outbound, ""
	s.Calls = []desk.Call{c}
	s.Agent.State, s.Agent.Since = desk.AgentOnCall, c.StartedAt
	d := draft()
	d.Direction, d.Queue = desk.Outbound, ""
	d.Run = begun(s, 0)
	s.Drafts = []desk.Draft{d}
	return s
}

func several(s desk.State) desk.State {
	s = talking(s)
	d := s.Drafts[0]
	other := customer()
	other.ID, other.Name, other.Title, other.Level, other.Tier = "c2", "陈志远", "总经理", desk.LevelNormal, desk.TierEstablished
	third := customer()
	third.ID, third.Name, third.Company, third.Title, third.Level, third.Tier = "c3", "李梅", "", "", desk.LevelNormal, desk.TierNew
	third.Phones = []desk.Phone{{Label: "家里", Raw: number}}
	d.Matches, d.Customer, d.Run, d.Content, d.Subject, d.Reason = []desk.Customer{customer(), other, third}, "", nil, "", "", ""
	d.About = map[string]desk.Offer{"c1": {Label: "手机", Tickets: 1}, "c2": {Label: "手机"}, "c3": {Label: "家里"}}
	s.Drafts = []desk.Draft{d}
	return s
}

// perhaps is a local number without area code: nobody certainly has it, and more than fit have it perhaps.
func perhaps(s desk.State) desk.State {
	s = several(s)
	d := s.Drafts[0]
	d.Number, d.About = "62345678", map[string]desk.Offer{}
	for i, name := range []string{"欧阳文静", "华信物流", "吴丽", "司徒国强", "何平", "马超", "郑爽", "冯媛"} {
		c := desk.Customer{
			ID: "p" + name, Name: name, Phones: []desk.Phone{{Raw: "010" + d.Number}}, Tier: desk.TierNew, Owner: "lin", LastContactAt: ago(time.Duration(i+1) * 9 * day),
		}
		o := desk.Offer{Doubt: "area"}
		switch i {
		case 0:
			c.Company, c.Title, o = "北京远方科技发展有限公司", "行政部经理", desk.Offer{Doubt: "switchboard", Label: "公司", Tickets: 2}
		case 1:
			c.Company, o.Label = "北京远方科技发展有限公司", "总机"
		}
		if i == 0 {
			d.Matches = nil
		}
		d.Matches, d.About[c.ID] = append(d.Matches, c), o
	}
	s.Drafts = []desk.Draft{d}
	s.Calls[0].Number, s.Calls[0].Name, s.Calls[0].E164 = d.Number, d.Number, ""
	return s
}

func unknown(s desk.State) desk.State {
	s = talking(s)
	d := s.Drafts[0]
	d.Matches, d.Customer, d.NewName, d.History = nil, "", "周", desk.History{}
	s.Drafts = []desk.Draft{d}
	return s
}

// second is a call that rings while another one is being talked on and written about.
func second(s desk.State) desk.State {
	s = talking(s)
	c := call(desk.CallRinging)
	c.ID, c.Number, c.Name, c.E164, c.Queue, c.StartedAt = "call2", "02087654321", "02087654321", "+862087654321", "咨询热线", ago(4*time.Second)
	s.Calls = append(s.Calls, c)
	d := draft()
	d.ID, d.Call, d.Number, d.Matches, d.Customer = "d2", "call2", c.Number, nil, ""
	s.Drafts = append(s.Drafts, d)
	return s
}

// goesAway is a customer on hold who is being handed over, or about whom a colleague is asked.
func goesAway(name string, s desk.State) desk.State {
	s = talking(s)
	s.Calls[0].State, s.Calls[0].HeldBy = desk.CallHeld, desk.HeldByMe
	if name == "transfer" {
		s.Calls[0].Transfer, s.Calls[0].TransferTo = desk.TransferRinging, "8021"
		return s
	}
	c := call(desk.CallTalking)
	c.ID, c.Number, c.Name, c.E164, c.Queue, c.Consults = "call2", "8021", "", "", "", s.Calls[0].ID
	c.Direction, c.AnsweredAt = desk.Outbound, ago(9*time.Second)
	s.Calls = append(s.Calls, c)
	return s
}

func wrapUp(s desk.State) desk.State {
	s = talking(s)
	c := s.Calls[0]
	c.State, c.EndedAt, c.EndReason, c.EndedBy = desk.CallEnded, ago(8*time.Second), "hung_up", "them"
	s.Calls = []desk.Call{c}
	d := s.Drafts[0]
	d.Ended, d.Outcome = c.EndedAt, desk.OutcomeTicket
	if run := finished(s); run != nil {
		d.Run = run
	}
	s.Drafts, s.WrapFor = []desk.Draft{d}, d.ID
	s.Agent.State, s.Agent.Since = desk.AgentWrapUp, c.EndedAt
	return s
}

// finished is the complaint walked to its end.
func finished(s desk.State) *flow.Run {
	if len(s.Flows) == 0 {
		return nil
	}
	f, run := s.Flows[0], begun(s, 0)
	for range 20 {
		answers := map[string]string{}
		for _, a := range flow.Show(f, *run, string(s.Language)).Ask {
			answers[a.ID] = reply(a)
		}
		next, err := flow.Answer(f, *run, answers)
		if err != nil {
			return run
		}
		run = &next
		if run.Done {
			return run
		}
	}
	return run
}

func trouble(s desk.State) desk.State {
	s.Registrations = []desk.Registration{{AOR: "sip:101@pbx", State: desk.RegFailed, Reason: "wrong_password"}}
	s.Agent.State, s.Agent.Since = desk.AgentOffline, ago(3*time.Minute)
	s.Link.State, s.Link.Reason = desk.CentralRefused, "wrong_password"
	s.SignIn.Offered = true
	s.Link.Outbox = desk.Outbox{Pending: 1, Oldest: ago(time.Minute), OldestN: 40}
	s.Audio = desk.Audio{Null: true, Problem: "none_found"}
	s.Notices = []desk.Notice{{ID: "n1", Level: desk.NoticeWarning, Code: "audio_none_found", At: ago(time.Minute)}}
	return s
}

func searching(s desk.State) desk.State {
	c2 := customer()
	c2.ID, c2.Name, c2.Company, c2.Level, c2.Tier = "c4", "陈意", "华信物流", desk.LevelNormal, desk.TierSleeping
	s.Search = desk.Search{Text: "chenyi", Seq: 6, Hits: []desk.Hit{
		{Customer: customer(), Match: desk.Match{Field: "pinyin", Text: "chenyijun"}},
		{Customer: c2, Match: desk.Match{Field: "pinyin", Text: "chenyi"}},
	}}
	c := customer()
	s.Browsing, s.BrowseHistory = &c, history()
	return s
}

func board(s desk.State) desk.State {
	s.Session.Role, s.View, s.BoardKnown = desk.RoleLead, "board", true
	s.Load = loads()
	wait := func(id, num, name string, tier desk.Tier, since time.Duration) desk.WaitingCaller {
		return desk.WaitingCaller{Call: id, Number: num, Name: name, Tier: tier, Since: ago(since)}
	}
	agent := func(user, name, ext string, st desk.AgentStatus, r desk.NotReadyReason, since time.Duration) desk.Agent {
		return desk.Agent{User: user, Name: name, Extension: ext, State: st, Reason: r, Since: ago(since)}
	}
	s.Board = desk.Board{
		AsOf: ago(400 * time.Millisecond),
		Queues: []desk.Queue{
			{ID: "q1", Name: "投诉热线", Offered: 128, Answered: 117, Abandoned: 6, Agents: []string{"101", "102", "103"}, Waiting: []desk.WaitingCaller{
				wait("w1", "13912345678", "周文", desk.TierLoyal, 72*time.Second), wait("w2", "02165551234", "", "", 21*time.Second), wait("w3", "13700001111", "吴丽", desk.TierNew, 5*time.Second),
			}},
			{ID: "q2", Name: "咨询热线", Offered: 342, Answered: 339, Abandoned: 2, Agents: []string{"101", "104", "105", "106"}, Waiting: []desk.WaitingCaller{
				wait("w4", "+886912345678", "", desk.TierPotential, 9*time.Second),
			}},
			{ID: "q3", Name: "业务受理", Offered: 56, Answered: 56, Agents: []string{"105", "106"}},
		},
		Agents: []desk.Agent{
			agent("lin", "林小婷", "101", desk.AgentOnCall, "", 207*time.Second), agent("wang", "王志明", "102", desk.AgentWrapUp, "", 95*time.Second),
			agent("zhao", "赵敏", "103", desk.AgentNotReady, desk.ReasonMeal, 25*time.Minute), agent("sun", "孙浩", "104", desk.AgentRinging, "", 4*time.Second),
			agent("li", "李娜", "105", desk.AgentReady, "", 40*time.Second), agent("zhou", "周杰", "106", desk.AgentHold, "", 62*time.Second),
			agent("wu", "吴昊", "107", desk.AgentReady, "", 3*time.Minute), agent("zheng", "郑爽", "108", desk.AgentOffline, "", 5*hour),
		},
	}
	return s
}

// skewed moves a board to a central whose clock is ahead of the desk's.
func skewed(s desk.State, by time.Duration) desk.State {
	skew := desk.Millis(by.Milliseconds())
	s.Link.Skew = skew
	s.Board.AsOf += skew
	for i, q := range s.Board.Queues {
		for j := range q.Waiting {
			s.Board.Queues[i].Waiting[j].Since += skew
		}
	}
	for i := range s.Board.Agents {
		s.Board.Agents[i].Since += skew
	}
	return s
}
