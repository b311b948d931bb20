package localstore

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/number"
)

// deriverVersion counts the ways search forms were made. Whoever changes what derive.go, fold.go, reading.go
// or the tables behind them derive raises it: Maintain makes those of older files anew.
const deriverVersion = 4

// First letters of the rows of table form, one for each way to look a customer up by the beginning of a text.
const (
	formNumber   = "n" // a telephone number's key
	formReversed = "e" // the same from its end
	formReading  = "r" // a reading, a space between its syllables
	formInitials = "i" // a reading's initials, a space, the reading
)

// First letters of the words of table gram, one for each member that is found by any part of it.
const (
	gramName    = "n" // each Chinese character and each two characters of the name
	gramCompany = "c" // the first character and each two of the company
	gramAddress = "a" // each two of the address
	gramPhone   = "p" // each four digits of the numbers
	gramNumber  = "k" // each four characters of the customer number
)

// digitGram is how many digits of a number are one word of gram. Four keep the lists of rows short; three
// typed digits are sought as ten words of four.
const digitGram = 4

// subject is a customer as searches compare it: texts folded, each phone in the ways people write it, each
// reading with a space between its syllables.
type subject struct {
	name, company, address, number string
	phones, readings               []string
}

func customerColumns(body json.RawMessage) ([]any, error) {
	var c desk.Customer
	err := json.Unmarshal(body, &c)
	return []any{fold(c.Number), fold(c.Name)}, err
}

// forms is what is kept to find a customer by: rows of form and the words of gram.
type forms struct {
	subject
	rows  []string // each once
	grams string
}

// held reads a customer's body; false: there is none, or it cannot be read.
func held(body json.RawMessage) (c desk.Customer, there bool) {
	if len(body) == 0 || json.Unmarshal(body, &c) != nil {
		return desk.Customer{}, false
	}
	return c, true
}

func formsOf(c desk.Customer, there bool) forms {
	if !there {
		return forms{}
	}
	f := forms{subject: subjectOf(c)}
	for _, key := range phoneKeys(c) {
		f.rows = append(f.rows, formNumber+key, formReversed+reverse(key))
	}
	for _, r := range f.readings {
		f.rows = append(f.rows, formReading+r)
		if short := initialsOf(r); len(short) > 1 {
			f.rows = append(f.rows, formInitials+short+" "+r)
		}
	}
	slices.Sort(f.rows)
	f.rows = slices.Compact(f.rows)
	f.grams = f.words()
	return f
}

func subjectOf(c desk.Customer) subject {
	return subject{
		name: fold(c.Name), company: fold(c.Company), address: fold(c.Address), number: fold(c.Number),
		phones: phonesOf(c), readings: readingsOf(c.Name),
	}
}

// phonesOf gives each number as it is dialled at home, those with an area code a second time with the 0 before
// it, and what else a person wrote: an extension, the trunk 0 of another country.
func phonesOf(c desk.Customer) (list []string) {
	for _, key := range phoneKeys(c) {
		list = append(list, dialled(key))
		if national, ok := strings.CutPrefix(key, "+86"); ok && national[0] != '1' {
			list = append(list, "0"+national)
		}
	}
	for _, p := range c.Phones {
		if d := digitsOf(p.Raw); d != "" && !slices.ContainsFunc(list, func(has string) bool { return strings.Contains(has, d) }) {
			list = append(list, d)
		}
	}
	return list
}

// dialled is a number's key as it is dialled at home, without the 0 before an area code.
func dialled(key string) string {
	return strings.TrimPrefix(strings.TrimPrefix(key, "+86"), "+")
}

