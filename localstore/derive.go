package localstore

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/number"
)

// deriverVersion counts the ways search forms were made. Whoever changes what this file derives raises
// it: Open makes those of older files anew.
const deriverVersion = 2

// maxReadings bounds the readings that are kept of one name. A name of several polyphonic characters
// has more; the first ones are the likeliest.
const maxReadings = 8

func customerColumns(body json.RawMessage) ([]any, error) {
	var c desk.Customer
	err := json.Unmarshal(body, &c)
	return []any{fold(c.Number), fold(c.Name)}, err
}

// forms is what a customer is found by beside its columns.
type forms struct {
	phones, readings []string // each once
	name, company    string   // spaced
}

func formsOf(body json.RawMessage) forms {
	var f forms
	var c desk.Customer
	if len(body) == 0 || json.Unmarshal(body, &c) != nil {
		return f
	}
	for _, p := range c.Phones {
		raw := p.E164
		if raw == "" {
			raw = p.Raw
		}
		if key := number.Key(raw, ""); key != "" {
			f.phones = append(f.phones, key)
		}
	}
	slices.Sort(f.phones)
	f.phones = slices.Compact(f.phones)
	f.readings = readingsOf(c.Name).all()
	f.name, f.company = spaced(fold(c.Name)), spaced(fold(c.Company))
	return f
}

// reindex brings what is derived from a customer's body from old to body; nil is no customer.
func (t *tx) reindex(rid int64, old, body json.RawMessage) error {
	was, is := formsOf(old), formsOf(body)
	for _, key := range was.phones {
		if !slices.Contains(is.phones, key) {
			if err := t.exec(`DELETE FROM phone WHERE rev = ? AND customer = ?`, reverse(key), rid); err != nil {
				return err
			}
		}
	}
	for _, key := range is.phones {
		if !slices.Contains(was.phones, key) {
			if err := t.exec(`INSERT INTO phone (rev, customer, key) VALUES (?, ?, ?)`, reverse(key), rid, key); err != nil {
				return err
			}
		}
	}
	if !slices.Equal(was.readings, is.readings) {
		for _, r := range was.readings {
			if err := t.exec(`DELETE FROM reading WHERE reading = ? AND customer = ?`, r, rid); err != nil {
				return err
			}
		}
		for _, r := range is.readings {
			if err := t.exec(`INSERT INTO reading (reading, customer) VALUES (?, ?)`, r, rid); err != nil {
				return err
			}
		}
	}
	if was.name == is.name && was.company == is.company && (old == nil) == (body == nil) {
		return nil
	}
	if old != nil {
		if err := t.exec(`DELETE FROM customer_text WHERE rowid = ?`, rid); err != nil || body == nil {
			return err
		}
	}
	return t.exec(`INSERT INTO customer_text (rowid, name, company) VALUES (?, ?, ?)`, rid, is.name, is.company)
}

// fold is the form in which texts are compared: letters and digits only, lower case, half width.
func fold(s string) string {
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

func reverse(s string) string {
	b := []byte(s) // digits and a plus
	slices.Reverse(b)
	return string(b)
}

// readings are the ways to type a Chinese name in Latin letters, the likeliest of each kind first: in
// full and in initials (typed), and in full with a space behind the surname (parted), which nobody types: by
// it those are found first whose surname is just what was typed, 万三 before 王五 for "wan".
type readings struct{ typed, parted []string }

func (r readings) all() []string { return slices.Concat(r.typed, r.parted) }

// readingsOf goes through the common readings of a name's characters; surnames have their own. A name
// without Chinese characters has none.
func readingsOf(name string) readings {
	syllables, surname, chinese := syllablesOf(strings.ToLower(name))
	if !chinese {
		return readings{}
	}
	full, short, parted := []string{""}, []string{""}, []string{""}
	for at, choices := range syllables {
		if len(full)*len(choices) > maxReadings {
			choices = choices[:1]
		}
		space := ""
		if at == surname-1 {
			space = " "
		}
		var nextFull, nextShort, nextParted []string
		for i := range full {
			for _, c := range choices {
				nextFull, nextShort = append(nextFull, full[i]+c), append(nextShort, short[i]+c[:1])
				nextParted = append(nextParted, parted[i]+c+space)
			}
		}
		full, short, parted = nextFull, nextShort, nextParted
	}
	r := readings{typed: once(append(full, short...))}
	if surname > 0 {
		r.parted = once(parted)
	}
	return r
}

// syllablesOf gives the possible syllables of each character of a name, and how many of them are its
// surname's (0: it begins with Latin letters); a run of Latin letters counts as one.
func syllablesOf(name string) (list [][]string, surname int, chinese bool) {
	runes := []rune(name)
	for n := min(2, len(runes)); n > 0; n-- { // 尉迟 before 尉
		if reading, ok := surnames[string(runes[:n])]; ok {
			for syllable := range strings.FieldsSeq(reading) {
				list = append(list, strings.Split(syllable, "/"))
			}
			runes, surname, chinese = runes[n:], len(list), true
			break
		}
	}
	latin := ""
	for _, r := range runes {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			latin += string(r)
			continue
		}
		if latin != "" {
			list, latin = append(list, []string{latin}), ""
		}
		// The dictionary has the usual reading first and rare ones behind it (wang for 方): of those only
		// what secondReadings has is kept, else every wang would be sought among the 方.
		if found := pinyin.SinglePinyin(r, pinyin.Args{Style: pinyin.Normal}); len(found) > 0 {
			if second, ok := secondReadings[r]; ok {
				found = append(found[:1], second)
			}
			list, chinese = append(list, once(found)), true
			if len(list) == 1 {
				surname = 1
			}
		}
	}
	if latin != "" {
		list = append(list, []string{latin})
	}
	return list, surname, chinese
}

// once takes doubles away (readings that differ in tone only) and types ü as v, as keyboards do.
func once(list []string) []string {
	var out []string
	for _, s := range list {
		if s = strings.ReplaceAll(s, "ü", "v"); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
