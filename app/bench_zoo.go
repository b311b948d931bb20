package app

import (
	"slices"
	"strconv"
	"strings"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/monkey"
	"github.com/callbench/callbench/ui/present"
)

// monkeyZoo is what the monkey may do. The keys are those of the table of actions, and those that every program has.
func monkeyZoo() monkey.Zoo {
	z := monkey.Zoo{
		Keys: []string{
			"Tab", "Tab", "Shift+Tab", "Enter", "Enter", "Esc", "Up", "Down", "Left", "Right", "Home", "End", "PageUp", "PageDown",
			"BackSpace", "Delete", "Ctrl+A", "Ctrl+Z", "Ctrl+Tab", "Ctrl+Shift+Tab", "1", "2", "3", "4", "9", "a", "x", "F1",
		},
		Texts: []string{"你好,客户要求退款", "refund", "wang", "王", "138", "1234", ";nh", ";;", " ", "陳先生說明天再打來", "e\u0301😀", "2026-11-30", "很长的一段话,写到一行放不下为止,还要再长一些,长到看得见滚动条。"},
		Worlds: []string{
			"call", "call", "call", "answer", "stranger", "hang_up", "hang_up", "net_off", "net_on", "phone_off", "phone_on", "sound_lost",
			"sound_back", "board", "notice", "tick", "tick", "wait", "minute", "lead", "agent", "synced", "busy_desk",
		},
		Choices: []string{
			"lang zh-Hans", "lang zh-Hant", "lang en", "scheme light", "scheme dark", "scheme contrast", "scheme contrast-dark",
			"density compact", "density ", "zoom 80", "zoom 100", "zoom 125", "zoom 150", "zoom 200",
		},
		Sizes: [][2]float64{{1366, 768}, {1093, 614}, {1920, 1080}, {1024, 640}, {900, 500}, {2560, 1440}, {600, 300}},
	}
	for _, view := range []string{"work", "customers", "tasks", "board", "knowledge", "team", "settings", "changes"} {
		z.Choices = append(z.Choices, "view "+view)
	}
	s, _ := desk.Update(desk.State{}, desk.Stamp{}, desk.Started{Language: desk.ZhHans, Session: desk.Session{Role: desk.RoleLead}, Central: true})
	var lexicon lexicon
	for _, a := range present.Of(s, lexicon.in(desk.ZhHans), 0).Actions {
		for _, key := range []string{a.Key, a.Also} {
			if key != "" && !slices.Contains(z.Keys, key) {
				z.Keys = append(z.Keys, key)
			}
		}
	}
	return z
}

// choose is a choice of a script: a view, a language, a scheme, a density, a zoom.
func choose(l *loop, text string) {
	what, value, _ := strings.Cut(text, " ")
	set := l.current().Settings
	switch what {
	case "view":
		l.send(desk.ViewChosen{View: value})
		return
	case "lang":
		l.send(desk.LanguageChosen{Language: desk.Language(value)})
		return
	case "scheme":
		set.Scheme = value
	case "density":
		set.Density = value
	case "zoom":
		set.Zoom, _ = strconv.Atoi(value)
	}
	l.send(desk.SettingsChanged{Settings: set})
}
