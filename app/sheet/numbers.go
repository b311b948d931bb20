package sheet

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// numberStyle is how a number is shown, as far as it changes what the number says.
type numberStyle struct {
	date, clock bool // it is a date, a time of day, or both
	zeros       int  // leading zeros up to that many digits: 00000
}

// styleOf reads a number format: those without a code are built in (ECMA-376 part 1 section 18.8.30; 27 to
// 36 and 50 to 58 are dates in Chinese settings).
func styleOf(id int, code string) numberStyle {
	if code == "" {
		switch {
		case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
			return numberStyle{date: true}
		case id == 22:
			return numberStyle{date: true, clock: true}
		case id >= 18 && id <= 21, id >= 32 && id <= 35, id >= 45 && id <= 47, id == 55, id == 56:
			return numberStyle{clock: true}
		}
		return numberStyle{}
	}
	code, _, _ = strings.Cut(code, ";")
	if len(code) > 1 && strings.Trim(code, "0") == "" {
		return numberStyle{zeros: min(len(code), 20)}
	}
	bare := strings.ToLower(withoutLiterals(code))
	if strings.Contains(bare, "general") {
		return numberStyle{}
	}
	return numberStyle{date: strings.ContainsAny(bare, "yd年日") || strings.Contains(bare, "mmm"), clock: strings.ContainsAny(bare, "hs")}
}

// withoutLiterals drops what a format shows as it is: "…", \x, [Red], [$-804].
func withoutLiterals(code string) string {
	var b strings.Builder
	skip := rune(0)
	for _, r := range code {
		switch {
		case skip == '\\':
			skip = 0
		case skip != 0:
			if r == skip {
				skip = 0
			}
		case r == '"':
			skip = '"'
		case r == '\\':
			skip = '\\'
		case r == '[':
			skip = ']'
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// show gives a number as a person would write it: digits without an exponent, dates as 2006-01-02 with
// 15:04:05 behind it where there is a time.
func (n numberStyle) show(v string, old bool) string {
	if v == "" {
		return ""
	}
	if !n.date && !n.clock && strings.Trim(v, "0123456789") == "" {
		return n.padded(v)
	}
	x, err := strconv.ParseFloat(v, 64)
	if err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
		return v
	}
	if (n.date || n.clock) && x >= 0 && x < 2958466 { // the year 10000
		return n.moment(x, old)
	}
	if math.Trunc(x) == x && math.Abs(x) < 1e18 {
		return n.padded(strconv.FormatFloat(x, 'f', -1, 64))
	}
	// Excel keeps 15 digits; what comes behind them is the noise of binary fractions.
	if y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 15, 64), 64); err == nil {
		x = y
	}
	if math.Abs(x) >= 1e21 || math.Abs(x) < 1e-9 {
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

func (n numberStyle) padded(digits string) string {
	if missing := n.zeros - len(digits); missing > 0 && !strings.HasPrefix(digits, "-") {
		return strings.Repeat("0", missing) + digits
	}
	return digits
}

// moment reads a serial date (ECMA-376 part 1 section 18.17.4): days since 1899-12-30, but those before
// 1900-03-01 count the 29 February 1900 that never was.
func (n numberStyle) moment(x float64, old bool) string {
	days, rest := math.Modf(x)
	seconds := int(math.Round(rest * 86400))
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case old:
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days < 60:
		start = start.AddDate(0, 0, 1)
	}
	at := start.AddDate(0, 0, int(days)).Add(time.Duration(seconds) * time.Second)
	switch {
	case !n.date:
		return at.Format("15:04:05")
	case n.clock || seconds != 0:
		return at.Format("2006-01-02 15:04:05")
	}
	return at.Format("2006-01-02")
}
