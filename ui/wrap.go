package ui

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// noStart are signs that never begin a line, noEnd those that never end one (行首行尾禁则).
const (
	noStart = "，。、；：？！）》」』”’】〉…—～％‰,.;:?!)]}%·"
	noEnd   = "（《「『“‘【〈([{"
)

func wide(r rune) bool {
	return r >= 0x2E80 || strings.ContainsRune("“”‘’…—", r)
}

// wrap breaks a text into lines no wider than width. Chinese breaks between any two signs but for the
// forbidden starts and ends, Latin words break at spaces only, and anywhere where one word is wider
// than the line.
func (k *kit) wrap(text string, size float32, bold bool, width float32) []string {
	var lines []string
	for p := range strings.SplitSeq(text, "\n") {
		lines = append(lines, k.wrapLine(p, size, bold, width)...)
	}
	return lines
}

func (k *kit) wrapLine(text string, size float32, bold bool, width float32) []string {
	var lines []string
	start, last := 0, -1 // of the line; the last place where it may break
	used := float32(0)
	prev := rune(0)
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if i > start && mayBreak(prev, r) {
			last = i
		}
		w := k.advance(r, size, bold)
		if used+w > width && i > start && !unicode.IsSpace(r) {
			at := last
			if at <= start {
				at = i
			}
			lines = append(lines, strings.TrimRight(text[start:at], " "))
			for at < len(text) && text[at] == ' ' {
				at++
			}
			start, last, used, prev = at, -1, 0, 0
			i = at
			continue
		}
		used += w
		prev = r
		i += n
	}
	return append(lines, strings.TrimRight(text[start:], " "))
}

func mayBreak(before, after rune) bool {
	switch {
	case before == 0, after == ' ':
		return false
	case strings.ContainsRune(noStart, after), strings.ContainsRune(noEnd, before):
		return false
	case before == ' ', before == '-':
		return true
	}
	return wide(before) || wide(after)
}
