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
	s    desk.State
	w    *words.Catalogue
	now  desk.Millis
	rows []row // the table of actions, with the chords of this desk
}

// Of makes the screen of a state as it is at now, in the words of w.
func Of(s desk.State, w *words.Catalogue, now desk.Millis) Screen {
	m := maker{s: s, w: w, now: now, rows: table()}
	view := m.view()
	out := Screen{
		Lang: w.Lang(), Style: Style{Scheme: s.Settings.Scheme, Density: s.Settings.Density, Zoom: s.Settings.Zoom}, View: view.id, Dismiss: w.Say(words.DoDismiss),
		Panes: s.Settings.Panes, Top: m.top(), Search: m.search(), Phrases: m.phrases(), Rail: m.rail(view.id),
		Customer: m.customer(), Flow: m.flow(), Note: m.note(), Day: m.ownDay(),
		Status: m.status(view), Mini: m.mini(), Tray: m.tray(), Messages: m.messages(), Password: m.password(), Hint: m.hint(),
	}
	view.fill(m, &out)
	out.Title = m.title()
	out.Actions = m.actions(&out)
	out.Hot, out.Alert = m.hot(out.Actions), m.callNote()
	out.Search = m.palette(out.Search, out.Actions)
	out.Trial = m.trial(view.id)
	m.rekey(&out)
	out.Sheet = m.keySheet(out.Actions)
	return out
}

func (m maker) say(k words.Key) string { return m.w.Say(k) }

// active is the draft on screen, or what is practised in its place.
func (m maker) active() (desk.Draft, bool) {
	if d, on := m.s.Practises(); on {
		return d, true
	}
	return m.s.Draft(m.s.Active)
}

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
	if m.practising() {
		what = m.say(words.Practice)
	}
	if c, ok := m.s.Current(); ok {
		what = join(dot, m.callChip(c).Text, c.Queue)
	}
	return what + " – " + m.say(words.AppName)
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

// hint words the demo's hint code: waiting, ready, answer, flow, text, note, wrap, finish, synced, lead, and
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
