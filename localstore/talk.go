package localstore

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/pinyin"
)

// Bounds of finding contacts by what was written of them.
const (
	maxTalkRunes  = 2000    // letters and digits of a note that are read; what stands behind them is not found
	maxTalks      = 300_000 // contacts whose words are kept, the newest; of older ones what was written is not found
	minInitials   = 3       // letters from which on a text is sought as initials: two fit every tenth note
	minTalkDigits = 4       // digits from which on a number is sought
	snippetBefore = 8       // characters shown before what fits, and behind it
	snippetAfter  = 16
)

// First letters of the words of table talk.
const (
	talkSyllables = "s" // two syllables in pinyin, 0 between them
	talkInitials  = "i" // three initials
	talkWord      = "w" // a word in Latin letters or digits
)

// written is a note made ready to be compared: its letters and digits folded, where each stands in the original,
// and how each is read.
type written struct {
	original []rune
	runes    []rune
	at       []int // index into original
	sounds   [][]string
}

// readWritten reads what was written of a talk: its subject and its content.
func readWritten(c desk.Contact, syllables syllables) written {
	w := written{original: []rune(c.Content)}
	if c.Subject != "" && c.Subject != c.Content {
		w.original = []rune(c.Subject + "\n" + c.Content)
	}
	for i, r := range w.original {
		if len(w.runes) >= maxTalkRunes {
			break
		}
		for _, f := range fold(string(r)) {
			w.runes, w.at, w.sounds = append(w.runes, f), append(w.at, i), append(w.sounds, syllables.of(f))
		}
	}
	return w
}

// syllables remembers how characters are read: to ask the dictionary takes longer than everything else. It belongs to
// one goroutine and holds at most as many characters as there are.
type syllables map[rune][]string

// of gives the readings of a character, the likeliest first; none of what is not Chinese.
func (s syllables) of(r rune) []string {
	if r < firstHan {
		return nil
	}
	list, known := s[r]
	if !known {
		list = readings(r)
		s[r] = list
	}
	return list
}

// looked are the readings of characters that were looked up before, []string by rune: a search reads hundreds of talks,
// and would ask the dictionary for the same characters each time. There are some 41,000.
var looked sync.Map //nolint:gochecknoglobals // the same for every store

// readings gives the readings of a character, which nobody alters.
func readings(r rune) []string {
	if known, ok := looked.Load(r); ok {
		list, _ := known.([]string)
		return list
	}
	list := slices.Clip(pinyin.Of(r))
	if list != nil { // of what is no character there is no end
		looked.Store(r, list)
	}
	return list
}

// words gives the words of talk, a space between them.
func (w written) words() string {
	list := make([]string, 0, 2*len(w.runes)) //nolint:mnd // a pair and three initials for each
	for i := range w.runes {
		for _, a := range w.soundsAt(i) {
			for _, b := range w.soundsAt(i + 1) {
				list = append(list, talkSyllables+a+"0"+b)
				for _, c := range w.soundsAt(i + 2) { //nolint:mnd // the one behind
					list = append(list, talkInitials+a[:1]+b[:1]+c[:1])
				}
			}
		}
		if w.wordBegins(i) {
			list = append(list, talkWord+string(w.wordAt(i)))
		}
	}
	slices.Sort(list)
	return strings.Join(slices.Compact(list), " ")
}

func (w written) soundsAt(i int) []string {
	if i >= len(w.sounds) {
		return nil
	}
	return w.sounds[i]
}

// wordBegins reports whether a word in other letters than Chinese begins at i. Two that stand apart in the original are
// two words.
func (w written) wordBegins(i int) bool {
	if len(w.sounds[i]) > 0 || w.runes[i] >= firstHan {
		return false
	}
	return i == 0 || len(w.sounds[i-1]) > 0 || w.runes[i-1] >= firstHan || w.at[i]-w.at[i-1] > 1
}

func (w written) wordAt(i int) []rune {
	end := i + 1
	for end < len(w.runes) && w.runes[end] < firstHan && w.at[end]-w.at[end-1] <= 1 {
		end++
	}
	return w.runes[i:end]
}

// asked is one word of a search, as notes are compared with it.
type asked struct {
	text    []rune     // folded
	latin   bool       // letters or digits only: found where a word begins with it
	spelled []spelling // ways to read it as pinyin or zhuyin
	letters string     // sought as initials; empty: not
}

// askedOf takes a search apart at its spaces; ok is false where it is nothing that notes are looked through for.
func askedOf(typed string, syllables syllables) (list []asked, ok bool) {
	for word := range strings.FieldsSeq(typed) {
		folded := []rune(fold(word))
		if len(folded) == 0 {
			continue
		}
		a := asked{text: folded[:min(len(folded), maxSearchFor)]}
		a.latin = !slices.ContainsFunc(a.text, func(r rune) bool { return r >= firstHan })
		read := spellingsOf(foldMarked(word)) // nothing, of what is neither pinyin nor zhuyin
		for _, sp := range read.plain {
			if len(sp) > 1 {
				a.spelled = append(a.spelled, sp)
			}
		}
		for _, sp := range read.shortened {
			if len(sp) >= minInitials {
				a.spelled = append(a.spelled, sp)
			}
		}
		if len(read.letters) >= minInitials {
			a.letters = read.letters
		}
		if a.grams(syllables) == "" {
			return nil, false
		}
		list = append(list, a)
	}
	return list, len(list) > 0
}

