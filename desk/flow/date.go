package flow

import (
	"strconv"
	"strings"
	"time"
)

// Layouts of dates as they are kept.
const (
	layoutDay  = "2006-01-02"
	layoutWall = "2006-01-02T15:04"
)

// takeDate reads a date with or without a time. now is the desk's wall time (layoutWall) or empty:
// what depends on it is no date then.
func takeDate(s, now string) (string, bool) {
	s, afternoon := plainDate(strings.ToLower(s))
	day, clock := "", ""
	fields := strings.Fields(s)
	if n := len(fields); n > 0 && strings.Contains(fields[n-1], ":") {
		clock, fields = fields[n-1], fields[:n-1]
	}
	if len(fields) > 1 || len(fields) == 0 && clock == "" {
		return "", false
	}
	if len(fields) == 1 {
		day = fields[0]
	}
	minutes := -1
	if clock != "" {
		t, err := time.Parse("15:04", clock)
		if err != nil {
			return "", false
		}
		if afternoon && t.Hour() < 12 {
			t = t.Add(12 * time.Hour)
		}
		minutes = t.Hour()*60 + t.Minute()
	}
	at, ok := dayOf(day, minutes, now)
	if !ok || at.Year() < 1900 || at.Year() > 2999 {
		return "", false
	}
	if minutes < 0 {
		return at.Format(layoutDay), !afternoon
	}
	return at.Add(time.Duration(minutes) * time.Minute).Format(layoutWall), true
}

// plainDate turns the words of dates into digits and signs: 明天下午3点 becomes "+1 3:00", afternoon.
func plainDate(s string) (plain string, afternoon bool) {
	for _, w := range []string{"下午", "晚上", "pm"} {
		afternoon = afternoon || strings.Contains(s, w)
	}
	s = strings.NewReplacer(
		"大后天", "+3 ", "大後天", "+3 ", "今天", "+0 ", "明天", "+1 ", "后天", "+2 ", "後天", "+2 ", "today", "+0 ", "tomorrow", "+1 ",
		"下午", " ", "晚上", " ", "上午", " ", "早上", " ", "pm", " ", "am", " ",
		"年", "-", "月", "-", "日", " ", "号", " ", "號", " ", "/", "-",
		"点半", ":30", "點半", ":30", "点", ":", "點", ":", "时", ":", "時", ":", "分", "",
	).Replace(s)
	if i := strings.IndexByte(s, 't'); i > 0 && s[i-1] >= '0' && s[i-1] <= '9' {
		s = s[:i] + " " + s[i+1:]
	}
	s = strings.TrimSpace(s)
	if strings.HasSuffix(s, ":") {
		s += "00"
	}
	return s, afternoon
}

// dayOf resolves a day; an empty one is today, or tomorrow where the time of day has passed.
func dayOf(day string, minutes int, now string) (time.Time, bool) {
	if t, err := time.Parse("2006-1-2", day); err == nil {
		return t, true
	}
	here, err := time.Parse(layoutWall, now)
	if err != nil {
		return time.Time{}, false
	}
	today := here.Truncate(24 * time.Hour)
	if day == "" {
		if minutes <= here.Hour()*60+here.Minute() {
			today = today.AddDate(0, 0, 1)
		}
		return today, true
	}
	if after, ok := strings.CutPrefix(day, "+"); ok {
		n, err := strconv.Atoi(after)
		return today.AddDate(0, 0, n), err == nil && n >= 0 && n <= 366 && isDigits(after)
	}
	// The year of a day without one is this year or, when the day has passed, the next; trying the
	// whole text with its year lets 29 February fail where there is none.
	for year := today.Year(); year <= today.Year()+1; year++ {
		t, err := time.Parse("2006-1-2", strconv.Itoa(year)+"-"+day)
		if err == nil && !t.Before(today) {
			return t, true
		}
	}
	return time.Time{}, false
}

// shownDate writes a kept date out.
func shownDate(value, lang string) string {
	t, err := time.Parse(layoutWall, value)
	clock := err == nil
	if !clock {
		if t, err = time.Parse(layoutDay, value); err != nil {
			return value
		}
	}
	switch {
	case lang == "en" && clock:
		return t.Format("2 January 2006, 15:04")
	case lang == "en":
		return t.Format("2 January 2006")
	case clock:
		return t.Format("2006年1月2日 15:04")
	}
	return t.Format("2006年1月2日")
}

// wall gives a kept date as a wall time; a date alone means nine in the morning.
func wall(value string) string {
	if len(value) == len(layoutDay) {
		return value + "T09:00"
	}
	return value
}
