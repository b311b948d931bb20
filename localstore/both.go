package localstore

import (
	"strings"
)

// both is a search whose words are of two kinds, 李 138: who has the one and the other is found.
type both struct{ name, number query }

// maxOfDigits bounds the customers with the digits that are looked through for a reading. Three digits that are
// common find those that the desk has had longest; a fourth digit finds them all.
const maxOfDigits = 20_000

// bothOf takes apart what has words of digits only and others; nil: it has one kind, or too few digits.
func bothOf(typed string) *both {
	var name, number strings.Builder
	for word := range strings.FieldsSeq(typed) {
		switch text := fold(word); {
		case text == "": // signs
		case strings.Trim(text, "0123456789") == "":
			number.WriteString(text)
		default:
			name.WriteString(word)
		}
	}
	if name.Len() == 0 || number.Len() < minDigits {
		return nil
	}
	return &both{queryOf(name.String()), queryOf(number.String())}
}

// explain gives the number that fits; the name is on screen anyway.
func (b *both) explain(s subject) (reason, int) {
	if b == nil {
		return reason{}, kindNone
	}
	if why, _ := b.name.explain(s); why.field != fieldName && why.field != fieldPinyin && why.field != fieldCompany {
		return reason{}, kindNone
	}
	why, _ := b.number.explain(s)
	if why.field != fieldPhone && why.field != fieldNumber {
		return reason{}, kindNone
	}
	return why, kindPart
}

// grams is what the words of gram of those are who have the digits.
func (b *both) grams() string {
	digits := b.number.digits
	for _, d := range b.number.begins { // the shortest of these ends all others
		if len(d) < len(digits) {
			digits = d
		}
	}
	either := make([]string, 0, 2) //nolint:mnd // kinds of numbers
	for _, kind := range []string{gramPhone, gramNumber} {
		words, join := windows(kind, digits, digitGram), " AND "
		if len(digits) < digitGram {
			if kind == gramNumber {
				continue // of three characters of it nothing is kept
			}
			join = " OR "
			for d := '0'; d <= '9'; d++ {
				words = append(words, kind+digits+string(d))
			}
		}
		either = append(either, `("`+strings.Join(words, `"`+join+`"`)+`")`)
	}
	return "(" + strings.Join(either, " OR ") + ")"
}

func (f *search) bothKinds() error {
	if f.both == nil {
		return nil
	}
	having := f.both.grams()
	for _, kind := range []string{gramName, gramCompany} {
		words := windows(kind, f.both.name.text, min(2, f.both.name.runes)) //nolint:mnd // as gram has them
		err := f.find(nil, `SELECT rowid, NULL FROM gram WHERE gram MATCH ? LIMIT ?`,
			`"`+strings.Join(words, `" AND "`)+`" AND `+having, f.left()+len(f.seen))
		if err != nil {
			return err
		}
	}
	begins := make([]string, 0, maxSpellings+1)
	for _, sp := range f.both.name.reading.plain {
		begins = append(begins, formReading+sp.key())
	}
	if letters := f.both.name.reading.letters; len(letters) > 1 {
		begins = append(begins, formInitials+letters)
	}
	for _, begin := range begins {
		if len(f.hits) >= f.limit {
			return nil
		}
		if err := f.begins(begin); err != nil { // all of a rare name
			return err
		}
		err := f.find(nil, `SELECT customer, form FROM form WHERE form >= ? AND form < ?
			AND customer IN (SELECT rowid FROM gram WHERE gram MATCH ? LIMIT ?) ORDER BY form LIMIT ?`,
			begin, after(begin), having, maxOfDigits, f.left()+len(f.seen))
		if err != nil {
			return err
		}
	}
	return nil
}
