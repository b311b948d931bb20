package flow

import (
	"slices"
	"strings"
)

// finish checks what only the whole file can tell: what is missing and whether names lead anywhere.
// It waits until every line is right by itself: most of what it would find before follows from that.
func (p *parser) finish(last int) {
	if Failed(p.ps.list) {
		return
	}
	f := p.flow
	for _, k := range []string{"format", "flow", "version", "languages", "for"} {
		if _, ok := p.seen[k]; !ok {
			p.errorf(1, 1, "missing", "the header has no line “%s”", k)
		}
	}
	if len(f.steps) == 0 {
		p.errorf(last, 1, "missing", "the flow has no step")
	}
	if len(f.ends) == 0 {
		p.errorf(last, 1, "missing", "the flow has no end")
	}
	p.need(f.title, p.seen["flow"], "the flow")
	p.plainWords(f.title)
	p.refs(f.subject, scope{step: len(f.steps)})
	for i, s := range f.steps {
		p.checkStep(i, s)
	}
	for _, e := range f.ends {
		p.checkEnd(e)
	}
	for _, t := range f.tests {
		p.checkTest(t)
	}
	if !Failed(p.ps.list) {
		f.measure()
	}
}

// measure computes the longest way from each step; steps only lead to later ones.
func (f *Flow) measure() {
	for _, s := range slices.Backward(f.steps) {
		for _, g := range s.gotos {
			if at, ok := f.stepOf[g.to.text]; ok {
				s.left = max(s.left, f.steps[at].left+1)
			}
		}
	}
}

// need reports words that are not there in the first language, which stands in for the others.
func (p *parser) need(t texts, line int, what string) {
	if len(p.flow.langs) == 0 || line == 0 {
		return
	}
	if len(t.langs[p.flow.langs[0]]) == 0 {
		p.errorf(line, 1, "missing", "%s has no words in %s, the flow's first language", what, p.flow.langs[0])
	}
}

// plainWords reports placeholders where none can be filled in.
func (p *parser) plainWords(t texts) {
	for _, paragraphs := range t.langs {
		for _, para := range paragraphs {
			para.placeholders(func(ref part, _ bool) {
				p.errorf(para.line, ref.column, "unknown_name", "there are no placeholders in names, titles and labels")
			})
		}
	}
}

// scope says which questions have been asked where a name stands: those of the steps before step,
// and where own is set also of step itself.
type scope struct {
	step int
	own  bool
}

func (p *parser) checkStep(i int, s *step) {
	p.need(s.name, s.line, "the step")
	p.plainWords(s.name)
	before, after := scope{step: i}, scope{step: i, own: true}
	for _, list := range [][]guarded{s.says, s.hints} {
		p.checkGuarded(list, before)
	}
	p.checkGuarded(s.notes, after)
	for _, a := range s.asks {
		p.need(a.label, a.line, "the question")
		p.plainWords(a.label)
		if a.kind == Choice && len(a.options) < 2 {
			p.errorf(a.line, 1, "missing", "a choice has at least two options")
		}
		for _, o := range a.options {
			p.need(o.label, o.line, "the option")
			p.plainWords(o.label)
		}
	}
	p.checkGotos(i, s, after)
}

func (p *parser) checkGotos(i int, s *step, after scope) {
	if len(s.gotos) == 0 {
		p.errorf(s.line, 1, "no_way_on", "the step has no “goto”")
		return
	}
	for n, g := range s.gotos {
		p.checkCond(g.when, g.line, after)
		at, endAt := p.flow.target(g.to.text)
		switch {
		case at < 0 && endAt < 0:
			hint := ""
			if k := nearest(g.to.text, p.targets()); k != "" {
				hint = "; did you mean “" + k + "”?"
			}
			p.errorf(g.line, g.to.column, "unknown_step", "there is no step or end “%s”%s", cut(g.to.text, 40), hint)
		case at >= 0 && at <= i:
			p.errorf(g.line, g.to.column, "backward_goto", "“%s” is not below this step: a flow goes forward only (to go back the agent has a key)", g.to.text)
		}
		if last := n == len(s.gotos)-1; last && g.when != nil {
			p.errorf(g.line, g.column, "no_way_on", "the last “goto” of a step stands without a condition, so that there is always a way on")
		} else if !last && g.when == nil {
			p.errorf(s.gotos[n+1].line, s.gotos[n+1].column, "after_last_goto", "this is never reached: the “goto” in line %d has no condition", g.line)
		}
	}
}

