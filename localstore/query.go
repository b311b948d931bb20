package localstore

import (
	"strings"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/number"
	"github.com/callbench/callbench/desk/pinyin"
)

// How a query fits a customer, the best first.
const (
	kindNone   = iota
	kindWhole  // a telephone, customer or ticket number is what was typed
	kindExact  // the name or a reading of it is
	kindSound  // a reading begins with it, and its last syllable ends where that does: chen is 陈, and the beginning of 程
	kindBegins // one of these begins with it, or a telephone number ends so
	kindPart
)

const (
	minDigits    = 3  // a text of fewer digits is no part of a number
	minKey       = 3  // digits from which on a text is sought as a whole number
	maxSearchFor = 64 // characters of a search that are looked at
)

// query is what was typed, made ready to be compared.
type query struct {
	text    string   // folded
	runes   int      // of text
	digits  string   // the text if it can be a part of a telephone number
	begins  []string // what a number may begin with, as dialled: with and without country code and trunk 0
	number  string   // as dialled, if a whole number was typed, perhaps among other words
	key     string   // of that number
	reading spellings
	both    *both // what else is sought, if words of two kinds were typed
}

func queryOf(typed string) query {
	folded := []rune(fold(typed))
	folded = folded[:min(len(folded), maxSearchFor)]
	q := query{text: string(folded), runes: len(folded)}
	if len(digitsOf(typed)) >= minKey {
		if q.key = number.Key(typed, ""); q.key != "" {
			q.number = dialled(q.key)
		}
	}
	if len(q.text) >= minDigits && strings.Trim(q.text, "0123456789") == "" {
		q.digits = q.text
		q.begins = []string{q.digits}
		for _, prefix := range []string{"0086", "86", "00", "0"} {
			if rest, ok := strings.CutPrefix(q.digits, prefix); ok && len(rest) >= minDigits {
				q.begins = append(q.begins, rest)
			}
		}
		if trunk, ok := strings.CutPrefix(q.digits, "0"); ok && !strings.HasPrefix(trunk, "0") { // as numberBegins
			q.begins = append(q.begins, "886"+trunk)
		}
	} else {
		q.reading = spellingsOf(foldMarked(typed))
		q.both = bothOf(typed)
	}
	return q
}

// subject is what of c a query can be compared with: to read a name or a number takes time.
func (q query) subject(c desk.Customer) subject {
	s := subject{name: fold(c.Name), company: fold(c.Company), address: fold(c.Address), number: fold(c.Number)}
	if q.digits != "" || q.number != "" || q.both != nil {
		s.phones = phonesOf(c)
	}
	if !q.reading.none() || q.both != nil {
		s.readings = readingsOf(c.Name)
	}
	return s
}

// reason is why a customer was found: the member, and of a telephone number or reading which one.
type reason struct{ field, text string }

// explain gives how well a customer fits and why; kindNone: not at all. It is what every hit is proven by:
// rows that lead to a customer may be older than its body.
func (q query) explain(s subject) (reason, int) {
	if why, ok := q.whole(s); ok {
		return why, kindWhole
	}
	if q.text == "" { // only a number was asked for
		return reason{}, kindNone
	}
	if s.name == q.text {
		return reason{field: fieldName}, kindExact
	}
	read, readKind := q.explainReading(s)
	switch {
	case readKind == kindExact, readKind == kindSound:
		return read, readKind
	case strings.HasPrefix(s.name, q.text):
		return reason{field: fieldName}, kindBegins
	case s.number != "" && strings.HasPrefix(s.number, q.text):
		return reason{field: fieldNumber}, kindBegins
	}
	part, isPart := reason{}, false
	if q.digits != "" {
		for _, p := range s.phones {
			switch {
			case q.startsNumber(p) || strings.HasSuffix(p, q.digits):
				return reason{fieldPhone, p}, kindBegins
			case !isPart && strings.Contains(p, q.digits):
				part, isPart = reason{fieldPhone, p}, true
			}
		}
	}
	switch {
	case readKind != kindNone:
		return read, readKind
	case q.runes >= 2 && strings.Contains(s.name, q.text), q.isHan() && strings.Contains(s.name, q.text):
		return reason{field: fieldName}, kindPart
	case isPart:
		return part, kindPart
	case q.runes >= digitGram && strings.Contains(s.number, q.text):
		return reason{field: fieldNumber}, kindPart
	case strings.HasPrefix(s.company, q.text), q.runes >= 2 && strings.Contains(s.company, q.text):
		return reason{field: fieldCompany}, kindPart
	case q.runes >= 2 && strings.Contains(s.address, q.text):
		return reason{field: fieldAddress}, kindPart
	}
	return q.both.explain(s)
}

