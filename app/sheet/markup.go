package sheet

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// maxTag bounds a tag with its attributes.
const maxTag = 64 << 10

type markKind int

const (
	markStart markKind = iota + 1
	markEnd
	markText
)

// markup reads the XML that Office files consist of: elements, attributes, text, CDATA; comments and
// instructions are passed over, a document type is refused. It is an order faster than encoding/xml and
// never holds more than a tag: text comes in pieces. Names are without their prefix.
type markup struct {
	in    io.Reader
	buf   []byte
	pos   int // of what is not read yet
	ended bool
	taken int64 // bytes read so far

	name  []byte // of the element; valid until the next call of next
	attrs []byte // of the start tag, as they stand
	text  []byte // of a piece of text, entities resolved
	empty bool   // the start tag ends its element itself: the end comes next
	cdata bool
}

func newMarkup(in io.Reader) *markup { return &markup{in: in, buf: make([]byte, 0, 4*maxTag)} }

// next gives the next mark; io.EOF at the end.
func (m *markup) next() (markKind, error) {
	if m.empty {
		m.empty = false
		return markEnd, nil
	}
	for {
		if m.cdata {
			return m.cdataText()
		}
		b, err := m.atLeast(1)
		if err != nil {
			return 0, err
		}
		if b[0] != '<' {
			return m.plainText()
		}
		if b, err = m.some(len("<![CDATA[")); err != nil {
			return 0, err
		}
		switch {
		case bytes.HasPrefix(b, []byte("<![CDATA[")):
			m.pos += len("<![CDATA[")
			m.cdata = true
		case bytes.HasPrefix(b, []byte("<!--")):
			err = m.skipPast("-->")
		case bytes.HasPrefix(b, []byte("<?")):
			err = m.skipPast("?>")
		case bytes.HasPrefix(b, []byte("<!")):
			return 0, fmt.Errorf("a document type: %w", ErrMalformed)
		default:
			return m.tag()
		}
		if err != nil {
			return 0, err
		}
	}
}

// tag reads a start or end tag.
func (m *markup) tag() (markKind, error) {
	for from := 0; ; {
		b := m.buf[m.pos:]
		end := tagEnd(b)
		if end < 0 {
			if len(b) >= maxTag {
				return 0, fmt.Errorf("a tag of more than %d bytes: %w", maxTag, ErrMalformed)
			}
			if from == len(b) {
				return 0, fmt.Errorf("a tag that does not end: %w", ErrMalformed)
			}
			from = len(b)
			if _, err := m.atLeast(min(2*len(b)+64, maxTag)); err != nil && err != io.EOF { //nolint:errorlint // ours
				return 0, err
			}
			continue
		}
		m.pos += end + 1
		inner := b[1:end]
		if len(inner) > 0 && inner[0] == '/' {
			m.name = localName(bytes.TrimRight(inner[1:], " \t\r\n"))
			return markEnd, nil
		}
		if len(inner) > 0 && inner[len(inner)-1] == '/' {
			m.empty, inner = true, inner[:len(inner)-1]
		}
		name := inner
		if i := bytes.IndexAny(inner, " \t\r\n"); i >= 0 {
			name, m.attrs = inner[:i], inner[i:]
		} else {
			m.attrs = nil
		}
		if m.name = localName(name); len(m.name) == 0 {
			return 0, fmt.Errorf("a tag without a name: %w", ErrMalformed)
		}
		return markStart, nil
	}
}

// tagEnd finds the > that ends a tag, which may stand in an attribute's quotes, too.
func tagEnd(b []byte) int {
	quote := byte(0)
	for i, c := range b {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i
		}
	}
	return -1
}

