package flow

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"slices"
	"strings"
)

// Parse reads a flow file (docs/FLOWS.md). name is the file's name, for a warning only. The flow is
// nil if one of the problems is an error.
func Parse(name string, src []byte) (*Flow, []Problem) {
	ps := &problems{}
	lines := scan(src, ps)
	if lines == nil {
		return nil, ps.sorted()
	}
	p := &parser{ps: ps, flow: &Flow{stepOf: map[string]int{}, endOf: map[string]int{}, askOf: map[string]*ask{}}, seen: map[string]int{}}
	for i := range lines {
		p.line(&lines[i])
	}
	p.finish(lines[len(lines)-1].number)
	if base := strings.TrimSuffix(path.Base(strings.ReplaceAll(name, `\`, "/")), ".flow"); strings.HasSuffix(name, ".flow") && base != p.flow.id && p.flow.id != "" {
		ps.add(SeverityWarning, p.seen["flow"], 1, "name_differs", "the file is called %s.flow, the flow %s", base, p.flow.id)
	}
	if Failed(ps.list) {
		return nil, ps.sorted()
	}
	canonical, _ := Format(src)
	sum := sha256.Sum256(canonical)
	p.flow.hash = hex.EncodeToString(sum[:])
	p.flow.problems = ps.sorted()
	return p.flow, slices.Clone(p.flow.problems)
}

// section is the part of a file that a statement stands in.
type section int

const (
	inHeader section = iota
	inStep
	inEnd
	inTest
)

// parser builds a flow statement by statement. Of the fields below flow, each names what the next
// statement may belong to.
type parser struct {
	ps      *problems
	flow    *Flow
	seen    map[string]int // header keyword → line
	began   bool           // a statement has been read
	section section
	lost    bool // a step, end or test stood out of place: what belongs to it is passed over
	step    *step
	end     *end
	test    *test
	ask     *ask // of the step, where options go
	words   sink // where the words of the next language lines go
}

// sink takes the words below a statement: at most lines of each language, each of at most limit
// characters. A nil to refuses them.
type sink struct {
	to      *texts
	of      string // keyword, for messages
	lines   int
	limit   int
	literal bool // {} and [] mean nothing here
}

func (p *parser) errorf(line, column int, code, format string, args ...any) {
	p.ps.errorf(line, column, code, format, args...)
}

func (p *parser) line(l *line) {
	switch l.kind {
	case lineWords:
		p.wordsLine(l)
	case lineStatement:
		p.words = sink{of: l.keyword()}
		p.statement(l)
		p.began = true
	case lineBlank, lineComment:
	}
}

// language gives the canonical tag of a language line, or "".
func language(tag string) string {
	for _, l := range []string{"zh-Hans", "zh-Hant", "en"} {
		if strings.EqualFold(l, strings.ReplaceAll(tag, "_", "-")) {
			return l
		}
	}
	return ""
}

func (p *parser) wordsLine(l *line) {
	lang := language(l.lang.text)
	switch {
	case lang == "":
		p.errorf(l.number, l.lang.column, "bad_value", "“%s” is not a language; write zh-Hans, zh-Hant or en", l.lang.text)
	case p.words.to == nil && p.words.of == "":
		p.errorf(l.number, l.column, "wrong_place", "these words belong to no statement")
	case p.words.to == nil:
		p.errorf(l.number, l.column, "wrong_place", "“%s” takes no words below it", p.words.of)
	case len(p.flow.langs) > 0 && !slices.Contains(p.flow.langs, lang):
		p.errorf(l.number, l.lang.column, "bad_value", "%s is not among the flow's languages (line %d)", lang, p.seen["languages"])
	case l.words.text == "":
		p.errorf(l.number, l.words.column, "missing", "there are no words after “%s:”", lang)
	default:
		p.addWords(lang, l)
	}
}

func (p *parser) addWords(lang string, l *line) {
	s := p.words
	if n := len(s.to.langs[lang]); n >= s.lines {
		if s.lines == 1 {
			p.errorf(l.number, l.column, "duplicate", "“%s” has its %s words already (line %d)", s.of, lang, s.to.langs[lang][0].line)
		} else {
			p.errorf(l.number, l.column, "too_many", "“%s” has %d paragraphs already; more are not allowed", s.of, n)
		}
		return
	}
	if n := len([]rune(l.words.text)); n > s.limit {
		p.errorf(l.number, l.words.column+s.limit, "too_long", "the text has %d characters; %d are allowed here", n, s.limit)
		return
	}
	var para paragraph
	if s.literal {
		para = paragraph{line: l.number, column: l.words.column, raw: l.words.text, parts: []part{{literal: l.words.text}}}
	} else {
		para = parseText(l.words.text, l.number, l.words.column, p.ps)
	}
	s.to.langs[lang] = append(s.to.langs[lang], para)
}

// take opens a sink below the statement.
func (p *parser) take(to *texts, l *line, lines, limit int, literal bool) {
	*to = texts{line: l.number, langs: map[string][]paragraph{}}
	p.words = sink{to: to, of: l.keyword(), lines: lines, limit: limit, literal: literal}
}

// args checks the number of words after the keyword; max < 0: any number.
func (p *parser) args(l *line, least, most int, usage string) bool {
	n := len(l.rest) - 1
	if n < least {
		p.errorf(l.number, l.tail.column, "missing", "something is missing here: write “%s”", usage)
		return false
	}
	if most >= 0 && n > most {
		p.errorf(l.number, l.rest[most+1].column, "extra_words", "“%s” is too much here: write “%s”", l.rest[most+1].text, usage)
		return false
	}
	return true
}

// id checks that a word may be an ID.
func (p *parser) id(l *line, w word) bool {
	if validID(w.text) {
		return true
	}
	p.errorf(l.number, w.column, "bad_id", "“%s” cannot be an ID: a small letter, then up to %d small letters, digits, _ or -, and none of the words that conditions are made of", w.text, maxID-1)
	return false
}

// once reports a header statement that stands there twice.
func (p *parser) once(l *line, what string) bool {
	if at, ok := p.seen[what]; ok {
		p.errorf(l.number, l.column, "duplicate", "“%s” stands in line %d already", what, at)
		return false
	}
	p.seen[what] = l.number
	return true
}

// place describes where a keyword may stand.
func place(keyword string) (where string, allowed func(section) bool) {
	in := func(s ...section) func(section) bool {
		return func(have section) bool { return slices.Contains(s, have) }
	}
	switch keyword {
	case "format", "flow", "version", "languages", "for", "direction", "subject", "limit":
		return "in the header, above the first step", in(inHeader)
	case "step":
		return "above the ends and tests", in(inHeader, inStep)
	case "end":
		return "below the steps and above the tests", in(inStep, inEnd)
	case "test":
		return "below the ends", in(inEnd, inTest)
	case "ask", "option", "goto":
		return "in a step", in(inStep)
	case "say", "hint", "note":
		return "in a step or an end", in(inStep, inEnd)
	case "outcome", "reason", "ticket", "callback", "department", "priority", "amount":
		return "in an end", in(inEnd)
	case "given", "answer", "path", "reach", "noted":
		return "in a test", in(inTest)
	}
	return "", nil
}

// Keywords lists the words that a statement can begin with.
func Keywords() []string {
	return []string{
		"format", "flow", "version", "languages", "for", "direction", "subject", "limit", "step", "say", "hint", "ask", "option", "note", "goto",
		"end", "outcome", "reason", "ticket", "department", "priority", "amount", "callback", "test", "given", "answer", "path", "reach", "noted",
	}
}

// anything takes the words below a statement that was refused: they are no second fault.
func (p *parser) anything() sink {
	return sink{to: &texts{langs: map[string][]paragraph{}}, lines: MaxLine, limit: MaxLine, literal: true}
}

func (p *parser) statement(l *line) {
	where, allowed := place(l.keyword())
	switch {
	case !p.began && l.keyword() != "format":
		p.errorf(l.number, l.column, "bad_format", "a flow begins with the line “format 1”")
		if allowed == nil {
			return
		}
	case allowed == nil:
		hint := ""
		if k := nearest(l.keyword(), Keywords()); k != "" {
			hint = "; did you mean “" + k + "”?"
		}
		p.errorf(l.number, l.column, "unknown_keyword", "“%s” is not a keyword%s", cut(l.keyword(), 40), hint)
		p.words = p.anything()
		return
	case p.lost && !begins(l.keyword()):
		p.words = p.anything()
		return
	case !allowed(p.section):
		p.errorf(l.number, l.column, "wrong_place", "“%s” does not belong here; it stands %s", l.keyword(), where)
		p.words, p.lost = p.anything(), p.lost || begins(l.keyword())
		return
	}
	p.lost = false
	switch l.keyword() {
	case "step":
		p.stepStatement(l)
	case "end":
		p.endStatement(l)
	case "test":
		p.testStatement(l)
	default:
		switch p.section {
		case inHeader:
			p.headerStatement(l)
		case inStep:
			p.insideStep(l)
		case inEnd:
			p.insideEnd(l)
		case inTest:
			p.insideTest(l)
		}
	}
}

// nearest finds the candidate with the smallest edit distance to s, if it is at most 2 and less than
// the length of s.
func nearest(s string, candidates []string) string {
	best, found := 3, ""
	if len(s) > maxID {
		return ""
	}
	for _, c := range candidates {
		if d := distance(strings.ToLower(s), c); d < best && d < len(s) {
			best, found = d, c
		}
	}
	return found
}

func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
