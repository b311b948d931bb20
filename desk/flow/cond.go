package flow

import (
	"strings"
	"unicode"
)

// condOp is the kind of a node of a condition.
type condOp string

const (
	condAlways condOp = "" // no condition
	condAnd    condOp = "and"
	condOr     condOp = "or"
	condNot    condOp = "not"
	condKnown  condOp = "known"
	condIs     condOp = "is"
	condLess   condOp = "<"
	condAtMost condOp = "<="
	condMore   condOp = ">"
	condAtLst  condOp = ">="
)

// cond is a condition: a small tree whose leaves compare one name with one value.
type cond struct {
	op     condOp
	kids   []*cond
	name   word
	value  word
	number decimal
	limit  bool // compare with the authority limit instead of number
}

// always reports whether c is no condition at all.
func (c *cond) always() bool { return c == nil || c.op == condAlways }

// leaves calls visit for every comparison.
func (c *cond) leaves(visit func(*cond)) {
	if c.always() {
		return
	}
	if len(c.kids) == 0 {
		visit(c)
	}
	for _, k := range c.kids {
		k.leaves(visit)
	}
}

// holds evaluates a condition. leaf decides a comparison; it is total, and so is holds.
func (c *cond) holds(leaf func(*cond) bool) bool {
	if c.always() {
		return true
	}
	switch c.op {
	case condAnd:
		return c.kids[0].holds(leaf) && c.kids[1].holds(leaf)
	case condOr:
		return c.kids[0].holds(leaf) || c.kids[1].holds(leaf)
	case condNot:
		return !c.kids[0].holds(leaf)
	case condAlways, condKnown, condIs, condLess, condAtMost, condMore, condAtLst:
	}
	return leaf(c)
}

// compare decides a comparison: value is what the name stands for, empty where it is unknown.
func (c *cond) compare(value string, limit decimal, limited bool) bool {
	if c.op == condKnown {
		return value != ""
	}
	if c.op == condIs {
		return value == c.value.text
	}
	n, ok := parseDecimal(value, maxDecimals)
	against := c.number
	if c.limit {
		against, ok = limit, ok && limited
	}
	if !ok {
		return false
	}
	switch c.op {
	case condLess:
		return n < against
	case condAtMost:
		return n <= against
	case condMore:
		return n > against
	case condAtLst:
		return n >= against
	case condAlways, condAnd, condOr, condNot, condKnown, condIs:
	}
	return false
}

// condTokens splits a condition. Full-width signs become their ASCII sisters.
func condTokens(text string, column int) []word {
	var tokens []word
	var b strings.Builder
	begin := column
	flush := func() {
		if b.Len() > 0 {
			tokens = append(tokens, word{b.String(), begin})
			b.Reset()
		}
	}
	for _, r := range text {
		r = asciiSign(r)
		switch r {
		case ' ':
			flush()
		case '(', ')', '<', '>':
			flush()
			tokens = append(tokens, word{string(r), column})
		case '=':
			last := len(tokens) - 1
			if b.Len() == 0 && last >= 0 && (tokens[last].text == "<" || tokens[last].text == ">") && tokens[last].column == column-1 {
				tokens[last].text += "="
				break
			}
			flush()
			tokens = append(tokens, word{"=", column})
		case '≤', '≥':
			flush()
			tokens = append(tokens, word{map[rune]string{'≤': "<=", '≥': ">="}[r], column})
		default:
			if b.Len() == 0 {
				begin = column
			}
			b.WriteRune(r)
		}
		column++
	}
	flush()
	return tokens
}

// asciiSign turns full-width ASCII and the ideographic space into ASCII.
func asciiSign(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case unicode.IsSpace(r):
		return ' '
	}
	return r
}

// joinTokens writes a condition in its canonical form.
func joinTokens(tokens []word) string {
	var b strings.Builder
	for i, t := range tokens {
		if i > 0 && t.text != ")" && tokens[i-1].text != "(" {
			b.WriteByte(' ')
		}
		b.WriteString(t.text)
	}
	return b.String()
}