func localName(name []byte) []byte {
	if i := bytes.LastIndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

// attr gives an attribute of the start tag that was just read, by its name without prefix.
func (m *markup) attr(name string) (string, bool) {
	rest := m.attrs
	for {
		eq := bytes.IndexByte(rest, '=')
		if eq < 0 {
			return "", false
		}
		key := localName(bytes.Trim(rest[:eq], " \t\r\n"))
		rest = bytes.TrimLeft(rest[eq+1:], " \t\r\n")
		if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			return "", false
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 {
			return "", false
		}
		if string(key) == name {
			return string(resolve(nil, rest[1:1+end])), true
		}
		rest = rest[end+2:]
	}
}

// plainText gives the text up to the next tag, or a piece of it that cuts no entity.
func (m *markup) plainText() (markKind, error) {
	const longest = 12 // of an entity
	b, err := m.some(maxTag)
	if err != nil {
		return 0, err
	}
	end := bytes.IndexByte(b, '<')
	if end < 0 {
		end = len(b)
		if i := bytes.LastIndexByte(b, '&'); i > 0 && end-i < longest && bytes.IndexByte(b[i:], ';') < 0 {
			end = i
		} else if i := len(b) - 1; b[i] == '\r' && i > 0 { // its \n may come
			end = i
		}
	}
	m.text = resolve(m.text[:0], b[:end])
	m.pos += end
	return markText, nil
}

func (m *markup) cdataText() (markKind, error) {
	b, err := m.some(maxTag)
	if err != nil {
		return 0, ErrMalformed
	}
	if end := bytes.Index(b, []byte("]]>")); end >= 0 {
		m.text = append(m.text[:0], b[:end]...)
		m.pos += end + len("]]>")
		m.cdata = false
		return markText, nil
	}
	if len(b) < len("]]>") {
		return 0, fmt.Errorf("text that does not end: %w", ErrMalformed)
	}
	end := len(b) - len("]]")
	m.text = append(m.text[:0], b[:end]...)
	m.pos += end
	return markText, nil
}

// resolve appends text with its entities and line ends resolved (XML 1.0 sections 2.11 and 4.1). What is no
// entity stays as it is.
func resolve(to, text []byte) []byte {
	for len(text) > 0 {
		i := bytes.IndexAny(text, "&\r")
		if i < 0 {
			return append(to, text...)
		}
		to, text = append(to, text[:i]...), text[i:]
		if text[0] == '\r' {
			to, text = append(to, '\n'), bytes.TrimPrefix(text[1:], []byte("\n"))
			continue
		}
		end := bytes.IndexByte(text[:min(len(text), 12)], ';')
		if end < 0 {
			to, text = append(to, '&'), text[1:]
			continue
		}
		r, ok := entity(string(text[1:end]))
		if !ok {
			to = append(to, text[:end+1]...)
		} else {
			to = utf8.AppendRune(to, r)
		}
		text = text[end+1:]
	}
	return to
}

func entity(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 21)
	if err != nil || !utf8.ValidRune(rune(n)) {
		return 0, false
	}
	return rune(n), true
}

func (m *markup) skipPast(end string) error {
	for {
		b, err := m.some(maxTag)
		if err != nil {
			return err
		}
		if i := bytes.Index(b, []byte(end)); i >= 0 {
			m.pos += i + len(end)
			return nil
		}
		if m.ended {
			return fmt.Errorf("a comment that does not end: %w", ErrMalformed)
		}
		m.pos += max(1, len(b)-len(end)+1)
	}
}

// some gives what is there, up to n bytes or more if they come without end; io.EOF if there is nothing.
func (m *markup) some(n int) ([]byte, error) {
	b, err := m.atLeast(n)
	if len(b) > 0 && err == io.EOF { //nolint:errorlint // ours
		err = nil
	}
	return b, err
}

// atLeast gives at least n bytes (n ≤ maxTag) of what comes; io.EOF with fewer at the end.
func (m *markup) atLeast(n int) ([]byte, error) {
	for len(m.buf)-m.pos < n && !m.ended {
		if m.pos > 0 && cap(m.buf)-len(m.buf) < maxTag {
			m.buf = m.buf[:copy(m.buf, m.buf[m.pos:])]
			m.pos = 0
		}
		got, err := m.in.Read(m.buf[len(m.buf):cap(m.buf)])
		m.buf = m.buf[:len(m.buf)+got]
		if m.taken += int64(got); m.taken > maxPart {
			return nil, fmt.Errorf("a part of more than %d bytes: %w", int64(maxPart), ErrTooLarge)
		}
		switch {
		case err == io.EOF:
			m.ended = true
		case err != nil:
			return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
		}
	}
	if b := m.buf[m.pos:]; len(b) >= n {
		return b, nil
	}
	return m.buf[m.pos:], io.EOF
}
