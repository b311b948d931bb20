package words

import "maps"

// Longer gives the same words, each text about 40 % longer: what a language that does not ship yet may
// take. It is for tests of what fits; a text says the beginning of itself again.
func (c *Catalogue) Longer() *Catalogue {
	longer := &Catalogue{lang: c.lang, text: maps.Clone(c.text), zone: c.zone}
	for k, s := range longer.text {
		longer.text[k] = lengthen(s)
	}
	return longer
}

// lengthen adds the first two fifths of a text once more, rounded up, without what stands in braces.
func lengthen(s string) string {
	runes := []rune(s)
	left := (len(runes)*2 + 4) / 5
	out, inside, more := runes, false, []rune{}
	for _, r := range runes {
		switch {
		case r == '{':
			inside = true
		case r == '}':
			inside = false
		case !inside && left > 0:
			more = append(more, r)
		}
		if left > 0 {
			left--
		}
	}
	for len(more) > 0 && more[len(more)-1] == ' ' {
		more = more[:len(more)-1]
	}
	if len(more) > 0 && more[0] < 0x2E80 && len(runes) > 8 { // a sentence goes on behind a blank, a word grows
		out = append(out, ' ')
	}
	return string(append(out, more...))
}