// parseCond reads a condition; nil where it is wrong, which has been reported then.
func parseCond(text string, line, column int, ps *problems) *cond {
	p := condParser{tokens: condTokens(text, column), line: line, end: column + len([]rune(text)), ps: ps}
	if len(p.tokens) == 0 {
		ps.errorf(line, column, "bad_condition", "a condition is missing after “when”")
		return nil
	}
	c := p.any(0)
	if p.failed {
		return nil
	}
	if t, ok := p.peek(); ok {
		p.fail(t.column, "“%s” is not expected here; comparisons are joined with “and” or “or”", t.text)
		return nil
	}
	if p.leaves > MaxComparisons {
		ps.errorf(line, column, "too_many", "the condition has %d comparisons; %d are allowed", p.leaves, MaxComparisons)
		return nil
	}
	return c
}

type condParser struct {
	tokens []word
	at     int
	line   int
	end    int
	leaves int
	failed bool
	ps     *problems
}

func (p *condParser) fail(column int, format string, args ...any) {
	if !p.failed {
		p.ps.errorf(p.line, column, "bad_condition", format, args...)
	}
	p.failed = true
}

func (p *condParser) peek() (word, bool) {
	if p.failed || p.at >= len(p.tokens) {
		return word{column: p.end}, false
	}
	return p.tokens[p.at], true
}

// take steps over the next token if it is text.
func (p *condParser) take(text string) bool {
	if t, ok := p.peek(); ok && t.text == text {
		p.at++
		return true
	}
	return false
}

func (p *condParser) any(depth int) *cond {
	left := p.all(depth)
	for p.take("or") {
		left = &cond{op: condOr, kids: []*cond{left, p.all(depth)}}
	}
	return left
}

func (p *condParser) all(depth int) *cond {
	left := p.one(depth)
	for p.take("and") {
		left = &cond{op: condAnd, kids: []*cond{left, p.one(depth)}}
	}
	return left
}

func (p *condParser) one(depth int) *cond {
	t, ok := p.peek()
	switch {
	case !ok:
		p.fail(t.column, "the condition stops in the middle")
		return &cond{}
	case depth >= MaxNesting:
		p.fail(t.column, "the condition is nested more than %d deep", MaxNesting)
		return &cond{}
	case p.take("not"):
		return &cond{op: condNot, kids: []*cond{p.one(depth + 1)}}
	case p.take("("):
		c := p.any(depth + 1)
		if !p.take(")") {
			at, _ := p.peek()
			p.fail(at.column, "a closing ) is missing")
		}
		return c
	}
	p.at++
	return p.comparison(t)
}

func (p *condParser) comparison(name word) *cond {
	p.leaves++
	t, ok := p.peek()
	if !ok {
		p.fail(t.column, "after “%s” comes “is”, “known”, or one of < <= > >=", name.text)
		return &cond{}
	}
	p.at++
	switch t.text {
	case "known":
		return &cond{op: condKnown, name: name}
	case "is":
		not := p.take("not")
		v, ok := p.peek()
		if !ok || v.text == "(" || v.text == ")" {
			p.fail(v.column, "after “is” comes an option, yes or no")
			return &cond{}
		}
		p.at++
		c := &cond{op: condIs, name: name, value: v}
		if not {
			return &cond{op: condNot, kids: []*cond{c}}
		}
		return c
	case "<", "<=", ">", ">=":
		v, _ := p.peek()
		p.at++
		c := &cond{op: condOp(t.text), name: name, value: v}
		if v.text == "limit" {
			c.limit = true
			return c
		}
		n, ok := parseDecimal(v.text, maxDecimals)
		if !ok {
			p.fail(v.column, "after “%s” comes a number such as 50000, or “limit”", t.text)
		}
		c.number = n
		return c
	case "=", "==", "!=", "<>":
		p.fail(t.column, "write “is” or “is not” to compare")
	default:
		p.fail(t.column, "after “%s” comes “is”, “known”, or one of < <= > >=; found “%s”", name.text, t.text)
	}
	return &cond{}
}