// grams is what the words of those notes are that may fit, as FTS5 asks for it; empty: it cannot be asked for.
func (a asked) grams(syllables syllables) string {
	var either []string
	if a.latin && len(a.text) >= minInitials && (len(a.text) >= minTalkDigits || !allDigits(a.text)) {
		either = append(either, `"`+talkWord+string(a.text)+`" *`)
	}
	if !a.latin && len(a.spelled) == 0 {
		either = append(either, a.hanGrams(syllables))
	}
	for _, sp := range a.spelled {
		either = append(either, sp.talkGrams())
	}
	either = append(either, initialGrams(a.letters))
	either = slices.DeleteFunc(either, func(s string) bool { return s == "" })
	if len(either) == 0 {
		return ""
	}
	return "(" + strings.Join(either, " OR ") + ")"
}

// talkGrams asks for what was spelled: by every two syllables of which the first is whole, and by initials where none is.
func (sp spelling) talkGrams() string {
	var words []string
	for i := 0; i+1 < len(sp); i++ {
		last := i+1 == len(sp)-1
		if !sp[i].whole || !sp[i+1].whole && !last {
			continue
		}
		word := `"` + talkSyllables + sp[i].pinyin + "0" + sp[i+1].pinyin + `"`
		if last && (!sp[i+1].whole || allSounds().starts[sp[i+1].pinyin]) { // a longer syllable may begin so
			word += " *"
		}
		words = append(words, word)
	}
	if len(words) == 0 {
		return initialGrams(sp.initials())
	}
	return "(" + strings.Join(words, " AND ") + ")"
}

func initialGrams(letters string) string {
	var words []string
	for i := 0; i+minInitials <= len(letters); i++ {
		words = append(words, `"`+talkInitials+letters[i:i+minInitials]+`"`)
	}
	if len(words) == 0 {
		return ""
	}
	return "(" + strings.Join(words, " AND ") + ")"
}

// hanGrams asks by the likeliest reading of every two characters: simplified or traditional, they are read alike.
func (a asked) hanGrams(syllables syllables) string {
	var words []string
	for i := 0; i+1 < len(a.text); i++ {
		x, y := syllables.of(a.text[i]), syllables.of(a.text[i+1])
		if len(x) > 0 && len(y) > 0 {
			words = append(words, `"`+talkSyllables+x[0]+"0"+y[0]+`"`)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return "(" + strings.Join(words, " AND ") + ")"
}

func allDigits(text []rune) bool {
	return !slices.ContainsFunc(text, func(r rune) bool { return !unicode.IsDigit(r) })
}

// find gives where in a note it fits, as a range of its runes; ok is false where it does not.
func (a asked) find(w written) (from, to int, ok bool) {
	for i := range w.runes {
		if hasAt(w.runes, i, a.text) && (!a.latin || w.wordBegins(i)) {
			return i, i + len(a.text), true
		}
		for _, sp := range a.spelled {
			if w.spelledAt(i, sp) {
				return i, i + len(sp), true
			}
		}
		if a.letters != "" && w.initialsAt(i, a.letters) {
			return i, i + len(a.letters), true
		}
	}
	return 0, 0, false
}

func hasAt(runes []rune, i int, text []rune) bool {
	return i+len(text) <= len(runes) && slices.Equal(runes[i:i+len(text)], text)
}

func (w written) spelledAt(i int, sp spelling) bool {
	for n, s := range sp {
		last := n == len(sp)-1
		if !slices.ContainsFunc(w.soundsAt(i+n), func(syllable string) bool { return s.fits(syllable, last) }) {
			return false
		}
	}
	return true
}

func (w written) initialsAt(i int, letters string) bool {
	for n := range len(letters) {
		if !slices.ContainsFunc(w.soundsAt(i+n), func(syllable string) bool { return syllable[0] == letters[n] }) {
			return false
		}
	}
	return true
}

// fits reports whether all that was asked for is in a note, and gives the part of it where the first stands.
func fits(list []asked, w written) (snippet string, ok bool) {
	for n, a := range list {
		from, to, found := a.find(w)
		if !found {
			return "", false
		}
		if n == 0 {
			snippet = w.snippet(from, to)
		}
	}
	return snippet, true
}

// snippet is a part of the original, a line, with what stands around a range.
func (w written) snippet(from, to int) string {
	begin, end := w.at[from], w.at[to-1]+1
	first, last := max(begin-snippetBefore, 0), min(end+snippetAfter, len(w.original))
	text := strings.Join(strings.Fields(string(w.original[first:last])), " ")
	if first > 0 {
		text = "…" + text
	}
	if last < len(w.original) {
		text += "…"
	}
	return text
}

func contactOf(body []byte) (c desk.Contact, err error) {
	err = json.Unmarshal(body, &c)
	return c, err
}
