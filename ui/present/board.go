package present

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// central is now by central's clock, which all moments of the board are told in.
func (m maker) central() desk.Millis { return m.now + m.s.Link.Skew }

func (m maker) staleness() string {
	return m.w.Fill(words.BoardStale, "age", m.w.Age(m.central().Sub(m.s.Board.AsOf)))
}

// waited is how long someone has waited; while the feed is silent it stands still.
func (m maker) waited(at desk.Millis) string {
	if at == 0 {
		return "–"
	}
	now := m.central()
	if m.s.Board.Stale && m.s.Board.AsOf != 0 {
		now = m.s.Board.AsOf
	}
	return m.w.Timer(now.Sub(at))
}

// Waits from which a figure is marked. They are the presets of GB/T 33358 (answer within 15 s) and
// twice the usual 80/20 target; thresholds become data with the alerts.
const (
	waitWarn  = 15 * 1000
	waitAlarm = 40 * 1000
)

func (m maker) waitTone(at desk.Millis) Tone {
	switch {
	case m.s.Board.Stale, at == 0:
		return Muted
	case m.central()-at >= waitAlarm:
		return Danger
	case m.central()-at >= waitWarn:
		return Warn
	}
	return Plain
}

func (m maker) board() BoardPanel {
	b := m.s.Board
	p := BoardPanel{
		Title: m.say(words.BoardTitle), Stale: b.Stale || !m.s.BoardKnown,
		QueuesTitle: m.say(words.BoardQueues), NoQueues: m.say(words.BoardNoQueues),
		AgentsTitle: m.say(words.BoardAgents), NoAgents: m.say(words.BoardNoAgents),
		CallersTitle: m.say(words.BoardCallers), NoCallers: m.say(words.BoardNoCallers),
		Live: m.boardChip(), Load: m.loadChart(), Formula: m.formula(),
	}
	p.Head = []string{m.say(words.BoardQueue)}
	for _, f := range desk.Figures() {
		p.Head = append(p.Head, m.say(figureName(f)))
	}
	for _, q := range b.Queues {
		p.Queues = append(p.Queues, m.queueRow(q))
	}
	p.Agents = m.agentCells(b.Agents)
	p.Callers = m.callers(b.Queues)
	return p
}

// free counts the agents of a queue who could take a call.
func (m maker) free(q desk.Queue) (n int) {
	for _, a := range m.s.Board.Agents {
		if a.State == desk.AgentReady && slices.Contains(q.Agents, a.Extension) {
			n++
		}
	}
	return n
}

func (m maker) queueRow(q desk.Queue) QueueRow {
	at := longest(q)
	row := QueueRow{
		ID: q.ID, Name: cmp.Or(q.Name, q.ID), Waiting: m.w.Number(len(q.Waiting)), Longest: m.waited(at), Offered: m.w.Number(q.Offered),
		Answered: m.w.Number(q.Answered), Abandoned: m.w.Number(q.Abandoned),
		Rate: m.w.Percent(q.Answered, q.Answered+q.Abandoned),
		Free: strconv.Itoa(m.free(q)) + "/" + strconv.Itoa(len(q.Agents)), Tone: m.waitTone(at),
	}
	for i, f := range desk.Figures() {
		if m.s.Figure.Queue == q.ID && m.s.Figure.Name == f {
			row.At = i + 1
		}
		row.Do[i] = m.askFigure(q.ID, f)
	}
	return row
}

// agentCells sorts agents by what needs attention: ringing, hold, on call, wrap-up, not ready, ready.
func (m maker) agentCells(agents []desk.Agent) []AgentCell {
	order := []desk.AgentStatus{
		desk.AgentRinging, desk.AgentHold, desk.AgentOnCall, desk.AgentWrapUp, desk.AgentNotReady,
		desk.AgentReady, desk.AgentOffline,
	}
	sorted := slices.Clone(agents)
	slices.SortStableFunc(sorted, func(a, b desk.Agent) int {
		return cmp.Or(
			cmp.Compare(slices.Index(order, a.State), slices.Index(order, b.State)),
			cmp.Compare(a.Since, b.Since), cmp.Compare(a.User, b.User),
		)
	})
	cells := make([]AgentCell, len(sorted))
	for i, a := range sorted {
		chip := m.agentChip(a)
		if a.Since != 0 {
			chip.Timer = m.waited(a.Since)
		}
		if m.s.Board.Stale {
			chip.Tone = Muted
		}
		cells[i] = AgentCell{User: a.User, Name: join(" ", cmp.Or(a.Name, a.User), a.Extension), Chip: chip}
	}
	return cells
}

// callers are those who wait, longest first.
func (m maker) callers(queues []desk.Queue) []CallerRow {
	type waiting struct {
		desk.WaitingCaller
		queue string
	}
	var all []waiting
	for _, q := range queues {
		for _, c := range q.Waiting {
			all = append(all, waiting{c, cmp.Or(q.Name, q.ID)})
		}
	}
	slices.SortStableFunc(all, func(a, b waiting) int { return cmp.Compare(a.Since, b.Since) })
	rows := make([]CallerRow, len(all))
	for i, c := range all {
		who := c.Name
		if who == c.Number {
			who = ""
		}
		rows[i] = CallerRow{
			ID: c.Call, Who: join(" ", who, shown(c.Number)), Tier: m.tier(c.Tier), Queue: c.queue,
			Wait: m.waited(c.Since), Tone: m.waitTone(c.Since),
		}
	}
	return rows
}
