package ui_test

import (
	"image/png"
	"os"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

func TestPics(t *testing.T) {
	spec := os.Getenv("PICS") // lang:scheme:names
	p := strings.Split(spec, ":")
	pa := ui.NewPainter(ui.Options{Scheme: ui.Scheme(p[1]), Lang: p[0]})
	w := words.For(p[0]).In(gallery.Zone())
	names := gallery.Names()
	if p[2] != "" {
		names = strings.Split(p[2], ",")
	}
	for _, n := range names {
		s := present.Of(gallery.State(n, desk.Language(p[0])), w, gallery.Now())
		if n == "search" {
			pa.Window().FocusSearchForTest()
		}
		img := pa.Render(s, fyne.NewSize(1366, 768), 1)
		f, _ := os.Create("/tmp/win/pics/" + p[0] + "-" + p[1] + "-" + n + ".png")
		png.Encode(f, img)
		f.Close()
	}
}

func TestFirstPics(t *testing.T) {
	lang := os.Getenv("PICS")
	w := words.For(lang)
	f := ui.NewFirstRun(ui.Options{Lang: lang}, nil, nil)
	ui.Snapshot(f.Content(), f.Theme(), fyne.NewSize(10, 10), 1)
	f.Show(present.FirstRun(present.FirstRunState{Problem: "bad_join_code"}, w))
	ui.SetByHandForTest(f)
	img := ui.Snapshot(f.Content(), f.Theme(), fyne.NewSize(1366, 768), 1)
	o, _ := os.Create("/tmp/win/pics/first-" + lang + ".png")
	png.Encode(o, img)
	o.Close()
	u := ui.NewUnlock(ui.Options{Lang: lang}, nil)
	u.Show(present.Unlock(w, "wrong_passphrase", false))
	img = ui.Snapshot(u.Content(), u.Theme(), fyne.NewSize(800, 500), 1)
	o, _ = os.Create("/tmp/win/pics/unlock-" + lang + ".png")
	png.Encode(o, img)
	o.Close()
}
