package present

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// FieldLine is a member of a record and what it holds.
type FieldLine struct {
	Label string
	Text  string
}

// ChangeItem is an open change in the list.
type ChangeItem struct {
	ID   string
	Chip Chip
	When string
	What string // kind of record and whom it is about
	Text string // how it begins
	On   bool
	Do   desk.Event
}

// ChangeDetail is the change that is looked at: why it is open, its whole text, and what can be done.
type ChangeDetail struct {
	What    string
	When    string
	Why     Message
	Lines   []FieldLine
	Buttons []Button
	Copy    string // what the button without an event puts on the clipboard
}

// ChangesPanel is the view of what has not been settled with central.
type ChangesPanel struct {
	Title  string
	Counts []Chip
	Why    string // why nothing goes up, where that is so
	Empty  string
	Items  []ChangeItem
	More   string
	Detail ChangeDetail
}

func (m maker) changes() ChangesPanel {
	c := m.s.Changes
	p := ChangesPanel{Title: m.say(words.ChangesTitle), Why: m.whyWaiting()}
	switch {
	case !m.s.ChangesRead:
		p.Empty = m.say(words.ChangesReading)
		return p
	case len(c.List) == 0 && m.s.Link.State == desk.CentralNone:
		p.Empty = m.say(words.ChangesNoneLocal)
		return p
	case len(c.List) == 0:
		p.Empty = m.say(words.ChangesNone)
		return p
	}
	count := func(n int, k words.Key, shape Shape, tone Tone) {
		if n > 0 {
			p.Counts = append(p.Counts, Chip{Shape: shape, Tone: tone, Text: m.w.Fill(k, "n", m.w.Number(n))})
		}
	}
	count(c.Conflicts, words.ChangesConflicts, ShapeWarn, Warn)
	count(c.Refused, words.ChangesRefused, ShapeWarn, Danger)
	count(c.Pending, words.ChangesPending, ShapeSync, Plain)
	for _, one := range c.List {
		p.Items = append(p.Items, m.changeItem(one))
		if one.ID() == m.s.Change {
			p.Detail = m.changeDetail(one)
		}
	}
	if more := c.Pending + c.Refused + c.Conflicts - len(c.List); more > 0 {
		p.More = m.w.Fill(words.ChangesMore, "n", m.w.Number(more))
	}
	return p
}

// whyWaiting tells why nothing goes up, when it is tried again, and whose work waits besides.
func (m maker) whyWaiting() string {
	l := m.s.Link
	why, next := LinkText(m.w, l), l.NextTry
	if why == "" && l.Held.Why != "" {
		why, next = m.held(), l.Held.NextTry
	}
	if why != "" && next > m.now {
		why = join(" ", why, m.w.Fill(words.LinkNextTry, "time", m.w.ClockSeconds(next.Time())))
	}
	for _, o := range m.s.Others {
		line := words.OthersWaiting
		if o.Problem == "wrong_password" || o.Problem == "disabled" {
			line = words.OthersStuck
		}
		why = join("\n", why, m.w.Fill(line, "user", o.User, "n", m.w.Number(o.Pending)))
	}
	return why
}

// held words why the outbox does not get shorter though central answers.
func (m maker) held() string {
	h, n := m.s.Link.Held, m.s.Link.Outbox.Pending
	if h.Why == "" || m.s.Link.State != desk.CentralOnline || n == 0 {
		return ""
	}
	return coded(m.w, "held.", h.Why, words.HeldOther, "n", m.w.Number(n))
}

// changeOf is the table that a change is about first: of a talk's record, the talk.
func changeOf(c desk.OpenChange) desk.Table {
	if c.State == desk.ChangeConflict {
		return c.Conflict.Table
	}
	t := desk.Table("")
	for _, ch := range c.Op.Changes {
		if t == "" || ch.Table == desk.TableContact {
			t = ch.Table
		}
	}
	return t
}

func (m maker) changeItem(c desk.OpenChange) ChangeItem {
	chip := Chip{Shape: ShapeSync, Tone: Muted, Text: m.say(words.ChangePending)}
	switch c.State {
	case desk.ChangeRefused:
		chip = Chip{Shape: ShapeWarn, Tone: Danger, Text: m.say(words.ChangeRefused)}
	case desk.ChangeConflict:
		chip = Chip{Shape: ShapeWarn, Tone: Warn, Text: m.say(words.ChangeConflict)}
	case desk.ChangePending:
	}
	item := ChangeItem{
		ID: c.ID(), Chip: chip, When: m.changedAt(c), On: c.ID() == m.s.Change, Do: desk.ChangeChosen{ID: c.ID()},
		What: join(dot, m.say(words.Key("change.of."+string(changeOf(c)))), c.Name),
	}
	if lines := m.changeLines(c); len(lines) > 0 {
		item.Text = strings.Join(strings.Fields(lines[0].Text), " ")
		if changeOf(c) != desk.TableContact {
			item.Text = join(" ", lines[0].Label, item.Text)
		}
	}
	return item
}

// changedAt tells a conflict's moment as this desk would have: central's clock is another.
func (m maker) changedAt(c desk.OpenChange) string {
	at := c.At()
	if c.State == desk.ChangeConflict {
		at -= m.s.Link.Skew
	}
	return m.w.When(at.Time(), m.now.Time())
}

