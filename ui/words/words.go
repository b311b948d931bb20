// Package words gives every text that a person reads, in three languages, by a typed key.
//
// A Catalogue is immutable; any goroutine may use it and nothing has to be stopped. Wording avoids
// plurals, so that a text with a number in it is right for every number.
package words

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/callbench/callbench/assets"
)

// Languages are the interface languages, with the names of desk.Language.
func Languages() []string { return []string{"zh-Hans", "zh-Hant", "en"} }

// Catalogue is the words of one language, with the rules for its dates and numbers.
type Catalogue struct {
	lang string
	text map[Key]string
	zone *time.Location
}

// For gives the catalogue of a language; an unknown one gives zh-Hans. Times are shown in the
// computer's zone.
func For(lang string) *Catalogue {
	if !slices.Contains(Languages(), lang) {
		lang = "zh-Hans"
	}
	text := map[Key]string{}
	if err := json.Unmarshal(assets.I18n(lang), &text); err != nil { // the tests read all of them
		panic("words: " + lang + ": " + err.Error())
	}
	return &Catalogue{lang: lang, text: text, zone: time.Local}
}

// In gives the same words with times shown in another zone.
func (c *Catalogue) In(zone *time.Location) *Catalogue {
	return &Catalogue{lang: c.lang, text: c.text, zone: zone}
}

// Lang is the catalogue's BCP 47 tag.
func (c *Catalogue) Lang() string { return c.lang }

// Say gives the text of a key; a missing one shows as its key, so that it is seen and reported.
func (c *Catalogue) Say(k Key) string {
	if s, ok := c.text[k]; ok {
		return s
	}
	return string(k)
}

// Has reports whether the catalogue knows a key, for keys made from codes.
func (c *Catalogue) Has(k Key) bool {
	_, ok := c.text[k]
	return ok
}

// Fill gives the text of a key with its placeholders filled: name, value, name, value …
func (c *Catalogue) Fill(k Key, pairs ...string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		if i == 0 {
			pairs = slices.Clone(pairs)
		}
		pairs[i] = "{" + pairs[i] + "}"
	}
	return strings.NewReplacer(pairs[:len(pairs)&^1]...).Replace(c.Say(k))
}

// Local is a moment as the clock on the wall shows it.
func (c *Catalogue) Local(t time.Time) time.Time { return t.In(c.zone) }

// Clock is a time of day: 14:02.
func (c *Catalogue) Clock(t time.Time) string { return t.In(c.zone).Format("15:04") }

// ClockSeconds is a time of day to the second: 14:05:09.
func (c *Catalogue) ClockSeconds(t time.Time) string { return t.In(c.zone).Format("15:04:05") }

// Day is a date as short as the year of now allows: 11-22, 22 Nov; with the year where it is another.
func (c *Catalogue) Day(t, now time.Time) string {
	t, now = t.In(c.zone), now.In(c.zone)
	switch {
	case c.lang == "en" && t.Year() == now.Year():
		return t.Format("2 Jan")
	case c.lang == "en":
		return t.Format("2 Jan 2006")
	case t.Year() == now.Year():
		return t.Format("01-02")
	}
	return t.Format("2006-01-02")
}

// When is a moment as people say it: today 14:02, yesterday 09:15, 11-19 10:00.
func (c *Catalogue) When(t, now time.Time) string {
	switch c.DaysBetween(t, now) {
	case 0:
		return c.Fill(TimeToday, "time", c.Clock(t))
	case 1:
		return c.Fill(TimeYesterday, "time", c.Clock(t))
	}
	return c.Day(t, now) + " " + c.Clock(t)
}

// DaysBetween counts midnights from t to now; negative when t is on a later day.
func (c *Catalogue) DaysBetween(t, now time.Time) int {
	return int(midnight(now.In(c.zone)).Sub(midnight(t.In(c.zone))) / (24 * time.Hour))
}

// midnight names a day as a moment in UTC, so that days have 24 hours whatever the zone does.
func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// Timer is a running time: 00:12, 03:27, 1:02:03. A negative one shows as 00:00.
func (c *Catalogue) Timer(d time.Duration) string {
	s := max(int(d/time.Second), 0)
	if s < 3600 {
		return pad(s/60) + ":" + pad(s%60)
	}
	return strconv.Itoa(s/3600) + ":" + pad(s/60%60) + ":" + pad(s%60)
}

// Age is a rough span in words: 8 秒, 3 分钟, 2 小时, 4 天.
func (c *Catalogue) Age(d time.Duration) string {
	switch {
	case d < time.Minute:
		return c.Fill(TimeSeconds, "n", strconv.Itoa(max(int(d/time.Second), 0)))
	case d < time.Hour:
		return c.Fill(TimeMinutes, "n", strconv.Itoa(int(d/time.Minute)))
	case d < 48*time.Hour:
		return c.Fill(TimeHours, "n", strconv.Itoa(int(d/time.Hour)))
	}
	return c.Fill(TimeDays, "n", strconv.Itoa(int(d/(24*time.Hour))))
}

// Number is a count with separators from four digits up: 12,345.
func (c *Catalogue) Number(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Percent is a share of a whole: 92 %, or – where there is no whole.
func (c *Catalogue) Percent(part, whole int) string {
	if whole <= 0 {
		return "–"
	}
	return strconv.Itoa((part*100+whole/2)/whole) + "%"
}

func pad(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}