func (q query) whole(s subject) (reason, bool) {
	if q.number != "" {
		for _, p := range s.phones {
			if p == q.number {
				return reason{fieldPhone, p}, true
			}
		}
	}
	return reason{field: fieldNumber}, q.text != "" && s.number == q.text
}

func (q query) startsNumber(dialled string) bool {
	for _, begin := range q.begins {
		if strings.HasPrefix(dialled, begin) {
			return true
		}
	}
	return false
}

// isHan reports whether the text is one character by which alone names are found.
func (q query) isHan() bool { return q.runes == 1 && []rune(q.text)[0] >= firstHan }

// explainReading looks through the readings of a name, the likeliest first.
func (q query) explainReading(s subject) (reason, int) {
	best, kind := reason{}, kindNone
	better := func(text string, k int) {
		if kind == kindNone || k < kind {
			best, kind = reason{fieldPinyin, text}, k
		}
	}
	if q.reading.none() {
		return best, kind
	}
	for _, r := range s.readings {
		for _, sp := range q.reading.plain {
			switch begins, sounds, all := sp.sounds(r); {
			case all:
				better(q.spell(r), kindExact)
			case sounds:
				better(q.spell(r), kindSound)
			case begins:
				better(q.spell(r), kindBegins)
			}
		}
		if letters := q.reading.letters; letters != "" {
			short := initialsOf(r)
			switch {
			case strings.HasPrefix(r, letters): // of a name with Latin letters
				better(q.spell(r), kindBegins)
			case len(letters) > 1 && short == letters:
				better(short, kindExact)
			case len(letters) > 1 && strings.HasPrefix(short, letters):
				better(short, kindBegins)
			}
		}
	}
	if kind != kindNone {
		return best, kind
	}
	for _, r := range s.readings {
		for _, sp := range q.reading.shortened {
			if begins, _ := sp.fits(r); begins {
				return reason{fieldPinyin, q.spell(r)}, kindBegins
			}
		}
	}
	return best, kind
}

// spell writes a reading as the text was typed: in pinyin or zhuyin.
func (q query) spell(reading string) string {
	if q.reading.letters != "" {
		return strings.ReplaceAll(reading, " ", "")
	}
	var b strings.Builder
	for s := range strings.FieldsSeq(reading) {
		b.WriteString(pinyin.Zhuyin(s))
	}
	return b.String()
}

// Members that a hit is found by, as desk.Match names them.
const (
	fieldName    = "name"
	fieldNumber  = "number"
	fieldPhone   = "phone"
	fieldPinyin  = "pinyin"
	fieldZhuyin  = "zhuyin"
	fieldCompany = "company"
	fieldAddress = "address"
	fieldTicket  = "ticket"
	fieldNote    = "note"
)

// match words why c was found: a telephone number as people read it, else the member itself.
func (q query) match(why reason, c desk.Customer) desk.Match {
	m := desk.Match{Field: why.field, Text: why.text}
	switch why.field {
	case fieldPhone:
		m.Text = shown(why.text, c)
	case fieldPinyin:
		if q.reading.letters == "" {
			m.Field = fieldZhuyin
		}
	case fieldNumber:
		m.Text = c.Number
	case fieldName:
		m.Text = c.Name
	case fieldCompany:
		m.Text = c.Company
	case fieldAddress:
		m.Text = c.Address
	}
	return m
}

// shown gives the number of c that was found, for people.
func shown(found string, c desk.Customer) string {
	for _, p := range c.Phones {
		key := keyOf(p)
		if is := dialled(key); key != "" && (is == found || "0"+is == found) {
			return show(key)
		}
		if raw := digitsOf(p.Raw); raw == found && key != "" && len(raw) <= len(dialled(key))+1 {
			return show(key) // with a trunk 0
		} else if raw == found {
			return number.Show(p.Raw, "") // with an extension
		}
	}
	return number.Show(found, "")
}

// show is number.Show; mainland mobiles, most of all numbers, are grouped here, which is much faster.
func show(key string) string {
	const mobile = len("+8613800138000")
	if strings.HasPrefix(key, "+861") && len(key) == mobile && key[4] >= '3' {
		return key[3:6] + " " + key[6:10] + " " + key[10:]
	}
	return number.Show(key, "")
}
