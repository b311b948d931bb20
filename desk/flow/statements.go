package flow

import (
	"slices"
	"strconv"
	"strings"
)

func (p *parser) headerStatement(l *line) {
	k := l.keyword()
	if !p.once(l, k) {
		return
	}
	f := p.flow
	switch k {
	case "format":
		if p.args(l, 1, 1, "format 1") && l.rest[1].text != "1" {
			p.errorf(l.number, l.rest[1].column, "bad_format", "this program knows format 1 only, not %s", l.rest[1].text)
		}
	case "flow":
		if p.args(l, 1, 1, "flow ID") && p.id(l, l.rest[1]) {
			f.id = l.rest[1].text
		}
		p.take(&f.title, l, 1, MaxLabel, false)
	case "version":
		if p.args(l, 1, 1, "version 1") {
			n, err := strconv.Atoi(l.rest[1].text)
			if err != nil || n < 1 || n > 1_000_000 {
				p.errorf(l.number, l.rest[1].column, "bad_value", "a version is a whole number from 1 to 1000000")
			}
			f.version = n
		}
	case "languages":
		p.languages(l)
	case "for":
		if p.args(l, 1, MaxStatements, "for REASON REASON …") {
			for _, w := range l.rest[1:] {
				if p.id(l, w) {
					f.reasons = append(f.reasons, w.text)
				}
			}
		}
	case "direction":
		if p.args(l, 1, 1, "direction in") {
			if d := l.rest[1].text; d != "in" && d != "out" {
				p.errorf(l.number, l.rest[1].column, "bad_value", "a direction is in or out; without the line the flow serves both")
			}
			f.direction = l.rest[1].text
		}
	case "subject":
		p.args(l, 0, 0, "subject")
		p.take(&f.subject, l, 1, MaxLabel, false)
	case "limit":
		p.limit(l)
	}
}

func (p *parser) languages(l *line) {
	if !p.args(l, 1, 3, "languages zh-Hans zh-Hant en") {
		return
	}
	for _, w := range l.rest[1:] {
		lang := language(w.text)
		switch {
		case lang == "":
			p.errorf(l.number, w.column, "bad_value", "“%s” is not a language; write zh-Hans, zh-Hant or en", w.text)
		case slices.Contains(p.flow.langs, lang):
			p.errorf(l.number, w.column, "duplicate", "%s stands there twice", lang)
		default:
			p.flow.langs = append(p.flow.langs, lang)
		}
	}
	for lang, paragraphs := range p.flow.title.langs {
		if !slices.Contains(p.flow.langs, lang) {
			p.errorf(paragraphs[0].line, 1, "bad_value", "%s is not among the flow's languages (line %d)", lang, l.number)
		}
	}
}

func (p *parser) limit(l *line) {
	if !p.args(l, 2, 2, "limit 50000 CNY") {
		return
	}
	n, ok := parseDecimal(l.rest[1].text, 2)
	if !ok || n < 0 {
		p.errorf(l.number, l.rest[1].column, "bad_value", "a limit is an amount such as 50000 or 50000.00")
		return
	}
	currency := l.rest[2].text
	if len(currency) != 3 || strings.Trim(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		p.errorf(l.number, l.rest[2].column, "bad_value", "a currency is three capital letters, such as CNY or TWD")
		return
	}
	p.flow.limit, p.flow.limited, p.flow.currency = n, true, currency
}

// fresh checks the ID of a new step or end.
func (p *parser) fresh(l *line, usage string) (string, bool) {
	if !p.args(l, 1, 1, usage) || !p.id(l, l.rest[1]) {
		return "", false
	}
	id := l.rest[1].text
	if i, j := p.flow.target(id); i >= 0 || j >= 0 {
		at := 0
		if i >= 0 {
			at = p.flow.steps[i].line
		} else {
			at = p.flow.ends[j].line
		}
		p.errorf(l.number, l.rest[1].column, "duplicate", "“%s” is in line %d already", id, at)
		return "", false
	}
	return id, true
}

func (p *parser) stepStatement(l *line) {
	p.section = inStep
	p.step, p.ask = &step{line: l.number}, nil
	if len(p.flow.steps) == MaxSteps {
		p.errorf(l.number, l.column, "too_many", "a flow has at most %d steps", MaxSteps)
		p.take(&p.step.name, l, 1, MaxName, false)
		return
	}
	if id, ok := p.fresh(l, "step ID"); ok {
		p.step.id = id
		p.flow.stepOf[id] = len(p.flow.steps)
	}
	p.flow.steps = append(p.flow.steps, p.step)
	p.take(&p.step.name, l, 1, MaxName, false)
}

