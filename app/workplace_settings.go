package app

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"

	"github.com/callbench/callbench/desk"
)

// settingLikes is the name under which the user's settings lie in the user's store, as JSON.
const settingLikes = "desk.settings"

// readSettings gives the settings that the store keeps. Ones that cannot be read are none: the desk works
// without them, and they are overwritten with the next change.
func (w *workplace) readSettings(ctx context.Context) desk.Settings {
	var s desk.Settings
	text, err := w.store.Setting(ctx, settingLikes)
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &s)
	}
	if err != nil {
		w.log.WarnContext(ctx, "settings cannot be read", slog.Any("error", err))
		return desk.Settings{}
	}
	return s.Bounded()
}

// language is the one of the first screen.
func (w *workplace) language() desk.Language {
	return cmp.Or(w.cfg.Asked, w.settings.Language, w.cfg.Language)
}

// keepSettings writes the settings. Ones that could not be written count until the program ends.
func (w *writer) keepSettings(ctx context.Context, s desk.Settings) {
	text, err := json.Marshal(s)
	if err == nil {
		err = w.store.SetSetting(ctx, settingLikes, string(text))
	}
	if err != nil {
		w.send(desk.StoreFailed{Problem: storeProblem(err)})
	}
}
