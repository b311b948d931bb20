//go:build !nowindow

package app

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"fyne.io/fyne/v2"
)

func TestANewAccountGetsItsFolderOfCaches(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the folder is named by the system's own ways elsewhere")
	}
	dir := filepath.Join(t.TempDir(), "deep", "cache")
	t.Setenv("XDG_CACHE_HOME", dir)
	makeCache()
	if _, err := os.Stat(dir); err != nil {
		t.Error(err)
	}
}

// At a zoom for which the screen has no room the window would reach beyond its edges, where nothing can be pressed.
func TestTheZoomIsNoMoreThanTheScreenHolds(t *testing.T) {
	least := fyne.NewSize(960, 540)
	for _, c := range []struct {
		name          string
		width, height int
		one           float32
		want          int
	}{
		{"a notebook", 1366, 768 - frameHeight, 1, 130},
		{"full HD", 1920, 1080 - frameHeight, 1, 190},
		{"4K with signs twice as large", 3840, 2160 - frameHeight, 2, 195},
		{"too small at 100 %", 1024, 560, 1, 100},
		{"narrow and high", 1080, 1920, 1, 110},
	} {
		if got := zoomRoom(c.width, c.height, least, c.one); got != c.want {
			t.Errorf("%s: %d %%, want %d", c.name, got, c.want)
		}
	}
}
