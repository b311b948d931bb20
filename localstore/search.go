package localstore

import (
	"context"
	"database/sql"
	"strings"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/number"
)

const (
	minDigits    = 3   // a text of fewer digits is searched as text only
	maxSearch    = 200 // hits of one search
	maxSearchFor = 64  // characters of a search that are looked at
)

// Search answers the search box: a telephone number (whole, its beginning or its last digits), a
// customer number, a name (its beginning or any part), a reading of it in Latin letters (in full or
// initials, begun), a company. Exact numbers come first, then what begins with the text, then the rest;
// of readings first those whose surname the text is, then those that it is as a whole. Each hit says what
// matched. Any text is allowed; one without letters and digits finds nothing.
func (s *Store) Search(ctx context.Context, text string, limit int) ([]desk.Hit, error) {
	f := search{s: s, ctx: ctx, limit: min(bounded(limit), maxSearch), seen: map[int64]bool{}}
	folded := []rune(fold(text))
	if len(folded) == 0 {
		return nil, nil
	}
	f.text = string(folded[:min(len(folded), maxSearchFor)])
	for _, step := range []func() error{f.exactNumber, f.customerNumber, f.nameBegins, f.numberBegins, f.numberEnds, f.surnameRead, f.readingBegins, f.anyPart} {
		if len(f.hits) >= f.limit {
			break
		}
		if err := step(); err != nil {
			return nil, wrap("search", err)
		}
	}
	return f.hits, nil
}

// search is one search under way.
type search struct {
	s     *Store
	ctx   context.Context //nolint:containedctx // lives as long as one call of Search
	text  string          // folded
	limit int
	hits  []desk.Hit
	seen  map[int64]bool
}

// digits gives the text if it can be a telephone number.
func (f *search) digits() string {
	if len(f.text) < minDigits || strings.Trim(f.text, "0123456789") != "" {
		return ""
	}
	return f.text
}

// add runs a query for (rid, body, matched text) and adds what is new.
func (f *search) add(field string, query string, args ...any) error {
	rows, err := f.s.read.QueryContext(f.ctx, query, append(args, f.limit)...)
	return eachRow(rows, err, func(r scanner) error {
		var rid int64
		var body []byte
		var matched sql.NullString
		if err := r.Scan(&rid, &body, &matched); err != nil {
			return err
		}
		if f.seen[rid] || len(f.hits) >= f.limit {
			return nil
		}
		c, err := customerOf(body)
		if err != nil {
			return err
		}
		f.seen[rid] = true
		f.hits = append(f.hits, desk.Hit{Customer: c, Match: f.match(field, matched.String, c)})
		return nil
	})
}

// match words why c was found: a telephone number as people read it, else the member itself.
func (f *search) match(field, matched string, c desk.Customer) desk.Match {
	switch field {
	case "phone":
		return desk.Match{Field: field, Text: number.Show(matched, "")}
	case "number":
		return desk.Match{Field: field, Text: c.Number}
	case "pinyin": // of several readings that fit, the likeliest
		for _, r := range readingsOf(c.Name).typed {
			if strings.HasPrefix(r, f.text) {
				return desk.Match{Field: field, Text: r}
			}
		}
		return desk.Match{Field: field, Text: matched}
	case "text":
		if !strings.Contains(fold(c.Name), f.text) {
			return desk.Match{Field: "company", Text: c.Company}
		}
	}
	return desk.Match{Field: "name", Text: c.Name}
}

const byPhone = `SELECT customer.rid, body, phone.key FROM phone JOIN customer ON customer.rid = phone.customer `

func (f *search) exactNumber() error {
	if f.digits() == "" {
		return nil
	}
	return f.add("phone", byPhone+`WHERE rev = ? LIMIT ?`, reverse(number.Key(f.text, "")))
}

func (f *search) customerNumber() error {
	return f.add("number", `SELECT rid, body, NULL FROM customer WHERE number >= ? AND number < ? AND number <> '' ORDER BY number LIMIT ?`, f.text, after(f.text))
}

func (f *search) nameBegins() error {
	return f.add("name", `SELECT rid, body, NULL FROM customer WHERE name >= ? AND name < ? ORDER BY name LIMIT ?`, f.text, after(f.text))
}

// numberBegins tries the digits as a mainland number without country code, with it, and as a short number.
func (f *search) numberBegins() error {
	d := f.digits()
	if d == "" {
		return nil
	}
	for _, begin := range []string{"+86" + strings.TrimPrefix(d, "0"), "+" + strings.TrimPrefix(d, "00"), d} {
		if err := f.add("phone", byPhone+`WHERE phone.key >= ? AND phone.key < ? ORDER BY phone.key LIMIT ?`, begin, after(begin)); err != nil {
			return err
		}
	}
	return nil
}

func (f *search) numberEnds() error {
	d := f.digits()
	if d == "" {
		return nil
	}
	return f.add("phone", byPhone+`WHERE rev >= ? AND rev < ? ORDER BY rev LIMIT ?`, reverse(d), after(reverse(d)))
}

// letters reports whether the text can be a reading.
func (f *search) letters() bool {
	return !strings.ContainsFunc(f.text, func(r rune) bool { return r < 'a' || r > 'z' })
}

const byReading = `SELECT customer.rid, body, reading FROM reading JOIN customer ON customer.rid = reading.customer
	WHERE reading >= ? AND reading < ? AND (instr(reading, ' ') > 0) = ? ORDER BY reading LIMIT ?`

func (f *search) surnameRead() error {
	if !f.letters() {
		return nil
	}
	return f.add("pinyin", byReading, f.text+" ", after(f.text+" "), true)
}

// readingBegins has the shortest first: that is the reading which the text is as a whole.
func (f *search) readingBegins() error {
	if !f.letters() {
		return nil
	}
	return f.add("pinyin", byReading, f.text, after(f.text), false)
}

func (f *search) anyPart() error {
	return f.add("text", `SELECT customer.rid, body, NULL FROM customer_text JOIN customer ON customer.rid = customer_text.rowid
		WHERE customer_text MATCH ? LIMIT ?`, `"`+spaced(f.text)+`"`)
}

// after is the end of the range of texts that begin with s: no character sorts behind U+10FFFF.
func after(s string) string { return s + "\U0010FFFF" }
