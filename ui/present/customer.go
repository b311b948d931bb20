package present

import (
	"cmp"
	"strconv"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/number"
	"github.com/callbench/callbench/ui/words"
)

func (m maker) customer() CustomerPanel {
	p := CustomerPanel{Kind: CustomerIdle, HistoryTitle: m.say(words.HistoryTitle)}
	d, ok := m.active()
	if m.practising() {
		return m.practiceCustomer(d)
	}
	if m.browses() {
		m.known(&p, *m.s.Browsing, m.s.BrowseHistory, true)
		p.Pool = m.pool(*m.s.Browsing)
		m.beside(&p, d)
		return p
	}
	if !ok {
		m.idle(&p)
		return p
	}
	p.Draft = d.ID
	if c, ok := m.s.Call(d.Call); ok && c.State == desk.CallRinging {
		p.Ringing = shown(c.Number)
		if p.Ringing == "" {
			p.Ringing = m.say(words.CallAnonymous)
		}
		if c.Queue != "" {
			p.RingingFrom = m.w.Fill(words.CallVia, "queue", c.Queue)
		}
	}
	c, found := chosen(d)
	switch {
	case found:
		h := d.History
		c, h = m.whole(d, c, h)
		m.known(&p, c, h, d.Reaches == c.ID)
		p.Warnings = append(p.Warnings, m.leave(d, c)...)
		if len(d.Matches) > 1 && d.Number != "" {
			m.offer(&p, d)
		}
	case !d.Looked:
		p.Kind, p.Title = CustomerLooking, m.say(words.CustomerLooking)
	case len(d.Matches) > 0 && !d.Nobody:
		p.Kind, p.Title, p.How = CustomerSeveral, m.say(words.CustomerSeveral), m.say(words.CustomerSeveralHow)
		if len(d.Certain()) < 2 {
			p.Title, p.How = m.say(words.CustomerPerhaps), m.say(words.CustomerPerhapsHow)
		}
		m.offer(&p, d)
		p.None = Button{Text: m.say(words.CustomerNone), Key: m.chord(ActNobody), Enabled: true, Do: desk.CustomerChosen{Draft: d.ID}}
		p.NewName = m.newName(d)
	default:
		p.Kind, p.Title, p.How = CustomerUnknown, m.say(words.CustomerUnknown), m.say(words.CustomerUnknownHow)
		if d.Unread {
			p.Title, p.How = m.say(words.CustomerUnread), m.say(words.CustomerUnreadHow)
		}
		if withheld(d.Number) {
			p.Title, p.How = m.say(words.CustomerWithheld), m.say(words.CustomerWithheldHow)
		}
		p.NewName = m.newName(d)
		p.Phones = m.numberOnly(d)
		m.offer(&p, d) // who said "none of them" may have been wrong
	}
	return p
}

// browses reports whether the customer panel shows someone who was looked up: not over a call that
// rings, and not in place of the same customer.
func (m maker) browses() bool {
	if m.s.Browsing == nil {
		return false
	}
	d, ok := m.active()
	if !ok {
		return true
	}
	c, has := m.s.Call(d.Call)
	return d.Customer != m.s.Browsing.ID && (!has || c.State != desk.CallRinging)
}

// beside tells whom the call or note is about while someone else is shown, and leads back there.
func (m maker) beside(p *CustomerPanel, d desk.Draft) {
	p.Back = Button{Text: m.say(words.DoClose), Key: "Esc", Enabled: true, Do: desk.BrowseClosed{}}
	if d.ID == "" {
		return
	}
	line := words.BrowseNote
	p.Back.Text = m.say(words.DoBackToNote)
	if c, ok := m.s.Call(d.Call); ok && c.Live() {
		line, p.Back.Text = words.BrowseCall, m.say(words.DoBackToCall)
	}
	p.Browse = Message{ID: "browse", Shape: ShapeInfo, Tone: Warn, Text: m.w.Fill(line, "name", m.draftName(d))}
}

