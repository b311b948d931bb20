package localstore

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:generate go run ../internal/hanfold

// fold is the form in which texts are compared: letters and digits only, lower case, half width, Latin letters
// without their marks (Müller is found by muller), and of a Chinese character's simplified and traditional forms
// always the same one, so that 臺 is found by 台.
func fold(s string) string { return unmarked(foldMarked(s)) }

// unmarked takes the marks of Latin letters away. Those of other scripts tell letters apart (が is not か).
func unmarked(s string) string {
	return strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII || !unicode.Is(unicode.Latin, r) {
			return r
		}
		for _, letter := range norm.NFD.String(string(r)) {
			return letter
		}
		return r
	}, s)
}

// foldMarked is fold with the marks kept: what was typed as a reading has ü and tones.
func foldMarked(s string) string {
	return strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII {
			switch {
			case r >= 'A' && r <= 'Z':
				return r + 'a' - 'A'
			case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
				return r
			}
			return -1
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) || strings.ContainsRune("ˉˊˇˋ˙", r) { // tones of zhuyin
			return -1
		}
		return oneForm(unicode.ToLower(r))
	}, norm.NFKC.String(s))
}

// oneForm gives the character that stands for r and its variants.
func oneForm(r rune) rune {
	if at, ok := slices.BinarySearch(hanFrom[:], r); ok {
		return hanTo[at]
	}
	return r
}

// digitsOf gives the ASCII digits of a text, of full-width ones too.
func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			r -= '０' - '0'
		}
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

func reverse(s string) string {
	b := []byte(s) // digits and a plus
	slices.Reverse(b)
	return string(b)
}

// after is the end of the range of texts that begin with s: no character sorts behind U+10FFFF.
func after(s string) string { return s + "\U0010FFFF" }
