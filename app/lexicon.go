package app

import (
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// lexicon keeps the catalogue of the language in use: parsing one takes a while. It belongs to one
// goroutine; its zero value is ready.
type lexicon struct{ newest *words.Catalogue }

func (l *lexicon) in(lang desk.Language) *words.Catalogue {
	if l.newest == nil || l.newest.Lang() != string(lang) {
		l.newest = words.For(string(lang))
	}
	return l.newest
}
