package flow

import "testing"

func TestAnswersAreTakenAsPeopleTypeThem(t *testing.T) {
	const now = "2026-11-22T14:05"
	cases := []struct {
		kind AskType
		raw  string
		want string // empty: refused
	}{
		{Number, "12", "12"},
		{Number, "-1,200.50", "-1200.5"},
		{Number, "１２．５", "12.5"},
		{Number, "007", "7"},
		{Number, "-0", "0"},
		{Number, "0.000001", "0.000001"},
		{Number, "999999999999.999999", "999999999999.999999"},
		{Number, "0.0000001", ""},
		{Number, "1000000000000", ""},
		{Number, "1,20", ""},
		{Number, "1,200,3", ""},
		{Number, "12.3,4", ""},
		{Number, "1e3", ""},
		{Number, ".5", ""},
		{Number, "5.", ""},
		{Number, "--5", ""},
		{Amount, "1200", "1200"},
		{Amount, "1,200.5", "1200.50"},
		{Amount, "1200.00", "1200"},
		{Amount, "¥1,200", "1200"},
		{Amount, "￥１，２００", "1200"},
		{Amount, "NT$ 300", "300"},
		{Amount, "1200元", "1200"},
		{Amount, "1.5万", "15000"},
		{Amount, "1.5 萬元", "15000"},
		{Amount, "1.00001万", "10000.10"},
		{Amount, "99999999万", "999999990000"},
		{Amount, "100000000万", ""},
		{Amount, "1.0000001万", ""},
		{Amount, "0.001", ""},
		{Amount, "-3", ""},
		{Amount, "元", ""},
		{Bool, "1", "yes"},
		{Bool, "是", "yes"},
		{Bool, "TRUE", "yes"},
		{Bool, "２", "no"},
		{Bool, "否", "no"},
		{Bool, "3", ""},
		{Phone, "+886 912-345-678", "+886912345678"},
		{Phone, "(010) 6552 9988", "01065529988"},
		{Phone, "*97#", ""},
		{Phone, "110", "110"},
		{Phone, "12+34", ""},
		{Phone, "abc", ""},
		{Phone, "123456789012345678901", ""},
		{Date, "2026-11-24", "2026-11-24"},
		{Date, "2026-11-24T15:00", "2026-11-24T15:00"},
		{Date, "2026-11-24 9:05", "2026-11-24T09:05"},
		{Date, "2026/1/2 23:59", "2026-01-02T23:59"},
		{Date, "２０２６年１１月２４日　１５：００", "2026-11-24T15:00"},
		{Date, "2026年11月24日下午3点半", "2026-11-24T15:30"},
		{Date, "11月24号上午9点", "2026-11-24T09:00"},
		{Date, "15:00", "2026-11-22T15:00"},
		{Date, "14:05", "2026-11-23T14:05"},
		{Date, "今天 14:00", "2026-11-22T14:00"},
		{Date, "明天下午3点", "2026-11-23T15:00"},
		{Date, "後天", "2026-11-24"},
		{Date, "大后天 8:00", "2026-11-25T08:00"},
		{Date, "Tomorrow 3:30 pm", "2026-11-23T15:30"},
		{Date, "+9 10:00", "2026-12-01T10:00"},
		{Date, "1-2", "2027-01-02"},
		{Date, "11-22", "2026-11-22"},
		{Date, "2-29", ""},
		{Date, "2026-02-30", ""},
		{Date, "24:00", ""},
		{Date, "+367", ""},
		{Date, "++1", ""},
		{Date, "下午", ""},
		{Date, "2026-11-24 下午", ""},
		{Date, "很快", ""},
		{Date, "0001-01-01", ""},
		{Text, "  a\r\nb\tc ", "a b c"},
		{Text, "\u202e反", "反"},
		{Text, "bad\xffbyte", "bad\uFFFDbyte"},
	}
	for _, c := range cases {
		a := &ask{kind: c.kind, required: true}
		got, code := a.take(c.raw, now)
		if got != c.want || (code == "") != (c.want != "") {
			t.Errorf("%s %q: got %q %s, want %q", c.kind, c.raw, got, code, c.want)
		}
		if code != "" {
			continue
		}
		if again, code := a.take(got, ""); again != got || code != "" {
			t.Errorf("%s: what is kept, %q, is taken as %q %s", c.kind, got, again, code)
		}
	}
}

