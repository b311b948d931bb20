package ui

import (
	"bytes"
	"image/png"
	"testing"

	"fyne.io/fyne/v2/lang"

	"github.com/callbench/callbench/desk"
)

// A window that was switched looks in every pixel like one that was opened in that language: words, shapes of the
// letters, widths.
func TestALanguageIsChangedInTheOpenWindow(t *testing.T) {
	const state = "popped"
	drawn := func(b *bench) []byte {
		var p bytes.Buffer
		if err := png.Encode(&p, b.p.c.Capture()); err != nil {
			t.Fatal(err)
		}
		return p.Bytes()
	}
	want := map[desk.Language][]byte{}
	for _, l := range []desk.Language{desk.ZhHans, desk.ZhHant, desk.English} {
		b := newBench(t, l)
		b.show(screen(state, l))
		want[l] = drawn(b)
	}
	b := newBench(t, desk.ZhHans)
	for _, l := range []desk.Language{desk.ZhHans, desk.ZhHant, desk.English, desk.ZhHant, desk.ZhHans} {
		b.show(screen(state, l))
		if !bytes.Equal(drawn(b), want[l]) {
			b.picture("switched-to-" + string(l))
			t.Errorf("a window switched to %s differs from one opened so", l)
		}
	}
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
