// Package pinyin knows how Chinese is read and how it is typed: in pinyin, in full or shortened, in initials, and in
// zhuyin. It is pure; any goroutine may use it. Find is for short texts that somebody looks at: names of actions,
// phrases. A store with many rows keeps forms of its own (localstore).
package pinyin

import (
	"strings"
	"unicode"
)

// Bounds of Find: what is longer is looked at as far as this.
const (
	maxTyped = 32   // letters or signs of what was typed
	maxText  = 400  // characters of the text
	maxTries = 4000 // steps of one Find; beyond, the text counts as one that does not fit
)

// Find gives where a text has what was typed, as a range of its runes: the text itself (in any case), its pinyin with
// each syllable in full or only begun (tuikuan, tk, tuik, tkuan), or its zhuyin likewise (ㄊㄨㄟㄎㄨㄢ, ㄊㄎ). Spaces, dots
// and tones in what was typed do not matter. ok is false where the text does not have it, and for nothing typed. Of several
// places it is the first.
func Find(typed, text string) (from, to int, ok bool) {
	want := []rune(plain(typed))
	if len(want) == 0 {
		return 0, 0, false
	}
	m := matcher{want: want[:min(len(want), maxTyped)]}
	for _, r := range text {
		if len(m.text) == maxText {
			break
		}
		m.text = append(m.text, unicode.ToLower(r))
	}
	for at := range m.text {
		if at > 0 && letter(m.text[at]) && letter(m.text[at-1]) {
			continue // within a word
		}
		if end, fits := m.from(at, 0); fits {
			return at, end, true
		}
	}
	return 0, 0, false
}

// Initials gives the first letter of each character's usual reading, and each word in other letters by its first one.
func Initials(text string) string {
	var b strings.Builder
	before := ' '
	for _, r := range text {
		switch list := Of(r); {
		case len(list) > 0:
			b.WriteByte(list[0][0])
		case letter(r) && !letter(before):
			b.WriteRune(unicode.ToLower(r))
		}
		before = r
	}
	return b.String()
}

// plain is what was typed in lower case, without spaces, signs and tones.
func plain(typed string) string {
	return strings.Map(func(r rune) rune {
		if r == 'ü' || r == 'Ü' {
			return 'v'
		}
		if strings.ContainsRune("ˉˊˇˋ˙", r) || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, typed)
}

func letter(r rune) bool { return r < firstHan && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

type matcher struct {
	want, text []rune
	tries      int
}

// from reports whether what is wanted from w on stands in the text at a place, and where that ends.
func (m *matcher) from(at, w int) (end int, fits bool) {
	if w == len(m.want) {
		return at, true
	}
	if m.tries++; at >= len(m.text) || m.tries > maxTries {
		return 0, false
	}
	r := m.text[at]
	if r == m.want[w] {
		if end, fits = m.from(at+1, w+1); fits {
			return end, true
		}
	}
	for _, syllable := range Of(r) {
		for _, sounds := range []string{syllable, Zhuyin(syllable)} {
			n := 0
			for _, s := range sounds { // as much of it as was typed, then less: tui before t
				if w+n >= len(m.want) || m.want[w+n] != s {
					break
				}
				n++
			}
			for ; n > 0; n-- {
				if end, fits = m.from(at+1, w+n); fits {
					return end, true
				}
			}
		}
	}
	if w > 0 && !letter(r) && len(Of(r)) == 0 { // signs between
		return m.from(at+1, w)
	}
	return 0, false
}
