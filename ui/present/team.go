package present

import (
	"cmp"
	"slices"
	"strings"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// TeamPanel is the user's group: who can help now, and how to reach them.
type TeamPanel struct {
	Title   string
	Live    Chip
	Counts  []Chip // how many are in each state
	Members []TeamRow
	Empty   string // why there is nobody
}

// TeamRow is a colleague.
type TeamRow struct {
	User   string
	Name   string
	Detail string // extension, group
	Chip   Chip   // state, and since when
	Dial   Button
}

// team shows the people of the board in the order of their names, group by group: a state that changes must not move
// a row that somebody is about to press.
func (m maker) team() TeamPanel {
	p := TeamPanel{Title: m.say(words.TeamTitle), Live: m.boardChip()}
	if !m.s.BoardKnown {
		p.Empty = m.say(words.TeamUnknown)
		if m.s.Link.State == desk.CentralNone || m.s.Link.State == "" {
			p.Live, p.Empty = Chip{}, m.say(words.TeamNoCentral)
		}
		return p
	}
	agents := slices.Clone(m.s.Board.Agents)
	slices.SortFunc(agents, func(a, b desk.Agent) int {
		return cmp.Or(strings.Compare(a.Group, b.Group), strings.Compare(cmp.Or(a.Name, a.User), cmp.Or(b.Name, b.User)), strings.Compare(a.Extension, b.Extension))
	})
	groups := map[string]bool{}
	for _, a := range agents {
		groups[a.Group] = true
	}
	counts := map[desk.AgentStatus]int{}
	for _, a := range agents {
		counts[a.State]++
		p.Members = append(p.Members, m.colleague(a, len(groups) > 1))
	}
	for _, s := range []desk.AgentStatus{
		desk.AgentReady, desk.AgentRinging, desk.AgentOnCall, desk.AgentHold, desk.AgentWrapUp, desk.AgentNotReady, desk.AgentOffline,
	} {
		if n := counts[s]; n > 0 {
			shape, tone := stateLook(s)
			if m.s.Board.Stale {
				tone = Muted
			}
			p.Counts = append(p.Counts, Chip{Shape: shape, Tone: tone, Text: StateText(m.w, s, "") + " " + m.w.Number(n)})
		}
	}
	if len(p.Members) == 0 {
		p.Empty = m.say(words.TeamNobody)
	}
	return p
}

func (m maker) colleague(a desk.Agent, grouped bool) TeamRow {
	r := TeamRow{User: cmp.Or(a.User, a.Extension), Name: cmp.Or(a.Name, a.User, a.Extension), Chip: m.agentChip(a)}
	r.Chip.Timer = ""
	if a.Since != 0 {
		r.Chip.Timer = m.waited(a.Since)
	}
	if m.s.Board.Stale {
		r.Chip.Tone = Muted
	}
	if a.Extension != "" {
		r.Detail = m.w.Fill(words.TeamExtension, "number", a.Extension)
	}
	if grouped {
		r.Detail = join(dot, r.Detail, a.Group)
	}
	if a.User == m.s.Session.User && a.User != "" {
		r.Detail = join(dot, r.Detail, m.say(words.TeamMe))
		return r
	}
	if a.Extension != "" {
		r.Dial = Button{Text: m.say(words.DoDial), Shape: ShapePhone, Enabled: true, Do: desk.DialPressed{To: a.Extension}}
	}
	return r
}

// boardChip says whether the board is live.
func (m maker) boardChip() Chip {
	switch {
	case !m.s.BoardKnown:
		return Chip{Shape: ShapeOff, Tone: Muted, Text: m.say(words.LinkConnecting)}
	case m.s.Board.Stale:
		return Chip{Shape: ShapeStale, Tone: Warn, Text: m.staleness()}
	}
	return Chip{Shape: ShapeReady, Tone: Good, Text: m.say(words.BoardLive)}
}
