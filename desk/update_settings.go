package desk

import (
	"maps"
	"slices"
)

// atSettings takes what changes the settings. What they say takes effect in the same step: the screen is made
// from State.Settings and State.Language.
func (u *step) atSettings(e Event) {
	switch e := e.(type) {
	case SettingsLoaded:
		u.s.Settings = e.Settings.Bounded()
		switch {
		case e.Asked.Valid():
			u.s.Language = e.Asked
		case u.s.Settings.Language != "":
			u.s.Language = u.s.Settings.Language
		}
	case SettingsChanged:
		u.set(e.Settings)
	case SettingChosen:
		u.set(u.s.Settings.with(e.Which, e.Value))
	case ZoomFitted:
		u.s.ZoomRoom = e.Most
	case PaneMoved:
		next := u.s.Settings
		next.Panes = maps.Clone(next.Panes)
		if next.Panes == nil {
			next.Panes = map[string]float64{}
		}
		next.Panes[e.Pane] = e.Share
		u.set(next)
	case PhrasesWritten:
		u.writePhrases(e.Text)
	case SettingsOpened:
		u.s.SettingsAt, u.s.BookText, u.s.KeyTrial = e.Part, "", KeyTrial{}
		u.view("settings")
	case ActionUsed:
		next := u.s.Settings
		next.Recent = append([]string{e.ID}, slices.DeleteFunc(slices.Clone(next.Recent), func(id string) bool { return id == e.ID })...)
		u.set(next)
	case LanguageChosen:
		if e.Language.Valid() {
			next := u.s.Settings
			next.Language = e.Language
			u.set(next)
			u.s.Language = e.Language // also where the settings said so already, and the command line something else
		}
	default:
		u.atKeys(e)
	}
}

// set takes new settings and has them kept, if anything is new.
func (u *step) set(next Settings) {
	next = next.Bounded()
	if next.Same(u.s.Settings) {
		return
	}
	if next.Language != "" && next.Language != u.s.Settings.Language {
		u.s.Language = next.Language
	}
	if next.Sound != u.s.Settings.Sound {
		u.do(UseSound{Sound: next.Sound})
	}
	u.s.Settings = next
	u.do(KeepSettings{Settings: next})
}
