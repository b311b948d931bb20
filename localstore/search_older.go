package localstore

import (
	"context"
	"strings"
	"unicode"
)

// What an older program derived is searched, too, until everything is derived anew: tables of the first schema.
// Customers that are through have rows there as well; what is found is proven by the body.

// hasOlder reports whether those tables are there.
func (s *Store) hasOlder(ctx context.Context) (bool, error) {
	var n int
	err := s.write.conn.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema WHERE name IN ('phone', 'reading', 'customer_text')`).Scan(&n)
	return n > 0, err
}

// olderFold is how the first schema's texts were folded.
func olderFold(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r += '!' - '！'
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// spaced puts a space between characters, for customer_text.
func spaced(s string) string { return strings.Join(strings.Split(s, ""), " ") }

// olderNumber finds whole numbers.
func (f *search) olderNumber() error {
	if !f.s.older.Load() || f.key == "" {
		return nil
	}
	return f.find(nil, `SELECT customer, NULL FROM phone WHERE rev = ? LIMIT ?`, reverse(f.key), f.left())
}

// older finds what the first schema found beside: parts of numbers, readings, names, companies.
func (f *search) older() error {
	if !f.s.older.Load() {
		return nil
	}
	if d := f.digits; d != "" {
		for _, begin := range []string{"+86" + strings.TrimPrefix(d, "0"), "+" + strings.TrimPrefix(d, "00"), d} {
			if err := f.find(nil, `SELECT customer, NULL FROM phone WHERE key >= ? AND key < ? ORDER BY key LIMIT ?`, begin, after(begin), f.left()); err != nil {
				return err
			}
		}
		if err := f.find(nil, `SELECT customer, NULL FROM phone WHERE rev >= ? AND rev < ? ORDER BY rev LIMIT ?`, reverse(d), after(reverse(d)), f.left()); err != nil {
			return err
		}
	}
	if t := f.reading.letters; t != "" {
		if err := f.find(nil, `SELECT customer, NULL FROM reading WHERE reading >= ? AND reading < ? ORDER BY reading LIMIT ?`, t, after(t), f.left()); err != nil {
			return err
		}
	}
	folded := []rune(olderFold(f.typed))
	text := string(folded[:min(len(folded), maxSearchFor)])
	if text == "" {
		return nil
	}
	if err := f.find(nil, `SELECT rid, NULL FROM customer WHERE name >= ? AND name < ? ORDER BY name LIMIT ?`, text, after(text), f.left()); err != nil {
		return err
	}
	return f.find(nil, `SELECT rowid, NULL FROM customer_text WHERE customer_text MATCH ? LIMIT ?`, `"`+spaced(text)+`"`, f.left()+len(f.seen))
}
