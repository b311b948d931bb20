package gallery

import (
	"fmt"
	"time"

	"github.com/callbench/callbench/desk"
)

// ownDay is a desk that waits for a call in the afternoon of a busy day.
func ownDay(s desk.State) desk.State {
	_, east := Now().Time().In(Zone()).Zone()
	began := (Now()+desk.Millis(east)*1000)/(24*60*60*1000)*(24*60*60*1000) - desk.Millis(east)*1000
	s.Day = desk.Day{Known: true, From: began, Due: 4, Kept: 3}
	add := func(before time.Duration, r desk.CallRecord, talked time.Duration) {
		r.ID, r.Started = fmt.Sprint("seen", len(s.Day.Calls)), ago(before)
		r.Ended = r.Started + desk.Millis((talked + 15*time.Second).Milliseconds())
		if talked > 0 {
			r.Answered, r.How = r.Started+8000, desk.EndTalked
		}
		s.Day.Calls = append(s.Day.Calls, r)
	}
	in, out := desk.CallRecord{Direction: desk.Inbound, Queue: "投诉热线"}, desk.CallRecord{Direction: desk.Outbound}
	with := func(r desk.CallRecord, number, customer, name string, how desk.CallEnd) desk.CallRecord {
		r.Number, r.E164, r.Customer, r.CustomerName, r.How = number, "+86"+number, customer, name, how
		return r
	}
	add(4*time.Minute, with(in, "02087654321", "", "", desk.EndMissed), 0)
	add(9*time.Minute, with(in, "13800138000", "c1", "陈怡君", ""), 5*time.Minute)
	add(21*time.Minute, with(out, "13912345678", "c3", "周文", ""), 2*time.Minute)
	add(33*time.Minute, with(in, "13912345678", "c3", "周文", desk.EndMissed), 0)
	add(52*time.Minute, with(out, "01062345678", "", "", desk.EndNoAnswer), 0)
	for i, m := range []int{70, 84, 95, 121, 133, 150, 171, 186, 195, 214, 241, 250, 263, 288, 301} {
		r := with(in, fmt.Sprintf("1370000%04d", 1000+i), "", "", "")
		if i%6 == 4 {
			r.How = desk.EndMissed
			add(time.Duration(m)*time.Minute, r, 0)
			continue
		}
		add(time.Duration(m)*time.Minute, r, time.Duration(90+17*i)*time.Second)
	}
	return s
}

// ofGroup is an agent who looks at the own group.
func ofGroup(s desk.State) desk.State {
	s = board(s)
	s.Session.Role, s.View = desk.RoleAgent, "team"
	return s
}

// loads is the load of the queues of the last 95 minutes.
func loads() []desk.LoadSample {
	var list []desk.LoadSample
	for i := range 95 {
		wave := (i * 7 % 23) * (i * 5 % 17) / 60
		at := (Now()/desk.LoadEvery - desk.Millis(94-i)) * desk.LoadEvery
		list = append(list, desk.LoadSample{At: at, Waiting: wave, Longest: desk.Millis(wave) * 11_000})
	}
	return list
}

// atWork makes the states of a desk that no call is at: its day, its group, a lead's board.
func atWork(name string, s desk.State) desk.State {
	switch name {
	case "team":
		s = ofGroup(s)
	case "day":
		s = ownDay(s)
	case "board":
		s = board(s)
	case "formula":
		s = board(s)
		s.Figure = desk.Figure{Queue: s.Board.Queues[0].ID, Name: desk.FigureRate, Open: true}
	case "stale":
		s = board(s)
		s.Board.Stale, s.Board.AsOf = true, ago(12*time.Second)
		s = skewed(s, 90*time.Second)
	}
	return s
}
