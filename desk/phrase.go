package desk

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxPhraseLines bounds what is read of a phrase book.
const MaxPhraseLines = 5000

// PhrasesWritten is the user's own phrase book as it is written on the page of settings: the whole text each time.
type PhrasesWritten struct{ Text string }

func (PhrasesWritten) event() {}

// maxBookText bounds what is written there, in runes; what is beyond is cut off.
const maxBookText = 100_000

// writePhrases makes the own phrase book of what is written, and keeps the text as it is: an empty line at its end is where
// the next phrase will stand.
func (u *step) writePhrases(text string) {
	u.s.BookText = cutRunes(text, maxBookText)
	next := u.s.Settings
	next.Phrases = ParsePhrases(u.s.BookText)
	u.set(next)
}

// WritePhrases is a phrase book as ParsePhrases reads it.
func WritePhrases(book []Phrase) string {
	var b strings.Builder
	about := ""
	for _, p := range book {
		if p.About != about {
			about = p.About
			b.WriteString("# " + about + "\n")
		}
		if p.Short != "" {
			b.WriteString(p.Short + "=")
		}
		b.WriteString(strings.Join(strings.Fields(p.Text), " ") + "\n")
	}
	return b.String()
}

// ParsePhrases reads a phrase book: a phrase a line, before it what it is called by and an equals sign or a tab where that
// is not its initials (tk=…; letters, digits and zhuyin only). A line that begins with # is a heading: the phrases below it are about that. Empty lines do not count. At
// most MaxPhrases are kept, each as long as Settings have them; what is beyond is left out.
func ParsePhrases(text string) []Phrase {
	var book []Phrase
	heading, lines := "", 0
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		if lines++; lines > MaxPhraseLines || len(book) >= MaxPhrases {
			break
		}
		line = strings.TrimSpace(line)
		if title, ok := strings.CutPrefix(line, "#"); ok {
			heading = cutRunes(strings.TrimSpace(title), maxNameRunes)
			continue
		}
		p := Phrase{About: heading, Text: line}
		if at := strings.IndexAny(line, "=\t"); at >= 0 && called(line[:at]) {
			p.Short, p.Text = strings.TrimSpace(line[:at]), strings.TrimSpace(line[at+1:])
		}
		if p.Text = cutRunes(p.Text, MaxPhraseText); p.Text != "" {
			book = append(book, p)
		}
	}
	return book
}

// called reports whether a text can be what a phrase is called by.
func called(short string) bool {
	short = strings.TrimSpace(short)
	return short != "" && utf8.RuneCountInString(short) <= MaxPhraseShort &&
		!strings.ContainsFunc(short, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
