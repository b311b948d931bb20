package number

import (
	"strings"
	"unicode"
)

// written is what stands in a text: digits, whether a plus led them, and an extension.
type written struct {
	digits    string
	plus      bool
	code      bool // a feature code: begins with * or #
	extension string
}

// read takes the first number of a text apart. Everything between digits is a separator, but for the
// marks that begin an extension and those that begin another number.
func read(raw string) written {
	var w written
	var digits, run strings.Builder // run: digits since the last dash
	dashes, rest := 0, ""
scan:
	for i, r := range raw {
		r = narrow(r)
		switch {
		case r >= '0' && r <= '9':
			if digits.Len() < maxDigits {
				digits.WriteRune(r)
				run.WriteRune(r)
			}
		case r == '+' && digits.Len() == 0:
			w.plus = true
		case (r == '*' || r == '#') && digits.Len() == 0:
			w.code = true
		case r == '-':
			dashes++
			run.Reset()
		case digits.Len() < 3: // a label, sip:, tel:
		case strings.ContainsRune("转轉分ext#*,;xX", r) || unicode.ToLower(r) == 'e':
			rest = raw[i:]
			break scan
		case strings.ContainsRune("/、@|\n", r):
			break scan
		}
	}
	w.digits = digits.String()
	switch {
	case rest != "":
		if !strings.HasPrefix(rest, ";") || strings.HasPrefix(strings.ToLower(rest), ";ext") {
			w.extension = onlyDigits(rest)
		}
	case dashes >= 2 && extensionLike(w.digits, run.String()) && !w.plus:
		w.digits = strings.TrimSuffix(w.digits, run.String())
		w.extension = run.String()
	}
	return w
}

// extensionLike tells whether the digits behind the last dash are an extension of a mainland landline:
// 010-62345678-801 but not 138-0013-8000.
func extensionLike(all, last string) bool {
	before := len(all) - len(last)
	return last != "" && all[0] == '0' && !strings.HasPrefix(all, "00") && before >= 10 && before <= 12 ||
		last != "" && len(all) > 11 && before == 10 && isService(all[:10])
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r = narrow(r); r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// narrow turns full-width characters into their ASCII twins, and the dashes of other alphabets into
// the plain one.
func narrow(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case r == '　':
		return ' '
	case r == '–', r == '—', r == '‐', r == '−', r == '‑':
		return '-'
	}
	return r
}
