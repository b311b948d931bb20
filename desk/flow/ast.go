package flow

import "slices"

// Flow is a parsed call flow. It is immutable.
type Flow struct {
	hash      string
	id        string
	version   int
	langs     []string
	title     texts
	subject   texts
	reasons   []string
	direction string
	limit     decimal
	limited   bool
	currency  string
	steps     []*step
	ends      []*end
	tests     []*test
	problems  []Problem // warnings of Parse, repeated by Lint

	stepOf map[string]int // step ID → index
	endOf  map[string]int // end ID → index
	askOf  map[string]*ask
}

// step is one station of the talk.
type step struct {
	id    string
	line  int
	name  texts
	says  []guarded
	hints []guarded
	notes []guarded
	asks  []*ask
	gotos []jump
	left  int // steps of the longest way after this one
}

// guarded are words with a condition.
type guarded struct {
	when  *cond
	words texts
}

// ask is a question of a step.
type ask struct {
	id       string
	line     int
	kind     AskType
	required bool
	label    texts
	options  []option
	step     int // index of its step
}

type option struct {
	id    string
	line  int
	label texts
}

// jump is a goto.
type jump struct {
	when   *cond
	text   string // of the condition, as fmt writes it
	to     word
	line   int
	column int
}

// end is where a talk ends.
type end struct {
	id       string
	line     int
	name     texts
	outcome  string
	reason   string
	says     []guarded
	hints    []guarded
	notes    []guarded
	ticket   *ticketPlan
	callback *callbackPlan
}

type ticketPlan struct {
	line       int
	kind       string
	subject    texts
	department reference
	priority   reference
	amount     reference
}

type callbackPlan struct {
	line int
	date reference
	note texts
}

// reference is a fixed value, or the question whose answer is the value.
type reference struct {
	fixed  string
	ask    string
	line   int
	column int
}

func (r reference) set() bool { return r.line > 0 }

// test is a walk with what is expected of it.
type test struct {
	name    string
	line    int
	facts   []pair
	answers []pair
	path    []word
	pathAt  int // line
	reach   word
	reachAt int // line
	noted   []texts
}

type pair struct {
	key   word
	value word
	line  int
}

// Hash is the content hash the flow is stored and pinned by: hex SHA-256 of its canonical form.
func (f *Flow) Hash() string { return f.hash }

// ID is what the flow is called in records.
func (f *Flow) ID() string { return f.id }

// Version counts what the author put out.
func (f *Flow) Version() int { return f.version }

// Langs lists the flow's languages; the first stands in where a text is missing.
func (f *Flow) Langs() []string { return slices.Clone(f.langs) }

// For tells which reasons of a call the flow is offered for, the one it proposes first, and for
// which direction: in, out, or empty for both.
func (f *Flow) For() (reasons []string, direction string) {
	return slices.Clone(f.reasons), f.direction
}

// Title is the flow's title in lang, or in its first language.
func (f *Flow) Title(lang string) string { return f.plain(f.title, lang) }

// Limit is what an agent may promise alone where no fact agent.limit says otherwise: a decimal
// string and an ISO currency, both empty where the flow names none.
func (f *Flow) Limit() (amount, currency string) {
	if !f.limited {
		return "", ""
	}
	return f.limit.amount(), f.currency
}

// plain gives words that hold no placeholders.
func (f *Flow) plain(t texts, lang string) string {
	text := ""
	for _, p := range t.in(lang, f.langs) {
		text, _ = render(p.parts, func(string) string { return "" })
	}
	return text
}

// target finds a goto's target: a step's index, or an end's.
func (f *Flow) target(id string) (stepAt, endAt int) {
	stepAt, endAt = -1, -1
	if i, ok := f.stepOf[id]; ok {
		stepAt = i
	}
	if i, ok := f.endOf[id]; ok {
		endAt = i
	}
	return stepAt, endAt
}

// fact describes a fact that the program hands over.
type fact struct {
	inTexts bool
	values  []string // closed set; nil: any text
}

// factOf finds a fact by name.
func factOf(name string) (fact, bool) {
	switch name {
	case "customer.name", "customer.company", "agent.name", "number":
		return fact{inTexts: true}, true
	case "customer.tier":
		return fact{values: []string{"potential", "new", "established", "loyal", "sleeping"}}, true
	case "customer.level":
		return fact{values: []string{"normal", "vip"}}, true
	case "agent.limit", "now":
		return fact{}, true
	}
	return fact{}, false
}
