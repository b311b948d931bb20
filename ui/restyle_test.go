package ui

import (
	"bytes"
	"image"
	"image/color"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/race"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

func pixels(t *testing.T, img image.Image) []byte {
	t.Helper()
	n, ok := img.(*image.NRGBA)
	if !ok {
		t.Fatalf("the picture is a %T", img)
	}
	return n.Pix
}

// differ counts the pixels in which two pictures differ.
func differ(a, b []byte) int {
	n := 0
	for i := 0; i+4 <= min(len(a), len(b)); i += 4 {
		if !bytes.Equal(a[i:i+4], b[i:i+4]) {
			n++
		}
	}
	return n + max(len(a), len(b)) - min(len(a), len(b))
}

func TestAWindowThatChangedItsSchemeLooksLikeOneThatWasMadeInIt(t *testing.T) {
	size := fyne.NewSize(1100, 620)
	names := []string{"talking", "board", "changes"}[:race.Fewer(3, 1)]
	for _, c := range []struct{ from, to present.Style }{
		{present.Style{Scheme: "contrast-dark"}, present.Style{Scheme: "light", Density: "compact"}},
		{present.Style{Scheme: "light"}, present.Style{Scheme: "dark"}},
	}[:race.Fewer(2, 1)] {
		draw := func(styles ...present.Style) (drawn [][]byte) { // one window at a time: Fyne has one theme
			p := NewPainter(Options{Lang: "zh-Hans", Scheme: Scheme(styles[0].Scheme)})
			for _, name := range names {
				s := screen(name, desk.ZhHans)
				for _, s.Style = range styles {
					drawn = append(drawn, pixels(t, p.Render(s, size, 1)))
				}
			}
			return drawn
		}
		changed, fresh := draw(c.from, c.to), draw(c.to)
		for i, name := range names {
			if n := differ(changed[2*i+1], fresh[i]); n > 0 {
				t.Errorf("%s, %+v to %+v: %d pixels differ", name, c.from, c.to, n)
			}
		}
	}
}

func TestAnotherSchemeTakesNothingFromWhoTypes(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	s := screen("talking", desk.ZhHans)
	b.show(s)
	b.press("Ctrl+N")
	b.typed("再")
	for _, style := range []present.Style{{Scheme: "dark"}, {Scheme: "dark", Density: "compact"}, {Scheme: "contrast"}, {}} {
		s.Style = style
		b.show(s)
		if b.w.focused() != b.w.note.text {
			t.Fatalf("%+v: the focus has gone", style)
		}
		b.typed("说")
	}
	if want := "再说说说说"; b.w.note.text.Text[len(b.w.note.text.Text)-len(want):] != want {
		t.Errorf("the note reads %q", b.w.note.text.Text)
	}
}

func TestTheMiniBarTakesTheSchemeOfTheWindow(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	state := gallery.State("popped", desk.ZhHans)
	state.Sight = desk.SightBehind
	s := present.Of(state, words.For("zh-Hans").In(gallery.Zone()), gallery.Now())
	b.show(s)
	s.Style.Scheme = "dark"
	b.show(s)
	r := &reader{pairs: map[string]float64{}}
	b.w.mini.Resize(b.w.mini.content.MinSize())
	r.read(b.w.mini, fyne.NewPos(0, 0))
	for pair, c := range r.pairs {
		if c < 4.5 {
			t.Errorf("%s: %.2f", pair, c)
		}
	}
	if r.checked < 3 {
		t.Errorf("only %d texts were measured", r.checked)
	}
}

func BenchmarkRestyle(b *testing.B) {
	p := NewPainter(Options{Lang: "zh-Hans"})
	s := screen("talking", desk.ZhHans)
	p.Render(s, fyne.NewSize(1366, 768), 1)
	styles := []present.Style{{Scheme: "dark"}, {Scheme: "light", Density: "compact"}}
	for i := 0; b.Loop(); i++ {
		s.Style = styles[i%2]
		p.w.Show(s)
	}
}

func TestTheSystemIsFollowedUntilASchemeIsChosen(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	s := screen("idle", desk.ZhHans)
	b.show(s)
	for _, c := range []struct {
		dark   bool
		chosen string
		want   Scheme
	}{{true, "", Dark}, {false, "", Light}, {true, "light", Light}, {true, "contrast", ContrastLight}, {true, "", Dark}} {
		s.Style.Scheme = c.chosen
		b.show(s)
		b.w.System(c.dark)
		if got := b.w.kit.pal.scheme; got != c.want {
			t.Errorf("dark %v, chosen %q: %q, want %q", c.dark, c.chosen, got, c.want)
		}
	}
}

// Each time the theme is set Fyne reads every face anew, on its own goroutine.
func TestNoChangeOfLanguageOrStyleSetsTheTheme(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	set := 0
	fyne.CurrentApp().Settings().AddListener(func(fyne.Settings) { set++ })
	for _, l := range []desk.Language{desk.ZhHant, desk.English, desk.ZhHans, desk.ZhHant} {
		for _, scheme := range desk.Schemes() {
			s := screen("talking", l)
			s.Style.Scheme, s.Style.Density = scheme, "compact"
			b.show(s)
		}
	}
	New(nil, Options{Lang: "zh-Hant"}) // as after another user has signed in
	if set > 0 {
		t.Errorf("the theme was set %d times", set)
	}
}

func TestThePictureOfAPaneHasRimAndRoundCorners(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	g := b.w.kit.card()
	g.slab.Layout(nil, fyne.NewSize(40, 26)) // one piece: more are in TestThePiecesOfASlabAreOneSurface
	for scale, rim := range map[int]int{1: 1, 2: 2} {
		w, h := 40*scale, 26*scale
		img := g.slab.top.Generator(w, h)
		card, line := color.RGBAModel.Convert(b.w.kit.pal.card), color.RGBAModel.Convert(b.w.kit.pal.line)
		for _, c := range []struct {
			x, y int
			want color.Color
		}{
			{w / 2, h / 2, card},
			{w / 2, 0, line},
			{w / 2, h - 1, line},
			{0, h / 2, line},
			{w - 1, h / 2, line},
			{w / 2, rim - 1, line},
			{w / 2, rim, card},
			{rim, h / 2, card},
			{w - 1 - rim, h / 2, card},
			{w / 2, h - 1 - rim, card},
			{0, 0, color.RGBA{}},
			{w - 1, 0, color.RGBA{}},
			{0, h - 1, color.RGBA{}},
			{w - 1, h - 1, color.RGBA{}},
		} {
			if got := img.At(c.x, c.y); got != c.want {
				t.Errorf("scale %d, pixel %d %d: %v, want %v", scale, c.x, c.y, got, c.want)
			}
		}
	}
}

// A view that is not looked at is neither placed nor painted; it has to be so when it comes.
func TestAViewThatComesIsAsTheWindowIsByThen(t *testing.T) {
	small, size := fyne.NewSize(1000, 560), fyne.NewSize(1200, 640)
	style := present.Style{Scheme: "dark", Density: "compact"}
	for _, name := range []string{"board", "settings", "customers"}[:race.Fewer(3, 1)] {
		fresh := func() []byte { // one window at a time: Fyne has one theme
			p := NewPainter(Options{Lang: "zh-Hans", Scheme: "light"})
			s := screen(name, desk.ZhHans)
			s.Style = style
			return pixels(t, p.Render(s, size, 1))
		}()
		p := NewPainter(Options{Lang: "zh-Hans", Scheme: "light"})
		light := screen(name, desk.ZhHans)
		light.Style.Scheme = "light"
		p.Render(light, small, 1)
		away := screen("talking", desk.ZhHans)
		away.Hint = present.Message{} // its strip stays once it is there
		away.Style = present.Style{Scheme: "light"}
		p.Render(away, small, 1)
		away.Style = style
		p.Render(away, size, 1)
		back := screen(name, desk.ZhHans)
		back.Style = style
		p.w.leave()
		p.w.Show(back) // without another size, which would place it
		if n := differ(pixels(t, p.c.Capture()), fresh); n > 0 {
			t.Errorf("%s: %d pixels differ", name, n)
		}
	}
}

// A team of 400 in a view that is not looked at must not cost each change of colours and size.
func TestViewsThatAreNotLookedAtAreLeftAlone(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("team", desk.ZhHans))
	card := b.w.team.members[0]
	b.show(screen("talking", desk.ZhHans))
	ground, width := card.ground.FillColor, b.w.team.content.Size().Width
	s := screen("talking", desk.ZhHans)
	s.Style.Scheme = "dark"
	b.show(s)
	b.p.c.Resize(fyne.NewSize(1777, 900))
	if card.ground.FillColor != ground || b.w.team.content.Size().Width != width {
		t.Error("the team was painted or placed while the calls were looked at")
	}
	s = screen("team", desk.ZhHans)
	s.Style.Scheme = "dark"
	b.show(s)
	if card.ground.FillColor == ground || b.w.team.content.Size() != b.w.stack.Size() {
		t.Error("the team is neither painted nor placed now that it is looked at")
	}
}

type refreshes struct {
	canvas.Rectangle
	n int
}

func (r *refreshes) Refresh() { r.n++ }

// Fyne's refresh of the window refreshed a team of 400 that nobody looked at, for a hint that came or went.
func TestAHintThatComesRefreshesNoViewBehind(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("team", desk.ZhHans))
	s := screen("talking", desk.ZhHans)
	s.Hint, s.Messages = present.Message{}, nil
	b.show(s)
	behind := &refreshes{}
	b.w.team.grid.Objects = append(b.w.team.grid.Objects, behind)
	before := b.w.stack.Position().Y
	s.Hint = present.Message{Text: "按 Enter", Shape: present.ShapeReady}
	s.Panes = map[string]float64{"work.note": 0.4}
	b.show(s)
	if behind.n > 0 || b.w.stack.Position().Y <= before {
		t.Errorf("%d refreshes; the views stand at %.0f, before %.0f", behind.n, b.w.stack.Position().Y, before)
	}
}
