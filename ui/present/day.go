package present

import (
	"strconv"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// Figure is a number with its name; Note says what it is made of.
type Figure struct {
	Name, Value, Note string
	Tone              Tone
}

// DayPanel is the agent's own day, where there is nothing else to do.
type DayPanel struct {
	Shown   bool
	Title   string
	Figures []Figure
	Chart   Chart
}

// RecentRow is a call that this desk has had.
type RecentRow struct {
	ID     string
	When   string
	Chip   Chip // what became of it
	Who    string
	Detail string
	Note   string // it has been called back, or how long it was
	Back   Button // calls back
}

// maxRecent bounds the calls in the list: the last hours of a busy desk.
const maxRecent = 40

// The hours that the day's chart shows in any case.
const dayFirstHour, dayLastHour = 8, 18

// ownDay is the own day, while no note is open.
func (m maker) ownDay() DayPanel {
	if _, open := m.active(); open || !m.s.Day.Known {
		return DayPanel{}
	}
	p := DayPanel{Shown: true, Title: m.say(words.DayTitle)}
	var taken, placed, missed int
	var talk desk.Millis
	today := m.today()
	for _, c := range today {
		talk += c.Talk()
		switch {
		case c.How == desk.EndMissed:
			missed++
		case c.How != desk.EndTalked:
		case c.Direction == desk.Outbound:
			placed++
		default:
			taken++
		}
	}
	average := "–"
	if n := talked(today); n > 0 {
		average = m.w.Timer(time.Duration(talk/desk.Millis(n)) * time.Millisecond)
	}
	late := Plain
	if missed > 0 {
		late = Danger
	}
	p.Figures = []Figure{
		{Name: m.say(words.DayCalls), Value: m.w.Number(taken + placed), Note: m.w.Fill(words.DayCallsOf, "in", m.w.Number(taken), "out", m.w.Number(placed))},
		{Name: m.say(words.DayTalk), Value: m.w.Timer(talk.Sub(0)), Note: m.w.Fill(words.DayAverage, "time", average)},
		{Name: m.say(words.DayMissed), Value: m.w.Number(missed), Note: m.w.Fill(words.DayCalledBack, "n", m.w.Number(m.calledBack(today))), Tone: late},
		m.promises(),
	}
	p.Chart = m.dayChart(today)
	return p
}

// promises is how many callbacks of today have been kept.
func (m maker) promises() Figure {
	d := m.s.Day
	f := Figure{Name: m.say(words.DayPromises), Value: "–", Note: m.say(words.DayNoPromises)}
	if d.Due > 0 {
		f.Value = m.w.Number(d.Kept) + "/" + m.w.Number(d.Due)
		f.Note = m.w.Fill(words.DayPromisesOf, "n", m.w.Number(d.Due-d.Kept))
	}
	return f
}

func talked(list []desk.CallRecord) (n int) {
	for _, c := range list {
		if c.How == desk.EndTalked {
			n++
		}
	}
	return n
}

// today are the calls of this day, newest first.
func (m maker) today() []desk.CallRecord {
	for i, c := range m.s.Day.Calls {
		if c.Started < m.s.Day.From {
			return m.s.Day.Calls[:i]
		}
	}
	return m.s.Day.Calls
}

// calledBack counts the missed calls after which the same number was talked with.
func (m maker) calledBack(list []desk.CallRecord) (n int) {
	for i, c := range list {
		if c.How == desk.EndMissed && backSince(list[:i], c) {
			n++
		}
	}
	return n
}

// backSince reports whether later calls, newest first, have one in which people talked with the other side of c.
func backSince(later []desk.CallRecord, c desk.CallRecord) bool {
	for _, l := range later {
		if l.How == desk.EndTalked && c.Other() != "" && l.Other() == c.Other() {
			return true
		}
	}
	return false
}

// dayChart has a column for each hour: what was talked, and what was missed.
func (m maker) dayChart(today []desk.CallRecord) Chart {
	c := Chart{Title: m.say(words.DayChart), Legend: []ChartKey{{Text: m.say(words.DayTalked)}, {Text: m.say(words.DayMissed), Hollow: true}}}
	hour := func(at desk.Millis) int { return int((at - m.s.Day.From) / (60 * 60 * 1000)) }
	first, last := dayFirstHour, dayLastHour
	if h := hour(m.now); h < 24 {
		last = max(last, h)
	}
	for _, call := range today {
		first, last = min(first, max(hour(call.Started), 0)), max(last, min(hour(call.Started), 23))
	}
	c.Columns = make([]Column, last-first+1)
	for _, call := range today {
		h := hour(call.Started)
		if h < first || h > last {
			continue
		}
		switch call.How {
		case desk.EndTalked:
			c.Columns[h-first].Full++
		case desk.EndMissed:
			c.Columns[h-first].Hollow++
		case desk.EndDeclined, desk.EndElsewhere, desk.EndNoAnswer:
		}
	}
	for h := first; h <= last; h++ {
		c.Ticks = append(c.Ticks, Tick{Column: h - first, Text: strconv.Itoa(h)})
	}
	c.topOf()
	return c
}

// recent lists the newest calls.
func (m maker) recent() []RecentRow {
	calls := m.s.Day.Calls
	var list []RecentRow
	for i, c := range calls[:min(len(calls), maxRecent)] {
		r := RecentRow{ID: c.ID, When: m.w.Day(c.Started.Time(), m.now.Time()), Chip: m.endChip(c), Who: c.CustomerName}
		if m.w.DaysBetween(c.Started.Time(), m.now.Time()) == 0 {
			r.When = m.w.Clock(c.Started.Time())
		}
		number := shown(c.Number)
		switch {
		case number == "":
			r.Who = m.say(words.CallAnonymous)
		case r.Who == "" && c.Name != c.Number && c.Name != "":
			r.Who = c.Name
		case r.Who == "":
			r.Who, number = number, ""
		}
		r.Detail = join(dot, number, c.Queue)
		if c.How == desk.EndTalked {
			r.Note = m.w.Timer(c.Talk().Sub(0))
		}
		if c.How == desk.EndMissed {
			if backSince(calls[:i], c) {
				r.Note, r.Chip.Tone = m.say(words.DayBackDone), Muted
			}
		}
		if !withheld(c.Number) {
			r.Back = Button{
				Text: m.say(words.DoCallBack), Shape: ShapePhone, Enabled: true,
				Do: desk.DialPressed{To: c.Number, Customer: c.Customer},
			}
		}
		list = append(list, r)
	}
	return list
}

// endChip is what became of a call.
func (m maker) endChip(c desk.CallRecord) Chip {
	switch c.How {
	case desk.EndMissed:
		return Chip{Shape: ShapeMissed, Tone: Danger, Text: m.say(words.EndMissed)}
	case desk.EndDeclined:
		return Chip{Shape: ShapeIn, Tone: Muted, Text: m.say(words.EndDeclined)}
	case desk.EndElsewhere:
		return Chip{Shape: ShapeIn, Tone: Muted, Text: m.say(words.EndElsewhere)}
	case desk.EndNoAnswer:
		return Chip{Shape: ShapeOut, Tone: Muted, Text: m.say(words.EndNoAnswer)}
	case desk.EndTalked:
	}
	if c.Direction == desk.Outbound {
		return Chip{Shape: ShapeOut, Tone: Muted, Text: m.say(words.KindCallOut)}
	}
	return Chip{Shape: ShapeIn, Tone: Muted, Text: m.say(words.KindCallIn)}
}

// missedCall is the newest missed call that nobody has called back.
func (m maker) missedCall() (desk.CallRecord, bool) {
	for i, c := range m.s.Day.Calls {
		if c.How == desk.EndMissed && !withheld(c.Number) && !backSince(m.s.Day.Calls[:i], c) {
			return c, true
		}
	}
	return desk.CallRecord{}, false
}

func doCallBack(m maker, _ *Screen, a *Action) {
	if c, ok := m.missedCall(); ok {
		a.can(desk.DialPressed{To: c.Number, Customer: c.Customer})
	}
}
