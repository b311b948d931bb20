package ui

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/ui/present"
)

const heightOffer = 26

// offerRow is a phrase that is offered: its digit, its text, whose book it is from.
type offerRow struct {
	widget.BaseWidget
	k      *kit
	tap    func()
	ground *canvas.Rectangle
	key    *canvas.Text
	text   *canvas.Text
	book   *canvas.Text
}

func newOfferRow(k *kit, tap func()) *offerRow {
	r := &offerRow{
		k: k, tap: tap, ground: &canvas.Rectangle{CornerRadius: cornerField},
		key: k.text(sizeCaption, false), text: k.text(sizeBody, false), book: k.text(sizeCaption, false),
	}
	r.book.Alignment = fyne.TextAlignTrailing
	r.ExtendBaseWidget(r)
	return r
}

func (r *offerRow) set(n int, p present.Phrase, on bool) {
	c := r.k.pal
	r.ground.FillColor = paint{}
	if on {
		r.ground.FillColor = c.chosen()
	}
	r.ground.Refresh()
	setText(r.key, strconv.Itoa(n), c.muted)
	book := strings.TrimSpace(p.Short + "  " + p.Book)
	room := widthOffer - keyOffer - r.k.width(book, sizeCaption, false) - 2*space4
	setText(r.text, r.k.fit(strings.Join(strings.Fields(p.Text), " "), sizeBody, false, room), c.text)
	setText(r.book, book, c.muted)
}

// CreateRenderer implements fyne.Widget.
func (r *offerRow) CreateRenderer() fyne.WidgetRenderer {
	return rendererOf(r, &fyne.Container{
		Objects: []fyne.CanvasObject{r.ground, r.key, r.text, r.book},
		Layout: placed{put: func(_ []fyne.CanvasObject, s fyne.Size) {
			at(r.ground, 0, 0, s.Width, s.Height)
			at(r.key, space2, 5, keyOffer, 17)
			at(r.text, keyOffer, 3, s.Width-keyOffer, 20)
			w := r.book.MinSize().Width
			at(r.book, s.Width-w-space2, 5, w, 17)
		}},
	})
}

// MinSize implements fyne.CanvasObject.
func (r *offerRow) MinSize() fyne.Size { return fyne.NewSize(widthOffer-2*space1, heightOffer) }

// Tapped implements fyne.Tappable.
func (r *offerRow) Tapped(*fyne.PointEvent) { r.tap() }
