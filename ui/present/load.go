package present

import (
	"strconv"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// loadChart is how many waited, minute by minute, in the last two hours. Columns in which somebody waited long enough to
// be alarming are marked; minutes of which nothing is known stay empty, and the note says since when it counts.
func (m maker) loadChart() Chart {
	c := Chart{Title: m.say(words.LoadTitle)}
	if len(m.s.Load) == 0 {
		return c
	}
	const minutes = desk.LoadFor / desk.LoadEvery
	end := m.s.Load[len(m.s.Load)-1].At
	if now := m.central() / desk.LoadEvery * desk.LoadEvery; now > end && !m.s.Board.Stale {
		end = now
	}
	begin := end - (minutes-1)*desk.LoadEvery
	c.Columns = make([]Column, minutes)
	for i := range c.Columns {
		c.Columns[i].None = true
	}
	for _, s := range m.s.Load {
		i := int((s.At - begin) / desk.LoadEvery)
		if s.At < begin || i >= minutes {
			continue
		}
		c.Columns[i] = Column{Full: s.Waiting}
		if s.Longest >= waitAlarm {
			c.Columns[i].Late = Danger
		}
	}
	for i := range c.Columns {
		at := begin + desk.Millis(i)*desk.LoadEvery
		if at/desk.LoadEvery%30 == 0 {
			c.Ticks = append(c.Ticks, Tick{Column: i, Text: m.w.Clock(at.Time())})
		}
	}
	first := m.s.Load[0].At
	c.Note = m.w.Fill(words.LoadSince, "time", m.w.Clock(max(first, begin).Time()), "wait", strconv.Itoa(waitAlarm/1000))
	c.topOf()
	return c
}
