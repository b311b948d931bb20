package localstore

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/callbench/callbench/desk/pinyin"
)

// Bounds of reading what was typed as syllables.
const (
	maxSpelled   = 48   // letters or signs that are looked at; longer texts are no readings
	maxTried     = 2000 // steps of taking a text apart; beyond, what was found by then counts
	maxSpellings = 8    // ways to read a text that are sought, of each kind
	maxShortened = 6    // syllables of a reading typed with shortened ones
)

// sound is what was typed of one syllable: all of it or its beginning.
type sound struct {
	pinyin string // what the syllable is or, if it is not whole, begins with
	zhuyin string // the same as typed; empty: it was typed in pinyin
	whole  bool
	typed  int // bytes of the text that it takes
}

func (s sound) fits(syllable string, last bool) bool {
	if !strings.HasPrefix(syllable, s.pinyin) {
		return false
	}
	if s.zhuyin == "" {
		return last || !s.whole || syllable == s.pinyin
	}
	z := pinyin.Zhuyin(syllable)
	return z == s.zhuyin || (last || !s.whole) && strings.HasPrefix(z, s.zhuyin)
}

// spelling is one way to read a text as the beginning of a name's reading. Of the last sound only the
// beginning may be there.
type spelling []sound

// fits reports whether a reading, a space between syllables, begins as spelled, and whether that is all of it.
func (sp spelling) fits(reading string) (begins, all bool) {
	begins, _, all = sp.sounds(reading)
	return begins, all
}

// sounds reports beside it whether what is spelled ends where a syllable of the reading does.
func (sp spelling) sounds(reading string) (begins, sounds, all bool) {
	rest, syllable := reading, ""
	for at, s := range sp {
		if rest == "" {
			return false, false, false
		}
		syllable, rest, _ = strings.Cut(rest, " ")
		if !s.fits(syllable, at == len(sp)-1) {
			return false, false, false
		}
	}
	last := sp[len(sp)-1]
	sounds = last.whole && syllable == last.pinyin
	return true, sounds, sounds && rest == ""
}

// key is what the readings begin with that it stands for, if all its sounds but the last are whole.
func (sp spelling) key() string {
	list := make([]string, len(sp))
	for at, s := range sp {
		list[at] = s.pinyin
	}
	return strings.Join(list, " ")
}

// glob is a pattern that every reading it stands for fits, and few others.
func (sp spelling) glob() string {
	list := make([]string, len(sp))
	for at, s := range sp {
		if list[at] = s.pinyin + "*"; s.whole && at < len(sp)-1 {
			list[at] = s.pinyin
		}
	}
	return strings.TrimSuffix(strings.Join(list, " "), "*") + "*"
}

func (sp spelling) initials() string { return initialsOf(sp.key()) }

// spellings is what a text can be read as: plain ones are typed in full but for their last syllable,
// shortened ones have others of which only the beginning was typed (zsan, ㄓㄙ).
type spellings struct {
	letters   string // the text if it is in Latin letters, ü as v and without tones
	plain     []spelling
	shortened []spelling
}

func (s spellings) none() bool { return s.letters == "" && len(s.plain) == 0 && len(s.shortened) == 0 }

// spellingsOf reads a folded text. One that is neither pinyin nor zhuyin has none.
func spellingsOf(text string) spellings {
	var s spellings
	if len([]rune(text)) > maxSpelled {
		return s
	}
	sounds := allSounds()
	if strings.IndexFunc(text, func(r rune) bool { return r < 'ㄅ' || r > 'ㄩ' }) < 0 {
		s.plain, s.shortened = takeApart(text, sounds.zhuyinAt)
		return s
	}
	letters := untoned(text)
	if strings.IndexFunc(letters, func(r rune) bool { return r < 'a' || r > 'z' }) >= 0 {
		return s
	}
	s.letters = letters
	s.plain, s.shortened = takeApart(letters, sounds.pinyinAt)
	return s
}

// untoned takes the tones of written pinyin away and types ü as v.
func untoned(text string) string {
	if strings.IndexFunc(text, func(r rune) bool { return r >= 0x80 }) < 0 {
		return text
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case '\u0300', '\u0301', '\u0304', '\u030c':
			return -1
		}
		return r
	}, strings.ReplaceAll(norm.NFD.String(text), "u\u0308", "v"))
}

// pinyinAt gives what a text can begin with: whole syllables, the longest first, and initials. The ü of lü and
// nü is typed as v, as u, or as passports have it, yu.
func (s sounds) pinyinAt(text string) []sound {
	list := s.syllablesAt(text)
	for _, typed := range []string{"u", "yu"} {
		for _, initial := range []string{"l", "n"} {
			rest, ok := strings.CutPrefix(text, initial+typed)
			if !ok {
				continue
			}
			for _, found := range s.syllablesAt(initial + "v" + rest) {
				if found.typed > 1 { // not the initial alone
					found.typed += len(typed) - 1
					list = append(list, found)
				}
			}
		}
	}
	return list
}

func (s sounds) syllablesAt(text string) (list []sound) {
	for n := min(6, len(text)); n > 0; n-- {
		if s.pinyin[text[:n]] {
			list = append(list, sound{pinyin: text[:n], whole: true, typed: n})
		} else if n == len(text) && s.starts[text] {
			list = append(list, sound{pinyin: text, typed: n})
		}
	}
	for _, n := range []int{2, 1} {
		if n < len(text) && (n == 1 || text[1] == 'h') && !s.pinyin[text[:n]] && s.starts[text[:n]] {
			list = append(list, sound{pinyin: text[:n], typed: n})
		}
	}
	return list
}

// zhuyinAt does the same for zhuyin; its signs are three bytes each. A sign that is a syllable by itself (ㄓ)
// may also be the beginning of one.
func (s sounds) zhuyinAt(text string) (list []sound) {
	const sign = 3
	for n := min(3*sign, len(text)); n > 0; n -= sign {
		if p, ok := s.zhuyin[text[:n]]; ok {
			list = append(list, sound{pinyin: p, zhuyin: text[:n], whole: true, typed: n})
		}
		if p, ok := s.longer[text[:n]]; ok && (n == len(text) || n == sign) {
			list = append(list, sound{pinyin: p, zhuyin: text[:n], typed: n})
		}
	}
	return list
}

// takeApart finds the ways to read a text, those of few syllables first.
func takeApart(text string, at func(string) []sound) (plain, shortened []spelling) {
	tried := 0
	var try func(rest string, before spelling, short bool)
	try = func(rest string, before spelling, short bool) {
		if rest == "" {
			if short {
				shortened = append(shortened, slices.Clone(before))
			} else {
				plain = append(plain, slices.Clone(before))
			}
			return
		}
		if tried++; tried > maxTried || short && len(before) >= maxShortened {
			return
		}
		for _, s := range at(rest) {
			left := rest[s.typed:]
			try(left, append(before, s), short || !s.whole && left != "")
		}
	}
	try(text, nil, false)
	for _, list := range []*[]spelling{&plain, &shortened} {
		slices.SortStableFunc(*list, func(a, b spelling) int { return cmp.Compare(len(a), len(b)) })
		*list = (*list)[:min(len(*list), maxSpellings)]
	}
	return plain, shortened
}
