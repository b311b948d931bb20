package localstore

import (
	"slices"
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"

	spoken "github.com/callbench/callbench/desk/pinyin"
)

// maxReadings bounds the readings that are kept of one name. A name of several polyphonic characters
// has more; the first ones are the likeliest.
const maxReadings = 12

// maxSyllables bounds how much of a name is read: nobody types more of a company's name that way.
const maxSyllables = 12

// readingsOf gives the ways to read a Chinese name, the likeliest first, a space between syllables: "zeng
// xiao ming", "ceng xiao ming". It goes through the common readings of a name's characters; surnames have
// their own. Of a name with Latin letters each is there a second time without spaces: a run of Latin letters
// cannot be told from syllables that were typed. A name without Chinese characters has none.
func readingsOf(name string) []string {
	name = strings.Map(func(r rune) rune { // Müller is typed as muller
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(name))
	syllables, latin, chinese := syllablesOf(name)
	if !chinese {
		return nil
	}
	list := []string{""}
	for _, choices := range syllables[:min(len(syllables), maxSyllables)] {
		if len(list)*len(choices) > maxReadings {
			choices = choices[:1]
		}
		var next []string
		for _, before := range list {
			for _, c := range choices {
				next = append(next, strings.TrimLeft(before+" "+c, " "))
			}
		}
		list = next
	}
	list = once(list)
	if latin {
		for _, r := range list {
			list = append(list, strings.ReplaceAll(r, " ", ""))
		}
	}
	return list
}

// initialsOf gives the first letter of each syllable of a reading.
func initialsOf(reading string) string {
	var b strings.Builder
	for s := range strings.FieldsSeq(reading) {
		b.WriteByte(s[0])
	}
	return b.String()
}

// syllablesOf gives the possible syllables of each character of a name; a run of Latin letters counts as
// one, and latin tells that there is one.
func syllablesOf(name string) (list [][]string, latin, chinese bool) {
	runes := []rune(name)
	for n := min(2, len(runes)); n > 0; n-- { // 尉迟 before 尉
		if reading, ok := surnames[string(runes[:n])]; ok {
			for syllable := range strings.FieldsSeq(reading) {
				list = append(list, strings.Split(syllable, "/"))
			}
			runes, chinese = runes[n:], true
			break
		}
	}
	run := ""
	for _, r := range runes {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			run += string(r)
			latin = true
			continue
		}
		if run != "" {
			list, run = append(list, []string{run}), ""
		}
		// The dictionary has the usual reading first and rare ones behind it (wang for 方): of those only
		// what pinyin.Second has is kept, else every wang would be sought among the 方.
		if found := pinyin.SinglePinyin(r, pinyin.Args{Style: pinyin.Normal}); len(found) > 0 {
			if second, ok := spoken.Second(r); ok {
				found = append(found[:1], second)
			}
			if found = once(found); len(found) > 0 {
				list, chinese = append(list, found), true
			}
		}
	}
	if run != "" {
		list = append(list, []string{run})
	}
	return list, latin, chinese
}

// once takes doubles away (readings that differ in tone only) and types ü as v, as keyboards do.
func once(list []string) []string {
	var out []string
	for _, s := range list {
		s = strings.ReplaceAll(s, "ü", "v")
		odd := strings.ContainsFunc(s, func(r rune) bool { return r >= unicode.MaxASCII }) // ê̄, m̀: sounds, no readings of names
		if s != "" && !odd && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
