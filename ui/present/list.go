package present

import (
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// Empty is what stands where a list has nothing to show: why, and what to do.
type Empty struct {
	Shape Shape
	Title string
	How   string
	Do    Button
}

// Shown reports whether it is there at all.
func (e Empty) Shown() bool { return e.Title != "" }

// Progress is work that takes longer than an eye waits: what it is, how far it is (Share of 1; below 0: nobody knows), and the
// way to stop it.
type Progress struct {
	Text   string
	Share  float64
	Cancel Button
}

// Shown reports whether it is there at all.
func (p Progress) Shown() bool { return p.Text != "" }

// progressAfter is how long work goes on before it is told of.
const progressAfter = 300 * time.Millisecond

// NavGroup is a heading with the lists below it.
type NavGroup struct {
	Title string
	Items []Pick
}

// ListLine is a row of a list; one with a Section is a heading and nothing else.
type ListLine struct {
	ID      string
	Section string
	Chip    Chip
	Cells   []string
	Tone    Tone // of the last cell
	On      bool
	Do      desk.Event // looks at it
	Open    desk.Event // goes to it
}

// ListPanel is a view of a list: the ways to other lists at its left, its rows, and who is looked at.
type ListPanel struct {
	Title    string
	Nav      []NavGroup // empty: there is none
	Filters  [][]Pick
	Search   Field // without a prompt there is none
	Count    string
	Note     Message // what is to be known of the list as a whole; empty: nothing
	Progress Progress
	Head     []string
	Shares   []float32 // of the width, a column each
	Numbers  int       // the column of telephone numbers, which are never cut; 0: there is none
	Rows     []ListLine
	Empty    Empty
	Prev     Button
	Next     Button
	Page     string
	Actions  []Button // for what is looked at
	Choices  []Pick   // of the action that is being chosen for: other times of a callback
	Detail   CustomerPanel
	Nobody   string // instead of Detail
}

// walkList are the actions of a list's keys: up, down, and into it.
func (m maker) walkList(p ListPanel) []Action {
	add := func(list []Action, id string, name words.Key, key string, do desk.Event) []Action {
		if do == nil {
			return list
		}
		return append(list, Action{ID: id, Name: m.say(name), Group: m.say(words.GroupViews), Key: key, Fixed: true, Enabled: true, Do: do})
	}
	var list []Action
	var up, down, open desk.Event
	before, found := desk.Event(nil), false
	for _, r := range p.Rows {
		switch {
		case r.Section != "":
			continue
		case found && down == nil:
			down = r.Do
		case r.On:
			up, open, found = before, r.Open, true
		}
		before = r.Do
	}
	if down == nil {
		down = p.Next.Do
	}
	if up == nil {
		up = p.Prev.Do
	}
	list = add(list, "list.up", words.ListUp, "Up", up)
	list = add(list, "list.down", words.ListDown, "Down", down)
	return add(list, ActListOpen, words.DoOpen, "", open) // Enter: it goes on in a flow, too
}

// counted is how many there are: up to desk.MaxCounted they are counted.
func (m maker) counted(n int, few, many words.Key) string {
	if n > desk.MaxCounted {
		return m.w.Fill(many, "n", m.w.Number(desk.MaxCounted))
	}
	return m.w.Fill(few, "n", m.w.Number(n))
}

// looked is who is looked at beside a list.
func (m maker) looked(at desk.Looked) CustomerPanel {
	p := CustomerPanel{Kind: CustomerKnown, HistoryTitle: m.say(words.HistoryTitle)}
	m.known(&p, at.Customer, at.History, at.Read)
	p.Pool = m.pool(at.Customer)
	p.Pool.Key = ""
	if do := m.goTo(at.Customer.ID); do != nil {
		p.Back = Button{Text: m.say(words.DoOpen), Key: "Enter", Enabled: true, Do: do}
	}
	return p
}

// doTask is what can be done about the task that is looked at: the button that bears the action's chord.
func doTask(_ maker, s *Screen, a *Action) {
	for _, b := range s.Tasks.Actions {
		if s.View == "tasks" && a.Key != "" && b.Key == a.Key {
			a.button(b)
		}
	}
}

// goTo leads from a list to a customer among the calls; nil: not while a call rings, whose caller keeps the screen.
func (m maker) goTo(id string) desk.Event {
	if m.hidesBrowsing() {
		return nil
	}
	return desk.CustomerOpened{Customer: id}
}
