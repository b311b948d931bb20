package ui

import (
	"bytes"
	"image"
	"testing"

	"fyne.io/fyne/v2/lang"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/race"
)

// A window that was switched looks in every pixel like one that was opened in that language: words, shapes of the
// letters, widths.
func TestALanguageIsChangedInTheOpenWindow(t *testing.T) {
	const state = "popped"
	want := map[desk.Language]image.Image{}
	for _, l := range []desk.Language{desk.ZhHans, desk.ZhHant, desk.English}[:race.Fewer(3, 2)] {
		b := newBench(t, l)
		b.show(screen(state, l))
		want[l] = b.p.c.Capture()
	}
	b := newBench(t, desk.ZhHans)
	for _, l := range []desk.Language{desk.ZhHans, desk.ZhHant, desk.English, desk.ZhHant, desk.ZhHans}[:race.Fewer(5, 2)] {
		b.show(screen(state, l))
		if where := differing(want[l], b.p.c.Capture()); !where.Empty() {
			b.picture("switched-to-" + string(l))
			t.Errorf("a window switched to %s differs from one opened so in %v", l, where)
		}
	}
}

// differing is the smallest box that holds every pixel in which two pictures differ.
func differing(a, b image.Image) image.Rectangle {
	if a.Bounds() != b.Bounds() {
		return a.Bounds().Union(b.Bounds())
	}
	var where image.Rectangle
	if p, ok := a.(*image.NRGBA); ok {
		if q, ok := b.(*image.NRGBA); ok && bytes.Equal(p.Pix, q.Pix) {
			return where
		}
	}
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			if a.At(x, y) != b.At(x, y) {
				where = where.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return where
}

func TestFynesOwnWordsFollowTheLanguage(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	for _, c := range []struct {
		lang       desk.Language
		paste, all string
	}{{desk.ZhHans, "粘贴", "全选"}, {desk.ZhHant, "貼上", "全選"}, {desk.English, "Paste", "Select all"}, {desk.ZhHant, "貼上", "全選"}} {
		b.show(screen("popped", c.lang))
		if got := lang.L("Paste"); got != c.paste {
			t.Errorf("%s: %q, want %q", c.lang, got, c.paste)
		}
		if got := lang.L("Select all"); got != c.all {
			t.Errorf("%s: %q, want %q", c.lang, got, c.all)
		}
	}
}
