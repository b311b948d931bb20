package present

import (
	"strconv"
	"strings"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// region is whose national numbers are shown without a country code.
const region = "CN"

// maker is one run of Of: what the parts of a screen are made from.
type maker struct {
	s   desk.State
	w   *words.Catalogue
	now desk.Millis
}

// Of makes the screen of a state as it is at now, in the words of w.
func Of(s desk.State, w *words.Catalogue, now desk.Millis) Screen {
	m := maker{s: s, w: w, now: now}
	view := m.view()
	out := Screen{
		Lang: w.Lang(), View: view, Dismiss: w.Say(words.DoDismiss),
		Top: m.top(), Search: m.search(), Rail: m.rail(view),
		Customer: m.customer(), Flow: m.flow(), Note: m.note(),
		Status: m.status(view), Messages: m.messages(), Password: m.password(), Hint: m.hint(),
	}
	switch view {
	case "board":
		out.Board = m.board()
	case "changes":
		out.Changes = m.changes()
	}
	out.Title = m.title()
	out.Keys = m.keys(out)
	return out
}

// view is the view on screen: the board is for those who have one.
func (m maker) view() string {
	if m.s.View == "board" && m.leads() || m.s.View == "changes" {
		return m.s.View
	}
	return "work"
}

// leads reports whether the user has a board.
func (m maker) leads() bool {
	return m.s.Session.Role == desk.RoleLead || m.s.Session.Role == desk.RoleAdmin
}

func (m maker) say(k words.Key) string { return m.w.Say(k) }

// active is the draft on screen.
func (m maker) active() (desk.Draft, bool) { return m.s.Draft(m.s.Active) }

// since is a running time from a moment until now.
func (m maker) since(at desk.Millis) string {
	if at == 0 {
		return ""
	}
	return m.w.Timer(m.now.Sub(at))
}

// title names neither caller nor number: task bars and shared screens show it to everyone.
func (m maker) title() string {
	what := StateText(m.w, m.s.Agent.State, m.s.Agent.Reason)
	if c, ok := m.s.Current(); ok {
		what = join(dot, m.callChip(c).Text, c.Queue)
	}
	return what + " – " + m.say(words.AppName)
}

func (m maker) rail(view string) Rail {
	r := Rail{TabsTitle: m.say(words.DraftsTitle)}
	r.Views = append(r.Views, Button{
		Text: m.say(words.DoWork), Shape: ShapeWork, On: view == "work", Enabled: true, Do: desk.ViewChosen{View: "work"},
	})
	changes := Button{
		Text: m.say(words.DoChanges), Key: "Ctrl+U", Shape: ShapeSync, On: view == "changes", Enabled: true,
		Do: desk.ViewChosen{View: "changes"},
	}
	if out := m.s.Link.Outbox; len(out.Refused)+out.Lost > 0 { // somebody has to look at them
		changes.Shape, changes.Tone = ShapeWarn, Warn
	}
	r.Views = append(r.Views, changes)
	if m.leads() {
		r.Views = append(r.Views, Button{
			Text: m.say(words.DoBoard), Key: "Ctrl+B", Shape: ShapeBoard, On: view == "board", Enabled: true,
			Do: desk.ViewChosen{View: "board"},
		})
	}
	if len(m.s.Drafts) < 2 {
		return r
	}
	for _, d := range m.s.Drafts {
		chip := Chip{Shape: ShapeWrap, Tone: Wrap, Text: m.draftName(d)}
		if c, ok := m.s.Call(d.Call); ok && c.Live() {
			state := m.callChip(c)
			chip.Shape, chip.Tone = state.Shape, state.Tone
		}
		r.Tabs = append(r.Tabs, Tab{ID: d.ID, Chip: chip, Active: d.ID == m.s.Active, Do: desk.DraftChosen{Draft: d.ID}})
	}
	return r
}

// draftName is whom a draft is about: the customer, the name given, else the number.
func (m maker) draftName(d desk.Draft) string {
	if c, ok := chosen(d); ok && c.Name != "" {
		return c.Name
	}
	if d.NewName != "" {
		return d.NewName
	}
	if n := shown(d.Number); n != "" {
		return n
	}
	return m.say(words.DraftUnnamed)
}

// chosen is the customer a draft is about.
func chosen(d desk.Draft) (desk.Customer, bool) {
	for _, c := range d.Matches {
		if c.ID == d.Customer && c.ID != "" {
			return c, true
		}
	}
	return desk.Customer{}, false
}

// hint words the demo's hint code: waiting, ready, answer, flow, text, note, finish, synced, lead, and
// dial with a number after a colon, dial:10086.
func (m maker) hint() Message {
	code, arg, _ := strings.Cut(m.s.Hint, ":")
	if code == "" {
		return Message{}
	}
	k := words.Key("demo." + code)
	if !m.w.Has(k) {
		return Message{}
	}
	return Message{ID: code, Shape: ShapeHint, Tone: Accent, Text: m.w.Fill(k, "number", arg)}
}

// keys gathers what the keys do now: the buttons that bear one, and those that have no button.
func (m maker) keys(s Screen) []Shortcut {
	var keys []Shortcut
	add := func(b Button) {
		if b.Enabled && b.Key != "" && b.Do != nil {
			keys = append(keys, Shortcut{Key: b.Key, Do: b.Do})
		}
	}
	for _, l := range s.Top.Lines {
		for _, b := range l.Buttons {
			add(b)
		}
	}
	for _, k := range keys {
		if k.Key == "F10" {
			keys = append(keys, Shortcut{Key: "Ctrl+Shift+H", Do: k.Do})
			break
		}
	}
	keys = append(keys, Shortcut{Key: "F2", Do: m.toggled()})
	add(s.Flow.Back)
	add(s.Note.Save)
	add(s.Note.Finish)
	if s.View == "changes" {
		keys = append(keys, m.nextTo(s.Changes.Items)...)
		for _, b := range s.Changes.Detail.Buttons {
			add(b)
		}
	}
	for _, c := range s.Customer.Choices {
		if c.Key != "" && s.View == "work" {
			keys = append(keys, Shortcut{Key: c.Key, Do: c.Do})
		}
	}
	if s.View == "work" {
		add(s.Customer.None)
		add(s.Customer.Pool)
	}
	toggle := func(key, view string) {
		if s.View == view {
			view = "work"
		}
		keys = append(keys, Shortcut{Key: key, Do: desk.ViewChosen{View: view}})
	}
	toggle("Ctrl+U", "changes")
	if m.leads() {
		toggle("Ctrl+B", "board")
	}
	for i, t := range s.Rail.Tabs {
		if t.Active {
			keys = append(keys, Shortcut{Key: "Ctrl+J", Do: s.Rail.Tabs[(i+1)%len(s.Rail.Tabs)].Do})
		}
	}
	return keys
}

// join puts the parts that are there together.
func join(sep string, parts ...string) string {
	var there []string
	for _, p := range parts {
		if p != "" {
			there = append(there, p)
		}
	}
	return strings.Join(there, sep)
}

// dot separates facts in a line.
const dot = " · "

func digit(i int) string {
	if i < 0 || i > 8 {
		return ""
	}
	return strconv.Itoa(i + 1)
}
