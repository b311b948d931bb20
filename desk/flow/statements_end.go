package flow

import (
	"slices"
	"strings"
)

func (p *parser) endStatement(l *line) {
	p.section, p.step, p.ask = inEnd, nil, nil
	p.end = &end{line: l.number}
	defer p.take(&p.end.name, l, 1, MaxName, false)
	if len(p.flow.ends) == MaxEnds {
		p.errorf(l.number, l.column, "too_many", "a flow has at most %d ends", MaxEnds)
		return
	}
	if id, ok := p.fresh(l, "end ID"); ok {
		p.end.id = id
		p.flow.endOf[id] = len(p.flow.ends)
	}
	p.flow.ends = append(p.flow.ends, p.end)
}

func (p *parser) insideEnd(l *line) {
	e := p.end
	switch l.keyword() {
	case "say":
		p.guarded(l, &e.says, MaxParagraphs)
	case "hint":
		p.guarded(l, &e.hints, MaxParagraphs)
	case "note":
		p.guarded(l, &e.notes, 1)
	case "outcome":
		if p.args(l, 1, 1, "outcome resolved") && p.unset(l, e.outcome == "") {
			e.outcome = l.rest[1].text
			if !p.oneOf(l, l.rest[1], outcomes()) {
				e.outcome = "resolved" // reported; keeps the missing outcome from being reported too
			}
		}
	case "reason":
		if p.args(l, 1, 1, "reason ID") && p.unset(l, e.reason == "") && p.id(l, l.rest[1]) {
			e.reason = l.rest[1].text
		}
	case "ticket":
		plan := &ticketPlan{line: l.number}
		if p.unset(l, e.ticket == nil) {
			e.ticket = plan
		}
		if p.args(l, 1, 1, "ticket KIND") && p.id(l, l.rest[1]) {
			plan.kind = l.rest[1].text
		}
		p.take(&plan.subject, l, 1, MaxLabel, false)
	case "callback":
		plan := &callbackPlan{line: l.number}
		if p.unset(l, e.callback == nil) {
			e.callback = plan
		}
		plan.date = p.reference(l, "callback {QUESTION}", false)
		p.take(&plan.note, l, 1, MaxText, false)
	default:
		p.insideTicket(l)
	}
}

func outcomes() []string {
	return []string{"resolved", "follow_up", "ticket", "escalated", "no_answer"}
}

func priorities() []string { return []string{"low", "normal", "high", "urgent"} }

func (p *parser) insideTicket(l *line) {
	t := p.end.ticket
	if t == nil {
		p.errorf(l.number, l.column, "wrong_place", "“%s” stands below a ticket", l.keyword())
		return
	}
	switch l.keyword() {
	case "department":
		if p.unset(l, !t.department.set()) {
			t.department = p.reference(l, "department ID", true)
		}
	case "priority":
		if p.unset(l, !t.priority.set()) {
			t.priority = p.reference(l, "priority high", true)
			if t.priority.fixed != "" {
				p.oneOf(l, l.rest[1], priorities())
			}
		}
	case "amount":
		if p.unset(l, !t.amount.set()) {
			t.amount = p.reference(l, "amount {QUESTION}", false)
		}
	}
}

// unset reports a statement that its end has already.
func (p *parser) unset(l *line, first bool) bool {
	if !first {
		p.errorf(l.number, l.column, "duplicate", "this end has a “%s” already", l.keyword())
	}
	return first
}

func (p *parser) oneOf(l *line, w word, values []string) bool {
	if slices.Contains(values, w.text) {
		return true
	}
	p.errorf(l.number, w.column, "bad_value", "“%s” is not known here; write one of: %s", w.text, strings.Join(values, ", "))
	return false
}

// reference reads {question} or, where fixed ones are allowed, an ID.
func (p *parser) reference(l *line, usage string, fixed bool) reference {
	r := reference{line: l.number, column: l.tail.column}
	if !p.args(l, 1, -1, usage) {
		return r
	}
	name, braces := strings.CutPrefix(l.tail.text, "{")
	if braces {
		name, braces = strings.CutSuffix(name, "}")
	}
	name = strings.TrimSpace(name)
	switch {
	case braces && validID(name):
		r.ask = name
	case fixed && validID(l.tail.text):
		r.fixed = l.tail.text
	default:
		p.errorf(l.number, l.tail.column, "bad_value", "write “%s”", usage)
	}
	return r
}

func (p *parser) testStatement(l *line) {
	p.section, p.end = inTest, nil
	p.test = &test{line: l.number, name: l.tail.text}
	if !p.args(l, 1, -1, "test NAME") {
		return
	}
	if len(l.tail.text) > 4*MaxLabel || len([]rune(l.tail.text)) > MaxLabel {
		p.errorf(l.number, l.tail.column, "too_long", "a test's name has at most %d characters", MaxLabel)
	}
	if len(p.flow.tests) == MaxTests {
		p.errorf(l.number, l.column, "too_many", "a flow has at most %d tests", MaxTests)
		return
	}
	for _, t := range p.flow.tests {
		if t.name == p.test.name {
			p.errorf(l.number, l.tail.column, "duplicate", "a test of this name is in line %d already", t.line)
			return
		}
	}
	p.flow.tests = append(p.flow.tests, p.test)
}

func (p *parser) insideTest(l *line) {
	t := p.test
	switch l.keyword() {
	case "given":
		if p.args(l, 2, -1, "given customer.name 陈怡君") {
			t.facts = p.pair(l, t.facts)
		}
	case "answer":
		if p.args(l, 2, -1, "answer QUESTION VALUE") {
			t.answers = p.pair(l, t.answers)
		}
	case "path":
		if p.args(l, 1, MaxSteps, "path STEP STEP …") && p.unsetTest(l, t.pathAt == 0) {
			t.path, t.pathAt = l.rest[1:], l.number
		}
	case "reach":
		if p.args(l, 1, 1, "reach END") && p.unsetTest(l, t.reachAt == 0) {
			t.reach, t.reachAt = l.rest[1], l.number
		}
	case "noted":
		p.args(l, 0, 0, "noted")
		if len(t.noted) >= MaxStatements {
			p.errorf(l.number, l.column, "too_many", "a test has at most %d “noted”", MaxStatements)
		}
		t.noted = append(t.noted, texts{})
		p.take(&t.noted[len(t.noted)-1], l, MaxStatements, MaxText, true)
	}
}

func (p *parser) unsetTest(l *line, first bool) bool {
	if !first {
		p.errorf(l.number, l.column, "duplicate", "this test has a “%s” already", l.keyword())
	}
	return first
}

// pair reads a key and the rest of the line.
func (p *parser) pair(l *line, list []pair) []pair {
	for _, other := range list {
		if other.key.text == l.rest[1].text {
			p.errorf(l.number, l.rest[1].column, "duplicate", "“%s” stands in line %d already", l.rest[1].text, other.line)
			return list
		}
	}
	value := l.rest[2]
	value.text = string([]rune(l.text)[value.column-l.column:])
	return append(list, pair{key: l.rest[1], value: value, line: l.number})
}
