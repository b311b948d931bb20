package flow

import (
	"errors"
	"maps"
	"slices"
	"strings"
)

// Errors of a run that are no fault of an answer.
var (
	// ErrDone tells that the talk has come to its end already.
	ErrDone = errors.New("flow is done")
	// ErrAtStart tells that there is no step to go back to.
	ErrAtStart = errors.New("flow is at its first step")
	// ErrOtherFlow tells that the run belongs to another flow or version.
	ErrOtherFlow = errors.New("run belongs to another flow")
)

// Start begins a run at the flow's first step.
func Start(f *Flow, runID string, facts Facts) Run {
	return Run{ID: runID, Flow: f.id, Hash: f.hash, Step: f.steps[0].id, Facts: maps.Clone(facts)}
}

// Answer takes the answers of the step where r stands and goes on. Answers are raw: as typed, an
// option by its ID or key. A question that answers leaves out keeps what it had; an empty answer
// takes it away. The error is an *AnswerError, ErrDone or ErrOtherFlow; r is never altered.
func Answer(f *Flow, r Run, answers map[string]string) (Run, error) {
	if r.Done {
		return r, ErrDone
	}
	at, ok := f.at(r)
	if !ok {
		return r, ErrOtherFlow
	}
	s := f.steps[at]
	for _, id := range slices.Sorted(maps.Keys(answers)) {
		if !slices.ContainsFunc(s.asks, func(a *ask) bool { return a.id == id }) {
			return r, &AnswerError{Ask: id, Code: "no_such_question"}
		}
	}
	next := r
	next.Path = append(slices.Clone(r.Path), r.Step)
	next.Answers = maps.Clone(r.Answers)
	if next.Answers == nil {
		next.Answers = map[string]string{}
	}
	for _, a := range s.asks {
		raw, given := answers[a.id]
		if !given {
			raw = r.Answers[a.id]
		}
		value, code := a.take(raw, r.Facts["now"])
		if code != "" {
			return r, &AnswerError{Ask: a.id, Code: code}
		}
		if value == "" {
			delete(next.Answers, a.id)
		} else {
			next.Answers[a.id] = value
		}
	}
	next.Step = s.gotos[f.way(s, next)].to.text
	if i, ok := f.endOf[next.Step]; ok {
		next.Done, next.Outcome = true, f.ends[i].outcome
	}
	return next, nil
}

// Leave takes what stands in the fields of the step where r stands when the talk ends there: each answer that its
// question can take. The step then counts for Finish, though not all of it may be answered; the run is not one to go
// on with. refused are the questions that could not take theirs.
func Leave(f *Flow, r Run, answers map[string]string) (left Run, refused []string) {
	at, ok := f.at(r)
	if !ok || r.Done {
		return r, slices.Sorted(maps.Keys(answers))
	}
	left = r
	left.Path = append(slices.Clone(r.Path), r.Step)
	left.Answers = maps.Clone(r.Answers)
	if left.Answers == nil {
		left.Answers = map[string]string{}
	}
	for _, a := range f.steps[at].asks {
		raw := strings.TrimSpace(answers[a.id])
		if raw == "" { // emptied, or from an earlier walk through it: nobody has confirmed that again
			delete(left.Answers, a.id)
			continue
		}
		if value, code := a.take(raw, r.Facts["now"]); code == "" {
			left.Answers[a.id] = value
		} else {
			delete(left.Answers, a.id)
			refused = append(refused, a.id)
		}
	}
	return left, refused
}

// Shown is an answer that counts in r as texts and notes show it; empty where there is none.
func Shown(f *Flow, r Run, ask, lang string) string { return f.talk(r, lang).value(ask) }

// way finds the goto that is taken from s once r has answered it: the first that holds. The last one
// has no condition, so there always is one.
func (f *Flow) way(s *step, r Run) int {
	t := f.talk(r, "")
	for i, g := range s.gotos {
		if g.when.holds(t.leaf) {
			return i
		}
	}
	return len(s.gotos) - 1
}

