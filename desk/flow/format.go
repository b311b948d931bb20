package flow

import (
	"bytes"
	"strings"
)

// Format writes a file in its canonical form: one indentation, one space between words, ASCII signs
// in conditions, one empty line before each step, end and test and nowhere two. Texts and comments
// stay as they are. A file that cannot be read (bad_utf8, bad_character, too_long, too_big) gives
// nil and the problems; one with other errors is formatted all the same.
func Format(src []byte) ([]byte, []Problem) {
	ps := &problems{}
	lines := scan(src, ps)
	if Failed(ps.list) {
		return nil, ps.sorted()
	}
	var out bytes.Buffer
	above := 0 // indentation of the statement above
	for i, l := range lines {
		if l.kind == lineBlank {
			continue
		}
		// A comment belongs to the statement that follows it and is indented like it.
		next := i
		for next < len(lines)-1 && (lines[next].kind == lineComment || lines[next].kind == lineBlank) {
			next++
		}
		blank := i > 0 && lines[i-1].kind == lineBlank
		if !blank && begins(lines[next].keyword()) {
			blank = i == 0 || lines[i-1].kind != lineComment
		}
		if blank && out.Len() > 0 {
			out.WriteByte('\n')
		}
		indent := indentation(&lines[next], above)
		if l.kind == lineStatement {
			above = indent
		}
		out.WriteString(strings.Repeat(" ", indent))
		out.WriteString(strings.TrimRight(canonical(&l), " "))
		out.WriteByte('\n')
	}
	return append([]byte{}, out.Bytes()...), nil // not nil for an empty file either
}

// begins reports whether a keyword begins a block.
func begins(keyword string) bool { return keyword == "step" || keyword == "end" || keyword == "test" }

func indentation(l *line, above int) int {
	switch l.kind {
	case lineWords:
		return above + 2
	case lineStatement:
		switch l.keyword() {
		case "format", "flow", "version", "languages", "for", "direction", "subject", "limit", "step", "end", "test":
			return 0
		case "option", "department", "priority", "amount":
			return 4
		}
		return 2
	case lineBlank, lineComment:
	}
	return 0
}

func canonical(l *line) string {
	switch l.kind {
	case lineComment:
		return "# " + l.text
	case lineWords:
		lang := language(l.lang.text)
		if lang == "" {
			lang = l.lang.text
		}
		return lang + ": " + l.words.text
	case lineStatement:
		return canonicalStatement(l)
	case lineBlank:
	}
	return ""
}

func canonicalStatement(l *line) string {
	keep := len(l.rest) // words that are joined by one space
	switch l.keyword() {
	case "given", "answer":
		keep = 2
	case "test":
		keep = 1
	case "languages":
		for i, w := range l.rest {
			if lang := language(w.text); lang != "" {
				l.rest[i].text = lang
			}
		}
	}
	for i, w := range l.rest {
		if w.text == "when" && keep == len(l.rest) && i > 0 {
			from := w.column + len("when") - l.column
			tokens := condTokens(string([]rune(l.text)[from:]), 1)
			return joinWords(l.rest[:i+1]) + " " + joinTokens(tokens)
		}
	}
	if keep < len(l.rest) {
		from := l.rest[keep].column - l.column
		return joinWords(l.rest[:keep]) + " " + string([]rune(l.text)[from:])
	}
	return joinWords(l.rest)
}

func joinWords(words []word) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.text)
	}
	return b.String()
}