func (m maker) changeDetail(c desk.OpenChange) ChangeDetail {
	item := m.changeItem(c)
	d := ChangeDetail{What: item.What, When: item.When, Lines: m.changeLines(c)}
	settle := func(k words.Key, how desk.Settling, kind Kind) {
		d.Buttons = append(d.Buttons, Button{
			Text: m.say(k), Kind: kind, Key: digit(len(d.Buttons)), Enabled: true, Do: desk.ChangeSettled{ID: c.ID(), How: how},
		})
	}
	switch c.State {
	case desk.ChangePending:
		d.Why = Message{Shape: ShapeSync, Tone: Plain, Text: m.say(words.ChangeWaits)}
	case desk.ChangeRefused:
		d.Why = Message{Shape: ShapeWarn, Tone: Danger, Text: ChangeText(m.w, c.Refusal)}
		if c.Op.Kind == "customer.claim" && c.Refusal.Code == "conflict" { // somebody was first: there is nothing to submit
			d.Why.Text = m.say(words.ChangeClaimed)
			settle(words.DoPutAway, desk.SettlePutAway, KindPrimary)
			break
		}
		again := words.DoResubmit
		if changeOf(c) == desk.TableContact {
			again = words.DoAgain
		}
		settle(again, desk.SettleAgain, KindPrimary)
		settle(words.DoPutAway, desk.SettlePutAway, KindPlain)
	case desk.ChangeConflict:
		text := words.ChangeLost
		if c.Conflict.Winner == c.Conflict.User {
			text = words.ChangeLostToSelf
		}
		d.Why = Message{Shape: ShapeWarn, Tone: Warn, Text: m.w.Fill(text, "who", c.Conflict.Winner, "field", memberName(m.w, c.Conflict.Field))}
		settle(words.DoTheirs, desk.SettleTheirs, KindPrimary)
		settle(words.DoMine, desk.SettleMine, KindPlain)
	}
	if len(d.Lines) > 0 {
		var text []string
		for _, l := range d.Lines {
			text = append(text, l.Label+"："+l.Text)
		}
		d.Copy = strings.Join(text, "\n")
		d.Buttons = append(d.Buttons, Button{Text: m.say(words.DoCopy), Key: digit(len(d.Buttons)), Enabled: true})
	}
	return d
}

// ChangeText words why central refused a change: what happened, what is safe, what to do.
func ChangeText(w *words.Catalogue, r desk.Refusal) string {
	_, member, _ := strings.Cut(r.Detail, ".")
	return coded(w, "change.why.", r.Code, words.ChangeInvalid, "field", memberName(w, member))
}

func memberName(w *words.Catalogue, name string) string {
	return coded(w, "member.", name, words.MemberOther)
}

// changeLines are what a change sets, as people read it: what was said and written first. In a conflict they are
// the two values.
func (m maker) changeLines(c desk.OpenChange) []FieldLine {
	if c.State == desk.ChangeConflict {
		now := m.say(words.ChangeNowGone)
		if len(c.Now) > 0 {
			now = m.memberText(c.Conflict.Field, c.Now)
		}
		return []FieldLine{
			{m.say(words.ChangeMine), m.memberText(c.Conflict.Field, c.Conflict.Value)},
			{m.say(words.ChangeNow), now},
		}
	}
	var lines []FieldLine
	for _, ch := range c.Op.Changes {
		var set map[string]json.RawMessage
		if json.Unmarshal(ch.Fields, &set) != nil {
			continue
		}
		for _, name := range shownMembers() {
			value, given := set[name]
			if !given || string(value) == `""` {
				continue
			}
			label := memberName(m.w, name)
			if name == "number" && ch.Table == desk.TableContact {
				label = m.say(words.MemberPhones)
			}
			lines = append(lines, FieldLine{label, m.memberText(name, value)})
		}
	}
	return lines
}

// shownMembers are the members that people know, what they write themselves first.
func shownMembers() []string {
	return []string{
		"subject", "content", "note", "detail", "name", "company", "title", "phones", "email", "address", "number", "industry",
		"source", "status", "level", "owner", "reason", "outcome", "kind", "state", "wall", "amount", "currency", "department",
		"approval", "attributes", "pooled_at", "claimed_by",
	}
}

// memberText is a member's value in words.
func (m maker) memberText(name string, value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		if text == "" {
			return m.say(words.ChangeEmpty)
		}
		for _, prefix := range codesOf(name) {
			if k := words.Key(prefix + text); m.w.Has(k) {
				return m.say(k)
			}
		}
		return text
	}
	var phones []desk.Phone
	if name == "phones" && json.Unmarshal(value, &phones) == nil {
		var list []string
		for _, p := range phones {
			list = append(list, join(" ", p.Label, shown(p.Raw)))
		}
		return strings.Join(list, "、")
	}
	var at desk.Millis
	if strings.HasSuffix(name, "_at") && json.Unmarshal(value, &at) == nil {
		return m.w.When(at.Time(), m.now.Time())
	}
	var more map[string]string
	if json.Unmarshal(value, &more) == nil {
		var list []string
		for k, v := range more {
			list = append(list, k+" "+v)
		}
		slices.Sort(list)
		return strings.Join(list, "、")
	}
	return string(value)
}

// codesOf are where the words for a member's codes are found.
func codesOf(name string) []string {
	switch name {
	case "state":
		return []string{"ticket.", "callback."}
	case "reason", "outcome", "status", "level", "tier":
		return []string{name + "."}
	}
	return nil
}