// pool releases or claims the customer that is looked up.
func (m maker) pool(c desk.Customer) Button {
	switch {
	case c.PooledAt != 0:
		return Button{Text: m.say(words.DoClaim), Key: m.chord(ActPool), Enabled: true, Do: desk.ClaimPressed{Customer: c.ID, PooledAt: c.PooledAt}}
	case !m.s.MayReleaseOf(c):
		return Button{}
	}
	return Button{Text: m.say(words.DoRelease), Key: m.chord(ActPool), Enabled: true, Do: desk.ReleasePressed{Customer: c.ID}}
}

func (m maker) idle(p *CustomerPanel) {
	p.Title, p.How = m.say(words.CustomerIdle), m.say(words.CustomerIdleHow)
	switch {
	case m.s.NoPhone():
		p.Title, p.How = m.say(words.PhoneNone), m.say(words.PhoneNoneHow)
		if m.s.PhoneForm {
			p.How = m.say(words.PhoneNoneForm)
		}
	case m.s.Agent.State == desk.AgentOffline && m.s.Wish == desk.AgentReady:
		p.Title, p.How = m.say(words.CustomerNoPhone), m.say(words.CustomerNoPhoneHow)
	case m.s.Agent.State != desk.AgentReady:
		p.Title, p.How = m.say(words.CustomerNotReady), m.say(words.CustomerNotReadyHow)
	}
	if m.s.Day.Known {
		p.HistoryTitle, p.Recent = m.say(words.RecentTitle), m.recent()
		if len(p.Recent) == 0 {
			p.HistoryEmpty = m.say(words.RecentNone)
		}
	}
}

// withheld reports whether a caller shows no number.
func withheld(raw string) bool { return number.Withheld(raw) }

func (m maker) numberOnly(d desk.Draft) []Phone {
	if withheld(d.Number) {
		return []Phone{{Text: m.say(words.CallAnonymous)}}
	}
	return []Phone{{Text: shown(d.Number), Do: desk.DialPressed{To: d.Number, Customer: d.Customer}}}
}

func (m maker) name(c desk.Customer) string {
	if c.Name == "" {
		return m.say(words.CustomerNoName)
	}
	return c.Name
}

func (m maker) level(l desk.Level) string {
	if l == desk.LevelVIP {
		return m.say(words.LevelVIP)
	}
	return ""
}

func (m maker) tier(t desk.Tier) string {
	if t == "" {
		return ""
	}
	return coded(m.w, "tier.", string(t), words.TierPotential)
}

func (m maker) customerChips(c desk.Customer) []Chip {
	var chips []Chip
	if c.Level == desk.LevelVIP {
		chips = append(chips, Chip{Tone: Accent, Text: m.say(words.LevelVIP)})
	}
	if t := m.tier(c.Tier); t != "" {
		chips = append(chips, Chip{Tone: Muted, Text: t})
	}
	if c.PooledAt != 0 {
		chips = append(chips, Chip{Tone: Away, Text: m.say(words.CustomerPooled)})
	}
	if c.Status == desk.StatusPaused {
		chips = append(chips, Chip{Tone: Away, Text: m.say(words.StatusPaused)})
	}
	return chips
}

func (m maker) known(p *CustomerPanel, c desk.Customer, h desk.History, loaded bool) {
	p.Kind, p.Title, p.Chips = CustomerKnown, m.name(c), m.customerChips(c)
	p.Work = join(dot, c.Company, c.Title, c.Address)
	for _, ph := range c.Phones {
		p.Phones = append(p.Phones, Phone{
			Label: ph.Label, Text: shown(ph.Raw), Do: desk.DialPressed{To: ph.Raw, Customer: c.ID},
		})
	}
	var facts []string
	if c.Number != "" {
		facts = append(facts, m.say(words.FieldNumber)+" "+c.Number)
	}
	if c.Status != "" && c.Status != desk.StatusPaused {
		facts = append(facts, coded(m.w, "status.", string(c.Status), words.StatusInterested))
	}
	if c.Owner != "" && !c.Stub {
		facts = append(facts, m.say(words.FieldOwner)+" "+c.Owner)
	}
	p.Facts = join(dot, facts...)
	p.Warnings = m.warnings(c, h)
	if c.Tier != "" {
		p.PlayTitle = m.say(words.PlayTitle)
		p.Play = coded(m.w, "play.", string(c.Tier), words.PlayPotential)
	}
	switch {
	case !loaded:
		p.HistoryEmpty = m.say(words.HistoryLoading)
	default:
		m.timeline(p, h)
		if len(p.History) == 0 {
			p.HistoryEmpty = m.say(words.HistoryEmpty)
			switch {
			case h.Failed:
				p.HistoryEmpty = m.say(words.HistoryUnread)
			case c.Stub:
				p.HistoryEmpty = m.say(words.HistoryNotHere)
			}
		}
	}
}

