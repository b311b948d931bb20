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
// it and re-derives the rows of older files.
const deriverVersion = 1

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
	f.readings = readings(c.Name)
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

// readings gives the ways to type a Chinese name in Latin letters: in full and in initials, for every
// reading of its characters, the likeliest first. Surnames have their own. A name without Chinese
// characters has none.
func readings(name string) []string {
	syllables, chinese := syllablesOf(strings.ToLower(name))
	if !chinese {
		return nil
	}
	full, short := []string{""}, []string{""}
	for _, choices := range syllables {
		if len(full)*len(choices) > maxReadings {
			choices = choices[:1]
		}
		var nextFull, nextShort []string
		for i := range full {
			for _, c := range choices {
				nextFull, nextShort = append(nextFull, full[i]+c), append(nextShort, short[i]+c[:1])
			}
		}
		full, short = nextFull, nextShort
	}
	return once(append(full, short...))
}

// syllablesOf gives the possible syllables of each character of a name; a run of Latin letters counts as one.
func syllablesOf(name string) (list [][]string, chinese bool) {
	runes := []rune(name)
	for n := min(2, len(runes)); n > 0; n-- { // 尉迟 before 尉
		if reading, ok := surnames[string(runes[:n])]; ok {
			for syllable := range strings.FieldsSeq(reading) {
				list = append(list, strings.Split(syllable, "/"))
			}
			runes, chinese = runes[n:], true
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
		if found := pinyin.SinglePinyin(r, pinyin.Args{Style: pinyin.Normal, Heteronym: true}); len(found) > 0 {
			list, chinese = append(list, once(found)), true
		}
	}
	if latin != "" {
		list = append(list, []string{latin})
	}
	return list, chinese
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
