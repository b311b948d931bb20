// Package intake makes customers of the rows of other people's tables.
//
// It guesses from the headings which column is what (Guess), reads a row by such columns (Read), says of a
// row that cannot be taken what is wrong where (Problem), and finds what a row adds to a customer who is
// there already (Fill). It knows no files and no store; every function is pure and may be called from any
// goroutine. Nothing is guessed about a value: what cannot be read for certain is a problem.
package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
)

// Field is what a column holds: one of the constants, or an attribute made by Attribute.
type Field string

// The fields.
const (
	Ignore   Field = "-"
	Name     Field = "name"
	Number   Field = "number" // the organisation's customer number
	Company  Field = "company"
	Title    Field = "title"
	Phone    Field = "phone" // any number of columns
	Email    Field = "email"
	Address  Field = "address" // any number of columns: province, city, street are joined
	Sex      Field = "sex"
	Industry Field = "industry"
	Source   Field = "source"
	Status   Field = "status"
	Level    Field = "level"
	Created  Field = "created"
)

const attributePrefix = "attr:"

// Attribute is the field of a free attribute.
func Attribute(name string) Field { return Field(attributePrefix + name) }

// Attribute gives the name of the free attribute that f is.
func (f Field) Attribute() (string, bool) { return strings.CutPrefix(string(f), attributePrefix) }

// Fields lists the fields in the order in which exports write them.
func Fields() []Field {
	return []Field{Number, Name, Sex, Company, Title, Phone, Email, Address, Industry, Source, Status, Level, Created}
}

// Valid reports whether f is a field that Read knows.
func (f Field) Valid() bool {
	if name, ok := f.Attribute(); ok {
		return name != "" && runes(name) <= maxHeading
	}
	return f == Ignore || slices.Contains(Fields(), f)
}

// Column is one column of a table: its heading, what it holds, and how the phones in it are labelled.
type Column struct {
	Heading string `json:"heading"`
	Field   Field  `json:"field"`
	Label   string `json:"label,omitempty"`
}

const maxHeading = 60 // runes; a longer one is no heading

// Guess gives a column for each heading. A heading that no list knows becomes a free attribute of its name, so
// that nothing is lost; one that is empty, or a second one for a field that can be there once, is ignored or
// becomes an attribute, too.
func Guess(headings []string) []Column {
	list := make([]Column, len(headings))
	taken := map[Field]bool{}
	for i, h := range headings {
		h = strings.Join(strings.Fields(h), " ")
		list[i] = Column{Heading: h, Field: Ignore}
		if h == "" {
			continue
		}
		f, known := known(h)
		if !known || taken[f] && f != Phone && f != Address && f != Ignore {
			if f = Attribute(h); runes(h) > maxHeading || taken[f] {
				f = Ignore
			}
		}
		taken[f] = true
		list[i].Field = f
		if f == Phone {
			list[i].Label = labelOf(h)
		}
	}
	return list
}

// Recognised counts the headings that the lists know.
func Recognised(headings []string) int {
	n := 0
	for _, h := range headings {
		if _, ok := known(h); ok {
			n++
		}
	}
	return n
}

// Fingerprint stands for a row of headings, to remember by it how they were mapped. It does not tell them.
func Fingerprint(headings []string) string {
	h := sha256.New()
	for _, s := range headings {
		h.Write([]byte(plain(s)))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// known finds a heading in the lists: as it is, else without what stands in brackets behind it.
func known(heading string) (Field, bool) {
	h := plain(heading)
	if h == "" {
		return "", false
	}
	if f, ok := headings()[h]; ok {
		return f, true
	}
	if i := strings.IndexAny(heading, "(（[【/:："); i > 0 {
		f, ok := headings()[plain(heading[:i])]
		return f, ok
	}
	return "", false
}

// plain is the form in which headings are compared: letters and digits, lower case, half width, a number
// at the end dropped (电话2).
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r += '!' - '！'
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
	if short := strings.TrimRight(s, "0123456789一二三四"); short != "" {
		return short
	}
	return s
}

func runes(s string) int { return len([]rune(s)) }