// Back goes back one step, also from an end. What was answered stays as a suggestion. The error is
// ErrAtStart or ErrOtherFlow; r is never altered.
func Back(f *Flow, r Run) (Run, error) {
	if r.Hash != f.hash {
		return r, ErrOtherFlow
	}
	if len(r.Path) == 0 {
		return r, ErrAtStart
	}
	last := len(r.Path) - 1
	if _, ok := f.stepOf[r.Path[last]]; !ok {
		return r, ErrOtherFlow
	}
	next := r
	next.Step, next.Path = r.Path[last], slices.Clone(r.Path[:last])
	next.Done, next.Outcome = false, ""
	return next, nil
}

// at finds the step where r stands.
func (f *Flow) at(r Run) (int, bool) {
	i, ok := f.stepOf[r.Step]
	return i, ok && r.Hash == f.hash
}

// Show gives the step where r stands in lang, or in the flow's first language where it has no lang.
// Of a run of another flow only the names are shown.
func Show(f *Flow, r Run, lang string) View {
	v := View{Run: r.ID, Flow: f.id, Title: f.Title(lang), Version: f.version, Step: r.Step, Name: r.Step, CanGoBack: len(r.Path) > 0, Done: r.Done, Outcome: r.Outcome}
	v.Position, v.Length = len(r.Path)+1, len(r.Path)+1
	if r.Hash != f.hash {
		return v
	}
	t := f.talk(r, lang)
	v.NoteSoFar = t.note()
	if i, ok := f.endOf[r.Step]; ok {
		e := f.ends[i]
		v.Name, v.Say, v.Hint = f.plain(e.name, lang), t.spoken(e.says), t.spoken(e.hints)
		v.Position, v.Length = max(len(r.Path), 1), max(len(r.Path), 1)
		return v
	}
	i, ok := f.stepOf[r.Step]
	if !ok {
		return v
	}
	s := f.steps[i]
	v.Name, v.Say, v.Hint = f.plain(s.name, lang), t.spoken(s.says), t.spoken(s.hints)
	v.Length = v.Position + s.left
	for _, a := range s.asks {
		v.Ask = append(v.Ask, f.shownAsk(a, r.Answers[a.id], lang))
	}
	return v
}

func (f *Flow) shownAsk(a *ask, value, lang string) Ask {
	shown := Ask{ID: a.id, Type: a.kind, Label: f.plain(a.label, lang), Required: a.required, Value: value}
	for i, o := range a.options {
		shown.Options = append(shown.Options, Option{Key: string(rune('1' + i)), ID: o.id, Label: f.plain(o.label, lang)})
	}
	if a.kind == Bool {
		yes, no := boolLabels(lang)
		shown.Options = []Option{{Key: "1", ID: "yes", Label: yes}, {Key: "2", ID: "no", Label: no}}
	}
	return shown
}

// Finish gives what a run writes down. A run that is not done gives its note so far, the flow's
// first reason and no outcome.
func Finish(f *Flow, r Run, lang string) Result {
	t := f.talk(r, lang)
	result := Result{Subject: t.words(f.subject, MaxSubject), Content: t.note(), Reason: f.reasons[0], Answers: t.answers}
	if result.Subject == "" {
		result.Subject = f.Title(lang)
	}
	i, ok := f.endOf[r.Step]
	if !ok || r.Hash != f.hash {
		return result
	}
	e := f.ends[i]
	result.Outcome = e.outcome
	if e.reason != "" {
		result.Reason = e.reason
	}
	if p := e.ticket; p != nil {
		result.Ticket = t.ticket(p, result)
	}
	if c := e.callback; c != nil && t.answers[c.date.ask] != "" {
		result.Callback = &Callback{Wall: wall(t.answers[c.date.ask]), Note: t.words(c.note, MaxText)}
	}
	return result
}

// talk is a run in one language, with only those answers that count: of the steps on its path.
type talk struct {
	f       *Flow
	run     Run
	lang    string
	answers map[string]string
}

func (f *Flow) talk(r Run, lang string) *talk {
	t := &talk{f: f, run: r, lang: lang, answers: map[string]string{}}
	if r.Hash != f.hash {
		return t
	}
	for _, id := range r.Path {
		i, ok := f.stepOf[id]
		if !ok {
			continue
		}
		for _, a := range f.steps[i].asks {
			if v := r.Answers[a.id]; v != "" {
				t.answers[a.id] = v
			}
		}
	}
	return t
}

