package ui

import (
	"image"
	"image/color"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/assets"
	"github.com/callbench/callbench/ui/present"
)

// kit is what the parts of one window share: colours, icons and the widths of signs. It belongs to
// Fyne's goroutine.
type kit struct {
	look   *look
	style  present.Style // as it was last asked for
	dyed   int           // how often scheme, density or shapes have changed
	system Scheme        // what the system wishes: light or dark
	pal    *palette
	d      density
	widths map[widthKey]float32

	pictures map[pictureKey]*image.RGBA // of signs
}

type widthKey struct {
	r    rune
	size float32
	bold bool
}

// newKit also makes its look the theme of the app: Fyne keeps the faces of the first measuring until
// the theme is set in a running app, so ours has to be there before anything is measured.
func newKit(scheme Scheme, lang string) *kit {
	fyneSpeaks(lang)
	k := &kit{system: Light, d: densityOf(""), pictures: map[pictureKey]*image.RGBA{}, widths: map[widthKey]float32{}}
	k.style = present.Style{Scheme: string(scheme)}
	k.look = newLook(k.scheme(), lang)
	k.pal = k.look.pal
	k.look.wear()
	return k
}

// text is a line of text.
func (k *kit) text(size float32, bold bool) *canvas.Text {
	return &canvas.Text{Color: k.pal.text, TextSize: size, TextStyle: k.look.style(bold)}
}

// setText changes a line of text only where it differs.
func setText(t *canvas.Text, s string, c color.Color) {
	if t.Text == s && t.Color == c {
		return
	}
	t.Text, t.Color = s, c
	t.Refresh()
}

// card is the surface of a pane, with a border and rounded corners.
func (k *kit) card() *ground {
	return newGround(k, canvas.Rectangle{FillColor: k.pal.card, StrokeColor: k.pal.line, StrokeWidth: 1, CornerRadius: cornerCard})
}

// surface is a card with an object on it, with as much room around as the density gives.
func (k *kit) surface(o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: surfaced{k, 0}, Objects: []fyne.CanvasObject{k.card(), o}}
}

// lowSurface is one with less room above and below.
func (k *kit) lowSurface(o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: surfaced{k, space1}, Objects: []fyne.CanvasObject{k.card(), o}}
}

type surfaced struct {
	k    *kit
	less float32 // above and below than at the sides
}

func (s surfaced) inset() inset {
	pad := s.k.d.pad
	return inset{pad - s.less, pad, pad - s.less, pad}
}

func (s surfaced) heightFor(o []fyne.CanvasObject, width float32) float32 {
	return s.inset().heightFor(o, width)
}

// MinSize implements fyne.Layout.
func (s surfaced) MinSize(o []fyne.CanvasObject) fyne.Size { return s.inset().MinSize(o) }

// Layout implements fyne.Layout.
func (s surfaced) Layout(o []fyne.CanvasObject, size fyne.Size) { s.inset().Layout(o, size) }

// rule is a thin line.
func (k *kit) rule() *canvas.Rectangle {
	r := &canvas.Rectangle{FillColor: k.pal.line}
	r.SetMinSize(fyne.NewSize(1, 1))
	return r
}

// advance is the width of a sign. A face's kerning is left out: it is a fraction of a unit.
func (k *kit) advance(r rune, size float32, bold bool) float32 {
	key := widthKey{r, size, bold}
	if w, ok := k.widths[key]; ok {
		return w
	}
	w := fyne.MeasureText(string(r), size, k.look.style(bold)).Width
	if len(k.widths) > 20_000 { // more signs than anyone reads in a shift: begin anew
		clear(k.widths)
	}
	k.widths[key] = w
	return w
}

func (k *kit) width(s string, size float32, bold bool) float32 {
	w := float32(0)
	for _, r := range s {
		w += k.advance(r, size, bold)
	}
	return w
}

// fit shortens a text to a width, with an ellipsis where something is left out.
func (k *kit) fit(s string, size float32, bold bool, width float32) string {
	if k.width(s, size, bold) <= width {
		return s
	}
	left := width - k.advance('…', size, bold)
	if left < 0 {
		return ""
	}
	for i, r := range s {
		left -= k.advance(r, size, bold)
		if left < 0 {
			return s[:i] + "…"
		}
	}
	return s
}

func (k *kit) count(n int) string { return strconv.Itoa(n) }

// speak changes the language, and tells whether its signs have other shapes: then every width that was measured is
// forgotten, and what is on screen has to be painted anew.
func (k *kit) speak(lang string) (reshaped bool) {
	reshaped = assets.FontName(lang, false) != assets.FontName(k.look.lang, false)
	k.look.lang = lang
	fyneSpeaks(lang)
	if reshaped {
		clear(k.widths)
		k.dyed++
	}
	return reshaped
}

// rendererOf makes the renderer of a widget, laid out at once: Fyne forgets a renderer that has not been
// drawn for a minute, as that of a hidden view, and lays out the one made anew only at another size.
func rendererOf(w fyne.Widget, content fyne.CanvasObject) fyne.WidgetRenderer {
	content.Resize(w.Size())
	return widget.NewSimpleRenderer(content)
}
