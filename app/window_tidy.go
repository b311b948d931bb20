//go:build !nowindow

package app

import (
	"context"
	"time"

	"fyne.io/fyne/v2/theme"

	"github.com/callbench/callbench/assets"
	"github.com/callbench/callbench/ui/words"
)

// tidyEvery is how often what the window holds without need is given back.
const tidyEvery = 5 * time.Second

// tidy gives memory back until ctx ends: free pages in the driver's heap, which a window that was large for a while leaves
// behind, and the bytes of the faces, of which Fyne keeps a copy that it has taken apart.
func (s *windowSession) tidy(ctx context.Context) {
	tick := time.NewTicker(tidyEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			trimHeap()
			letGoFaces()
		case <-ctx.Done():
			return
		}
	}
}

func letGoFaces() {
	for _, lang := range words.Languages() {
		letGo(assets.Font(lang, false))
		letGo(assets.Font(lang, true))
	}
	if emoji := theme.DefaultEmojiFont(); emoji != nil {
		letGo(emoji.Content())
	}
}
