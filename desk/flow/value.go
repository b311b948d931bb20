package flow

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// fold turns full-width ASCII into ASCII and any run of spaces into one.
func fold(s string) string {
	return strings.Join(strings.Fields(strings.Map(asciiSign, s)), " ")
}

// clean takes invisible characters and line ends out of a text.
func clean(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\uFFFD"), func(r rune) bool {
		return unicode.IsSpace(r) && r != '\u3000' || invisible(r)
	}), " ")
}

// take reads an answer as it was typed. value is what is kept, empty for no answer; code is one of
// AnswerError's, or empty.
func (a *ask) take(raw, now string) (value, code string) {
	if utf8.RuneCountInString(raw) > MaxAnswer {
		return "", "too_long"
	}
	folded := fold(raw)
	if folded == "" {
		if a.required {
			return "", "required"
		}
		return "", ""
	}
	ok := false
	switch a.kind {
	case Choice:
		code = "not_an_option"
		value, ok = a.takeOption(folded)
	case Bool:
		code = "not_an_option"
		value, ok = takeBool(folded)
	case Text:
		value = strings.Trim(clean(raw), " \u3000")
		if value == "" && a.required {
			return "", "required"
		}
		ok = true
	case Number:
		code = "not_a_number"
		value, ok = takeNumber(folded)
	case Amount:
		code = "not_an_amount"
		value, ok = takeAmount(folded)
	case Date:
		code = "not_a_date"
		value, ok = takeDate(folded, now)
	case Phone:
		code = "not_a_phone"
		value, ok = takePhone(folded)
	}
	if !ok {
		return "", code
	}
	return value, ""
}

func (a *ask) takeOption(s string) (string, bool) {
	if len(s) == 1 && s[0] >= '1' && int(s[0]-'1') < len(a.options) {
		return a.options[s[0]-'1'].id, true
	}
	for _, o := range a.options {
		if strings.EqualFold(o.id, s) {
			return o.id, true
		}
	}
	return "", false
}

func takeBool(s string) (string, bool) {
	switch strings.ToLower(s) {
	case "1", "yes", "y", "true", "是", "对", "對":
		return "yes", true
	case "2", "no", "n", "false", "否", "不", "不是":
		return "no", true
	}
	return "", false
}

// ungroup takes thousands commas out where they stand rightly.
func ungroup(s string) (string, bool) {
	if !strings.Contains(s, ",") {
		return s, true
	}
	whole, fraction, _ := strings.Cut(s, ".")
	groups := strings.Split(strings.TrimPrefix(whole, "-"), ",")
	for i, g := range groups {
		if len(g) > 3 || len(g) == 0 || i > 0 && len(g) != 3 {
			return "", false
		}
	}
	return strings.ReplaceAll(s, ",", ""), !strings.Contains(fraction, ",")
}

func takeNumber(s string) (string, bool) {
	s, ok := ungroup(s)
	if !ok {
		return "", false
	}
	n, ok := parseDecimal(s, maxDecimals)
	return n.String(), ok
}

// takeAmount reads 1200, 1,200.50, ¥1,200, 1200元 and 1.5万.
func takeAmount(s string) (string, bool) {
	s = strings.ReplaceAll(s, " ", "")
	for _, sign := range []string{"NT$", "HK$", "US$", "$", "¥", "￥"} {
		if rest, ok := strings.CutPrefix(s, sign); ok {
			s = rest
			break
		}
	}
	for _, unit := range []string{"元", "圆", "圓", "块", "塊"} {
		s = strings.TrimSuffix(s, unit)
	}
	factor := decimal(1)
	for _, unit := range []string{"万", "萬"} {
		if rest, ok := strings.CutSuffix(s, unit); ok {
			s, factor = rest, 10_000
			break
		}
	}
	s, ok := ungroup(s)
	if !ok {
		return "", false
	}
	n, ok := parseDecimal(s, maxDecimals)
	largest := decimalOne * 1_000_000_000_000
	if !ok || n < 0 || n >= largest/factor {
		return "", false
	}
	n *= factor
	if n%(decimalOne/100) != 0 {
		return "", false
	}
	return n.amount(), true
}

func takePhone(s string) (string, bool) {
	var b strings.Builder
	digits := 0
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
			b.WriteRune(r)
		case r == '*' || r == '#' || r == '+' && i == 0:
			b.WriteRune(r)
		case strings.ContainsRune(" -()", r):
		default:
			return "", false
		}
	}
	return b.String(), digits >= 3 && digits <= 20 && b.Len() <= 24
}

// shown writes a kept answer for people.
func (f *Flow) shown(a *ask, value, lang string) string {
	switch a.kind {
	case Choice:
		for _, o := range a.options {
			if o.id == value {
				return f.plain(o.label, lang)
			}
		}
	case Bool:
		yes, no := boolLabels(lang)
		if value == "yes" {
			return yes
		}
		return no
	case Number, Amount:
		return grouped(value)
	case Date:
		return shownDate(value, lang)
	case Text, Phone:
	}
	return value
}

func boolLabels(lang string) (yes, no string) {
	if lang == "zh-Hans" || lang == "zh-Hant" {
		return "是", "否"
	}
	return "Yes", "No"
}