func (p *parser) targets() []string {
	var ids []string
	for _, s := range p.flow.steps {
		ids = append(ids, s.id)
	}
	for _, e := range p.flow.ends {
		ids = append(ids, e.id)
	}
	return ids
}

func (p *parser) checkEnd(e *end) {
	p.need(e.name, e.line, "the end")
	p.plainWords(e.name)
	if e.outcome == "" {
		p.errorf(e.line, 1, "missing", "the end has no “outcome”")
	}
	all := scope{step: len(p.flow.steps)}
	for _, list := range [][]guarded{e.says, e.hints, e.notes} {
		p.checkGuarded(list, all)
	}
	if t := e.ticket; t != nil {
		p.refs(t.subject, all)
		p.checkReference(t.amount, Amount)
		p.checkReference(t.department, Choice)
		if a := p.checkReference(t.priority, Choice); a != nil {
			for _, o := range a.options {
				if !slices.Contains(priorities(), o.id) {
					p.errorf(t.priority.line, t.priority.column, "wrong_type", "the option “%s” of “%s” (line %d) is not a priority: %s", o.id, a.id, o.line, strings.Join(priorities(), ", "))
				}
			}
		}
	}
	if c := e.callback; c != nil {
		p.refs(c.note, all)
		p.checkReference(c.date, Date)
	}
}

// checkReference finds the question of a reference and checks its type; nil where there is none.
func (p *parser) checkReference(r reference, kind AskType) *ask {
	if r.ask == "" {
		return nil
	}
	a, ok := p.flow.askOf[r.ask]
	if !ok {
		p.errorf(r.line, r.column, "unknown_name", "there is no question “%s”", r.ask)
		return nil
	}
	if a.kind != kind {
		p.errorf(r.line, r.column, "wrong_type", "“%s” (line %d) is a question of type %s; here one of type %s is needed", a.id, a.line, a.kind, kind)
		return nil
	}
	return a
}

func (p *parser) checkGuarded(list []guarded, at scope) {
	for _, g := range list {
		p.need(g.words, g.words.line, "the statement")
		p.checkCond(g.when, g.words.line, at)
		p.refs(g.words, at)
	}
}

// refs checks the placeholders of texts.
func (p *parser) refs(t texts, at scope) {
	for _, paragraphs := range t.langs {
		for _, para := range paragraphs {
			para.placeholders(func(ref part, _ bool) {
				if f, ok := factOf(ref.name); ok {
					if !f.inTexts {
						p.errorf(para.line, ref.column, "unknown_name", "“%s” can stand in conditions, not in texts", ref.name)
					}
					return
				}
				p.question(word{ref.name, ref.column}, para.line, at)
			})
		}
	}
}

// question finds a question that has been asked at a place.
func (p *parser) question(name word, line int, at scope) *ask {
	a, ok := p.flow.askOf[name.text]
	if !ok {
		names := []string{"customer.name", "customer.company", "customer.tier", "customer.level", "agent.name", "number"}
		for _, s := range p.flow.steps {
			for _, a := range s.asks {
				names = append(names, a.id)
			}
		}
		hint := ""
		if k := nearest(name.text, names); k != "" {
			hint = "; did you mean “" + k + "”?"
		}
		p.errorf(line, name.column, "unknown_name", "there is no question or fact “%s”%s", cut(name.text, 40), hint)
		return nil
	}
	if a.step > at.step || a.step == at.step && !at.own {
		p.errorf(line, name.column, "not_yet_asked", "“%s” (line %d) has not been asked yet when this is shown", a.id, a.line)
		return nil
	}
	return a
}

