package localstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/callbench/callbench/desk"
)

const (
	maxSearch  = 200  // hits of one search
	maxScanned = 6000 // rows of one kind that are compared before the next kind has its turn
	maxSounds  = 5    // others who are read as typed before near ones who only begin so; never more than half of all hits
	spare      = 32   // rows fetched beyond the limit, for those that turn out not to fit
)

// Search answers the search box. A customer is found by a telephone number (whole, its beginning, its last
// digits, any three that follow one another), the customer number, the number of a ticket, the name (any
// part, one Chinese character too), its readings (pinyin in full, shortened, in initials; zhuyin), the company
// and the address, and what was written of talks (search_talk.go); simplified and traditional characters are one. Numbers that are the text as a whole
// come first, then what fits customers that this user has to do with (open callback, own, spoken to of late),
// then all others, but for some whose reading is what was typed where a near one's only begins with it; within each the whole before the beginning before a part. Each hit says what matched. Any
// text is allowed; one without letters and digits finds nothing.
func (s *Store) Search(ctx context.Context, text string, limit int) ([]desk.Hit, error) {
	f := search{s: s, ctx: ctx, query: queryOf(text), typed: text, limit: min(bounded(limit), maxSearch), seen: map[int64]bool{}}
	if f.text == "" {
		return nil, nil
	}
	near, err := s.match(ctx, f.query)
	if err != nil {
		return nil, wrap("search", err)
	}
	f.near = near
	for _, step := range []func() error{
		f.nearWhole, f.wholeNumber, f.wholeCustomerNumber, f.wholeTicket, f.nearSounds, f.nearTyped, f.soundsFirst, f.nearRest, f.olderNumber,
		f.nameBegins, f.customerNumber, f.ticketBegins, f.numberBegins, f.numberEnds,
		f.readingWhole, f.initialsWhole, f.readingBegins, f.initialsBegin,
		f.namePart, f.numberPart, f.customerNumberPart, f.readingShortened, f.companyPart, f.addressPart, f.bothKinds, f.older, f.talks,
	} {
		if len(f.hits) >= f.limit {
			break
		}
		if err := step(); err != nil {
			return nil, wrap("search", err)
		}
	}
	return f.hits, nil
}

// candidate is a customer that may be a hit.
type candidate struct {
	rid     int64
	kind    int
	why     reason // set for a ticket's, whose customer need not fit
	near    bool
	reasons []string // why it is near
}

// search is one search under way.
type search struct {
	query
	s     *Store
	ctx   context.Context //nolint:containedctx // lives as long as one call of Search
	typed string
	limit int
	near  []candidate // those that fit, the best first
	hits  []desk.Hit
	seen  map[int64]bool
}

// left is how many rows to ask for: some have been seen already, some may not fit.
func (f *search) left() int { return f.limit + spare }

func (f *search) nearWhole() error {
	at := 0
	for at < len(f.near) && f.near[at].kind == kindWhole {
		at++
	}
	whole := f.near[:at]
	f.near = f.near[at:]
	return f.add(whole)
}

// nearSounds are the near ones whose name or a reading of it is as typed, to its last syllable.
func (f *search) nearSounds() error {
	at := 0
	for at < len(f.near) && f.near[at].kind <= kindSound {
		at++
	}
	fitting := f.near[:at]
	f.near = f.near[at:]
	return f.add(fitting[:min(at, f.limit)])
}

// nearTyped are the near ones whose name or a number of theirs begins with the text as it was typed: nobody is read
// better than that.
func (f *search) nearTyped() error {
	var typed, rest []candidate
	for _, c := range f.near {
		if c.kind == kindBegins && c.why.field != fieldPinyin {
			typed = append(typed, c)
		} else {
			rest = append(rest, c)
		}
	}
	f.near = rest
	return f.add(typed[:min(len(typed), f.limit)])
}

// soundsFirst has some of all others who are read as typed before near ones in whose reading it only begins a
// syllable: who types chen means a 陈 first, also where only a 程 is near. All of them would push the near ones off
// the screen.
func (f *search) soundsFirst() error {
	if len(f.near) == 0 || f.near[0].kind != kindBegins { // the others fit less than by their reading
		return nil
	}
	limit := f.limit
	defer func() { f.limit = limit }()
	f.limit = min(limit, len(f.hits)+min(maxSounds, limit/2))
	if len(f.hits) >= f.limit {
		return nil
	}
	return f.readingWhole()
}

func (f *search) nearRest() error { return f.add(f.near[:min(len(f.near), f.limit)]) }

var errEnough = errors.New("enough")

