package intake

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/number"
)

// Code says what is wrong with a row; ui/words has the words (import.problem.CODE).
type Code string

// The problems.
const (
	MissingName   Code = "missing_name"  // neither name nor company
	BadNumber     Code = "bad_number"    // a phone that is none
	TooManyPhones Code = "too_many"      // phones or attributes
	TooLong       Code = "too_long"      // more than the field takes
	UnknownWord   Code = "unknown_word"  // of a sex, status or level
	BadEmail      Code = "bad_email"     // no address
	BadDate       Code = "bad_date"      // no date that is certain
	Unreadable    Code = "unreadable"    // characters lost to a wrong encoding, or control characters
	FormulaError  Code = "formula_error" // #N/A, #REF! …
	MoreCells     Code = "more_cells"    // than the table has headings
	Duplicate     Code = "duplicate"     // a customer of the store has this phone or customer number
	DuplicateRow  Code = "duplicate_row" // an earlier row of the same file has
	SeveralHave   Code = "several_have"  // several customers have it: whom to merge with is not to be guessed
	NotHeld       Code = "not_held"      // merging: the customer belongs to others, only an outline is here
	Refused       Code = "refused"       // the store did not take it
)

// Problem is one reason why a row was not taken. Heading is the column's; Text says more where there is more
// to say (the number of the customer who is there already).
type Problem struct {
	Code    Code   `json:"code"`
	Heading string `json:"heading,omitempty"`
	Text    string `json:"text,omitempty"`
}

// Limits of a customer that is read, in runes. They keep sixteen customers within one op of 64 KiB but for
// extreme cases, which get an op of fewer.
const (
	maxName       = 200
	maxAddress    = 500
	maxShort      = 100
	maxEmail      = 254
	maxAttribute  = 1000
	maxAttributes = 32
	maxFree       = 20 << 10 // bytes of all attributes
	maxPhones     = 10
	maxCell       = 1000 // runes of a cell with phones: beyond, it is not taken apart
)

// reading is one row on its way to a customer.
type reading struct {
	c        desk.Customer
	problems []Problem
	east     int
	free     int // bytes of attributes
}

func (r *reading) wrong(code Code, col Column, text string) {
	r.problems = append(r.problems, Problem{Code: code, Heading: col.Heading, Text: text})
}

// Read makes a customer of a row: what a new customer is, with what the cells say on top. ID and CreatedAt (if
// no column tells it) are left to the caller. east is the desk's offset in minutes, for dates. Where there are
// problems the customer is not to be used; all of a row's problems are found, not just the first.
func Read(cols []Column, cells []string, east int) (desk.Customer, []Problem) {
	r := &reading{east: east, c: desk.Customer{Level: desk.LevelNormal, Status: desk.StatusInterested, Tier: desk.TierPotential}}
	for i, text := range cells {
		if i >= len(cols) {
			if strings.TrimSpace(text) != "" {
				r.problems = append(r.problems, Problem{Code: MoreCells})
				break
			}
			continue
		}
		if col := cols[i]; col.Field != Ignore {
			r.cell(col, text)
		}
	}
	if r.c.Name == "" && r.c.Company != "" {
		r.c.Name = r.c.Company // a company is a customer, too
	}
	if r.c.Name == "" {
		r.problems = append(r.problems, Problem{Code: MissingName})
	}
	return r.c, r.problems
}

func (r *reading) cell(col Column, text string) {
	text = tidy(text)
	if text == "" {
		return
	}
	for _, c := range text {
		if c == utf8.RuneError || unicode.IsControl(c) {
			r.wrong(Unreadable, col, "")
			return
		}
	}
	if strings.HasPrefix(text, "#") {
		switch text {
		case "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#GETTING_DATA":
			r.wrong(FormulaError, col, text)
			return
		}
	}
	if name, ok := col.Field.Attribute(); ok {
		r.attribute(col, name, text)
		return
	}
	r.field(col, text)
}

// field reads a cell of one of the named fields.
func (r *reading) field(col Column, text string) {
	short := func(to *string, limit int) {
		if runes(text) > limit {
			r.wrong(TooLong, col, "")
			return
		}
		*to = text
	}
	switch col.Field {
	case Name:
		short(&r.c.Name, maxName)
	case Number:
		short(&r.c.Number, maxShort)
	case Company:
		short(&r.c.Company, maxName)
	case Title:
		short(&r.c.Title, maxShort)
	case Industry:
		short(&r.c.Industry, maxShort)
	case Address:
		if text = joined(r.c.Address, text); runes(text) > maxAddress {
			r.wrong(TooLong, col, "")
			return
		}
		r.c.Address = text
	case Email:
		if at := strings.LastIndexByte(text, '@'); at < 1 || at == len(text)-1 || strings.ContainsAny(text, " ,;") {
			r.wrong(BadEmail, col, "")
			return
		}
		short(&r.c.Email, maxEmail)
	case Phone:
		r.phones(col, text)
	case Source:
		if v, ok := word(Source, text); ok {
			text = v
		}
		short(&r.c.Source, maxShort) // other sources are kept as they are called
	case Sex, Status, Level:
		r.closed(col, text)
	case Created:
		at, ok := moment(text, r.east)
		if !ok {
			r.wrong(BadDate, col, "")
			return
		}
		r.c.CreatedAt = at
	case Ignore:
	}
}

func (r *reading) closed(col Column, text string) {
	v, ok := word(col.Field, text)
	if !ok {
		r.wrong(UnknownWord, col, "")
		return
	}
	switch col.Field { //nolint:exhaustive // the closed ones
	case Sex:
		r.c.Sex = v
	case Status:
		r.c.Status = desk.CustomerStatus(v)
	default:
		r.c.Level = desk.Level(v)
	}
}

