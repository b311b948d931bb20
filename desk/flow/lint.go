package flow

import (
	"slices"
)

// Lint finds what a flow can be walked with but should not go out with (docs/FLOWS.md, What lint
// finds), and repeats the warnings of Parse.
func Lint(f *Flow) []Problem {
	ps := &problems{list: slices.Clone(f.problems)}
	f.lintTexts(ps)
	f.lintReach(ps)
	f.lintHoles(ps)
	f.lintGotos(ps)
	if len(f.tests) == 0 {
		ps.add(SeverityWarning, 1, 1, "no_test", "the flow has no test")
	}
	for _, result := range Test(f) {
		for _, failure := range result.Failures {
			ps.errorf(failure.Line, 1, "test_failed", "the test “%s” fails: %s", result.Name, failure.Text)
		}
	}
	return ps.sorted()
}

// eachText calls visit for the words of every statement that has any.
func (f *Flow) eachText(visit func(t texts)) {
	guards := func(lists ...[]guarded) {
		for _, list := range lists {
			for _, g := range list {
				visit(g.words)
			}
		}
	}
	visit(f.title)
	visit(f.subject)
	for _, s := range f.steps {
		visit(s.name)
		guards(s.says, s.hints, s.notes)
		for _, a := range s.asks {
			visit(a.label)
			for _, o := range a.options {
				visit(o.label)
			}
		}
	}
	for _, e := range f.ends {
		visit(e.name)
		guards(e.says, e.hints, e.notes)
		if e.ticket != nil {
			visit(e.ticket.subject)
		}
		if e.callback != nil {
			visit(e.callback.note)
		}
	}
}

func (f *Flow) lintTexts(ps *problems) {
	f.eachText(func(t texts) {
		if len(t.langs) == 0 {
			return
		}
		for _, lang := range f.langs {
			if len(t.langs[lang]) == 0 {
				ps.errorf(t.line, 1, "missing_language", "there are no words in %s here", lang)
			}
		}
		for _, lang := range []string{"zh-Hans", "zh-Hant"} {
			for _, p := range t.langs[lang] {
				lintScript(lang, p, ps)
			}
		}
	})
}

// lintScript reports the first character of a text that is not of its script.
func lintScript(lang string, p paragraph, ps *problems) {
	wrong, script := simplifiedOnly, "simplified"
	if lang == "zh-Hans" {
		wrong, script = traditionalOnly, "traditional"
	}
	for i, r := range []rune(p.raw) {
		if wrong(r) {
			ps.errorf(p.line, p.column+i, "wrong_script", "“%c” is %s, the text is %s", r, script, lang)
			return
		}
	}
}

func (f *Flow) lintReach(ps *problems) {
	reached := map[string]bool{f.steps[0].id: true}
	for _, s := range f.steps {
		if !reached[s.id] {
			ps.errorf(s.line, 1, "unreachable", "no “goto” leads to the step “%s”", s.id)
			continue
		}
		for _, g := range s.gotos {
			reached[g.to.text] = true
		}
	}
	for _, e := range f.ends {
		if !reached[e.id] {
			ps.errorf(e.line, 1, "unreachable", "no “goto” leads to the end “%s”", e.id)
		}
	}
}

// known is a set of questions that are certainly answered; nil means that no way has come here yet.
type known map[string]bool

// merge keeps what is certain on both ways.
func (k known) merge(other known) known {
	if k == nil {
		return other
	}
	both := known{}
	for id := range k {
		if other[id] {
			both[id] = true
		}
	}
	return both
}

// lintHoles walks the steps in order (a flow goes forward only, so every way to a step has been seen
// when it is its turn) and reports texts to say that mention what may be unknown there.
func (f *Flow) lintHoles(ps *problems) {
	sure := map[string]known{f.steps[0].id: {}}
	for _, s := range f.steps {
		here := sure[s.id]
		if here == nil {
			continue // unreachable, and reported as that
		}
		holes(s.says, here, ps)
		holes(s.hints, here, ps)
		after := known{}
		for id := range here {
			after[id] = true
		}
		for _, a := range s.asks {
			if a.required {
				after[a.id] = true
			}
		}
		for _, g := range s.gotos {
			way := known{}
			for id := range after {
				way[id] = true
			}
			implied(g.when, way)
			sure[g.to.text] = sure[g.to.text].merge(way)
		}
	}
	for _, e := range f.ends {
		here := sure[e.id]
		if here == nil {
			continue
		}
		holes(e.says, here, ps)
		holes(e.hints, here, ps)
		if e.ticket != nil {
			for _, r := range []reference{e.ticket.department, e.ticket.priority} {
				if r.ask != "" && !here[r.ask] {
					ps.errorf(r.line, r.column, "hole", "“%s” may be unanswered here", r.ask)
				}
			}
		}
	}
}

