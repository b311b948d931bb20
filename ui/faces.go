package ui

import (
	"fmt"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// shapedFaces is how many faces Fyne's shaper of texts remembers, whether they are still in use or not (go-text's
// shaping.defaultFontCacheSize).
const shapedFaces = 32

// ForgetFaces lets go of the faces of the theme before. Each time the theme is set Fyne reads its faces anew, 20 MB each,
// and its shaper goes on remembering the old ones, 32 of them: a dozen changes of language and size made 1.6 GB. There
// is no way to tell it, so it is given 32 tiny ones to remember. On Fyne's goroutine, after the theme was set.
func ForgetFaces() {
	tiny := theme.DefaultSymbolFont().Content()
	turn := forgotten.Add(1)
	for i := range shapedFaces {
		t := canvas.Text{Text: "0", TextSize: 1}
		t.FontSource = fyne.NewStaticResource(fmt.Sprintf("tiny-%d-%d", turn, i), tiny) // another name: it is not known yet
		t.MinSize()
	}
}

// forgotten counts the turns of ForgetFaces.
var forgotten atomic.Uint64 //nolint:gochecknoglobals // names in a cache that all windows share