func (r *reading) attribute(col Column, name, text string) {
	if r.free += len(text); runes(text) > maxAttribute || r.free > maxFree {
		r.wrong(TooLong, col, "")
		return
	}
	if r.c.Attributes == nil {
		r.c.Attributes = map[string]string{}
	}
	if len(r.c.Attributes) == maxAttributes {
		r.wrong(TooManyPhones, col, "")
		return
	}
	r.c.Attributes[name] = text
}

// tidy takes spaces of all kinds at the ends away, and line ends inside.
func tidy(s string) string {
	s = strings.Trim(s, " \t\r\n\u00a0\u3000\ufeff\u200b")
	if strings.ContainsAny(s, "\r\n\t") {
		s = strings.Join(strings.Fields(s), " ")
	}
	return s
}

// joined puts the parts of an address together, in Chinese without a space; a part that the rest begins with
// (省 = 河南, 地址 = 河南省…) is not said twice.
func joined(before, text string) string {
	if before == "" || strings.HasPrefix(text, before) {
		return text
	}
	if last, _ := utf8.DecodeLastRuneInString(before); last < unicode.MaxLatin1 {
		return before + ", " + text
	}
	return before + text
}

// phones reads the numbers of a cell.
func (r *reading) phones(col Column, text string) {
	if runes(text) > maxCell {
		r.wrong(TooLong, col, "")
		return
	}
	for _, part := range apart(text) {
		label, raw := labelled(part)
		if label == "" {
			label = col.Label
		}
		p, ok := phoneOf(label, raw)
		if !ok {
			r.wrong(BadNumber, col, "")
			continue
		}
		key, twice := KeyOf(p), false
		for _, other := range r.c.Phones {
			twice = twice || KeyOf(other) == key
		}
		if twice {
			continue
		}
		if len(r.c.Phones) == maxPhones {
			r.wrong(TooManyPhones, col, "")
			return
		}
		r.c.Phones = append(r.c.Phones, p)
	}
}

// KeyOf is what a phone is compared by.
func KeyOf(p desk.Phone) string {
	if p.E164 != "" {
		return p.E164
	}
	return number.Key(p.Raw, "")
}

// apart splits a cell that holds several numbers. A slash, comma, semicolon, 、 or 或 parts them, and a space
// where a whole number stands on both of its sides.
func apart(text string) []string {
	split := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("/／、,，;；|或\n", r) })
	var parts []string
	for _, s := range split {
		words, whole := strings.Fields(s), true
		for _, w := range words {
			whole = whole && len(digitsOf(w)) >= 10
		}
		if len(words) < 2 || !whole {
			words = []string{s}
		}
		for _, w := range words {
			if w = strings.TrimSpace(w); w != "" {
				parts = append(parts, w)
			}
		}
	}
	return parts
}

// labelled takes apart 手机:138…, 138…(李女士), 办公 010-….
func labelled(s string) (label, raw string) {
	first := strings.IndexFunc(s, isNumberSign)
	if first < 0 {
		return "", s
	}
	label = strings.Trim(s[:first], " :：（(")
	raw = s[first:]
	if i := strings.IndexAny(raw, "(（"); i > 0 && !strings.ContainsFunc(raw[i:], unicode.IsDigit) {
		if behind := strings.Trim(raw[i:], " ()（）"); label == "" {
			label = behind
		}
		raw = raw[:i]
	}
	if runes(label) > 20 {
		return "", s
	}
	if known := labelOf(label); known != "" {
		label = known
	}
	return label, strings.TrimSpace(raw)
}

func isNumberSign(r rune) bool {
	return r >= '0' && r <= '9' || r >= '０' && r <= '９' || strings.ContainsRune("+＋*#(（", r)
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			r += '0' - '０'
		}
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// phoneOf takes a number that has an E.164 form, and of the others those that can be dialled nonetheless: with
// 3 to 8 digits, and the service numbers of ten. Letters, other than those of an extension, make it none; so
// does an exponent (1.38E+10), by which Excel has lost the number.
func phoneOf(label, raw string) (desk.Phone, bool) {
	digits := digitsOf(raw)
	letters := strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, raw))
	if letters != "" && letters != "ext" && letters != "x" && letters != "转" && letters != "轉" && letters != "分机" && letters != "分機" && letters != "转分机" {
		return desk.Phone{}, false
	}
	p := desk.Phone{Label: label, Raw: raw, E164: number.Normalise(raw, "")}
	if runes(raw) > 40 {
		return p, false
	}
	if p.E164 != "" {
		return p, true
	}
	n := len(digits)
	service := n == 10 && (strings.HasPrefix(digits, "400") || strings.HasPrefix(digits, "800"))
	return p, n >= 3 && n <= 8 || service
}

// moment reads a date as 2026-02-28, 2026/2/28, 2026.2.28, 20260228 or 2026年2月28日, with a time behind it or
// without. Dates that begin with a day or month are not certain and not read.
func moment(text string, east int) (desk.Millis, bool) {
	text = strings.NewReplacer("年", "-", "月", "-", "日", " ", "/", "-", ".", "-", "T", " ").Replace(text)
	text = strings.Join(strings.Fields(text), " ")
	zone := time.FixedZone("", east*60)
	for _, layout := range []string{"2006-1-2", "2006-1-2 15:04", "2006-1-2 15:04:05", "20060102"} {
		if at, err := time.ParseInLocation(layout, text, zone); err == nil && at.Year() > 1900 && at.Year() < 2200 {
			return desk.MillisOf(at), true
		}
	}
	return 0, false
}
