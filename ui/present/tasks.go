package present

import (
	"slices"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// tasks is the view of what there is to do: callbacks by their time, tickets by their deadline.
func (m maker) tasks() ListPanel {
	v := m.s.Tasks
	p := ListPanel{
		Title: m.say(words.ViewTasks), Nobody: m.say(words.TasksNobody),
		Head:   []string{m.say(words.ColumnDue), m.say(words.ColumnCustomer), m.say(words.ColumnWhat), m.say(words.ColumnOwner)},
		Shares: []float32{0.24, 0.24, 0.36, 0.16},
	}
	kinds := []Pick{
		{ID: "both", Text: m.say(words.TimelineAll), Chosen: v.Kind == desk.TasksBoth, Do: desk.TaskKindChosen{}},
		{ID: "callbacks", Text: m.say(words.TimelineCallbacks), Chosen: v.Kind == desk.TasksCallbacks, Do: desk.TaskKindChosen{Kind: desk.TasksCallbacks}},
		{ID: "tickets", Text: m.say(words.TimelineTickets), Chosen: v.Kind == desk.TasksTickets, Do: desk.TaskKindChosen{Kind: desk.TasksTickets}},
	}
	p.Filters = append(p.Filters, kinds)
	if m.leads() {
		p.Filters = append(p.Filters, []Pick{
			{ID: "mine", Text: m.say(words.ReachMine), Chosen: v.Reach != desk.ReachAll, Do: desk.TasksReached{Reach: desk.ReachMine}},
			{ID: "all", Text: m.say(words.ReachAll), Chosen: v.Reach == desk.ReachAll, Do: desk.TasksReached{Reach: desk.ReachAll}},
		})
	}
	if v.Busy && m.now.Sub(v.Asked) >= progressAfter || !v.Read && !v.Failed {
		p.Progress = Progress{Text: m.say(words.ListReading), Share: -1, Cancel: Button{Text: m.say(words.DoCancel), Enabled: v.Busy, Do: desk.ListingStopped{}}}
	}
	if v.List.Incomplete {
		p.Note = Message{ID: "incomplete", Shape: ShapeSync, Tone: Warn, Text: m.say(words.ListIncomplete)}
	}
	p.Rows = m.taskLines(v)
	if v.Read {
		p.Count = join(dot, m.counted(v.List.CallbackTotal, words.TasksCallbacks, words.TasksManyCallbacks), m.counted(v.List.TicketTotal, words.TasksTickets, words.TasksManyTickets))
	}
	if v.Read && !v.Stale && len(p.Rows) == 0 {
		p.Empty = Empty{Shape: ShapeTasks, Title: m.say(words.TasksNone), How: m.say(words.TasksNoneHow)}
	}
	if v.Failed {
		p.Empty = m.unread(ShapeTasks, words.TasksUnread)
	}
	for _, t := range v.Shown() {
		if t.ID() == v.Looked.Row {
			m.taskDetail(&p, t)
		}
	}
	return p
}

// section is under which heading a task stands.
func (m maker) section(t desk.Task) words.Key {
	due := t.Due()
	switch {
	case t.Ticket != nil && due == 0:
		return words.TasksOpenTickets
	case t.Ticket != nil && due < m.now && t.Ticket.State != desk.TicketResolved:
		return words.TasksLateTickets
	case t.Ticket != nil:
		return words.TasksOpenTickets
	case due < m.now:
		return words.TasksLate
	case m.w.DaysBetween(due.Time(), m.now.Time()) == 0:
		return words.TasksToday
	}
	return words.TasksLater
}

func (m maker) taskLines(v desk.TaskView) []ListLine {
	var order []words.Key
	lines := map[words.Key][]ListLine{}
	for _, t := range v.Shown() {
		s := m.section(t)
		if lines[s] == nil {
			order = append(order, s)
		}
		lines[s] = append(lines[s], m.taskLine(t, s))
	}
	var list []ListLine
	for _, s := range order {
		list = append(list, ListLine{ID: string(s), Section: join(" ", m.say(s), m.w.Number(len(lines[s])))})
		list = append(list, lines[s]...)
	}
	return list
}

func (m maker) taskLine(t desk.Task, section words.Key) ListLine {
	who := t.Customer.Name
	if who == "" {
		who = m.say(words.CustomerNoName)
	}
	line := ListLine{ID: t.ID(), Tone: Muted, On: t.ID() == m.s.Tasks.Looked.Row, Do: desk.TaskPicked{Task: t.ID()}}
	if id := t.CustomerID(); id != "" {
		line.Open = m.goTo(id)
	}
	due := m.say(words.TasksNoDue)
	if t.Due() != 0 {
		due = m.w.When(t.Due().Time(), m.now.Time())
	}
	chip := Chip{Shape: ShapeClock, Tone: Plain, Text: due}
	what, owner := "", ""
	if b := t.Callback; b != nil {
		what, owner = b.Note, b.Owner
	}
	if k := t.Ticket; k != nil {
		chip.Shape = ShapeTicket
		what, owner = join(dot, coded(m.w, "ticket.", string(k.State), words.TicketAccepted), join(" ", m.ticketNumber(*k), k.Subject)), k.Owner
	}
	if section == words.TasksToday {
		chip.Tone = Warn
	}
	if section == words.TasksLate || section == words.TasksLateTickets {
		chip.Tone, chip.Shape = Danger, ShapeWarn
	}
	line.Chip, line.Cells = chip, []string{"", who, what, m.person(owner)}
	return line
}

// taskDetail is what is looked at and what can be done about it.
func (m maker) taskDetail(p *ListPanel, t desk.Task) {
	c := m.s.Tasks.Looked.Customer
	if c.ID != "" {
		p.Detail = m.looked(m.s.Tasks.Looked)
		p.Detail.Pool = Button{}
		if len(c.Phones) > 0 {
			p.Actions = append(p.Actions, Button{
				Text: m.say(words.DoDial), Key: m.chord(ActTaskDial), Kind: KindPrimary, Shape: ShapePhone, Enabled: true,
				Do: desk.DialPressed{To: c.Phones[0].Raw, Customer: c.ID},
			})
		}
	}
	if t.Callback != nil {
		p.Actions = append(
			p.Actions,
			Button{Text: m.say(words.TaskDone), Key: m.chord(ActTaskDone), Enabled: true, Do: desk.TaskDone{Task: t.ID()}},
			Button{Text: m.say(words.TaskMove), Key: m.chord(ActTaskMove), Enabled: true, On: m.s.Tasks.Moving, Do: desk.TaskMoving{On: !m.s.Tasks.Moving}},
			Button{Text: m.say(words.TaskCancel), Enabled: true, Do: desk.TaskCancelled{Task: t.ID()}},
		)
		if m.s.Tasks.Moving {
			p.Choices = m.otherTimes(t.ID())
		}
	}
	if t.Ticket != nil {
		if next, _ := t.Ticket.State.Next(); next != "" {
			p.Actions = append(p.Actions, Button{
				Text: m.w.Fill(words.TicketTo, "state", coded(m.w, "ticket.", string(next), words.TicketAccepted)), Key: m.chord(ActTaskDone), Enabled: true,
				Do: desk.TaskDone{Task: t.ID()},
			})
		}
	}
}

// otherTimes are the times offered for a callback, all of them in the future.
func (m maker) otherTimes(task string) []Pick {
	now := m.w.Local(m.now.Time())
	day := func(days, hour int) time.Time {
		return time.Date(now.Year(), now.Month(), now.Day()+days, hour, 0, 0, 0, now.Location())
	}
	monday := (8 - int(now.Weekday())) % 7
	if monday == 0 {
		monday = 7
	}
	times := []time.Time{now.Add(time.Hour).Truncate(5 * time.Minute), day(0, 16), day(1, 9), day(1, 14), day(2, 9), day(monday, 9)}
	var list []Pick
	for _, at := range times {
		wall := at.Format("2006-01-02T15:04")
		if !at.After(now) || slices.ContainsFunc(list, func(p Pick) bool { return p.ID == wall }) {
			continue
		}
		text := m.w.When(at, m.now.Time())
		if m.w.DaysBetween(at, m.now.Time()) == -1 {
			text = m.w.Fill(words.TimeTomorrow, "time", m.w.Clock(at))
		}
		list = append(list, Pick{ID: wall, Text: text, Do: desk.CallbackMoved{Task: task, Wall: wall}})
	}
	return list
}