// find runs a query for customers and adds those that fit. accept, where it is not nil, sees a row's form first.
func (f *search) find(accept func(form string) bool, query string, args ...any) error {
	var list []candidate
	room := f.limit - len(f.hits) + spare
	err := f.s.each(f.ctx, query, func(r scanner) error {
		var rid int64
		var form sql.NullString
		if err := r.Scan(&rid, &form); err != nil {
			return err
		}
		if f.seen[rid] || accept != nil && !accept(form.String) {
			return nil
		}
		list = append(list, candidate{rid: rid})
		if len(list) >= room {
			return errEnough
		}
		return nil
	}, args...)
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	return f.add(list)
}

// add makes hits of candidates that are new and fit, no more than there is room for.
func (f *search) add(list []candidate) error {
	for len(list) > 0 && len(f.hits) < f.limit {
		n := min(len(list), f.limit-len(f.hits))
		if err := f.prove(list[:n]); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// prove reads the customers of candidates and makes hits of those that fit.
func (f *search) prove(list []candidate) error {
	var rids []int64
	byRid := map[int64]candidate{}
	for _, c := range list {
		if _, twice := byRid[c.rid]; !f.seen[c.rid] && !twice {
			byRid[c.rid], rids = c, append(rids, c.rid)
		}
	}
	if len(rids) == 0 {
		return nil
	}
	asked, err := json.Marshal(rids)
	if err != nil {
		return err
	}
	return f.s.each(f.ctx, `SELECT customer.rid, body FROM json_each(?) AS asked CROSS JOIN customer ON customer.rid = asked.value`, func(r scanner) error {
		var rid int64
		var body sql.RawBytes
		if err := r.Scan(&rid, &body); err != nil {
			return err
		}
		c, err := customerOf(body)
		if err != nil {
			return err
		}
		one := byRid[rid]
		why := one.why
		if why.field != fieldTicket {
			var kind int
			if why, kind = f.explain(f.subject(c)); kind == kindNone {
				return nil
			}
		}
		f.seen[rid] = true
		f.hits = append(f.hits, desk.Hit{Customer: c, Match: f.match(why, c), Near: one.reasons})
		return nil
	}, string(asked))
}

const byForm = `SELECT customer, form FROM form WHERE form >= ? AND form < ? ORDER BY form LIMIT ?`

// begins finds those of whom a row of form begins with a text.
func (f *search) begins(text string) error {
	return f.find(nil, byForm, text, after(text), f.left())
}

func (f *search) wholeNumber() error {
	if f.key == "" {
		return nil
	}
	return f.find(nil, `SELECT customer, NULL FROM form WHERE form = ? LIMIT ?`, formReversed+reverse(f.key), f.left())
}

// ” || ?, since a bare parameter beside the condition of a partial index has the statement planned anew each time.
func (f *search) wholeCustomerNumber() error {
	return f.find(nil, `SELECT rid, NULL FROM customer WHERE number = '' || ? AND number <> '' LIMIT ?`, f.text, f.left())
}

func (f *search) wholeTicket() error { return f.tickets(f.text, f.text+"\x00") }

func (f *search) ticketBegins() error {
	if f.runes < minDigits {
		return nil // the beginning of every ticket number
	}
	return f.tickets(f.text, after(f.text))
}

// tickets finds the customers of tickets whose number is in a range.
func (f *search) tickets(from, to string) error {
	var list []candidate
	err := f.s.each(f.ctx, `SELECT customer.rid, ticket.body FROM ticket_number JOIN ticket ON ticket.rid = ticket_number.ticket
		JOIN customer ON customer.key = ticket.customer WHERE ticket_number.number >= ? AND ticket_number.number < ? ORDER BY ticket_number.number LIMIT ?`,
		func(r scanner) error {
			var c candidate
			var body []byte
			if err := r.Scan(&c.rid, &body); err != nil {
				return err
			}
			var t desk.Ticket
			if err := json.Unmarshal(body, &t); err != nil {
				return fmt.Errorf("malformed row: %w", desk.ErrInvalid)
			}
			c.kind, c.why = kindWhole, reason{fieldTicket, t.Number}
			if strings.HasPrefix(fold(t.Number), f.text) {
				list = append(list, c)
			}
			return nil
		}, from, to, f.left())
	if err != nil {
		return err
	}
	return f.add(list)
}

func (f *search) nameBegins() error {
	return f.find(nil, `SELECT rid, NULL FROM customer WHERE name >= ? AND name < ? ORDER BY name LIMIT ?`, f.text, after(f.text), f.left())
}

func (f *search) customerNumber() error {
	return f.find(nil, `SELECT rid, NULL FROM customer WHERE number >= '' || ? AND number < '' || ? AND number <> '' ORDER BY number LIMIT ?`, f.text, after(f.text), f.left())
}

// numberBegins tries the digits as a mainland number without country code, with it, as a number of Taiwan with
// its trunk 0, and as a short number.
func (f *search) numberBegins() error {
	d := f.digits
	if d == "" {
		return nil
	}
	trunk, isTrunk := strings.CutPrefix(d, "0")
	begins := []string{"+86" + trunk, "+" + strings.TrimPrefix(d, "00"), d}
	if isTrunk {
		begins = append(begins, "+886"+trunk)
	}
	for _, begin := range begins {
		if len(f.hits) >= f.limit {
			return nil
		}
		if err := f.begins(formNumber + begin); err != nil {
			return err
		}
	}
	return nil
}

func (f *search) numberEnds() error {
	if f.digits == "" {
		return nil
	}
	return f.begins(formReversed + reverse(f.digits))
}

// readingWhole has those first whose surname or name is read as typed: 万三 before 王五 for "wan".
func (f *search) readingWhole() error {
	return f.eachPlain(func(sp spelling) error {
		if !sp[len(sp)-1].whole {
			return nil
		}
		return f.find(f.fitting(sp, formReading), byForm, formReading+sp.key(), formReading+sp.key()+"!", maxScanned) // ! is behind the space
	})
}

func (f *search) readingBegins() error {
	if f.reading.letters != "" { // a name with Latin letters, see readingsOf
		if err := f.begins(formReading + f.reading.letters); err != nil {
			return err
		}
	}
	return f.eachPlain(func(sp spelling) error {
		return f.find(f.fitting(sp, formReading), byForm, formReading+sp.key(), after(formReading+sp.key()), maxScanned)
	})
}

func (f *search) eachPlain(do func(spelling) error) error {
	for _, sp := range f.reading.plain {
		if len(f.hits) >= f.limit {
			return nil
		}
		if err := do(sp); err != nil {
			return err
		}
	}
	return nil
}

// fitting sorts out rows that only begin with the same letters: s for ㄙ is also the beginning of ㄕ.
func (f *search) fitting(sp spelling, kind string) func(string) bool {
	return func(form string) bool {
		reading := strings.TrimPrefix(form, kind)
		if kind == formInitials {
			_, reading, _ = strings.Cut(reading, " ")
		}
		begins, _ := sp.fits(reading)
		return begins
	}
}

func (f *search) initialsWhole() error {
	if len(f.reading.letters) < 2 {
		return nil
	}
	return f.begins(formInitials + f.reading.letters + " ")
}

func (f *search) initialsBegin() error {
	if len(f.reading.letters) < 2 {
		return nil
	}
	return f.begins(formInitials + f.reading.letters)
}

// readingShortened finds zsan and ㄓㄙ: among those of the same initials, by comparing.
func (f *search) readingShortened() error {
	// The function, not the operator: a bound pattern of that has the statement prepared anew each time.
	for _, sp := range f.reading.shortened {
		if len(f.hits) >= f.limit {
			return nil
		}
		from := formInitials + sp.initials()
		err := f.find(f.fitting(sp, formInitials), `SELECT customer, form FROM (SELECT customer, form FROM form WHERE form >= ? AND form < ? ORDER BY form LIMIT ?)
			WHERE glob(?, form)`, from, after(from), maxScanned, formInitials+"* "+sp.glob())
		if err != nil {
			return err
		}
	}
	return nil
}

// part finds those of whom a member holds the text: words of n characters that cover it. To ask for those between
// would cost more than to compare what they would have ruled out.
func (f *search) part(kind string, n int) error {
	all := windows(kind, f.text, n)
	if len(all) == 0 {
		return nil
	}
	var words []string
	for at := 0; at < len(all)-1; at += n {
		words = append(words, all[at])
	}
	return f.words(append(words, all[len(all)-1]), " AND ")
}

func (f *search) words(list []string, join string) error {
	quoted := make([]string, len(list))
	for at, w := range list {
		quoted[at] = `"` + w + `"`
	}
	return f.find(nil, `SELECT rowid, NULL FROM gram WHERE gram MATCH ? LIMIT ?`, strings.Join(quoted, join), f.left()+len(f.seen))
}

func (f *search) namePart() error {
	if f.runes == 1 {
		if !f.isHan() {
			return nil // its beginning was sought
		}
		return f.words([]string{gramName + f.text}, "")
	}
	return f.part(gramName, 2)
}

func (f *search) numberPart() error {
	if len(f.digits) != minDigits {
		if f.digits == "" {
			return nil
		}
		return f.part(gramPhone, digitGram)
	}
	var list []string
	for d := '0'; d <= '9'; d++ {
		list = append(list, gramPhone+f.digits+string(d))
	}
	return f.words(list, " OR ")
}

func (f *search) customerNumberPart() error { return f.part(gramNumber, digitGram) }

// longDigits is from how many digits on a text is a number and no part of an address.
const longDigits = 7

func (f *search) companyPart() error {
	if len(f.digits) >= longDigits {
		return nil
	}
	if f.runes == 1 {
		return f.words([]string{gramCompany + f.text}, "")
	}
	return f.part(gramCompany, 2)
}

func (f *search) addressPart() error {
	if len(f.digits) >= longDigits {
		return nil
	}
	return f.part(gramAddress, 2)
}
