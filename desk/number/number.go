// Package number reads telephone numbers as people, PBXs and address books write them, gives the forms
// that the program compares and shows, and says how surely two of them are one (docs/NUMBERS.md).
//
// It owns no state: every function is pure, may be called from any goroutine and never fails; what is no
// number comes back empty or as the digits it holds. The mainland's numbering plan is ours (mainland.go),
// those of other places are nyaruka/phonenumbers' (Google's libphonenumber).
//
// A region is an ISO 3166 code and says how a number without country code is read; "" counts as CN.
package number

import (
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// DefaultRegion is what an empty region counts as.
const DefaultRegion = "CN"

// Normalise gives a number's E.164 form ("+8613800138000"), or "" where it has none: short numbers
// (110, 95598), service numbers (400 and 800), numbers without area code, feature codes (*97), and text
// that is no number. What it gives it gives again for itself, in every region.
func Normalise(raw, region string) string {
	if e, ok := plain(raw, region); ok {
		return e
	}
	n := resolve(read(raw), Dialling{Region: region})
	if n.kind == full {
		return n.key
	}
	return ""
}

// Key gives what lookups compare: the E.164 form if there is one, else the digits alone, with its * or #
// for a feature code. Spellings of one number have one key. It is "" where raw names no number. Equal keys
// are not always one subscriber (62345678 is a number in every city): Match tells.
func Key(raw, region string) string {
	if e, ok := plain(raw, region); ok {
		return e
	}
	return resolve(read(raw), Dialling{Region: region}).key
}

// Show gives a number for people: grouped, in the region's own form if it belongs to the region, else
// with its country code; an extension stays behind a dash. What is no number is shown as it came.
func Show(raw, region string) string {
	region = home(region)
	n := resolve(read(raw), Dialling{Region: region})
	shown := n.key
	switch {
	case n.kind == none, n.kind == code, n.key == "":
		return strings.TrimSpace(raw)
	case n.kind == full:
		shown = grouped(n.key, region)
	case n.kind == national && len(n.key) == 10 && region == "CN":
		shown = n.key[:3] + " " + n.key[3:6] + " " + n.key[6:]
	case len(n.key) == 10 && strings.HasPrefix(n.key, "09"): // a mobile of Taiwan's as it is dialled there: the mainland has none of ten digits
		shown = n.key[:4] + " " + n.key[4:7] + " " + n.key[7:]
	}
	if n.extension != "" {
		shown += "-" + n.extension
	}
	return shown
}

// grouped writes an E.164 form as the region does.
func grouped(e164, region string) string {
	if rest, ok := strings.CutPrefix(e164, "+86"); ok && region == "CN" {
		return mainlandGroups(rest)
	}
	n, err := phonenumbers.Parse(e164, region)
	if err != nil {
		return e164
	}
	form := phonenumbers.INTERNATIONAL
	if phonenumbers.GetRegionCodeForNumber(n) == region {
		form = phonenumbers.NATIONAL
	}
	return phonenumbers.Format(n, form)
}

// None reports whether a text names no number: nobody can be found by it.
func None(raw string) bool { return resolve(read(raw), Dialling{}).kind == none }

// Withheld reports whether a caller hides the number: nothing, or a word that stands for nothing in SIP
// (RFC 3323, RFC 3325) and what trunks and switchboards make of it. A SIP user's name is no such word.
func Withheld(raw string) bool {
	if !None(raw) {
		return false
	}
	if _, in, ok := strings.Cut(raw, "<"); ok {
		raw, _, _ = strings.Cut(in, ">")
	}
	raw = strings.ToLower(strings.TrimSpace(raw))
	raw = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(raw, "sips:"), "sip:"), "tel:")
	raw, _, _ = strings.Cut(raw, "@")
	switch raw {
	case "anonymous", "restricted", "private", "private number", "withheld", "unavailable", "unknown", "未知", "匿名", "私人号码", "隐藏号码", "号码未显示":
		return true
	}
	return !strings.ContainsFunc(raw, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

func home(region string) string {
	if region == "" {
		return DefaultRegion
	}
	return strings.ToUpper(region)
}

// kind is what a number is to those who compare it.
type kind int

const (
	none     kind = iota
	code          // a feature code, *97: nobody's number
	full          // E.164
	national      // one number in the whole country: 400…, 95598, 10086
	cityWide      // another number in each area: 110, 12345, 96169; its area may be known
	local         // a landline without area code
	house         // three to six digits: an extension of the own switchboard
	other         // digits of no known plan
)

// number is what a text says: kind and key, and what is known beyond them.
type number struct {
	kind      kind
	key       string
	area      string // of a cityWide number, without 0
	extension string
	unsure    bool // another reading of the same digits is as good
}

// resolve finds what the digits of a text are. Where the whole is nothing known, the groups at its end
// are taken for an extension or another number.
func resolve(w written, d Dialling) number {
	switch {
	case w.code != "":
		return number{kind: code, key: w.code}
	case w.digits == "":
		return number{}
	}
	whole := digitsOf(w.digits, w.plus, d)
	if parted, ok := w.parted(whole, d); ok {
		return parted
	}
	whole.extension = w.extension
	return whole
}

// parted takes groups at the end away: 010-62345678-801, 62345678-801, 13800138000 13900139000.
func (w written) parted(whole number, d Dialling) (number, bool) {
	if w.n == 0 || w.extension != "" {
		return number{}, false
	}
	last := int(w.groups[w.n-1])
	if whole.good() {
		switch {
		case w.dashed() == last && (last == 7 || last == 8) && len(w.digits)-last <= maxExtension && w.digits[0] >= '2' && !w.plus:
			// 83341234-567: a subscriber and an extension rather than an area code without its 0.
		case len(w.digits)-last == 1 && w.digits[0] == '0' && isLandline(w.digits[1:last]):
			// 0971-6123456-1: seven digits and an extension.
		default:
			return number{}, false
		}
	}
	for i := w.n - 1; i >= 0; i-- {
		at := int(w.groups[i])
		n, rest := digitsOf(w.digits[:at], w.plus, d), w.digits[at:]
		switch {
		case n.good():
		case n.kind == local && at == w.dashed() && len(rest) <= maxExtension && len(w.digits) > 8:
		case n.kind == national && at == w.dashed() && len(rest) <= maxExtension: // 95588-2
		case n.kind == local && len(rest) > maxExtension:
		default:
			continue
		}
		if len(rest) <= maxExtension {
			n.extension = rest
		}
		return n, true
	}
	return number{}, false
}

// good reports whether digits are a number that nothing has to be taken away from.
func (n number) good() bool { return n.kind == full || n.kind == national && len(n.key) == 10 }

// digitsOf reads bare digits.
func digitsOf(d string, plus bool, at Dialling) number {
	region := home(at.Region)
	if plus {
		return withCode(strings.TrimPrefix(d, "00"), region)
	}
	if region != "CN" {
		return abroad(d, region)
	}
	return mainland(d, at.prefixes())
}

// withCode reads digits behind a plus: country code and number.
func withCode(d, region string) number {
	if rest, ok := strings.CutPrefix(d, "86"); ok {
		if n := behind86(rest); n.kind != none {
			return n
		}
	}
	if e := valid("+"+d, region); e != "" {
		return number{kind: full, key: e}
	}
	if region != "CN" {
		return number{kind: other, key: d}
	}
	n := mainland(d, nil) // some trunks put a plus before everything
	n.unsure = true
	return n
}

// abroad reads digits without plus where the desk is not on the mainland.
func abroad(d, region string) number {
	for _, exit := range []string{exitCode(region), "00"} {
		if rest, ok := strings.CutPrefix(d, exit); ok {
			if n := withCode(rest, region); n.kind == full {
				return n
			}
		}
	}
	if e := valid(d, region); e != "" {
		return number{kind: full, key: e}
	}
	if e := neighbour(d); e != "" {
		return number{kind: full, key: e}
	}
	if len(d) > 8 && (d[0] == '9' || d[0] == '0') { // an outside line
		if e := valid(d[1:], region); e != "" {
			return number{kind: full, key: e}
		}
	}
	return number{kind: short(len(d)), key: d}
}

// short is the kind of digits of which nothing but their count is known.
func short(n int) kind {
	if n >= 3 && n <= 6 {
		return house
	}
	return other
}

func exitCode(region string) string {
	switch region {
	case "TW":
		return "002"
	case "HK":
		return "001"
	}
	return "00"
}

// neighbour reads a number whose country code lost its plus sign on the way, as PBXs do. Only the codes
// of the Chinese-speaking places are tried: any other would be a guess.
func neighbour(d string) string {
	for _, c := range []string{"86", "852", "853", "886"} {
		rest, ok := strings.CutPrefix(d, c)
		if !ok || len(rest) < 8 {
			continue
		}
		if n := withCode(d, "001"); n.kind == full { // 001: the world, so that nothing is read as national
			return n.key
		}
	}
	return ""
}

func valid(digits, region string) string {
	n, err := phonenumbers.Parse(digits, region)
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return ""
	}
	return phonenumbers.Format(n, phonenumbers.E164)
}
