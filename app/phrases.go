package app

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/callbench/callbench/assets"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// phrasesFile in the profile is the team's phrase book; whoever sets desks up puts the same one on each. Without it the
// shipped one counts, in the language of the window.
const phrasesFile = "phrases.txt"

const maxPhrasesFile = 1 << 20 // bytes; what is behind them is not read

// books reads the team's phrase book; one that cannot be read is logged, and the shipped one counts. An empty dir has none.
func (p *program) books(dir string) map[desk.Language][]desk.Phrase {
	books, err := teamBooks(dir)
	if err != nil {
		p.log.Warn("the shipped phrases count", slog.Any("error", err))
		books, _ = teamBooks("") // reads no file
	}
	return books
}

// teamBooks reads the team's phrase book for each language.
func teamBooks(dir string) (map[desk.Language][]desk.Phrase, error) {
	books := map[desk.Language][]desk.Phrase{}
	var own []desk.Phrase
	if dir != "" {
		text, err := readAtMost(filepath.Join(dir, phrasesFile), maxPhrasesFile)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("read the phrase book: %w", err)
		}
		own = desk.ParsePhrases(text)
	}
	for _, lang := range words.Languages() {
		book := own
		if book == nil {
			book = desk.ParsePhrases(string(assets.Phrases(lang)))
		}
		books[desk.Language(lang)] = book
	}
	return books, nil
}

func readAtMost(path string, limit int64) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err //nolint:wrapcheck // the caller says what for
	}
	text, err := io.ReadAll(io.LimitReader(f, limit))
	return string(text), errors.Join(err, f.Close())
}
