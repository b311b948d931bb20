package sheet

import "strings"

// harmless makes a text for a CSV cell that no spreadsheet program takes for a formula: an apostrophe is put
// before what begins like one, and before what revealed would shorten. Signed numbers are left alone.
func harmless(s string) string {
	if starts(strings.TrimLeft(s, "'")) && !isSigned(s) {
		return "'" + s
	}
	return s
}

// revealed is the inverse of harmless.
func revealed(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && starts(strings.TrimLeft(rest, "'")) {
		return rest
	}
	return s
}

// starts tells how formulas begin, full-width signs included (Excel takes them in Chinese and Japanese
// settings), and the blanks that are skipped before one.
func starts(s string) bool {
	for _, sign := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%"} {
		if strings.HasPrefix(s, sign) {
			return true
		}
	}
	return false
}

func isSigned(s string) bool {
	rest := strings.TrimLeft(s, "+-")
	return len(s)-len(rest) == 1 && rest != "" && strings.Trim(rest, "0123456789") == ""
}
