package present

import (
	"unicode"

	"github.com/callbench/callbench/desk/pinyin"
)

// How well something that was typed fits a name.
const (
	fitsNot    = iota
	fitsWithin // at a word in it, or any Chinese character
	fitsStart
)

// fits tells how well a query fits a name: by its letters and characters, by pinyin in full, by initials or mixed (jt,
// jieting, jiet for 接听), or by zhuyin. Blanks and case do not count.
func fits(query, name string) int {
	from, _, ok := pinyin.Find(query, name)
	switch {
	case !ok:
		return fitsNot
	case from == 0:
		return fitsStart
	}
	signs := []rune(name)
	if latin(signs[from-1]) && latin(signs[from]) { // in the middle of a word
		return fitsNot
	}
	return fitsWithin
}

func latin(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Han, r) }