func TestWithoutTheTimeOnlyWholeDatesAreTaken(t *testing.T) {
	a := &ask{kind: Date}
	for _, raw := range []string{"15:00", "明天 15:00", "+1", "11-24"} {
		if got, code := a.take(raw, ""); code != "not_a_date" {
			t.Errorf("%q: %q %s", raw, got, code)
		}
	}
}

func TestDatesAndNumbersAreWrittenOut(t *testing.T) {
	for _, c := range []struct{ value, lang, want string }{
		{"2026-11-04", "zh-Hant", "2026年11月4日"},
		{"2026-11-04T09:05", "zh-Hans", "2026年11月4日 09:05"},
		{"2026-11-04", "en", "4 November 2026"},
		{"2026-11-04T15:00", "en", "4 November 2026, 15:00"},
		{"nonsense", "en", "nonsense"},
	} {
		if got := shownDate(c.value, c.lang); got != c.want {
			t.Errorf("%v: %q", c, got)
		}
	}
	for in, want := range map[string]string{"1": "1", "-1234": "-1,234", "1234567.50": "1,234,567.50", "123": "123", "-123": "-123"} {
		if got := grouped(in); got != want {
			t.Errorf("%s: %q", in, got)
		}
	}
}

func TestScriptsAreToldApart(t *testing.T) {
	for _, r := range "们个这诉账单户发电话电话着么" {
		if r != '电' && r != '发' && !simplifiedOnly(r) {
			t.Errorf("%c is simplified", r)
		}
	}
	for _, r := range "們個這訴帳單戶發電話說麼" {
		if !traditionalOnly(r) || simplifiedOnly(r) {
			t.Errorf("%c is traditional", r)
		}
	}
	for _, r := range "您好请求后里台只的不在是a,。！「」😀喆" {
		if r != '请' && (simplifiedOnly(r) || traditionalOnly(r)) {
			t.Errorf("%c is neither", r)
		}
	}
}

func TestConditionsAreReadWithTheUsualPrecedence(t *testing.T) {
	values := map[string]string{"a": "x", "b": "y", "n": "5"}
	for text, want := range map[string]bool{
		"a is x":                          true,
		"a is not x":                      false,
		"not a is x":                      false,
		"not not a is x":                  true,
		"a is x or b is z and a is z":     true, // and binds tighter than or
		"(a is x or b is z) and a is z":   false,
		"not a is x or b is y":            true, // not binds tightest
		"not (a is x or b is y)":          false,
		"n > 4.5 and n >= 5 and n <= 5":   true,
		"n < 5":                           false,
		"n > limit":                       true,
		"c known":                         false,
		"c is x":                          false,
		"c is not x":                      true,
		"c > 1 or c < 1 or c >= 1":        false,
		"n known and not c known":         true,
		"a is x and（b is y）":              true,
		"n ≥ 5 and n ＞ 4 and (n <= 5.00)": true,
	} {
		ps := &problems{}
		c := parseCond(text, 1, 1, ps)
		if c == nil {
			t.Errorf("%s: %v", text, ps.list)
			continue
		}
		if got := c.holds(func(leaf *cond) bool { return leaf.compare(values[leaf.name.text], 4*decimalOne, true) }); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestTextsAreFilledIn(t *testing.T) {
	value := func(name string) string { return map[string]string{"a": "A", "b": "B"}[name] }
	for raw, want := range map[string]string{
		"{a}-{b}":           "A-B",
		"{x|?}":             "?",
		"{x|}":              "",
		"{ a }":             "A",
		"{a|?}":             "A",
		"[{a}, ]{b}":        "A, B",
		"[{x}, ]{b}":        "B",
		"[{a} {x}]":         "",
		"[{x|-} {a}]":       "- A",
		`\{a\} \[b\] \| \\`: `{a} [b] | \`,
		`{x|\}}`:            "}",
		"a | b":             "a | b",
	} {
		ps := &problems{}
		p := parseText(raw, 1, 1, ps)
		got, whole := render(p.parts, value)
		if got != want || !whole || len(ps.list) > 0 {
			t.Errorf("%s: %q %v %v", raw, got, whole, ps.list)
		}
	}
	if _, whole := render(parseText("{a} {x}", 1, 1, &problems{}).parts, value); whole {
		t.Error("a hole is not noticed")
	}
}
