package flow

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// lineKind is what a line of a file is.
type lineKind int

const (
	lineBlank lineKind = iota
	lineComment
	lineWords     // words of the statement above, in one language
	lineStatement // keyword and the rest
)

// word is a piece of a line. column counts characters from 1.
type word struct {
	text   string
	column int
}

// line is one line of a file, taken apart.
type line struct {
	number int
	column int // of the first character that is not space
	kind   lineKind
	text   string // trimmed; of a comment: what follows the #
	lang   word   // lineWords: the language as written
	words  word   // lineWords: the text
	rest   []word // lineStatement: keyword and words
	tail   word   // lineStatement: everything after the keyword
}

// keyword gives the first word of a statement.
func (l *line) keyword() string {
	if l.kind != lineStatement {
		return ""
	}
	return l.rest[0].text
}

// scan takes a file apart. Lines that cannot be read are reported and left out.
func scan(src []byte, ps *problems) []line {
	if len(src) > MaxBytes {
		ps.errorf(1, 1, "too_big", "the file has %d bytes; %d are allowed", len(src), MaxBytes)
		return nil
	}
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	var lines []line
	for i, raw := range strings.Split(string(src), "\n") {
		raw = strings.TrimSuffix(raw, "\r")
		if l, ok := scanLine(i+1, raw, ps); ok {
			lines = append(lines, l)
		}
	}
	return lines
}

func scanLine(number int, raw string, ps *problems) (line, bool) {
	if !utf8.ValidString(raw) {
		valid := strings.ToValidUTF8(raw, "\uFFFD")
		column := utf8.RuneCountInString(valid[:strings.Index(valid, "\uFFFD")]) + 1
		ps.errorf(number, column, "bad_utf8", "these bytes are not UTF-8: save the file as UTF-8 (in Chinese editors often listed beside GBK and Big5)")
		return line{}, false
	}
	runes := []rune(raw)
	if len(runes) > MaxLine {
		ps.errorf(number, MaxLine+1, "too_long", "the line has %d characters; %d are allowed", len(runes), MaxLine)
		return line{}, false
	}
	for i, r := range runes {
		if invisible(r) {
			ps.errorf(number, i+1, "bad_character", "an invisible character (U+%04X) stands here: delete it", r)
			return line{}, false
		}
	}
	start, stop := 0, len(runes)
	for start < stop && unicode.IsSpace(runes[start]) {
		start++
	}
	for stop > start && unicode.IsSpace(runes[stop-1]) {
		stop--
	}
	l := line{number: number, column: start + 1, text: spaces(runes[start:stop])}
	switch {
	case start == stop:
		l.kind = lineBlank
	case runes[start] == '#' || runes[start] == '＃':
		l.kind = lineComment
		l.text = strings.TrimSpace(spaces(runes[start+1 : stop]))
	default:
		if !l.splitLanguage(runes[:stop], start) {
			l.splitWords(runes[:stop], start)
		}
	}
	return l, true
}

// invisible says which characters have no place in a file: control and format characters, above all
// those that turn the reading direction round. The joiners inside emoji are let through.
func invisible(r rune) bool {
	switch r {
	case '\t', '\u200c', '\u200d':
		return false
	case '\u2028', '\u2029':
		return true
	}
	return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r)
}

// spaces gives the text with tabs as spaces.
func spaces(runes []rune) string {
	return strings.ReplaceAll(string(runes), "\t", " ")
}

// splitLanguage recognises "zh-Hans: text": letters and hyphens, then a colon of either width.
func (l *line) splitLanguage(runes []rune, start int) bool {
	i := start
	for i < len(runes) && (runes[i] == '-' || runes[i] == '_' || isLetter(runes[i])) {
		i++
	}
	mark := i
	for i < len(runes) && unicode.IsSpace(runes[i]) {
		i++
	}
	if mark == start || i >= len(runes) || (runes[i] != ':' && runes[i] != '：') {
		return false
	}
	l.kind = lineWords
	l.lang = word{string(runes[start:mark]), start + 1}
	i++
	for i < len(runes) && unicode.IsSpace(runes[i]) {
		i++
	}
	l.words = word{spaces(runes[i:]), i + 1}
	return true
}

func (l *line) splitWords(runes []rune, start int) {
	l.kind = lineStatement
	for i := start; i < len(runes); {
		if unicode.IsSpace(runes[i]) {
			i++
			continue
		}
		j := i
		for j < len(runes) && !unicode.IsSpace(runes[j]) {
			j++
		}
		l.rest = append(l.rest, word{string(runes[i:j]), i + 1})
		if len(l.rest) == 2 {
			l.tail = word{spaces(runes[i:]), i + 1}
		}
		i = j
	}
	if len(l.rest) == 1 {
		l.tail = word{"", len(runes) + 1}
	}
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

// validID reports whether s may be an ID.
func validID(s string) bool {
	if s == "" || len(s) > maxID || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	switch s {
	case "is", "not", "and", "or", "when", "known", "limit", "yes", "no":
		return false
	}
	return true
}
