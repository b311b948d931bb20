package storebench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/mozillazg/go-pinyin"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/sample"
	"github.com/callbench/callbench/localstore"
)

const (
	missEvery    = 10 // one question of so many is for somebody who is not there
	searchLimit  = 50 // as the desk asks
	historyLimit = 50
)

// ask is one question, asked of the sealed and of the plain store alike.
type ask struct {
	text string
	miss bool // nobody can answer it
	of   func(ctx context.Context, s *localstore.Store, text string) (found int, err error)
}

func byNumber(ctx context.Context, s *localstore.Store, text string) (int, error) {
	list, err := s.FindByNumber(ctx, text)
	return len(list), err
}

func byID(ctx context.Context, s *localstore.Store, text string) (int, error) {
	c, err := s.Customer(ctx, text)
	if errors.Is(err, desk.ErrNotFound) {
		return 0, nil
	}
	return len(c.ID), err
}

func bySearch(ctx context.Context, s *localstore.Store, text string) (int, error) {
	list, err := s.Search(ctx, text, searchLimit)
	return len(list), err
}

func byHistory(ctx context.Context, s *localstore.Store, text string) (int, error) {
	h, err := s.History(ctx, text, historyLimit)
	return len(h.Contacts), err
}

// draw takes the questions of every line from customers that a seed picks, each of another one.
func (b *bench) draw(ctx context.Context) error {
	r := rand.New(rand.NewPCG(b.cfg.Seed, 3)) //nolint:gosec // questions need no secrecy
	chosen := map[int]bool{}
	for len(chosen) < min(b.cfg.Queries, b.cfg.Customers/2) {
		chosen[r.IntN(b.cfg.Customers)] = true
	}
	var some []desk.Customer
	i := 0
	for c := range sample.Customers(stockSeed, b.cfg.Customers, "east", now) {
		if chosen[i] {
			some = append(some, c)
		}
		i++
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	r.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
	b.asks = map[string][]ask{}
	for name, l := range lines() {
		for i := range b.cfg.Queries {
			c := some[i%len(some)]
			one := ask{of: l.of, text: l.text(c, r)}
			if i%missEvery == missEvery-1 {
				one.text, one.miss = l.miss, true
			}
			b.asks[name] = append(b.asks[name], one)
		}
	}
	b.asks["keystroke"] = typed(b.cfg.Queries, some, r)
	return nil
}

// line is how the questions of a line are made.
type line struct {
	of   func(context.Context, *localstore.Store, string) (int, error)
	text func(c desk.Customer, r *rand.Rand) string
	miss string // what the sample never makes
}

func lines() map[string]line {
	first := func(n int) func(desk.Customer, *rand.Rand) string {
		return func(c desk.Customer, _ *rand.Rand) string {
			name := []rune(c.Name)
			return string(name[:min(n, len(name))])
		}
	}
	last := func(n int) func(desk.Customer, *rand.Rand) string {
		return func(c desk.Customer, _ *rand.Rand) string {
			e := c.Phones[0].E164
			return e[len(e)-n:]
		}
	}
	return map[string]line{
		"number":   {byNumber, written, "13900990000123"},
		"last4":    {bySearch, last(4), "000000000000"},
		"last7":    {bySearch, last(7), "9999999"},
		"id":       {byID, func(c desk.Customer, _ *rand.Rand) string { return c.ID }, "no-such-id"},
		"name1":    {bySearch, first(1), "龘"},
		"name2":    {bySearch, first(2), "龘靐"},
		"name3":    {bySearch, first(3), "龘靐齉"},
		"pinyin":   {bySearch, func(c desk.Customer, _ *rand.Rand) string { return strings.Join(syllables(c.Name), "") }, "nvenvenve"},
		"initials": {bySearch, func(c desk.Customer, _ *rand.Rand) string { return initials(c.Name) }, "vuviu"},
		"zhuyin":   {bySearch, func(c desk.Customer, _ *rand.Rand) string { return zhuyinOf(syllables(c.Name)) }, "ㄪㄫㄬ"},
		"timeline": {byHistory, func(c desk.Customer, _ *rand.Rand) string { return c.ID }, "no-such-id"},
	}
}

// written is a number as callers and people write it.
func written(c desk.Customer, r *rand.Rand) string {
	e := c.Phones[r.IntN(len(c.Phones))].E164
	if r.IntN(2) == 0 {
		return e
	}
	return e[:3] + " " + e[3:6] + "-" + e[6:]
}

// typed are texts of all kinds, key by key: each beginning is a question, as the search box asks it.
func typed(n int, some []desk.Customer, r *rand.Rand) []ask {
	kinds := []func(desk.Customer) string{
		func(c desk.Customer) string { return c.Name },
		func(c desk.Customer) string { return strings.Join(syllables(c.Name), "") },
		func(c desk.Customer) string { return initials(c.Name) },
		func(c desk.Customer) string { return zhuyinOf(syllables(c.Name)) },
		func(c desk.Customer) string { return strings.TrimPrefix(c.Phones[0].E164, "+86") },
		func(c desk.Customer) string { e := c.Phones[0].E164; return e[len(e)-4:] },
		func(c desk.Customer) string { return c.Company },
		func(c desk.Customer) string { return c.Number },
		func(c desk.Customer) string { return c.Address },
	}
	var list []ask
	for i := 0; len(list) < n; i++ {
		text := []rune(kinds[r.IntN(len(kinds))](some[i%len(some)]))
		for end := range text {
			list = append(list, ask{of: bySearch, text: string(text[:end+1])})
		}
	}
	return list[:n]
}

// syllables reads a name as a dictionary of single characters does, which is how most people type it.
func syllables(name string) []string { return pinyin.LazyPinyin(name, pinyin.NewArgs()) }

func initials(name string) string {
	var b strings.Builder
	for _, s := range syllables(name) {
		b.WriteString(s[:1])
	}
	return b.String()
}

// zhuyinOf writes syllables of pinyin in zhuyin, without tones.
func zhuyinOf(list []string) string {
	var b strings.Builder
	for _, s := range list {
		b.WriteString(zhuyin(s))
	}
	return b.String()
}

func zhuyin(s string) string {
	if whole, ok := wholeSyllables[s]; ok {
		return whole
	}
	n := 1
	if len(s) > 1 && s[1] == 'h' && strings.ContainsRune("zcs", rune(s[0])) {
		n = 2
	}
	head, ok := heads[s[:n]]
	if !ok {
		n = 0
	}
	tail := s[n:]
	if n == 1 && strings.ContainsRune("jqx", rune(s[0])) && strings.HasPrefix(tail, "u") {
		tail = "v" + tail[1:]
	}
	return head + tails[tail]
}

//nolint:gochecknoglobals // constant in all but name
var heads = map[string]string{
	"b": "ㄅ", "p": "ㄆ", "m": "ㄇ", "f": "ㄈ", "d": "ㄉ", "t": "ㄊ", "n": "ㄋ", "l": "ㄌ", "g": "ㄍ", "k": "ㄎ", "h": "ㄏ",
	"j": "ㄐ", "q": "ㄑ", "x": "ㄒ", "zh": "ㄓ", "ch": "ㄔ", "sh": "ㄕ", "r": "ㄖ", "z": "ㄗ", "c": "ㄘ", "s": "ㄙ",
}

//nolint:gochecknoglobals // constant in all but name
var tails = map[string]string{
	"a": "ㄚ", "o": "ㄛ", "e": "ㄜ", "ai": "ㄞ", "ei": "ㄟ", "ao": "ㄠ", "ou": "ㄡ", "an": "ㄢ", "en": "ㄣ", "ang": "ㄤ", "eng": "ㄥ",
	"er": "ㄦ", "i": "ㄧ", "ia": "ㄧㄚ", "ie": "ㄧㄝ", "iao": "ㄧㄠ", "iu": "ㄧㄡ", "ian": "ㄧㄢ", "in": "ㄧㄣ", "iang": "ㄧㄤ",
	"ing": "ㄧㄥ", "u": "ㄨ", "ua": "ㄨㄚ", "uo": "ㄨㄛ", "uai": "ㄨㄞ", "ui": "ㄨㄟ", "uan": "ㄨㄢ", "un": "ㄨㄣ", "uang": "ㄨㄤ",
	"ong": "ㄨㄥ", "v": "ㄩ", "ve": "ㄩㄝ", "ue": "ㄩㄝ", "van": "ㄩㄢ", "vn": "ㄩㄣ", "iong": "ㄩㄥ",
}

// wholeSyllables are those whose sounds pinyin spells otherwise: y and w, and syllables that are their head alone.
//
//nolint:gochecknoglobals // constant in all but name
var wholeSyllables = map[string]string{
	"zhi": "ㄓ", "chi": "ㄔ", "shi": "ㄕ", "ri": "ㄖ", "zi": "ㄗ", "ci": "ㄘ", "si": "ㄙ",
	"yi": "ㄧ", "ya": "ㄧㄚ", "yo": "ㄧㄛ", "ye": "ㄧㄝ", "yao": "ㄧㄠ", "you": "ㄧㄡ", "yan": "ㄧㄢ", "yin": "ㄧㄣ", "yang": "ㄧㄤ", "ying": "ㄧㄥ",
	"wu": "ㄨ", "wa": "ㄨㄚ", "wo": "ㄨㄛ", "wai": "ㄨㄞ", "wei": "ㄨㄟ", "wan": "ㄨㄢ", "wen": "ㄨㄣ", "wang": "ㄨㄤ", "weng": "ㄨㄥ",
	"yu": "ㄩ", "yue": "ㄩㄝ", "yuan": "ㄩㄢ", "yun": "ㄩㄣ", "yong": "ㄩㄥ",
}

// wrongly says that a line of which somebody should be found found nobody: it measured nothing.
func wrongly(name string, hits, asked int) error {
	if asked > 0 && hits == 0 {
		return fmt.Errorf("line %s found nobody in %d questions", name, asked)
	}
	return nil
}
