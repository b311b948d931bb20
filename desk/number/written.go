package number

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxDigits    = 32 // read of a text: an E.164 number has at most 15, prefixes come on top
	maxGroups    = 12 // remembered of a text
	maxExtension = 6  // digits; more are another number
	maxText      = 512
)

// written is what stands in a text: digits, whether a plus led them, where they were parted, an extension.
type written struct {
	digits    string
	plus      bool
	code      string // a feature code with its * and #
	extension string
	groups    [maxGroups]int8 // how many digits stand before each gap
	n         int
	dashes    int
	dash      int // digits before the newest dash
}

// dashed gives how many digits stand before the only dash; -1: there is none or another.
func (w *written) dashed() int {
	if w.dashes != 1 {
		return -1
	}
	return w.dash
}

// read takes the first number of a text apart: a SIP or tel address, a name with an address in angle
// brackets (RFC 3261, 20.10), or words around digits.
func read(raw string) written {
	if len(raw) > maxText {
		raw = strings.ToValidUTF8(raw[:maxText], "")
	}
	if _, in, ok := strings.Cut(raw, "<"); ok {
		raw, _, _ = strings.Cut(in, ">")
	}
	raw = strings.TrimSpace(raw)
	scheme, rest, ok := strings.Cut(raw, ":")
	switch scheme = strings.ToLower(scheme); {
	case ok && (scheme == "sip" || scheme == "sips"):
		user, _, at := strings.Cut(rest, "@")
		if !at {
			return written{} // a host has no number
		}
		return address(user)
	case ok && scheme == "tel" && strings.Contains(rest, ";"):
		return address(rest)
	}
	if user, host, at := strings.Cut(raw, "@"); at && host != "" && !strings.ContainsAny(user, " :：") {
		return address(user)
	}
	return scan(raw)
}

// address reads the user part of a SIP address or what stands behind tel: (RFC 3966). A user who is not
// written in digits has no number, whatever digits the name holds.
func address(user string) written {
	user, params, _ := strings.Cut(user, ";")
	user, _, _ = strings.Cut(user, ":") // a password
	for from, to := range map[string]string{"%2B": "+", "%2b": "+", "%23": "#", "%2A": "*", "%2a": "*"} {
		user = strings.ReplaceAll(user, from, to)
	}
	if strings.Trim(user, "+0123456789-.()*# ") != "" {
		return written{}
	}
	w := scan(user)
	for param := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(param, "=")
		switch strings.ToLower(name) {
		case "ext":
			w.extension = leading(value)
		case "phone-context": // 62345678;phone-context=+8610
			if c := scan(value); c.plus && !w.plus && w.code == "" {
				w = written{digits: c.digits + strings.TrimPrefix(w.digits, "0"), plus: true, extension: w.extension}
			}
		}
	}
	return w
}

// scanner is one pass over a text.
type scanner struct {
	written
	digits [maxDigits]byte
	count  int
	gap    bool // something stood between the last digit and here
	word   int  // where the Latin word that touches the first digit begins; -1: none does
	glued  string
}

// scan takes the first number out of a text. What stands between digits parts them, but for the marks that
// begin an extension and those that begin another number.
func scan(raw string) written {
	s := scanner{word: -1}
	for i, r := range raw {
		r = narrow(r)
		switch {
		case r >= '0' && r <= '9':
			if !s.digit(byte(r), raw, i) {
				return written{} // too long for any number
			}
		case r == '+' && s.count == 0 && s.code == "":
			s.plus, s.word = true, -1
		case (r == '*' || r == '#') && (s.count == 0 || s.code != ""):
			s.code += s.take() + string(r)
		case s.count >= 3 && extends(behind(raw, i), r):
			return s.end(raw[i:], true)
		case r == ' ' || r == '-' || r == '.' || r == '(' || r == ')' || r == '_' || r == '·' || r == '/' && s.slashed():
			s.part(r)
		case unicode.IsLetter(r):
			if s.count > 2 || s.code != "" {
				return s.end(raw[i:], false)
			}
			s.count, s.n, s.dashes, s.plus = 0, 0, 0, false // 2号线 010…: what stood before was a label
			if r > unicode.MaxASCII {
				s.word = -1
			} else if s.word < 0 {
				s.word = i
			}
		case s.count > 2:
			return s.end(raw[i:], false)
		default:
			s.word = -1
		}
	}
	return s.end("", false)
}