func phoneKeys(c desk.Customer) []string {
	var keys []string
	for _, p := range c.Phones {
		if key := keyOf(p); key != "" && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// keyOf gives what look-ups of a number compare. An E.164 form is its own key.
func keyOf(p desk.Phone) string {
	if len(p.E164) > minE164 && p.E164[0] == '+' && strings.Trim(p.E164[1:], "0123456789") == "" {
		return p.E164
	}
	raw := p.E164
	if raw == "" {
		raw = p.Raw
	}
	return number.Key(raw, "")
}

// minE164 is the shortest text that is taken for an E.164 form unread.
const minE164 = 8

// words gives the words of gram, a space between them.
func (s subject) words() string {
	var list []string
	for at, r := range []rune(s.name) {
		if r >= firstHan || at == 0 {
			list = append(list, gramName+string(r))
		}
	}
	for _, r := range s.company {
		list = append(list, gramCompany+string(r))
		break
	}
	list = append(list, windows(gramName, s.name, 2)...)
	list = append(list, windows(gramCompany, s.company, 2)...)
	list = append(list, windows(gramAddress, s.address, 2)...)
	list = append(list, windows(gramNumber, s.number, digitGram)...)
	for _, p := range s.phones {
		list = append(list, windows(gramPhone, p, digitGram)...)
	}
	slices.Sort(list)
	return strings.Join(slices.Compact(list), " ")
}

// windows gives every n characters of s that follow one another, behind kind.
func windows(kind, s string, n int) []string {
	runes := []rune(s)
	var list []string
	for at := 0; at+n <= len(runes); at++ {
		list = append(list, kind+string(runes[at:at+n]))
	}
	return list
}

// firstHan is where the characters begin of which one alone is searched for.
const firstHan = '\u2e80'

// derive brings everything that is derived from the row at p from old to body, which gives is; nil is no row.
func (t *tx) derive(p place, rid int64, old, body json.RawMessage, is parsed) error {
	switch p.table {
	case desk.TableCustomer:
		if err := t.reindex(rid, old, body, is.forms); err != nil {
			return err
		}
		if err := t.listCustomer(rid, p.key, old, is.customer, body != nil); err != nil {
			return err
		}
		return t.approach(rid, p.key, is.customer, is.forms.subject, body != nil, old == nil)
	case desk.TableCallback:
		var was, is desk.Callback
		_, _ = json.Unmarshal(old, &was), json.Unmarshal(body, &is) // nil or malformed: nobody's
		if err := t.approachOf(is.Customer); err != nil || was.Customer == is.Customer {
			return err
		}
		return t.approachOf(was.Customer)
	case desk.TableTicket:
		if err := t.listTicket(rid, old, body); err != nil {
			return err
		}
		return t.numberTicket(rid, old, body)
	case desk.TableContact:
		if err := t.listContact(rid, old, body); err != nil {
			return err
		}
		return t.talked(rid, old, body)
	case desk.TableConflict: // nothing
	}
	return nil
}

func (t *tx) numberTicket(rid int64, old, body json.RawMessage) error {
	var was, is desk.Ticket
	_, _ = json.Unmarshal(old, &was), json.Unmarshal(body, &is) // nil or malformed: no number
	before, now := fold(was.Number), fold(is.Number)
	if before != "" && before != now {
		if err := t.exec(`DELETE FROM ticket_number WHERE number = ? AND ticket = ?`, before, rid); err != nil {
			return err
		}
	}
	if now == "" || before == now {
		return nil
	}
	return t.exec(`INSERT OR IGNORE INTO ticket_number (number, ticket) VALUES (?, ?)`, now, rid)
}

// reindex brings what is derived from a customer's body from old to is, the forms of body; nil is no customer.
func (t *tx) reindex(rid int64, old, body json.RawMessage, is forms) error {
	if old == nil && body != nil {
		t.gathered.add(rid, is)
		return nil
	}
	if err := t.flushForms(); err != nil { // its own may be among them
		return err
	}
	was := formsOf(held(old))
	if err := t.putForms(rid, without(is.rows, was.rows)); err != nil {
		return err
	}
	for _, form := range without(was.rows, is.rows) {
		if err := t.exec(`DELETE FROM form WHERE form = ? AND customer = ?`, form, rid); err != nil {
			return err
		}
	}
	if body == nil {
		return t.exec(`DELETE FROM gram WHERE rowid = ?`, rid)
	}
	if was.grams != is.grams {
		return t.putGrams(rid, is.grams, true)
	}
	return nil
}

// form is a row of table form: a way to find the customer whose rid it has.
type form struct {
	text string
	rid  int64
}

// gathered are the search forms of customers who are new in a transaction. They are written together before it is
// committed, those of table form in the order of its tree.
type gathered struct {
	forms []form
	rids  []int64
	grams []string
}

func (g *gathered) add(rid int64, is forms) {
	for _, text := range is.rows {
		g.forms = append(g.forms, form{text, rid})
	}
	g.rids, g.grams = append(g.rids, rid), append(g.grams, is.grams)
}

// flushForms writes what is gathered; who has the writer calls it before COMMIT.
func (t *tx) flushForms() error {
	g := t.gathered
	if t.gathered = (gathered{}); len(g.rids) == 0 {
		return nil
	}
	slices.SortFunc(g.forms, func(a, b form) int { return strings.Compare(a.text, b.text) })
	for _, f := range g.forms {
		if err := t.putForm(f); err != nil {
			return err
		}
	}
	for i, rid := range g.rids {
		if err := t.putGrams(rid, g.grams[i], false); err != nil {
			return err
		}
	}
	return nil
}

func without(list, gone []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(gone, s) })
}

// putForms adds rows of form for a customer.
func (t *tx) putForms(rid int64, rows []string) error {
	for _, text := range rows {
		if err := t.putForm(form{text, rid}); err != nil {
			return err
		}
	}
	return nil
}

// putForm adds a row of form; one that is there counts as made anew. Row by row, sorted, they are twice as quick as
// in one statement: that would begin a savepoint, which keeps a copy of each page and has FTS5 write out all it has
// gathered.
func (t *tx) putForm(f form) error {
	result, err := t.affected(`INSERT OR IGNORE INTO form (form, customer, made) VALUES (?, ?, ?)`, f.text, f.rid, deriverVersion)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return t.exec(`UPDATE form SET made = ? WHERE form = ? AND customer = ?`, deriverVersion, f.text, f.rid)
}

func (t *tx) putGrams(rid int64, words string, there bool) error {
	if there { // or may be
		if err := t.exec(`DELETE FROM gram WHERE rowid = ?`, rid); err != nil {
			return err
		}
	}
	return t.exec(`INSERT INTO gram (rowid, words) VALUES (?, ?)`, rid, words)
}
