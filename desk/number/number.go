// Package number reads telephone numbers as people, PBXs and address books write them, and gives the
// forms that the program compares and shows.
//
// It owns no state: every function is pure, may be called from any goroutine and never fails; what is no
// number comes back as the digits it holds. The numbering plans are those of nyaruka/phonenumbers
// (Google's libphonenumber); the Chinese particulars (outside-line prefixes, IP prefixes, 400 and 95
// numbers, area code before a short number, extensions) are ours.
//
// A region is an ISO 3166 code and says how a number without country code is read; "" counts as CN.
package number

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// DefaultRegion is what an empty region counts as.
const DefaultRegion = "CN"

// maxDigits bounds what is read of a text: an E.164 number has at most 15 digits, prefixes come on top.
const maxDigits = 32

// Normalise gives a number's E.164 form ("+8613800138000"), or "" where it has none: short numbers
// (110, 95598), service numbers (400 and 800), feature codes (*97), and text that is no number.
func Normalise(raw, region string) string {
	w := read(raw)
	return w.e164(home(region))
}

// Key gives what lookups compare: the E.164 form if there is one, else the digits alone. Two spellings
// of one number have one key. It is "" if raw holds no digit.
func Key(raw, region string) string {
	w := read(raw)
	if e := w.e164(home(region)); e != "" {
		return e
	}
	return w.service(home(region))
}

// Show gives a number for people: grouped, in the region's own form if it belongs to the region, else
// with its country code; an extension stays behind a dash. What is no number is shown as it came.
func Show(raw, region string) string {
	w, region := read(raw), home(region)
	e := w.e164(region)
	if e == "" {
		short := w.service(region)
		if region == "CN" && len(short) == 10 && isService(short) {
			return short[:3] + " " + short[3:6] + " " + short[6:]
		}
		if short == "" || strings.ContainsAny(raw, "*#") {
			return strings.TrimSpace(raw)
		}
		return short
	}
	shown := e
	if n, err := phonenumbers.Parse(e, region); err == nil {
		form := phonenumbers.INTERNATIONAL
		if phonenumbers.GetRegionCodeForNumber(n) == region {
			form = phonenumbers.NATIONAL
		}
		shown = phonenumbers.Format(n, form)
	}
	if w.extension != "" {
		shown += "-" + w.extension
	}
	return shown
}

func home(region string) string {
	if region == "" {
		return DefaultRegion
	}
	return strings.ToUpper(region)
}

// e164 tries the ways to read the digits, the plainest first, and takes the first valid number.
func (w written) e164(region string) string {
	if w.code {
		return ""
	}
	if w.plus {
		return international(w.digits, region)
	}
	d := w.digits
	if region == "CN" {
		if isMobile(d) {
			return "+86" + d // by far the most frequent, and the plan grows faster than its tables
		}
		if isService(d) {
			return ""
		}
	}
	if rest, ok := strings.CutPrefix(d, exitCode(region)); ok {
		if e := international(rest, region); e != "" {
			return e
		}
	}
	if rest, ok := strings.CutPrefix(d, "00"); ok && exitCode(region) != "00" {
		if e := international(rest, region); e != "" {
			return e
		}
	}
	if e := national(d, region); e != "" {
		return e
	}
	if e := neighbour(d); e != "" {
		return e
	}
	// Behind a PBX the outside-line digit is dialled and often recorded with the number.
	if len(d) > 8 && (d[0] == '0' || d[0] == '9') {
		rest := d[1:]
		if region == "CN" && isMobile(rest) {
			return "+86" + rest
		}
		if strings.HasPrefix(rest, "00") {
			return international(rest[2:], region)
		}
		if rest[0] == '0' || d[0] == '0' {
			return national(rest, region)
		}
	}
	return ""
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

// international reads digits that begin with a country code.
func international(d, region string) string {
	if rest, ok := strings.CutPrefix(d, "86"); ok {
		rest = strings.TrimPrefix(rest, "0") // +86 (0)10 …
		if isMobile(rest) {
			return "+86" + rest
		}
		if isService(rest) {
			return ""
		}
	}
	return valid("+"+d, region)
}

// national reads digits without country code, with or without the 0 before area codes.
func national(d, region string) string {
	if region == "CN" {
		d = withoutCarrier(d)
		rest := strings.TrimPrefix(d, "0")
		if isMobile(rest) {
			return "+86" + rest
		}
		if isService(rest) {
			return ""
		}
		if len(d) <= 8 {
			return "" // a number without area code has no E.164 form
		}
	}
	return valid(d, region)
}

// neighbour reads a number whose country code lost its plus sign on the way, as PBXs do. Only the codes
// of the Chinese-speaking places are tried: any other would be a guess.
func neighbour(d string) string {
	for _, code := range []string{"86", "852", "853", "886"} {
		if strings.HasPrefix(d, code) && len(d) >= len(code)+8 {
			if e := international(d, DefaultRegion); e != "" {
				return e
			}
		}
	}
	return ""
}

// withoutCarrier takes an IP-telephony prefix away (17951, 12593 …) if a full number follows it.
func withoutCarrier(d string) string {
	const carrier = 5
	if len(d) < carrier+10 {
		return d
	}
	for _, p := range []string{"17951", "17911", "17909", "17901", "17961", "17931", "12593", "10193", "11808"} {
		if rest, ok := strings.CutPrefix(d, p); ok {
			return rest
		}
	}
	return d
}

func valid(number, region string) string {
	n, err := phonenumbers.Parse(number, region)
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return ""
	}
	return phonenumbers.Format(n, phonenumbers.E164)
}

// isMobile tells a mainland mobile number: 11 digits from 13 to 19.
func isMobile(d string) bool {
	return len(d) == 11 && d[0] == '1' && d[1] >= '3' && d[1] <= '9'
}

// isService tells mainland numbers that can be dialled from the mainland only: 400 and 800 with ten
// digits; 95 and 96 with five to eight; 100xx, 12xxx, 11x.
func isService(d string) bool {
	switch {
	case len(d) == 10:
		return strings.HasPrefix(d, "400") || strings.HasPrefix(d, "800")
	case len(d) >= 5 && len(d) <= 8 && d[0] == '9':
		return d[1] == '5' || d[1] == '6'
	case len(d) == 5:
		return strings.HasPrefix(d, "10") || strings.HasPrefix(d, "12")
	case len(d) == 3:
		return strings.HasPrefix(d, "11") || strings.HasPrefix(d, "12")
	}
	return false
}

// service gives the digits that stand for a number without E.164 form, without the prefixes that some
// networks put before it: 0086, 86, 0, an area code before a 95 number.
func (w written) service(region string) string {
	d := w.digits
	if region != "CN" || w.code {
		return d
	}
	for _, prefix := range []string{"0086", "86", "0"} {
		if rest, ok := strings.CutPrefix(d, prefix); ok && isService(rest) {
			return rest
		}
	}
	if len(d) > 7 && d[0] == '0' {
		for _, area := range []int{3, 4} { // 010, 0755
			if rest := d[area:]; len(rest) == 5 && isService(rest) && rest[0] == '9' {
				return rest
			}
		}
	}
	return d
}
