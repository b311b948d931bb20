package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// fieldLook draws the surface of a field from pictures. Fyne's own is two rectangles over one another, each as large as the
// field, of which every pixel is worked out anew in every frame: with the note open they were a third of a frame's pixels.
// Fyne still says which colours they have.
type fieldLook struct {
	fyne.WidgetRenderer
	slab        *slab
	box, border *canvas.Rectangle
	parts       []fyne.CanvasObject
}

// newFieldLook puts it before the renderer of Fyne's entry; one that begins with something else stays as it is.
func newFieldLook(r fyne.WidgetRenderer) fyne.WidgetRenderer {
	objects := r.Objects()
	if len(objects) < 2 {
		return r
	}
	box, isBox := objects[0].(*canvas.Rectangle)
	border, isBorder := objects[1].(*canvas.Rectangle)
	if !isBox || !isBorder {
		return r
	}
	f := &fieldLook{WidgetRenderer: r, box: box, border: border, slab: newSlab(canvas.Rectangle{StrokeWidth: 1, CornerRadius: cornerField})}
	f.colour()
	return f
}

// Objects implements fyne.WidgetRenderer: Fyne's may change from one time to the next.
func (f *fieldLook) Objects() []fyne.CanvasObject {
	f.parts = append(append(f.parts[:0], f.slab.top, f.slab.mid, f.slab.edge), f.WidgetRenderer.Objects()[2:]...)
	return f.parts
}

// Layout implements fyne.WidgetRenderer.
func (f *fieldLook) Layout(s fyne.Size) {
	f.WidgetRenderer.Layout(s)
	f.slab.Layout(nil, s)
}

// Refresh implements fyne.WidgetRenderer.
func (f *fieldLook) Refresh() {
	f.WidgetRenderer.Refresh()
	f.colour()
}

// colour takes over Fyne's colours, which tell the focus, too.
func (f *fieldLook) colour() {
	fill, stroke := f.box.FillColor, f.border.StrokeColor
	if f.slab.rect.FillColor == fill && f.slab.rect.StrokeColor == stroke {
		return
	}
	f.slab.rect.FillColor, f.slab.rect.StrokeColor = fill, stroke
	f.slab.refresh()
}
