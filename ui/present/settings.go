package present

import (
	"slices"
	"strconv"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// SettingsPanel is the settings: the parts at the left, the rows of the one that is open beside them. A part may have
// a panel of its own in place of rows (ui/panel_settings.go).
type SettingsPanel struct {
	Title, Kept string
	Parts       []Button
	Part        string // ID of the one that is open
	Rows        []SettingRow
	Book        Book // of the part of phrases
}

// SettingRow is one thing that can be set or tried: its name at the left, at the right whichever of the others it has.
type SettingRow struct {
	ID, Label string
	Picks     []Pick
	Level     LevelRow
	Meter     Meter
	Buttons   []Button
	Facts     []FieldLine
	Note      Chip   // what came of it
	Hint      string // why one would want it
}

// LevelRow is how loud a side is. Max 0: none.
type LevelRow struct {
	Side               desk.SoundSide
	Percent, Step, Max int
	Text               string
}

// Meter is a bar that shows a level as a share of the whole, 0 to 1.
type Meter struct {
	Shown bool
	Share float64
	Tone  Tone
}

// settingsPart is a part of the settings: the table below is the only place that says which there are.
type settingsPart struct {
	id    string
	word  words.Key
	shape Shape
	rows  func(m maker) []SettingRow
}

func settingsParts() []settingsPart {
	return []settingsPart{
		{desk.SettingsDisplay, words.SettingsDisplay, ShapeDisplay, maker.displayRows},
		{desk.SettingsSound, words.SettingsSound, ShapeSound, maker.soundRows},
		{desk.SettingsCalls, words.SettingsCalls, ShapePhone, maker.callRows},
		{desk.SettingsKeys, words.SettingsKeys, ShapeKeys, maker.keyRows},
		{desk.SettingsPhrases, words.SettingsPhrases, ShapeWrap, func(maker) []SettingRow { return nil }},
		{desk.SettingsAbout, words.SettingsAbout, ShapeInfo, maker.aboutRows},
	}
}

func (m maker) settings() SettingsPanel {
	out := SettingsPanel{Title: m.say(words.SettingsTitle)}
	parts := settingsParts()
	open := parts[0]
	for _, p := range parts {
		if p.id == m.s.SettingsAt {
			open = p
		}
	}
	for _, p := range parts {
		out.Parts = append(out.Parts, Button{
			Text: m.say(p.word), Shape: p.shape, On: p.id == open.id, Enabled: true, Do: desk.SettingsOpened{Part: p.id},
		})
	}
	out.Part, out.Rows = open.id, open.rows(m)
	if open.id == desk.SettingsPhrases {
		out.Book = m.book()
	}
	if open.id != desk.SettingsAbout {
		out.Kept = m.say(words.SettingsKept)
	}
	return out
}

func (m maker) pick(which desk.SettingID, value, text string, chosen bool) Pick {
	return Pick{ID: value, Text: text, Chosen: chosen, Do: desk.SettingChosen{Which: which, Value: value}}
}

// onOff is a choice between on and off.
func (m maker) onOff(which desk.SettingID, label, hint words.Key, on bool) SettingRow {
	return SettingRow{ID: string(which), Label: m.say(label), Hint: m.say(hint), Picks: []Pick{
		m.pick(which, desk.SettingOn, m.say(words.SettingsOn), on), m.pick(which, desk.SettingOff, m.say(words.SettingsOff), !on),
	}}
}

func (m maker) displayRows() []SettingRow {
	languages := SettingRow{ID: "language", Label: m.say(words.SettingsLanguage)}
	for _, l := range Languages() {
		languages.Picks = append(languages.Picks, Pick{
			ID: string(l.Tag), Text: l.Name, Chosen: string(l.Tag) == m.w.Lang(), Do: desk.LanguageChosen{Language: l.Tag},
		})
	}
	schemes := SettingRow{ID: "scheme", Label: m.say(words.SettingsScheme), Hint: m.say(words.SettingsSchemeHint)}
	for i, word := range []words.Key{
		words.SettingsSchemeSystem, words.SettingsSchemeLight, words.SettingsSchemeDark, words.SettingsContrast, words.SettingsContrastDark,
	} {
		scheme := desk.Schemes()[i]
		schemes.Picks = append(schemes.Picks, m.pick(desk.SettingScheme, scheme, m.say(word), scheme == m.s.Settings.Scheme))
	}
	density := SettingRow{ID: "density", Label: m.say(words.SettingsDensity), Hint: m.say(words.SettingsDensityHint)}
	for i, word := range []words.Key{words.SettingsDensityRoomy, words.SettingsDensityCompact} {
		dense := desk.Densities()[i]
		density.Picks = append(density.Picks, m.pick(desk.SettingDensity, dense, m.say(word), dense == m.s.Settings.Density))
	}
	zoom := SettingRow{ID: "zoom", Label: m.say(words.SettingsZoom), Hint: m.say(words.SettingsZoomHint)}
	for _, percent := range []int{80, 90, 100, 110, 125, 150, 175, 200} {
		zoom.Picks = append(zoom.Picks, m.pick(desk.SettingZoom, strconv.Itoa(percent), m.w.Percent(percent, 100), m.s.Settings.ZoomPercent() == percent))
	}
	if now, most := m.s.Settings.ZoomPercent(), m.s.ZoomRoom; most != 0 && now > most {
		zoom.Note = Chip{Shape: ShapeInfo, Tone: Warn, Text: m.w.Fill(
			words.SettingsZoomRoom, "wish", m.w.Percent(now, 100), "shown", m.w.Percent(most, 100),
		)}
	}
	panes := SettingRow{ID: "panes", Label: m.say(words.SettingsPanes), Hint: m.say(words.SettingsPanesHint)}
	panes.Buttons = []Button{{
		Text: m.say(words.SettingsPanesReset), Enabled: len(m.s.Settings.Panes) > 0, Do: desk.SettingChosen{Which: desk.SettingPanes},
	}}
	return []SettingRow{languages, schemes, density, zoom, panes}
}

func (m maker) callRows() []SettingRow {
	s := m.s.Settings
	keys := m.onOff(desk.SettingGlobalKeys, words.SettingsGlobal, words.SettingsGlobalHint, !s.NoGlobalKeys)
	keys.Note = m.globalKeys()
	return []SettingRow{
		m.onOff(desk.SettingMiniBar, words.SettingsMiniBar, words.SettingsMiniBarHint, !s.NoMiniBar),
		keys,
		m.onOff(desk.SettingTray, words.SettingsTray, words.SettingsTrayHint, s.ToTray),
	}
}

// deviceRow offers the devices of a side; one that was chosen and is away is offered, too.
func (m maker) deviceRow(side desk.SoundSide, label, own words.Key, names []string) SettingRow {
	row := SettingRow{ID: "device_" + string(side), Label: m.say(label)}
	chosen := m.s.Settings.Sound.Device(side)
	offer := func(name, text string) {
		row.Picks = append(row.Picks, Pick{ID: name, Text: text, Chosen: name == chosen, Do: desk.SoundChosen{Side: side, Name: name}})
	}
	offer("", m.say(own))
	for _, name := range names {
		offer(name, name)
	}
	if chosen != "" && !slices.Contains(names, chosen) {
		text := chosen
		if m.s.Devices.Known {
			text = m.w.Fill(words.SoundAway, "device", chosen)
		}
		offer(chosen, text)
	}
	if !m.s.Devices.Known {
		row.Hint = m.say(words.SoundLooking)
	}
	return row
}

func (m maker) levelRow(side desk.SoundSide, label words.Key) SettingRow {
	percent := m.s.Settings.Sound.Level(side)
	return SettingRow{ID: "level_" + string(side), Label: m.say(label), Level: LevelRow{
		Side: side, Percent: percent, Step: 10, Max: desk.MaxLevel, Text: m.w.Percent(percent, 100),
	}}
}

func (m maker) soundRows() []SettingRow {
	ring := m.deviceRow(desk.SoundRing, words.SoundRingDevice, words.SoundWithCalls, m.s.Devices.Out)
	ring.Hint = m.say(words.SoundRingHint)
	return []SettingRow{
		m.deviceRow(desk.SoundIn, words.SoundMicrophone, words.SoundOwnChoice, m.s.Devices.In),
		m.levelRow(desk.SoundIn, words.SoundMicrophoneAt),
		m.deviceRow(desk.SoundOut, words.SoundSpeaker, words.SoundOwnChoice, m.s.Devices.Out),
		m.levelRow(desk.SoundOut, words.SoundSpeakerAt),
		ring,
		m.levelRow(desk.SoundRing, words.SoundRingAt),
		m.tryRow(),
	}
}

// patience is how long nobody needs to have spoken before that is said, in milliseconds.
const patience = 4000

// tooLoud is the peak from which on speech is distorted.
const tooLoud = 0.98

// tryRow is the test of the sound on the spot: hearing oneself, and the ring.
func (m maker) tryRow() SettingRow {
	t := m.s.SoundTest
	_, live := m.s.Current()
	row := SettingRow{
		ID: "try", Label: m.say(words.SoundTry), Meter: Meter{Shown: true, Tone: Good}, // it does not jump when it begins
		Note:    Chip{Shape: ShapeInfo, Tone: Muted, Text: m.say(words.SoundTryHint)},
		Buttons: []Button{m.tryButton(desk.SoundEcho, words.SoundTryEcho, !live), m.tryButton(desk.SoundBell, words.SoundTryBell, !live)},
	}
	switch {
	case live:
		row.Note = Chip{Shape: ShapePhone, Tone: Muted, Text: m.say(words.SoundTryInCall)}
	case m.s.Audio.Null || m.s.Audio.Problem != "":
		row.Note = Chip{Shape: ShapeSilent, Tone: Warn, Text: SoundText(m.w, m.s.Audio.Problem)}
	case t.Kind == desk.SoundBell:
		row.Note = Chip{Shape: ShapeSound, Tone: Ring, Text: m.say(words.SoundTryRings)}
	case t.Kind == desk.SoundEcho:
		row.Note = m.heard(t)
	}
	if t.Kind == desk.SoundEcho {
		row.Meter.Share = loudness(t.In)
		if t.In >= tooLoud {
			row.Meter.Tone = Away
		}
	}
	return row
}

func (m maker) tryButton(kind desk.SoundTestKind, word words.Key, enabled bool) Button {
	b := Button{Text: m.say(word), Shape: ShapeSound, Enabled: enabled, Do: desk.SoundTestPressed{Kind: kind}}
	if m.s.SoundTest.Kind == kind {
		b.Text, b.On, b.Do = m.say(words.SoundTryStop), true, desk.SoundTestPressed{}
	}
	return b
}

// heard says what the microphone is worth by what it has heard so far.
func (m maker) heard(t desk.SoundTest) Chip {
	switch {
	case t.In >= tooLoud:
		return Chip{Shape: ShapeWarn, Tone: Warn, Text: m.say(words.SoundTryLoud)}
	case t.Best >= 4*desk.SoundEnough:
		return Chip{Shape: ShapeOK, Tone: Good, Text: m.say(words.SoundTryHears)}
	case t.Best >= desk.SoundEnough:
		return Chip{Shape: ShapeInfo, Tone: Warn, Text: m.say(words.SoundTryFaint)}
	case m.now-t.Since > patience:
		return Chip{Shape: ShapeSilent, Tone: Warn, Text: m.say(words.SoundTryNoneHeard)}
	}
	return Chip{Shape: ShapeInfo, Tone: Muted, Text: m.say(words.SoundTrySpeak)}
}