// implied adds the names that must be known where c holds.
func implied(c *cond, into known) {
	switch {
	case c.always() || c.op == condNot:
	case c.op == condAnd:
		implied(c.kids[0], into)
		implied(c.kids[1], into)
	case c.op == condOr:
		left, right := known{}, known{}
		implied(c.kids[0], left)
		implied(c.kids[1], right)
		for id := range left.merge(right) {
			into[id] = true
		}
	default:
		into[c.name.text] = true
	}
}

func holes(list []guarded, here known, ps *problems) {
	for _, g := range list {
		sure := known{}
		implied(g.when, sure)
		for _, paragraphs := range g.words.langs {
			for _, p := range paragraphs {
				p.placeholders(func(ref part, optional bool) {
					if !optional && !here[ref.name] && !sure[ref.name] {
						ps.errorf(p.line, ref.column, "hole", "“%s” may be unknown here: write {%s|what to say then} or put the piece into [ ]", ref.name, ref.name)
					}
				})
			}
		}
	}
}

// maxCases bounds the search for gotos that are never taken; a step with more cases is not searched.
const maxCases = 20_000

// lintGotos tries every combination of answers that a step's conditions can tell apart.
func (f *Flow) lintGotos(ps *problems) {
	for i, s := range f.steps {
		names, domains := f.domains(i)
		cases := 1
		for _, d := range domains {
			cases *= len(d)
			if cases > maxCases {
				break
			}
		}
		if cases > maxCases {
			continue
		}
		taken := make([]bool, len(s.gotos))
		for c := range cases {
			values := map[string]string{}
			rest := c
			for n, d := range domains {
				values[names[n]] = d[rest%len(d)]
				rest /= len(d)
			}
			for n, g := range s.gotos {
				if g.when.holds(func(leaf *cond) bool { return leaf.compare(values[leaf.name.text], f.limit, f.limited) }) {
					taken[n] = true
					break
				}
			}
		}
		for n, g := range s.gotos {
			if !taken[n] {
				ps.errorf(g.line, g.column, "never_taken", "no answer leads this way")
			}
		}
	}
}

// domains lists, for every name in the conditions of a step's gotos, the values worth trying.
func (f *Flow) domains(at int) (names []string, domains [][]string) {
	values := map[string][]string{}
	for _, g := range f.steps[at].gotos {
		g.when.leaves(func(leaf *cond) {
			name := leaf.name.text
			if _, ok := values[name]; !ok {
				names = append(names, name)
				values[name] = f.firstValues(name, at)
			}
			against := leaf.number
			if leaf.limit {
				against = f.limit
			}
			if leaf.op != condKnown && leaf.op != condIs {
				// The smallest step of an amount is a hundredth; it tells < from <= as well as any.
				for _, v := range []decimal{against - decimalOne/100, against, against + decimalOne/100} {
					if f.askOf[name].kind != Amount || v >= 0 {
						values[name] = append(values[name], v.String())
					}
				}
			}
		})
	}
	for _, name := range names {
		slices.Sort(values[name])
		domains = append(domains, slices.Compact(values[name]))
	}
	return names, domains
}

func (f *Flow) firstValues(name string, at int) []string {
	if fact, ok := factOf(name); ok {
		if fact.values == nil {
			return []string{"", "x"}
		}
		return append([]string{""}, fact.values...)
	}
	a := f.askOf[name]
	var list []string
	if !a.required || a.step != at {
		list = append(list, "")
	}
	switch a.kind {
	case Choice:
		for _, o := range a.options {
			list = append(list, o.id)
		}
	case Bool:
		list = append(list, "yes", "no")
	case Number, Amount:
		list = append(list, "0")
	case Text, Date, Phone:
		list = append(list, "x")
	}
	return list
}
