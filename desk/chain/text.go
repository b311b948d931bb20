package chain

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// errText says that something is not JSON.
var errText = errors.New("not JSON")

// Covered reports whether a change of a row belongs into the chain: every change of a contact, and of a ticket
// those that set its approval or its settlement, the members of Money. fields is the change's JSON object.
func Covered(table string, fields []byte) bool {
	if table == "contact" {
		return true
	}
	if table != "ticket" {
		return false
	}
	var m map[string]json.RawMessage
	if json.Unmarshal(fields, &m) != nil {
		return false
	}
	for _, name := range Money() {
		if _, set := m[name]; set {
			return true
		}
	}
	return false
}

// Money lists the members of a ticket that the chain covers: what was promised and who may promise it.
func Money() []string { return []string{"amount", "approval", "currency"} }

// Text is the text of one change under a commitment: the canonical JSON object of its members fields, key
// and table.
func Text(table, key string, fields []byte) ([]byte, error) {
	said, err := Canonical(fields)
	if err != nil {
		return nil, err
	}
	return wrap(table, key, said), nil
}

func wrap(table, key string, fields []byte) []byte {
	out := make([]byte, 0, len(fields)+len(table)+len(key)+32)
	out = append(append(out, `{"fields":`...), fields...)
	out = appendString(append(out, `,"key":`...), []byte(key))
	out = appendString(append(out, `,"table":`...), []byte(table))
	return append(out, '}')
}

// TextOf is the text of a change that set those members of a row to what they are in body; a member that is
// missing was removed by null. names is sorted.
func TextOf(table, key string, body []byte, names []string) ([]byte, error) {
	whole, err := Canonical(body)
	if err != nil || len(whole) == 0 || whole[0] != '{' {
		return nil, fmt.Errorf("row: %w", errText)
	}
	r := &reader{text: whole}
	out := append(make([]byte, 0, len(whole)), '{')
	null := func(name string) { out = append(appendString(out, []byte(name)), ":null,"...) }
	for r.at = 1; whole[r.at] != '}'; {
		name := string(r.str())
		from := r.at
		r.skip()
		for len(names) > 0 && names[0] < name {
			null(names[0])
			names = names[1:]
		}
		if len(names) > 0 && names[0] == name {
			out = append(append(appendString(out, []byte(name)), whole[from:r.at]...), ',')
			names = names[1:]
		}
		if whole[r.at] == ',' {
			r.at++
		}
	}
	for _, name := range names {
		null(name)
	}
	if len(out) > 1 {
		out = out[:len(out)-1] // the last comma
	}
	return wrap(table, key, append(out, '}')), nil
}

// skip passes over a colon and a value in canonical form, to the comma or brace behind it.
func (r *reader) skip() {
	for depth := 0; ; r.at++ {
		switch r.text[r.at] {
		case '"':
			for r.at++; r.text[r.at] != '"'; r.at++ {
				if r.text[r.at] == '\\' {
					r.at++
				}
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return
			}
			depth--
		case ',':
			if depth == 0 {
				return
			}
		}
	}
}

// Canonical gives the one form of a JSON value: no white space, members sorted by the bytes of their names
// (equal names in the order they had), each string with as few escapes as JSON allows, everything else as it
// was written. Two values have the same form only if they say the same. Half surrogates and bytes that are not
// UTF-8, of which JSON libraries make U+FFFD, stay what they are: a half surrogate becomes the three bytes that
// UTF-8's scheme gives it.
func Canonical(text []byte) ([]byte, error) {
	if !json.Valid(text) { // also bounds the depth
		return nil, fmt.Errorf("canonical form: %w", errText)
	}
	r := &reader{text: text}
	return r.value(make([]byte, 0, len(text))), nil
}

// reader walks over valid JSON.
type reader struct {
	text []byte
	at   int
}

