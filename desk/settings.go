package desk

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Settings is how one user likes the desk: kept as JSON in that user's store, read before the first screen.
// The zero value is what the program does by itself. Maps and slices are never altered in place: a change is
// a Settings with a new one. What is not in the bounds below is put right by Bounded.
type Settings struct {
	Language Language `json:"language,omitempty"` // empty: the profile's
	Scheme   string   `json:"scheme,omitempty"`   // light, dark, contrast, contrast-dark; empty: as the system
	Density  string   `json:"density,omitempty"`  // compact; empty: comfortable
	Zoom     int      `json:"zoom,omitempty"`     // percent, MinZoom to MaxZoom; 0: 100

	Panes map[string]float64 `json:"panes,omitempty"` // divider → share of what it divides, 0 to 1
	Keys  map[string]string  `json:"keys,omitempty"`  // action → chord, as "Ctrl+Shift+H"; "none": the action has no key

	Recent []string `json:"recent,omitempty"` // IDs of the actions chosen in the palette, the newest first

	Phrases []Phrase `json:"phrases,omitempty"` // the user's own phrase book, in the user's order

	Views []SavedView `json:"views,omitempty"` // lists of customers that the user has put by, in that order

	Sound Sound `json:"sound"`

	NoMiniBar    bool `json:"no_mini_bar,omitempty"`    // the small bar of a call stays away while the window is hidden
	NoGlobalKeys bool `json:"no_global_keys,omitempty"` // keys count only while the window has the focus
	ToTray       bool `json:"to_tray,omitempty"`        // closing the window leaves the program in the tray, where there is one
}

// Phrase is one entry of a phrase book: what is written in full and what it is called by (empty: its initials).
type Phrase struct {
	Short string `json:"short,omitempty"`
	Text  string `json:"text"`
	About string `json:"about,omitempty"` // what it is about: a heading of its book
}

// Sound is which devices the user speaks and hears through, and how loud. A device is named as the sound
// system names it; empty: the system's own choice. A name that is not there now stays: the headset comes back.
// Levels are percent of what the device gives, 0: 100.
type Sound struct {
	In     string `json:"in,omitempty"`
	Out    string `json:"out,omitempty"`
	Ring   string `json:"ring,omitempty"`
	InAt   int    `json:"in_at,omitempty"`
	OutAt  int    `json:"out_at,omitempty"`
	RingAt int    `json:"ring_at,omitempty"`
}

// The bounds of Settings.
const (
	MinZoom        = 80 // percent
	MaxZoom        = 200
	MaxPanes       = 50
	MaxKeys        = 300
	MaxRecent      = 20 // the oldest goes first
	MaxPhrases     = 500
	MaxPhraseText  = 2000 // runes of Phrase.Text
	MaxPhraseShort = 20   // runes of Phrase.Short
	MaxLevel       = 200  // percent
	maxNameRunes   = 200  // of a device, a divider, an action, a chord
)

// Schemes are the values of Settings.Scheme, in the order in which they are offered.
func Schemes() []string { return []string{"", "light", "dark", "contrast", "contrast-dark"} }

// Densities are the values of Settings.Density.
func Densities() []string { return []string{"", "compact"} }

// ZoomPercent is the zoom in percent, 100 where none was chosen.
func (s Settings) ZoomPercent() int {
	if s.Zoom == 0 {
		return 100
	}
	return s.Zoom
}

// Bounded is s with everything outside its bounds put right: an unknown choice is none, what is too much is
// cut off at the end. It shares no map or slice with s.
func (s Settings) Bounded() Settings {
	if !s.Language.Valid() {
		s.Language = ""
	}
	if !slices.Contains(Schemes(), s.Scheme) {
		s.Scheme = ""
	}
	if !slices.Contains(Densities(), s.Density) {
		s.Density = ""
	}
	if s.Zoom != 0 {
		s.Zoom = min(max(s.Zoom, MinZoom), MaxZoom)
	}
	s.Panes = boundedMap(s.Panes, MaxPanes, func(share float64) bool { return share >= 0 && share <= 1 })
	s.Keys = boundedMap(s.Keys, MaxKeys, func(chord string) bool { return utf8.RuneCountInString(chord) <= maxNameRunes })
	s.Recent = slices.Clone(s.Recent[:min(len(s.Recent), MaxRecent)])
	var book []Phrase
	for _, p := range s.Phrases {
		p.Short, p.Text = cutRunes(strings.TrimSpace(p.Short), MaxPhraseShort), cutRunes(p.Text, MaxPhraseText)
		p.About = cutRunes(p.About, maxNameRunes)
		if strings.TrimSpace(p.Text) != "" && len(book) < MaxPhrases {
			book = append(book, p)
		}
	}
	s.Phrases, s.Views = book, boundedViews(s.Views)
	for _, name := range []*string{&s.Sound.In, &s.Sound.Out, &s.Sound.Ring} {
		*name = cutRunes(*name, maxNameRunes)
	}
	for _, level := range []*int{&s.Sound.InAt, &s.Sound.OutAt, &s.Sound.RingAt} {
		*level = min(max(*level, 0), MaxLevel)
	}
	return s
}

