package desk_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestSettingsTakeEffectAtOnceAndAreKept(t *testing.T) {
	s, _ := desk.Update(desk.State{}, desk.Stamp{At: 1}, desk.Started{Language: desk.ZhHans})
	s, cmds := desk.Update(s, desk.Stamp{At: 2}, desk.SettingsLoaded{Settings: desk.Settings{Language: desk.English, Zoom: 125}})
	if s.Language != desk.English || s.Settings.ZoomPercent() != 125 || len(cmds) != 0 {
		t.Fatalf("loaded: language %q, zoom %d, commands %v", s.Language, s.Settings.ZoomPercent(), cmds)
	}
	next := s.Settings
	next.Scheme = "dark"
	s, cmds = desk.Update(s, desk.Stamp{At: 3}, desk.SettingsChanged{Settings: next})
	if k, ok := the[desk.KeepSettings](cmds); !ok || k.Settings.Scheme != "dark" || s.Settings.Scheme != "dark" || s.Language != desk.English {
		t.Fatalf("changed: %+v, commands %v", s.Settings, cmds)
	}
	if _, cmds = desk.Update(s, desk.Stamp{At: 4}, desk.SettingsChanged{Settings: next}); len(cmds) != 0 {
		t.Fatalf("nothing new, and yet %v", cmds)
	}
	s, cmds = desk.Update(s, desk.Stamp{At: 5}, desk.LanguageChosen{Language: desk.ZhHant})
	if k, ok := the[desk.KeepSettings](cmds); !ok || k.Settings.Language != desk.ZhHant || s.Language != desk.ZhHant {
		t.Fatalf("language: %q, commands %v", s.Language, cmds)
	}
}

func TestTheLanguageOfTheCommandLineBeatsTheKeptOneForThisRunOnly(t *testing.T) {
	s, _ := desk.Update(desk.State{}, desk.Stamp{At: 1}, desk.Started{Language: desk.ZhHans})
	s, _ = desk.Update(s, desk.Stamp{At: 2}, desk.SettingsLoaded{Settings: desk.Settings{Language: desk.ZhHant}, Asked: desk.English})
	if s.Language != desk.English || s.Settings.Language != desk.ZhHant {
		t.Fatalf("in use %q, kept %q", s.Language, s.Settings.Language)
	}
	next := s.Settings
	next.Density = "compact"
	if s, _ = desk.Update(s, desk.Stamp{At: 3}, desk.SettingsChanged{Settings: next}); s.Language != desk.English {
		t.Fatalf("another setting changed the language to %q", s.Language)
	}
	if s, _ = desk.Update(s, desk.Stamp{At: 4}, desk.LanguageChosen{Language: desk.ZhHant}); s.Language != desk.ZhHant {
		t.Fatalf("chosen zh-Hant, in use %q", s.Language)
	}
}

func TestMovingAPaneChangesNothingThatWasHandedOut(t *testing.T) {
	first, _ := desk.Update(desk.State{}, desk.Stamp{At: 1}, desk.PaneMoved{Pane: "customer", Share: 0.3})
	was := maps.Clone(first.Settings.Panes)
	second, cmds := desk.Update(first, desk.Stamp{At: 2}, desk.PaneMoved{Pane: "note", Share: 0.5})
	if _, ok := the[desk.KeepSettings](cmds); !ok || !maps.Equal(first.Settings.Panes, was) {
		t.Fatalf("commands %v, first %v", cmds, first.Settings.Panes)
	}
	if second.Settings.Panes["customer"] != 0.3 || second.Settings.Panes["note"] != 0.5 {
		t.Fatalf("panes: %v", second.Settings.Panes)
	}
	if s, cmds := desk.Update(second, desk.Stamp{At: 3}, desk.PaneMoved{Pane: "note", Share: -2}); len(s.Settings.Panes) != 1 || len(cmds) != 1 {
		t.Fatalf("a share that is none: %v %v", s.Settings.Panes, cmds)
	}
}

func TestOneSettingIsChosenAtATime(t *testing.T) {
	s := desk.State{Settings: desk.Settings{Panes: map[string]float64{"a": 1}}}
	for _, e := range []desk.SettingChosen{
		{desk.SettingScheme, "dark"},
		{desk.SettingDensity, "compact"},
		{desk.SettingZoom, "150"},
		{desk.SettingMiniBar, desk.SettingOff},
		{desk.SettingGlobalKeys, desk.SettingOff},
		{desk.SettingTray, desk.SettingOn},
		{desk.SettingPanes, ""},
		{desk.SettingZoom, "big"},
		{"nose", "long"},
	} {
		s, _ = desk.Update(s, desk.Stamp{At: 1}, e)
	}
	want := desk.Settings{Scheme: "dark", Density: "compact", Zoom: 150, NoMiniBar: true, NoGlobalKeys: true, ToTray: true}
	if !s.Settings.Same(want) {
		t.Fatalf("settings: %+v", s.Settings)
	}
}

func TestSettingsHaveBounds(t *testing.T) {
	s := desk.Settings{Language: "xx", Scheme: "pink", Density: "huge", Zoom: 9000, Keys: map[string]string{}, Panes: map[string]float64{"": 0.5}}
	for i := range 1000 {
		s.Keys[fmt.Sprint(i)] = "Ctrl+B"
		s.Phrases = append(s.Phrases, desk.Phrase{Short: strings.Repeat("长", 99), Text: strings.Repeat("长", 9999)})
	}
	s.Sound = desk.Sound{In: strings.Repeat("x", 5000), InAt: -3, OutAt: 900}
	b := s.Bounded()
	text, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case b.Language != "" || b.Scheme != "" || b.Density != "" || b.Zoom != desk.MaxZoom:
		t.Errorf("choices: %q %q %q %d", b.Language, b.Scheme, b.Density, b.Zoom)
	case len(b.Keys) != desk.MaxKeys || b.Panes != nil || len(b.Phrases) != desk.MaxPhrases:
		t.Errorf("%d keys, %d panes, %d phrases", len(b.Keys), len(b.Panes), len(b.Phrases))
	case b.Sound.InAt != 0 || b.Sound.OutAt != desk.MaxLevel || len(b.Sound.In) > 800:
		t.Errorf("sound: %+v", b.Sound)
	case len(text) > 4<<20:
		t.Errorf("%d bytes", len(text))
	}
	var again desk.Settings
	if err := json.Unmarshal(text, &again); err != nil || !again.Bounded().Same(b) {
		t.Errorf("not the same after JSON: %v", err)
	}
}

func TestAWipeTakesTheOwnPhrasesAway(t *testing.T) {
	s, _ := desk.Update(desk.State{}, desk.Stamp{At: 1}, desk.SettingsChanged{Settings: desk.Settings{Scheme: "dark", Phrases: []desk.Phrase{{Text: "陈怡君"}}}})
	s, _ = desk.Update(s, desk.Stamp{At: 2}, desk.WipeOrdered{})
	if s.Settings.Scheme != "dark" || s.Settings.Phrases != nil {
		t.Fatalf("settings: %+v", s.Settings)
	}
}

// the one command of a kind that was given, if it was the only one.
func the[C desk.Command](list []desk.Command) (C, bool) {
	if len(list) != 1 {
		var none C
		return none, false
	}
	c, ok := list[0].(C)
	return c, ok
}