// next skips white space and gives the byte there without taking it.
func (r *reader) next() byte {
	for r.at < len(r.text) {
		if !isSpace(r.text[r.at]) {
			return r.text[r.at]
		}
		r.at++
	}
	return 0
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func isEnd(c byte) bool { return c == ',' || c == ']' || c == '}' }

func (r *reader) value(out []byte) []byte {
	switch r.next() {
	case '{':
		return r.object(out)
	case '[':
		return r.array(out)
	case '"':
		return appendString(out, r.str())
	}
	from := r.at
	for r.at < len(r.text) && !isSpace(r.text[r.at]) && !isEnd(r.text[r.at]) {
		r.at++
	}
	return append(out, r.text[from:r.at]...)
}

func (r *reader) array(out []byte) []byte {
	out = append(out, '[')
	for r.at++; r.next() != ']'; {
		if r.next() == ',' {
			r.at++
			out = append(out, ',')
		}
		out = r.value(out)
	}
	r.at++
	return append(out, ']')
}

func (r *reader) object(out []byte) []byte {
	type member struct {
		name     []byte
		from, to int // in out
	}
	var list []member
	out = append(out, '{')
	begin := len(out)
	for r.at++; r.next() != '}'; {
		if r.next() == ',' {
			r.at++
			r.next()
			out = append(out, ',')
		}
		m := member{name: r.str(), from: len(out)}
		r.next()
		r.at++ // :
		out = r.value(append(appendString(out, m.name), ':'))
		m.to = len(out)
		list = append(list, m)
	}
	r.at++
	byName := func(a, b member) int { return bytes.Compare(a.name, b.name) }
	if !slices.IsSortedFunc(list, byName) { // most are: Merge has sorted them
		written := bytes.Clone(out[begin:])
		out = out[:begin]
		slices.SortStableFunc(list, byName)
		for i, m := range list {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(out, written[m.from-begin:m.to-begin]...)
		}
	}
	return append(out, '}')
}

// str takes a string and gives its bytes: UTF-8, where a half surrogate is its three bytes by the same
// scheme and a byte that is not UTF-8 is itself.
func (r *reader) str() []byte {
	r.at++
	from := r.at
	for r.text[r.at] != '"' && r.text[r.at] != '\\' {
		r.at++
	}
	if r.text[r.at] == '"' { // without escapes, as most are
		r.at++
		return r.text[from : r.at-1 : r.at-1]
	}
	out := bytes.Clone(r.text[from:r.at])
	for ; r.text[r.at] != '"'; r.at++ {
		if r.text[r.at] != '\\' {
			out = append(out, r.text[r.at])
			continue
		}
		r.at++
		switch c := r.text[r.at]; c {
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			out = r.unicode(out)
		default: // " \ /
			out = append(out, c)
		}
	}
	r.at++
	return out
}

// unicode takes the digits behind \u, and a second half where one follows; r.at stays on the last digit.
func (r *reader) unicode(out []byte) []byte {
	first := r.hex(r.at + 1)
	r.at += 4
	if utf16.IsSurrogate(first) && r.at+6 < len(r.text) && r.text[r.at+1] == '\\' && r.text[r.at+2] == 'u' {
		if whole := utf16.DecodeRune(first, r.hex(r.at+3)); whole != utf8.RuneError {
			r.at += 6
			return utf8.AppendRune(out, whole)
		}
	}
	if utf16.IsSurrogate(first) { // AppendRune would make U+FFFD of them all
		return append(out, 0xe0|byte(first>>12), 0x80|byte(first>>6)&0xbf, 0x80|byte(first)&0xbf) //nolint:gosec // 6 bits each
	}
	return utf8.AppendRune(out, first)
}

func (r *reader) hex(at int) rune {
	n, _ := strconv.ParseUint(string(r.text[at:at+4]), 16, 16) // valid JSON has four digits here
	return rune(n)
}

// appendString writes a string with the escapes that JSON demands and no others.
func appendString(out, s []byte) []byte {
	out = append(out, '"')
	from := 0
	for i, c := range s {
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		out = append(out, s[from:i]...)
		from = i + 1
		if c < 0x20 {
			out = fmt.Appendf(out, `\u%04x`, c)
		} else {
			out = append(out, '\\', c)
		}
	}
	return append(append(out, s[from:]...), '"')
}