func (s *scanner) digit(c byte, raw string, at int) bool {
	if s.count == len(s.digits) {
		return false
	}
	if s.count == 0 && s.word >= 0 {
		s.glued = raw[s.word:at]
	}
	if s.gap && s.count > 0 && s.n < maxGroups {
		s.groups[s.n] = int8(s.count) //nolint:gosec // at most maxDigits
		s.n++
	}
	s.digits[s.count], s.gap, s.word = c, false, -1
	s.count++
	return true
}

// slashed reports whether a slash may stand between area code and number, not between two numbers.
func (s *scanner) slashed() bool {
	return s.count < 3 || s.count < 5 && s.digits[0] == '0'
}

func (s *scanner) part(r rune) {
	if s.count == 0 {
		if r != '_' { // user_101
			s.word = -1
		}
		return
	}
	if s.count < 3 && !label(s.glued) { // A1 138…
		s.count, s.glued, s.word = 0, "", -1
		return
	}
	s.gap = true
	if r == '-' {
		s.dashes, s.dash = s.dashes+1, s.count
	}
}

// take gives the digits so far and begins anew.
func (s *scanner) take() string {
	d := string(s.digits[:s.count])
	s.count = 0
	return d
}

// end finishes a number; rest is what stands behind it, an extension or something else.
func (s *scanner) end(rest string, extension bool) written {
	w := s.written
	if s.code != "" {
		if w.code += s.take(); strings.Trim(w.code, "*#") == "" {
			return written{}
		}
		return w
	}
	w.digits = string(s.digits[:s.count])
	if s.count < 7 && (!label(s.glued) || !extension && joined(rest)) {
		return written{} // K20817, lin8021, 138O0138000: a name, or nobody knows
	}
	if extension {
		w.extension = leading(rest)
	}
	return w
}

// label tells words that stand before a number without a space.
func label(word string) bool {
	switch strings.ToLower(word) {
	case "", "t", "tel", "m", "mob", "mobile", "cell", "p", "ph", "phone", "f", "fax", "h", "home", "w", "work", "o", "office", "ext":
		return true
	}
	return false
}

// joined reports whether a Latin letter stands between digits.
func joined(rest string) bool {
	r, n := utf8.DecodeRuneInString(rest)
	return n == 1 && unicode.IsLetter(r) && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9'
}

// behind is what follows the rune at i.
func behind(s string, i int) string {
	_, n := utf8.DecodeRuneInString(s[i:])
	return s[i+n:]
}

// extends reports whether r, with what follows it, begins an extension.
func extends(rest string, r rune) bool {
	word := ""
	switch r {
	case '转', '轉', '#', '*', ',', 'x', 'X':
	case '分':
		word = "机機"
	case '内', '內':
		word = "线線"
	case 'e', 'E':
		return len(rest) > 2 && strings.EqualFold(rest[:2], "xt") && leading(rest) != ""
	case ';':
		return len(rest) > 3 && strings.EqualFold(rest[:3], "ext") && leading(rest) != ""
	default:
		return false
	}
	next, _ := utf8.DecodeRuneInString(rest)
	return (word == "" || strings.ContainsRune(word, next)) && leading(rest) != ""
}

// leading gives the first digits of a text if they stand near its beginning and are as few as an extension
// has.
func leading(s string) string {
	const near = 12 // runes of a mark: " extension: "
	var out []byte
	n := 0
	for _, r := range s {
		r = narrow(r)
		if r >= '0' && r <= '9' {
			out = append(out, byte(r))
		} else if len(out) > 0 {
			break
		} else if n++; n > near || strings.ContainsRune("\n/、|", r) {
			return ""
		}
	}
	if len(out) > maxExtension {
		return ""
	}
	return string(out)
}

// narrow turns full-width characters into their ASCII twins, and the dashes and spaces of other alphabets
// into the plain ones.
func narrow(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		if r == '\t' {
			return ' '
		}
		return r
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case unicode.Is(unicode.Zs, r), r >= '\u200b' && r <= '\u200f', r >= '\u202a' && r <= '\u202e', r == '\ufeff':
		return ' '
	case unicode.Is(unicode.Pd, r), r == '−', r == '﹣':
		return '-'
	}
	return r
}