func (p *parser) checkCond(c *cond, line int, at scope) {
	c.leaves(func(leaf *cond) {
		if leaf.name.text == "" {
			return // stands for a condition that could not be read
		}
		if f, ok := factOf(leaf.name.text); ok {
			p.checkFactLeaf(leaf, f, line)
			return
		}
		a := p.question(leaf.name, line, at)
		if a == nil || leaf.op == condKnown {
			return
		}
		p.checkLeaf(leaf, a, line)
	})
}

func (p *parser) checkFactLeaf(leaf *cond, f fact, line int) {
	switch {
	case f.values == nil && !f.inTexts:
		p.errorf(line, leaf.name.column, "unknown_name", "“%s” cannot stand in a condition", leaf.name.text)
	case leaf.op == condKnown:
	case leaf.op == condIs && f.values != nil:
		p.among(leaf.value, line, f.values)
	default:
		p.errorf(line, leaf.name.column, "wrong_type", "“%s” goes with “known”%s only", leaf.name.text, map[bool]string{true: " and “is”"}[f.values != nil])
	}
}

func (p *parser) checkLeaf(leaf *cond, a *ask, line int) {
	switch {
	case leaf.op == condIs && a.kind == Bool:
		p.among(leaf.value, line, []string{"yes", "no"})
	case leaf.op == condIs && a.kind == Choice:
		var ids []string
		for _, o := range a.options {
			ids = append(ids, o.id)
		}
		p.among(leaf.value, line, ids)
	case leaf.op == condIs:
		p.errorf(line, leaf.name.column, "wrong_type", "“is” goes with choice and bool; “%s” (line %d) is of type %s", a.id, a.line, a.kind)
	case a.kind != Number && a.kind != Amount:
		p.errorf(line, leaf.name.column, "wrong_type", "“%s” goes with number and amount; “%s” (line %d) is of type %s", leaf.op, a.id, a.line, a.kind)
	case leaf.limit && a.kind != Amount:
		p.errorf(line, leaf.value.column, "wrong_type", "only an amount is compared with “limit”")
	case leaf.limit && !p.flow.limited:
		p.errorf(line, leaf.value.column, "missing", "the header has no “limit”")
	}
}

func (p *parser) among(value word, line int, values []string) {
	if slices.Contains(values, value.text) {
		return
	}
	p.errorf(line, value.column, "bad_value", "“%s” is not possible here; write one of: %s", cut(value.text, 40), strings.Join(values, ", "))
}

func (p *parser) checkTest(t *test) {
	if t.reachAt == 0 {
		p.errorf(t.line, 1, "missing", "the test has no “reach”")
	} else if _, ok := p.flow.endOf[t.reach.text]; !ok {
		p.errorf(t.reachAt, t.reach.column, "unknown_step", "there is no end “%s”", cut(t.reach.text, 40))
	}
	for _, w := range t.path {
		if _, ok := p.flow.stepOf[w.text]; !ok {
			p.errorf(t.pathAt, w.column, "unknown_step", "there is no step “%s”", cut(w.text, 40))
		}
	}
	for _, a := range t.answers {
		if _, ok := p.flow.askOf[a.key.text]; !ok {
			p.errorf(a.line, a.key.column, "unknown_name", "there is no question “%s”", cut(a.key.text, 40))
		}
	}
	for _, g := range t.facts {
		if _, ok := factOf(g.key.text); !ok {
			p.errorf(g.line, g.key.column, "unknown_name", "there is no fact “%s”", cut(g.key.text, 40))
		}
	}
	for _, n := range t.noted {
		if len(n.langs) == 0 {
			p.errorf(n.line, 1, "missing", "“noted” has no words below it")
		}
	}
}
