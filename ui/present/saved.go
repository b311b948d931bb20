package present

import (
	"slices"
	"strconv"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// savedViews are the lists that the user has put by, and the way to put by the one on screen or take it from them.
// They stand below the others, so that nothing else moves when one comes.
func (m maker) savedViews() []NavGroup {
	g := NavGroup{Title: m.say(words.ViewsTitle)}
	for _, v := range m.s.Settings.Views {
		g.Items = append(g.Items, Pick{ID: "saved:" + v.Name, Text: shortened(v.Name), Chosen: m.shows(v), Do: desk.ViewTaken{Name: v.Name}})
	}
	if b := m.saveView(); b.Shown() {
		g.Items = append(g.Items, Pick{ID: "save", Text: b.Text, Do: b.Do})
	}
	if len(g.Items) == 0 {
		return nil
	}
	return []NavGroup{g}
}

// shows reports whether a saved view is the list on screen.
func (m maker) shows(v desk.SavedView) bool { return m.s.Customers.Shown(v.Name) == v }

// saveView puts the list on screen by or, where it is, takes it away again. A ready-made list is a press away anyway.
func (m maker) saveView() Button {
	ask := m.s.Customers.Ask
	if i := slices.IndexFunc(m.s.Settings.Views, m.shows); i >= 0 {
		return Button{Text: m.say(words.ViewsForget), Enabled: true, Do: desk.ViewForgotten{Name: m.s.Settings.Views[i].Name}}
	}
	if ask.Text == "" && ask.Owner == "" && ask.Reach != desk.ReachGroup && ask.Reach != desk.ReachAll && !ask.ByName {
		return Button{}
	}
	return Button{Text: m.say(words.ViewsSave), Enabled: true, Do: desk.ViewSaved{Name: m.viewName()}}
}

// viewName says what the list on screen is: which, whose, what is sought, in which order.
func (m maker) viewName() string {
	ask := m.s.Customers.Ask
	list, whose, order := m.say(words.Key("customers."+string(ask.View))), "", ""
	switch {
	case ask.View == desk.CustomersPool:
		list = join(" ", list, m.say(words.Key("pool."+string(m.s.Customers.Period))))
	case ask.Owner != "":
		whose = m.person(ask.Owner)
	case ask.Reach != desk.ReachMine && ask.Reach != "":
		whose = m.say(words.Key("reach." + string(ask.Reach)))
	}
	if ask.ByName {
		order = m.say(words.OrderName)
	}
	if ask.Text != "" && ask.View == desk.CustomersAll {
		list = ""
	}
	return join(dot, ask.Text, list, whose, order)
}

// takeViews are the saved views as actions, which the palette finds by name.
func (m maker) takeViews() []Action {
	var list []Action
	for i, v := range m.s.Settings.Views {
		list = append(list, Action{
			ID: "customers.saved." + strconv.Itoa(i), Name: m.w.Fill(words.ActOf, "what", m.say(words.ViewsTitle), "which", v.Name), Group: m.say(words.GroupViews),
			Enabled: true, Do: desk.ViewTaken{Name: v.Name},
		})
	}
	return list
}

// doSaveView puts the list on screen by.
func doSaveView(m maker, s *Screen, a *Action) {
	if s.View == "customers" {
		a.button(m.saveView())
	}
}
