//go:build !nowindow

package app

import (
	"context"
	"log/slog"
	"os"
	"runtime/debug"

	"fyne.io/fyne/v2"
)

// metadata is what Fyne is told of the program. Only ui crosses into Fyne's goroutine, in one file, so Fyne need not
// look at each refresh whether it was called from there: that look reads the goroutine's stack, and was two
// fifths of the time in which a screen is brought to its widgets. With -v it is made, and tells where it is wrong.
func (p *program) metadata(ctx context.Context) fyne.AppMetadata {
	return fyne.AppMetadata{
		ID: appID, Name: "Callbench", Version: p.version, Release: true,
		Migrations: map[string]bool{"fyneDo": !p.log.Enabled(ctx, slog.LevelDebug)},
	}
}

// memoryWish is what the Go part of the program keeps to where it can: beyond it garbage is looked for more often. A first
// sync would else double what it has. It holds some 50 MB; the driver's picture and the
// program itself come on top. GOMEMLIMIT overrules it.
const memoryWish = 200 << 20

// makeCache makes the user's folder of caches where it is not there yet, as with a new account: Fyne makes only its own
// in it, and complains.
func makeCache() {
	if dir, err := os.UserCacheDir(); err == nil {
		os.MkdirAll(dir, 0o700) //nolint:errcheck,gosec // without one everything works, slower
	}
}

// garbageWish is how much garbage may lie beside what is in use, in percent, before it is looked for. Two thirds of what is in
// use are tables of fonts, which cost nothing to look through, so that a small share is cheap. GOGC overrules it.
const garbageWish = 25

func keepSmall() {
	keepHeapSmall()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbageWish)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryWish)
	}
}

// calmApp is Fyne's app without its animations: a caret that fades has the whole window drawn anew 14 times a second
// for as long as somebody stands in a field, a fifth of a core where there is no graphics card.
type calmApp struct{ fyne.App }

// Settings implements fyne.App.
func (a calmApp) Settings() fyne.Settings { return calmSettings{a.App.Settings()} }

type calmSettings struct{ fyne.Settings }

// ShowAnimations implements fyne.Settings.
func (calmSettings) ShowAnimations() bool { return false }
