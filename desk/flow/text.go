package flow

import (
	"strings"
	"unicode/utf8"
)

// paragraph is one text in one language with its placeholders.
type paragraph struct {
	line   int
	column int
	raw    string
	parts  []part
}

// part is a literal, a placeholder (name not empty) or an optional piece (inner not nil).
type part struct {
	literal  string
	name     string
	column   int
	fallback string
	standIn  bool // has a fallback, maybe an empty one
	inner    []part
	optional bool
}

// texts are the words of one statement: language → paragraphs in order of the file.
type texts struct {
	line  int
	langs map[string][]paragraph
}

// in gives the paragraphs in lang, else in the first of fallback that has any.
func (t texts) in(lang string, fallback []string) []paragraph {
	if ps := t.langs[lang]; len(ps) > 0 {
		return ps
	}
	for _, l := range fallback {
		if ps := t.langs[l]; len(ps) > 0 {
			return ps
		}
	}
	return nil
}

// parseText reads the placeholders of a text that begins at column of line.
func parseText(raw string, line, column int, ps *problems) paragraph {
	t := textParser{runes: []rune(raw), line: line, column: column, ps: ps}
	p := paragraph{line: line, column: column, raw: raw}
	p.parts = t.parts(false)
	return p
}

type textParser struct {
	runes  []rune
	at     int
	line   int
	column int
	ps     *problems
	failed bool
}

func (t *textParser) fail(at int, text string) {
	if !t.failed {
		t.ps.errorf(t.line, t.column+at, "bad_text", "%s", text)
	}
	t.failed, t.at = true, len(t.runes) // one complaint a text; the rest would be guesswork
}

// parts reads up to the end, or up to the ] that closes an optional piece.
func (t *textParser) parts(inside bool) []part {
	var parts []part
	var literal strings.Builder
	flush := func() {
		if literal.Len() > 0 {
			parts = append(parts, part{literal: literal.String()})
			literal.Reset()
		}
	}
	start := t.at - 1
	for t.at < len(t.runes) {
		r := t.runes[t.at]
		t.at++
		switch r {
		case '\\':
			if t.at >= len(t.runes) || !strings.ContainsRune(`{}[]|\`, t.runes[t.at]) {
				t.fail(t.at-1, `a backslash stands only before { } [ ] | or \; write \\ for a backslash`)
				return nil
			}
			literal.WriteRune(t.runes[t.at])
			t.at++
		case '{':
			flush()
			parts = append(parts, t.placeholder())
		case '[':
			if inside {
				t.fail(t.at-1, "an optional piece [ ] cannot stand in another one")
				return nil
			}
			flush()
			open := t.at - 1
			p := part{optional: true, column: t.column + open}
			p.inner = t.parts(true)
			if !t.failed && !named(p.inner) {
				t.fail(open, `there is no placeholder between [ and ]; write \[ and \] for the brackets themselves`)
			}
			parts = append(parts, p)
		case ']':
			if inside {
				flush()
				return parts
			}
			t.fail(t.at-1, `nothing is open that ] could close; write \] for the bracket itself`)
			return nil
		case '}':
			t.fail(t.at-1, `nothing is open that } could close; write \} for the brace itself`)
			return nil
		case '｛', '｝':
			t.fail(t.at-1, "a full-width brace: placeholders are written with { and }")
			return nil
		default:
			literal.WriteRune(r)
		}
	}
	if inside && !t.failed {
		t.fail(start, `this [ is not closed; write \[ for the bracket itself`)
	}
	flush()
	return parts
}

// placeholder reads name or name|fallback up to the closing brace; { has been read.
func (t *textParser) placeholder() part {
	open := t.at - 1
	p := part{column: t.column + open}
	var name, fallback strings.Builder
	for t.at < len(t.runes) {
		r := t.runes[t.at]
		t.at++
		switch {
		case r == '}':
			p.name, p.fallback = strings.TrimSpace(name.String()), fallback.String()
			if p.name == "" {
				t.fail(open, "there is no name between { and }")
			}
			return p
		case r == '{' || r == '[' || r == ']':
			t.fail(t.at-1, "a placeholder holds a name and, after |, plain words")
			return p
		case r == '\\' && t.at < len(t.runes) && p.standIn && strings.ContainsRune(`{}[]|\`, t.runes[t.at]):
			fallback.WriteRune(t.runes[t.at])
			t.at++
		case r == '|' && !p.standIn:
			p.standIn = true
		case p.standIn:
			fallback.WriteRune(r)
		default:
			name.WriteRune(r)
		}
	}
	t.fail(open, `this { is not closed; write \{ for the brace itself`)
	return p
}

func named(parts []part) bool {
	for _, p := range parts {
		if p.name != "" {
			return true
		}
	}
	return false
}

// placeholders calls visit for every placeholder; optional tells that it may be unknown without harm.
func (p paragraph) placeholders(visit func(ref part, optional bool)) {
	walk(p.parts, false, visit)
}

func walk(parts []part, optional bool, visit func(part, bool)) {
	for _, q := range parts {
		if q.optional {
			walk(q.inner, true, visit)
		} else if q.name != "" {
			visit(q, optional || q.standIn)
		}
	}
}

// render fills the placeholders in. whole is false where one outside brackets is unknown and has no
// stand-in; it is rendered as nothing then.
func render(parts []part, value func(name string) string) (text string, whole bool) {
	var b strings.Builder
	whole = true
	for _, p := range parts {
		switch {
		case p.optional:
			if inner, all := render(p.inner, value); all {
				b.WriteString(inner)
			}
		case p.name != "":
			v := value(p.name)
			if v == "" {
				v = p.fallback
				whole = whole && p.standIn
			}
			b.WriteString(v)
		default:
			b.WriteString(p.literal)
		}
	}
	return b.String(), whole
}

// cut shortens s to at most limit characters, the last of which is … then.
func cut(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit-1]) + "…"
}
