package present

import (
	"slices"
	"strconv"
	"strings"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/flow"
	"github.com/callbench/callbench/ui/words"
)

func (m maker) flow() FlowPanel {
	p := m.steps()
	if d, on := m.s.Practises(); on {
		m.practiceFlow(&p, d)
	}
	return p
}

// steps is the flow of the draft on screen.
func (m maker) steps() FlowPanel {
	p := FlowPanel{Kind: FlowNone, Title: m.say(words.FlowTitle), How: m.say(words.FlowNone)}
	d, ok := m.active()
	if !ok {
		return p
	}
	p.Draft = d.ID
	call, has := m.s.Call(d.Call)
	p.Early = d.Answered == 0 && has && call.Live()
	if d.Run == nil && !d.Looked { // the lookup decides which flow begins
		return p
	}
	var f *flow.Flow
	if d.Run != nil {
		f = m.s.Flow(d.Run.Hash)
	}
	if f == nil {
		m.flowChoices(&p, d)
		return p
	}
	v := flow.Show(f, *d.Run, m.w.Lang())
	p.Kind, p.Run, p.Step, p.Title, p.Name, p.How = FlowStep, v.Run, v.Step, v.Title, v.Name, ""
	p.Version = m.w.Fill(words.FlowVersion, "n", strconv.Itoa(v.Version))
	p.Position, p.Length = v.Position, max(v.Length, v.Position)
	p.Progress = m.w.Fill(words.FlowStep, "x", strconv.Itoa(p.Position), "y", strconv.Itoa(p.Length))
	p.Say, p.Hint = lines(m.typeset(v.Say)), m.typeset(v.Hint)
	if p.Hint != "" {
		key := Printed(m.chord(ActHint))
		p.HintAll, p.HintLess = join(" ", m.say(words.FlowHintAll), key), join(" ", m.say(words.FlowHintLess), key)
	}
	p.NoteTitle, p.Note = m.say(words.FlowNoteSoFar), v.NoteSoFar
	p.Back = Button{
		Text: m.say(words.DoBack), Key: m.chord(ActBack), Enabled: v.CanGoBack, Do: desk.FlowBack{Draft: d.ID},
	}
	if v.Done {
		p.Kind, p.How = FlowDone, m.say(words.FlowDone)
		if v.Outcome != "" {
			p.Progress = m.w.Fill(words.FlowDoneOutcome, "outcome", coded(m.w, "outcome.", v.Outcome, words.OutcomeResolved))
		}
		return p
	}
	for _, a := range v.Ask {
		p.Asks = append(p.Asks, m.ask(a, d))
	}
	p.Single = len(p.Asks) == 1 && len(p.Asks[0].Options) > 0
	if !p.Single {
		p.Next = Button{Text: m.say(words.DoNext), Key: "Enter", Enabled: !p.Early}
		if _, rings := m.s.Ringing(); !rings && !p.Early && d.Ended == 0 { // else something else is to be pressed next
			p.Next.Kind = KindPrimary
		}
	}
	return p
}

// typeset gives English texts straight quotes: the curly ones of a Chinese face are as wide as its
// signs.
func (m maker) typeset(text string) string {
	if m.w.Lang() != "en" {
		return text
	}
	return strings.NewReplacer("“", `"`, "”", `"`, "‘", "'", "’", "'").Replace(text)
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// flowChoices offers the flows that fit the direction of the talk.
func (m maker) flowChoices(p *FlowPanel, d desk.Draft) {
	if len(m.s.Flows) == 0 {
		return
	}
	p.Kind, p.Title, p.How = FlowChoose, m.say(words.FlowChoose), m.say(words.FlowChooseHow)
	for _, f := range m.s.Flows {
		_, direction := f.For()
		if direction != "" && d.Direction != "" && direction != string(d.Direction) {
			continue
		}
		p.Choices = append(p.Choices, Button{
			Text: f.Title(m.w.Lang()), Key: digit(len(p.Choices)), Enabled: true,
			Do: desk.FlowStarted{Draft: d.ID, Flow: f.ID()},
		})
	}
}

// ask shows a question with what stands in its field, answered or not.
func (m maker) ask(a flow.Ask, d desk.Draft) Ask {
	out := Ask{ID: a.ID, Type: a.Type, Label: m.typeset(a.Label), Value: a.Value}
	if unsent, ok := d.Unsent[a.ID]; ok {
		out.Value = unsent
	}
	if a.Required {
		out.Required = m.say(words.FlowRequired)
	}
	options := slices.Clone(a.Options)
	if a.Type == flow.Bool && len(options) == 0 {
		options = []flow.Option{{Key: "1", ID: "yes", Label: m.say(words.FlowYes)}, {Key: "2", ID: "no", Label: m.say(words.FlowNo)}}
	}
	for _, o := range options {
		out.Options = append(out.Options, Option{Key: o.Key, ID: o.ID, Label: m.typeset(o.Label), Chosen: o.ID == out.Value})
	}
	switch a.Type {
	case flow.Text:
		out.Prompt = m.say(words.AskText)
	case flow.Number:
		out.Prompt = m.say(words.AskNumber)
	case flow.Date:
		out.Prompt = m.say(words.AskDate)
	case flow.Amount:
		out.Prompt = m.say(words.AskAmount)
	case flow.Phone:
		out.Prompt = m.say(words.AskPhone)
	case flow.Choice, flow.Bool:
	}
	if e := d.FieldErr; e != nil && e.Ask == a.ID && (e.Code != "required" || out.Value == "") {
		out.Error = AnswerText(m.w, e.Code)
		if e.Code == "required" && len(out.Options) > 0 {
			out.Error = m.say(words.BadUnchosen)
		}
	}
	return out
}
