package present

import (
	"slices"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// view is one face of the window. The table below is the only place that says which there are; ui/window.go has a
// panel for each, and the table of actions a row with its chord.
type view struct {
	id    string
	word  words.Key // in the rail
	shape Shape
	hints words.Key   // the keys worth knowing there; empty: the view words its own
	roles []desk.Role // who has it; nil: everyone
	place railPlace
	fill  func(m maker, s *Screen) // puts the view's own panel into the screen; nil: nobody has made one, it is not there
}

// railPlace is where the rail shows a view.
type railPlace int

const (
	railTop railPlace = iota
	railFoot
	railNot // reached from elsewhere
)

// home is the view of the calls: where the window begins and where every way back leads.
const home = "work"

// views are the views in the order of the rail. A call interrupts none of them: it announces itself on top.
func views() []view {
	leads := []desk.Role{desk.RoleLead, desk.RoleAdmin}
	return []view{
		{id: home, word: words.ViewCalls, shape: ShapePhone, fill: func(maker, *Screen) {}}, // its parts are in every screen
		{
			id: "customers", word: words.ViewCustomers, shape: ShapeCustomers, hints: words.HintsCustomers,
			fill: func(m maker, s *Screen) { s.Customers = m.customers() },
		},
		{
			id: "tasks", word: words.ViewTasks, shape: ShapeTasks, hints: words.HintsTasks,
			fill: func(m maker, s *Screen) { s.Tasks = m.tasks() },
		},
		{
			id: "board", word: words.ViewBoard, shape: ShapeBoard, hints: words.HintsBoard, roles: leads,
			fill: func(m maker, s *Screen) { s.Board = m.board() },
		},
		{
			id: "knowledge", word: words.ViewKnowledge, shape: ShapeKnowledge, hints: words.HintsKnowledge,
			fill: func(m maker, s *Screen) { s.Knowledge = m.knowledge() },
		},
		{id: "team", word: words.ViewTeam, shape: ShapeTeam, fill: func(m maker, s *Screen) { s.Team = m.team() }},
		{
			id: "settings", word: words.ViewSettings, shape: ShapeSettings, hints: words.HintsSettings, place: railFoot,
			fill: func(m maker, s *Screen) { s.Settings = m.settings() },
		},
		{
			id: "setup", word: words.SetupAgainLabel, shape: ShapeHint, hints: words.HintsSetup, place: railNot,
			fill: func(m maker, s *Screen) { s.Setup = m.setup() },
		},
		{
			id: "import", word: words.CustomersImport, shape: ShapeCustomers, hints: words.HintsTable, roles: leads, place: railNot,
			fill: func(m maker, s *Screen) { s.Table = m.table() },
		},
		{
			id: "changes", word: words.ViewChanges, shape: ShapeSync, hints: words.HintsChanges, place: railNot,
			fill: func(m maker, s *Screen) { s.Changes = m.changes() },
		},
	}
}

// has reports whether the user has a view.
func (m maker) has(v view) bool {
	return v.fill != nil && (v.roles == nil || slices.Contains(v.roles, m.s.Session.Role))
}

// view is the view on screen: the calls where the user does not have the one that was chosen.
func (m maker) view() view {
	all := views()
	for _, v := range all {
		if v.id == m.s.View && m.has(v) {
			return v
		}
	}
	return all[0]
}

// leads reports whether the user leads a group, or all of them.
func (m maker) leads() bool {
	return m.s.Session.Role == desk.RoleLead || m.s.Session.Role == desk.RoleAdmin
}

// rail is the way between the views and the open notes.
func (m maker) rail(on string) Rail {
	r := Rail{TabsTitle: m.say(words.DraftsTitle)}
	for _, v := range views() {
		b := Button{Text: m.say(v.word), Key: m.chord(ActView + v.id), Shape: v.shape, On: v.id == on, Enabled: true, Do: desk.ViewChosen{View: v.id}}
		switch {
		case !m.has(v):
		case v.place == railTop:
			r.Views = append(r.Views, b)
		case v.place == railFoot:
			r.Foot = append(r.Foot, b)
		}
	}
	practised, practises := m.s.Practises()
	if len(m.s.Drafts) < 2 && (!practises || len(m.s.Drafts) == 0) {
		return r
	}
	for _, d := range m.s.Drafts {
		chip := Chip{Shape: ShapeWrap, Tone: Wrap, Text: m.draftName(d)}
		if c, ok := m.s.Call(d.Call); ok && c.Live() {
			state := m.callChip(c)
			chip.Shape, chip.Tone = state.Shape, state.Tone
		}
		r.Tabs = append(r.Tabs, Tab{ID: d.ID, Chip: chip, Active: d.ID == m.s.Active && !practises, Do: desk.DraftChosen{Draft: d.ID}})
	}
	if practises {
		r.Tabs = append(r.Tabs, Tab{ID: practised.ID, Chip: m.practiceMark(m.say(words.Practice)), Active: true, Do: desk.DraftChosen{Draft: practised.ID}})
	}
	return r
}