// warnings are what the agent must know before the first word.
func (m maker) warnings(c desk.Customer, h desk.History) []Message {
	var list []Message
	for _, t := range h.Tickets {
		if done(t.State) || t.DueAt == 0 || t.DueAt > m.now {
			continue
		}
		days := m.w.DaysBetween(t.DueAt.Time(), m.now.Time())
		text := m.w.Fill(words.WarnTicketOverdue, "number", m.ticketNumber(t), "days", strconv.Itoa(days), "subject", t.Subject)
		if days == 0 {
			text = m.w.Fill(words.WarnTicketLate, "number", m.ticketNumber(t), "time", m.w.Clock(t.DueAt.Time()), "subject", t.Subject)
		}
		list = append(list, Message{ID: t.ID, Shape: ShapeWarn, Tone: Danger, Text: text})
	}
	for _, b := range h.Callbacks {
		if b.State != desk.CallbackOpen && b.State != desk.CallbackClaimed {
			continue
		}
		at := b.At.Time()
		switch days := m.w.DaysBetween(at, m.now.Time()); {
		case days == 0 && b.At >= m.now:
			list = append(list, Message{
				ID: b.ID, Shape: ShapeClock, Tone: Warn,
				Text: join(dot, m.w.Fill(words.WarnCallbackToday, "time", m.w.Clock(at)), b.Note),
			})
		case b.At < m.now:
			list = append(list, Message{
				ID: b.ID, Shape: ShapeClock, Tone: Danger,
				Text: join(dot, m.w.Fill(words.WarnCallbackLate, "time", m.w.When(at, m.now.Time())), b.Note),
			})
		}
	}
	recent := 0
	for _, k := range h.Contacts {
		if m.now.Sub(k.At) < 7*24*time.Hour && k.At <= m.now {
			recent++
		}
	}
	if recent >= 3 {
		list = append(list, Message{
			ID: "recent", Shape: ShapeInfo, Tone: Warn,
			Text: m.w.Fill(words.CustomerVisits, "n", strconv.Itoa(recent)),
		})
	}
	if c.PooledAt != 0 {
		list = append(list, Message{ID: "pool", Shape: ShapeInfo, Tone: Muted, Text: m.w.Fill(words.CustomerPooledSince,
			"user", cmp.Or(c.PooledBy, "–"), "time", m.w.When((c.PooledAt-m.s.Link.Skew).Time(), m.now.Time()))})
		return list
	}
	if d, ok := m.active(); c.Stub && (!ok || d.Asked != c.ID) { // else leave tells more
		text := m.say(words.CustomerStubPool)
		if c.Owner != "" {
			text = m.w.Fill(words.CustomerStub, "owner", c.Owner)
		}
		list = append(list, Message{ID: "stub", Shape: ShapeInfo, Tone: Muted, Text: text})
	}
	return list
}

func done(s desk.TicketState) bool {
	return s == desk.TicketResolved || s == desk.TicketCustomerTold || s == desk.TicketClosed
}

func (m maker) ticketNumber(t desk.Ticket) string {
	if t.Number == "" {
		return m.say(words.TicketNoNumber)
	}
	return "#" + t.Number
}
