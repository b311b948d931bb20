package present

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/pinyin"
	"github.com/callbench/callbench/ui/words"
)

const (
	// MaxOffered is how many phrases are offered at once: each has a digit.
	MaxOffered = 7

	maxTriggered = 16 // letters behind the semicolon that are looked at
)

// Phrases are the phrase books as the note's fields offer them: the user's own, then the team's.
type Phrases struct {
	All    []Phrase
	Hint   string // how one is taken
	Daqian bool   // letters may also be meant as the zhuyin on their keys
}

// Phrase is one of them.
type Phrase struct {
	Short string // what it is called by; empty: its initials
	Text  string
	Book  string // own or team, as a word
}

// phrases are the books in the language of the window.
func (m maker) phrases() Phrases {
	p := Phrases{Hint: m.say(words.PhraseHint), Daqian: m.s.Language == desk.ZhHant}
	team := m.s.Books[m.s.Language]
	p.All = make([]Phrase, 0, len(m.s.Settings.Phrases)+len(team))
	for _, o := range m.s.Settings.Phrases {
		p.All = append(p.All, Phrase{Short: o.Short, Text: o.Text, Book: m.say(words.PhraseOwn)})
	}
	for _, o := range team {
		p.All = append(p.All, Phrase{Short: o.Short, Text: o.Text, Book: m.say(words.PhraseTeam)})
	}
	return p
}

// Offer gives the phrases that fit what was typed behind the semicolon, the best first, MaxOffered at most: what is
// called so, what begins so, what has it anywhere; in pinyin, initials or zhuyin, or as it is written.
func (p Phrases) Offer(typed string) []Phrase {
	type offered struct {
		Phrase
		rank int
	}
	var list []offered
	zhuyin := ""
	if p.Daqian {
		zhuyin, _ = pinyin.Daqian(typed)
	}
	for _, o := range p.All {
		rank, ok := o.fits(typed)
		if !ok && zhuyin != "" {
			_, _, ok = pinyin.Find(zhuyin, o.Text)
			rank = phraseKeys
		}
		if ok {
			list = append(list, offered{o, rank})
		}
	}
	slices.SortStableFunc(list, func(a, b offered) int { return cmp.Compare(a.rank, b.rank) })
	out := make([]Phrase, 0, min(len(list), MaxOffered))
	for _, o := range list {
		if len(out) < MaxOffered && !slices.ContainsFunc(out, func(has Phrase) bool { return has.Text == o.Text }) {
			out = append(out, o.Phrase)
		}
	}
	return out
}

// The ranks of a phrase that fits.
const (
	phraseCalled = iota
	phraseCalledLonger
	phraseBegins
	phraseHas
	phraseKeys // by the zhuyin on the keys
)

func (p Phrase) fits(typed string) (rank int, ok bool) {
	short, want := strings.ToLower(p.Short), strings.ToLower(typed)
	switch {
	case want == "":
		return phraseHas, false
	case short == want:
		return phraseCalled, true
	case short != "" && strings.HasPrefix(short, want):
		return phraseCalledLonger, true
	}
	from, _, ok := pinyin.Find(typed, p.Text)
	if from > 0 {
		return phraseHas, ok
	}
	return phraseBegins, ok
}

// Trigger finds in what stands before the caret a semicolon and what a phrase is sought by behind it: letters or zhuyin.
// from is where the semicolon stands; ok is false where nothing is sought. A semicolon behind a letter, a digit or
// another semicolon is one of the text.
func Trigger(before []rune) (from int, typed string, ok bool) {
	at := len(before)
	for at > 0 && len(before)-at < maxTriggered && sought(before[at-1]) {
		at--
	}
	if at == len(before) || at == 0 || !Semicolon(before[at-1]) {
		return 0, "", false
	}
	from = at - 1
	if from > 0 {
		if b := before[from-1]; Semicolon(b) || b < unicode.MaxASCII && (unicode.IsLetter(b) || unicode.IsDigit(b)) {
			return 0, "", false
		}
	}
	return from, string(before[at:]), true
}

// Semicolon reports whether a sign begins a phrase, in half or full width.
func Semicolon(r rune) bool { return r == ';' || r == '；' }

func sought(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 'ㄅ' && r <= 'ㄩ' || strings.ContainsRune("ˉˊˇˋ˙", r)
}

// Book is the user's own phrase book as it is written: a phrase a line.
type Book struct {
	Field Field
	How   string // how a line is written, and how a phrase is used
	Note  string // how many there are
}

func (m maker) book() Book {
	text := m.s.BookText
	if text == "" {
		text = desk.WritePhrases(m.s.Settings.Phrases)
	}
	return Book{
		Field: Field{Value: text, Prompt: m.say(words.PhraseBookPrompt)}, How: m.say(words.PhraseBookHow),
		Note: m.w.Fill(words.PhraseBookCount, "n", m.w.Number(len(m.s.Settings.Phrases)), "max", m.w.Number(desk.MaxPhrases)),
	}
}