func (p *parser) insideStep(l *line) {
	s := p.step
	switch l.keyword() {
	case "say":
		p.guarded(l, &s.says, MaxParagraphs)
	case "hint":
		p.guarded(l, &s.hints, MaxParagraphs)
	case "note":
		p.guarded(l, &s.notes, 1)
	case "ask":
		p.askStatement(l)
	case "option":
		p.optionStatement(l)
	case "goto":
		p.gotoStatement(l)
	}
}

// guarded reads say, hint or note with an optional condition.
func (p *parser) guarded(l *line, list *[]guarded, paragraphs int) {
	if len(*list) >= MaxStatements {
		p.errorf(l.number, l.column, "too_many", "there are %d “%s” here already; more are not allowed", MaxStatements, l.keyword())
	}
	*list = append(*list, guarded{when: p.when(l, 1, l.keyword()+" when CONDITION")})
	p.take(&(*list)[len(*list)-1].words, l, paragraphs, MaxText, false)
}

// when reads the condition that begins at word at of the statement, if there is one.
func (p *parser) when(l *line, at int, usage string) *cond {
	if len(l.rest) <= at {
		return nil
	}
	if l.rest[at].text != "when" {
		p.errorf(l.number, l.rest[at].column, "extra_words", "“%s” is too much here: write “%s”", l.rest[at].text, usage)
		return nil
	}
	from := l.rest[at].column + len("when")
	text := []rune(l.text)[from-l.column:]
	return parseCond(string(text), l.number, from, p.ps)
}

func (p *parser) askStatement(l *line) {
	p.ask = &ask{line: l.number, step: len(p.flow.steps) - 1}
	defer p.take(&p.ask.label, l, 1, MaxLabel, false)
	if !p.args(l, 2, 3, "ask ID TYPE required") || !p.id(l, l.rest[1]) {
		return
	}
	a := p.ask
	a.id, a.kind = l.rest[1].text, AskType(l.rest[2].text)
	switch a.kind {
	case Choice, Text, Number, Date, Amount, Phone, Bool:
	default:
		p.errorf(l.number, l.rest[2].column, "bad_value", "“%s” is not a type; write choice, bool, text, number, amount, date or phone", l.rest[2].text)
	}
	if len(l.rest) == 4 {
		a.required = true
		if l.rest[3].text != "required" {
			p.errorf(l.number, l.rest[3].column, "extra_words", "“%s” is too much here: only “required” may follow the type", l.rest[3].text)
		}
	}
	if other, ok := p.flow.askOf[a.id]; ok {
		p.errorf(l.number, l.rest[1].column, "duplicate", "the question “%s” is in line %d already", a.id, other.line)
		return
	}
	if len(p.step.asks) == MaxAsks || len(p.flow.askOf) == MaxAsksInAll {
		p.errorf(l.number, l.column, "too_many", "a step has at most %d questions, a flow %d", MaxAsks, MaxAsksInAll)
		return
	}
	p.flow.askOf[a.id] = a
	p.step.asks = append(p.step.asks, a)
}

func (p *parser) optionStatement(l *line) {
	o := option{line: l.number}
	switch {
	case p.ask == nil:
		p.errorf(l.number, l.column, "wrong_place", "an option stands below the question it answers")
	case p.ask.kind != Choice:
		p.errorf(l.number, l.column, "wrong_place", "only a question of type choice has options")
	case len(p.ask.options) == MaxOptions:
		p.errorf(l.number, l.column, "too_many", "a choice has at most %d options, for the keys 1 to 9", MaxOptions)
	case p.args(l, 1, 1, "option ID") && p.id(l, l.rest[1]):
		o.id = l.rest[1].text
		for _, other := range p.ask.options {
			if other.id == o.id {
				p.errorf(l.number, l.rest[1].column, "duplicate", "the option “%s” is in line %d already", o.id, other.line)
				break
			}
		}
		p.ask.options = append(p.ask.options, o)
		p.take(&p.ask.options[len(p.ask.options)-1].label, l, 1, MaxLabel, false)
		return
	}
	p.take(&o.label, l, 1, MaxLabel, false)
}

func (p *parser) gotoStatement(l *line) {
	if !p.args(l, 1, -1, "goto ID when CONDITION") {
		return
	}
	if len(p.step.gotos) >= MaxStatements {
		p.errorf(l.number, l.column, "too_many", "a step has at most %d “goto”", MaxStatements)
		return
	}
	j := jump{to: l.rest[1], line: l.number, column: l.column}
	j.when = p.when(l, 2, "goto ID when CONDITION")
	if len(l.rest) > 3 {
		j.text = joinTokens(condTokens(string([]rune(l.text)[l.rest[3].column-l.column:]), 1))
	}
	if len(l.rest) > 2 && j.when == nil {
		j.when = &cond{op: condKnown} // broken and reported: do not take it for the last way on
	}
	p.step.gotos = append(p.step.gotos, j)
}
