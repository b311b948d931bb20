package present

import (
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

func (m maker) note() NotePanel {
	p := NotePanel{Title: m.say(words.NoteTitle), Empty: m.say(words.NoteNone)}
	d, ok := m.active()
	if !ok {
		p.Kept = m.lastSaved()
		return p
	}
	p.Shown, p.Draft = true, d.ID
	call, has := m.s.Call(d.Call)
	live := has && call.Live()
	if !live && d.Ended != 0 {
		p.Title = m.wrapTitle(d, call)
	}
	p.Kept = m.kept(d)
	if d.Problem != "" {
		p.Problem = ProblemText(m.w, d.Problem)
	}
	p.Subject = Field{Label: m.say(words.NoteSubject), Value: d.Subject, Prompt: m.say(words.NoteSubject)}
	p.Content = Field{Label: m.say(words.NoteContent), Value: d.Content, Prompt: m.say(words.NoteContent)}
	p.ReasonTitle, p.OutcomeTitle = m.say(words.ReasonTitle), m.say(words.OutcomeTitle)
	for _, r := range []desk.Reason{
		desk.ReasonEnquiry, desk.ReasonBusiness, desk.ReasonInformation, desk.ReasonFault,
		desk.ReasonComplaint, desk.ReasonSuggestion, desk.ReasonBilling, desk.ReasonSalesLead,
	} {
		p.Reasons = append(p.Reasons, Pick{
			ID: string(r), Text: coded(m.w, "reason.", string(r), words.ReasonEnquiry), Chosen: r == d.Reason,
			Do: desk.ReasonChosen{Draft: d.ID, Reason: r},
		})
	}
	for _, o := range []desk.Outcome{
		desk.OutcomeResolved, desk.OutcomeFollowUp, desk.OutcomeTicket, desk.OutcomeEscalated, desk.OutcomeNoAnswer,
	} {
		p.Outcomes = append(p.Outcomes, Pick{
			ID: string(o), Text: coded(m.w, "outcome.", string(o), words.OutcomeResolved), Chosen: o == d.Outcome,
			Do: desk.OutcomeChosen{Draft: d.ID, Outcome: o},
		})
	}
	ringing := has && call.State == desk.CallRinging
	p.Save = Button{
		Text: m.say(words.DoSave), Key: m.chord(ActSave), Enabled: !d.Saving && !ringing, Do: desk.SavePressed{Draft: d.ID},
	}
	p.Finish = Button{
		Text: m.say(words.DoFinish), Key: m.chord(ActFinish), Enabled: !d.Saving && !ringing, Do: desk.SavePressed{Draft: d.ID, Ready: true},
	}
	if !live {
		p.Finish.Kind = KindPrimary
	}
	if m.practising() {
		m.practiceNote(&p, d)
	}
	return p
}

func (m maker) wrapTitle(d desk.Draft, c desk.Call) string {
	title, why, length := m.say(words.NoteWrapUp), "", ""
	if c.EndReason != "" && c.EndReason != "answered" {
		why = EndReasonText(m.w, c.EndReason)
		if c.EndReason == "hung_up" && c.EndedBy == "them" {
			why = m.say(words.EndByThem)
		}
	}
	if d.Answered != 0 && d.Ended > d.Answered {
		length = m.w.Timer(d.Ended.Sub(d.Answered))
	}
	if d.Restored {
		why = m.say(words.NoteRestored)
	}
	return join(dot, title, length, why)
}

// kept tells whether what is on screen is also on disk.
func (m maker) kept(d desk.Draft) Chip {
	switch {
	case d.Saving:
		return Chip{Shape: ShapeSync, Tone: Muted, Text: m.say(words.NoteSaving)}
	case d.Problem != "":
		return Chip{Shape: ShapeWarn, Tone: Danger}
	case d.Kept < d.Changed:
		return Chip{Shape: ShapeSync, Tone: Muted, Text: m.say(words.NoteKeeping)}
	case d.SavedAt != 0 && d.SavedAt >= d.Changed:
		return Chip{Shape: ShapeOK, Tone: Good, Text: m.w.Fill(words.NoteSaved, "time", m.w.Clock(d.SavedAt.Time()))}
	}
	return Chip{Shape: ShapeOK, Tone: Muted, Text: m.say(words.NoteKept)}
}

// lastSaved tells what became of the record saved last, while no note is open.
func (m maker) lastSaved() Chip {
	s := m.s.Saved
	if s == nil {
		return Chip{}
	}
	for _, r := range m.s.Link.Outbox.Refused {
		if r.Op.N == s.N {
			return Chip{Shape: ShapeWarn, Tone: Warn, Text: m.w.Fill(
				words.NoteRefused, "time", m.w.Clock(s.At.Time()), "why", RefusalText(m.w, r.Refusal.Code),
			)}
		}
	}
	k := words.NoteSaved
	if s.Synced {
		k = words.NoteSynced
	}
	return Chip{Shape: ShapeOK, Tone: Good, Text: m.w.Fill(k, "time", m.w.Clock(s.At.Time()))}
}
