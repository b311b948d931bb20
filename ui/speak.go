package ui

import (
	"encoding/json"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/callbench/callbench/ui/words"
)

// fyneLocales are the languages that Fyne may take the system's for. Which one it speaks it decides by the system
// alone; ours is the user's choice. So each of them gets the words of the language that was chosen.
func fyneLocales() []fyne.Locale {
	return []fyne.Locale{
		"en", "cs", "de", "el", "es", "fr", "ja", "pl", "pt", "pt-BR", "ru", "sv", "ta", "uk", "zh-Hans", "zh-Hant",
	}
}

// fyneSpeaks has Fyne say what it says by itself, in menus of fields and in dialogs, in a language of ours. On Fyne's
// goroutine; what is open already keeps its words.
func fyneSpeaks(language string) {
	text, err := json.Marshal(words.For(language).Fyne())
	if err != nil {
		panic("ui: " + err.Error()) // a map of texts
	}
	for _, l := range fyneLocales() {
		if err := lang.AddTranslationsForLocale(text, l); err != nil {
			fyne.LogError("words of Fyne's own", err)
			return
		}
	}
}
