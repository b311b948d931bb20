package present

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// queueFigures is how many figures a queue has: len(desk.Figures()).
const queueFigures = 7

// figureName is the heading of a figure's column.
func figureName(f desk.FigureName) words.Key {
	switch f {
	case desk.FigureWaiting:
		return words.BoardWaiting
	case desk.FigureLongest:
		return words.BoardLongest
	case desk.FigureOffered:
		return words.BoardOffered
	case desk.FigureAnswered:
		return words.BoardAnswered
	case desk.FigureAbandoned:
		return words.BoardAbandoned
	case desk.FigureRate:
		return words.BoardRate
	case desk.FigureFree:
	}
	return words.BoardFree
}

// askFigure asks what a figure is made of or, where that is shown already, puts it away.
func (m maker) askFigure(queue string, f desk.FigureName) desk.Event {
	want := desk.Figure{Queue: queue, Name: f, Open: true}
	if m.s.Figure == want {
		want.Open = false
	}
	return desk.FigureChosen{Figure: want}
}

// formula says what the figure that is asked for is made of. Nothing on the board is without it.
func (m maker) formula() Formula {
	i := slices.IndexFunc(m.s.Board.Queues, func(q desk.Queue) bool { return q.ID == m.s.Figure.Queue })
	if i < 0 || !m.s.Figure.Open {
		return Formula{}
	}
	q, row := m.s.Board.Queues[i], m.queueRow(m.s.Board.Queues[i])
	f := Formula{
		Title: m.w.Fill(words.FormulaTitle, "figure", m.say(figureName(m.s.Figure.Name)), "queue", cmp.Or(q.Name, q.ID)),
		Words: m.say(words.Key("formula." + string(m.s.Figure.Name))), Note: m.say(words.FormulaToday),
		Close: Button{Text: m.say(words.DoClose), Key: "Esc", Enabled: true, Do: m.askFigure(q.ID, m.s.Figure.Name)},
	}
	marks := m.w.Fill(words.FormulaMarks, "warn", strconv.Itoa(waitWarn/1000), "alarm", strconv.Itoa(waitAlarm/1000))
	switch m.s.Figure.Name {
	case desk.FigureWaiting:
		f.Numbers, f.Note = row.Waiting, marks
	case desk.FigureLongest:
		f.Numbers, f.Note = m.longestOf(q, row), marks
	case desk.FigureOffered:
		f.Numbers = row.Offered
	case desk.FigureAnswered:
		f.Numbers = row.Answered
	case desk.FigureAbandoned:
		f.Numbers = row.Abandoned
	case desk.FigureRate:
		f.Numbers = fmt.Sprintf("%s ÷ (%s + %s) = %s", row.Answered, row.Answered, row.Abandoned, row.Rate)
		f.Note = m.say(words.FormulaRateNote) + "\n" + f.Note
	case desk.FigureFree:
		f.Numbers, f.Note = row.Free, m.say(words.FormulaFreeNote)
	}
	if m.s.Board.Stale {
		f.Note += "\n" + m.staleness()
	}
	return f
}

// longestOf is the reckoning of the longest wait, by central's clock as all of the board.
func (m maker) longestOf(q desk.Queue, row QueueRow) string {
	at := longest(q)
	if at == 0 {
		return row.Longest
	}
	now := m.central()
	if m.s.Board.Stale && m.s.Board.AsOf != 0 {
		now = m.s.Board.AsOf
	}
	return fmt.Sprintf("%s – %s = %s", m.w.ClockSeconds(now.Time()), m.w.ClockSeconds(at.Time()), row.Longest)
}

// walkFigures are the keys that go from figure to figure of the board, and ask what one is made of.
func (m maker) walkFigures() []Action {
	queues, at := m.s.Board.Queues, m.s.Figure
	if len(queues) == 0 {
		return nil
	}
	all := desk.Figures()
	i := slices.IndexFunc(queues, func(q desk.Queue) bool { return q.ID == at.Queue })
	j := slices.Index(all, at.Name)
	known := i >= 0 && j >= 0
	i, j = max(i, 0), max(j, 0)
	var list []Action
	add := func(id, key string, name words.Key, do desk.Event) {
		list = append(list, Action{ID: id, Name: m.say(name), Group: m.say(words.GroupViews), Key: key, Fixed: true, Enabled: true, Do: do})
	}
	for _, to := range []struct {
		key         string
		row, column int
	}{{"Up", -1, 0}, {"Down", 1, 0}, {"Left", 0, -1}, {"Right", 0, 1}} {
		next := desk.Figure{Queue: queues[0].ID, Name: all[0]}
		if known {
			next = desk.Figure{
				Queue: queues[min(max(i+to.row, 0), len(queues)-1)].ID, Name: all[min(max(j+to.column, 0), len(all)-1)], Open: at.Open,
			}
		}
		add("board."+to.key, to.key, words.FormulaMove, desk.FigureChosen{Figure: next})
	}
	if known {
		add(ActListOpen, "", words.FormulaTitle, m.askFigure(at.Queue, at.Name)) // Enter: it goes on in a flow, too
		list[len(list)-1].Name = m.w.Fill(words.FormulaTitle, "figure", m.say(figureName(at.Name)), "queue", cmp.Or(queues[i].Name, queues[i].ID))
	}
	return list
}
