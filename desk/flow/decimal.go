package flow

import (
	"strconv"
	"strings"
)

// decimal is a number in millionths. Twelve digits before the point and six after it fit.
type decimal int64

const decimalOne decimal = 1_000_000

// parseDecimal reads an optional minus, 1 to 12 digits and, after a point, 1 to places digits.
func parseDecimal(s string, places int) (decimal, bool) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, pointed := strings.Cut(digits, ".")
	if !isDigits(whole) || len(whole) > maxIntegerDigits || pointed && (!isDigits(fraction) || len(fraction) > places) {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", maxDecimals-len(fraction)), 10, 64)
	if err != nil {
		return 0, false
	}
	if negative {
		n = -n
	}
	return decimal(n), true
}

// String gives the shortest decimal: 1200, 3.5, -0.25.
func (d decimal) String() string {
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	s := sign + strconv.FormatInt(int64(d/decimalOne), 10)
	if rest := d % decimalOne; rest != 0 {
		digits := strconv.FormatInt(int64(rest), 10)
		s += "." + strings.TrimRight(strings.Repeat("0", maxDecimals-len(digits))+digits, "0")
	}
	return s
}

// amount gives the form amounts are kept in: 1200 or 1200.50.
func (d decimal) amount() string {
	s := d.String()
	if i := strings.IndexByte(s, '.'); i >= 0 && len(s)-i == 2 {
		s += "0"
	}
	return s
}

// grouped puts a comma between thousands.
func grouped(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, fraction, pointed := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if pointed {
		whole += "." + fraction
	}
	return sign + whole
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