// leaf decides a comparison of a condition.
func (t *talk) leaf(c *cond) bool {
	value := t.answers[c.name.text]
	if _, ok := factOf(c.name.text); ok {
		value = t.run.Facts[c.name.text]
	}
	limit, limited := t.limit()
	return c.compare(value, limit, limited)
}

// limit is what this agent may promise alone: the fact agent.limit, else the flow's.
func (t *talk) limit() (decimal, bool) {
	if n, ok := parseDecimal(t.run.Facts["agent.limit"], maxDecimals); ok {
		return n, true
	}
	return t.f.limit, t.f.limited
}

// value gives what a placeholder stands for, empty where it is unknown.
func (t *talk) value(name string) string {
	if v := t.answers[name]; v != "" {
		return t.f.shown(t.f.askOf[name], v, t.lang)
	}
	if fact, ok := factOf(name); ok && fact.inTexts {
		return cut(clean(t.run.Facts[name]), MaxFact)
	}
	return ""
}

// spoken gives the paragraphs of every statement whose condition holds.
func (t *talk) spoken(list []guarded) string {
	var paragraphs []string
	for _, g := range list {
		if !g.when.holds(t.leaf) {
			continue
		}
		for _, p := range g.words.in(t.lang, t.f.langs) {
			text, _ := render(p.parts, t.value)
			paragraphs = append(paragraphs, text)
		}
	}
	return strings.Join(paragraphs, "\n")
}

// words gives a text of one paragraph, or nothing where it has a hole.
func (t *talk) words(words texts, limit int) string {
	for _, p := range words.in(t.lang, t.f.langs) {
		if text, whole := render(p.parts, t.value); whole {
			return cut(strings.TrimSpace(text), limit)
		}
	}
	return ""
}

// note gives the sentences of the steps on the path and of the end, one a line.
func (t *talk) note() string {
	var lines []string
	add := func(notes []guarded, open *step) {
		for _, g := range notes {
			if open != nil && t.unasked(open, g.when) || !g.when.holds(t.leaf) {
				continue
			}
			for _, p := range g.words.in(t.lang, t.f.langs) {
				if text, whole := render(p.parts, t.value); whole {
					lines = append(lines, text)
				}
			}
		}
	}
	if t.run.Hash != t.f.hash {
		return ""
	}
	for _, id := range t.run.Path {
		if i, ok := t.f.stepOf[id]; ok {
			s := t.f.steps[i]
			var open *step
			if id == t.run.Step { // the talk was left in the middle of it
				open = s
			}
			add(s.notes, open)
		}
	}
	if i, ok := t.f.endOf[t.run.Step]; ok {
		add(t.f.ends[i].notes, nil)
	}
	return cut(strings.Join(lines, "\n"), MaxNote)
}

// unasked reports whether a condition goes by a question of s that has no answer: "not answered no" is no yes where
// nobody has come to the question yet.
func (t *talk) unasked(s *step, c *cond) bool {
	found := false
	c.leaves(func(leaf *cond) {
		a := t.f.askOf[leaf.name.text]
		found = found || a != nil && t.answers[a.id] == "" && slices.Contains(s.asks, a)
	})
	return found
}

// ticket fills a ticket in. An amount that is over the limit, or for which no limit is known, is
// pending approval whatever the flow says: authority is not the author's to give.
func (t *talk) ticket(p *ticketPlan, result Result) *Ticket {
	ticket := &Ticket{
		Kind: p.kind, Subject: t.words(p.subject, MaxSubject), Detail: result.Content,
		Department: t.resolve(p.department), Priority: t.resolve(p.priority), Amount: t.resolve(p.amount),
	}
	if ticket.Subject == "" {
		ticket.Subject = result.Subject
	}
	if ticket.Priority == "" {
		ticket.Priority = "normal"
	}
	if amount, ok := parseDecimal(ticket.Amount, maxDecimals); ok {
		ticket.Currency = t.f.currency
		if limit, limited := t.limit(); !limited || amount > limit {
			ticket.Approval = "pending"
		}
	}
	return ticket
}

func (t *talk) resolve(r reference) string {
	if r.ask != "" {
		return t.answers[r.ask]
	}
	return r.fixed
}