// boundedMap copies at most limit good entries, those first by name; nil where there are none.
func boundedMap[V any](m map[string]V, limit int, good func(V) bool) map[string]V {
	var out map[string]V
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if len(out) == limit {
			break
		}
		if k == "" || utf8.RuneCountInString(k) > maxNameRunes || !good(m[k]) {
			continue
		}
		if out == nil {
			out = map[string]V{}
		}
		out[k] = m[k]
	}
	return out
}

func cutRunes(s string, limit int) string {
	n := 0
	for i := range s {
		if n == limit {
			return s[:i]
		}
		n++
	}
	return s
}

// Same reports whether two settings say the same.
func (s Settings) Same(o Settings) bool { return reflect.DeepEqual(s, o) }

// Events about the settings.
type (
	// SettingsLoaded brings what the store kept. Asked is the language that the program was started with: it
	// beats the kept one for this run; empty: none.
	SettingsLoaded struct {
		Settings Settings
		Asked    Language
	}
	// SettingsChanged carries the whole settings after a change: State.Settings with something else in it. It holds
	// maps, so no button may carry it; SettingChosen is for those.
	SettingsChanged struct{ Settings Settings }
	// SettingChosen sets one thing to one of its values, on and off included; an unknown one changes nothing.
	SettingChosen struct {
		Which SettingID
		Value string
	}
	// PaneMoved tells where a divider has been put. It changes nothing but this one share, however often it comes.
	PaneMoved struct {
		Pane  string
		Share float64
	}
)

// The parts of the settings, as State.SettingsAt names them.
const (
	SettingsDisplay = "display"
	SettingsSound   = "sound"
	SettingsCalls   = "calls"
	SettingsKeys    = "keys"
	SettingsPhrases = "phrases"
	SettingsAbout   = "about"
)

// SettingID names a setting that has a few values to choose from.
type SettingID string

// The settings of SettingChosen, and the values of those that are on or off.
const (
	SettingScheme     SettingID = "scheme"      // as Settings.Scheme
	SettingDensity    SettingID = "density"     // as Settings.Density
	SettingZoom       SettingID = "zoom"        // percent
	SettingPanes      SettingID = "panes"       // any value: dividers stand where they stood at first
	SettingMiniBar    SettingID = "mini_bar"    // on, off
	SettingGlobalKeys SettingID = "global_keys" // on, off
	SettingTray       SettingID = "tray"        // on, off

	SettingOn  = "on"
	SettingOff = "off"
)

// with is s with one thing chosen.
func (s Settings) with(which SettingID, value string) Settings {
	on := value == SettingOn
	switch which {
	case SettingScheme:
		s.Scheme = value
	case SettingDensity:
		s.Density = value
	case SettingZoom:
		if percent, err := strconv.Atoi(value); err == nil {
			s.Zoom = percent
		}
	case SettingPanes:
		s.Panes = nil
	case SettingMiniBar:
		s.NoMiniBar = !on
	case SettingGlobalKeys:
		s.NoGlobalKeys = !on
	case SettingTray:
		s.ToTray = on
	}
	return s
}

// SettingsOpened goes to a part of the settings, from wherever the agent is.
type SettingsOpened struct{ Part string }

func (SettingsOpened) event() {}

// ActionUsed tells that an action was chosen in the palette, which offers the newest first.
type ActionUsed struct{ ID string }

func (ActionUsed) event() {}

// ZoomFitted tells the largest zoom in percent that the screen holds.
type ZoomFitted struct{ Most int }

func (ZoomFitted) event()      {}
func (SettingsLoaded) event()  {}
func (SettingsChanged) event() {}
func (SettingChosen) event()   {}
func (PaneMoved) event()       {}

// KeepSettings makes the settings durable soon; a newer one replaces one that waits.
type KeepSettings struct{ Settings Settings }

func (KeepSettings) command() {}
