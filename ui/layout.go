package ui

import "fyne.io/fyne/v2"

// flexible is an object whose height follows from its width.
type flexible interface {
	HeightFor(width float32) float32
}

// flexLayout is a layout of which the same holds.
type flexLayout interface {
	heightFor(objects []fyne.CanvasObject, width float32) float32
}

// heightOf is the height an object takes at a width.
func heightOf(o fyne.CanvasObject, width float32) float32 {
	if f, ok := o.(flexible); ok {
		return f.HeightFor(width)
	}
	if c, ok := o.(*fyne.Container); ok {
		if f, ok := c.Layout.(flexLayout); ok {
			return f.heightFor(c.Objects, width)
		}
	}
	return o.MinSize().Height
}

// column puts objects below one another, each as wide as the column. The one named by grow takes what
// is left. Objects without height take no gap.
type column struct {
	gap   float32
	grow  fyne.CanvasObject
	width float32 // at the last layout: what MinSize goes by
}

func newColumn(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &column{gap: gap}, Objects: objects}
}

func (c *column) heights(objects []fyne.CanvasObject, width float32) ([]float32, float32) {
	hs := make([]float32, len(objects))
	total, shown := float32(0), 0
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		hs[i] = heightOf(o, width)
		if hs[i] > 0 {
			total += hs[i]
			shown++
		}
	}
	return hs, total + c.gap*float32(max(shown-1, 0))
}

func (c *column) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	c.width = width
	_, total := c.heights(objects, width)
	return total
}

// MinSize implements fyne.Layout.
func (c *column) MinSize(objects []fyne.CanvasObject) fyne.Size {
	w := float32(0)
	for _, o := range objects {
		if o.Visible() {
			w = max(w, o.MinSize().Width)
		}
	}
	_, total := c.heights(objects, max(c.width, w))
	return fyne.NewSize(w, total)
}

// Layout implements fyne.Layout.
func (c *column) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	c.width = size.Width
	hs, total := c.heights(objects, size.Width)
	y := float32(0)
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		if o == c.grow {
			hs[i] = max(hs[i]+size.Height-total, 0)
		}
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, hs[i]))
		if hs[i] > 0 {
			y += hs[i] + c.gap
		}
	}
}

// row puts objects beside one another, centred in height, each at its least width. The one named by
// grow takes what is left; those after it stand at the right end.
type row struct {
	gap  float32
	grow fyne.CanvasObject
}

func newRow(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &row{gap: gap}, Objects: objects}
}

// newSpread is a row whose object at index grow takes the room that is left.
func newSpread(gap float32, grow int, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &row{gap: gap, grow: objects[grow]}, Objects: objects}
}

// MinSize implements fyne.Layout.
func (r *row) MinSize(objects []fyne.CanvasObject) fyne.Size {
	w, h, shown := float32(0), float32(0), 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		if m.Width <= 0 && o != r.grow {
			continue
		}
		w += m.Width
		h = max(h, m.Height)
		shown++
	}
	return fyne.NewSize(w+r.gap*float32(max(shown-1, 0)), h)
}

// Layout implements fyne.Layout.
func (r *row) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	spare := size.Width - r.MinSize(objects).Width
	x := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		if m.Width <= 0 && o != r.grow {
			o.Resize(m)
			continue
		}
		if o == r.grow {
			m.Width = max(m.Width+spare, 0)
		}
		h := m.Height
		if _, tall := o.(*para); tall || h > size.Height {
			h = size.Height
		}
		o.Move(fyne.NewPos(x, (size.Height-h)/2))
		o.Resize(fyne.NewSize(m.Width, h))
		x += m.Width + r.gap
	}
}

// flowing puts objects beside one another and begins a new line where one does not fit.
type flowing struct {
	gap   float32
	width float32
}

func newFlowing(gap float32) *fyne.Container {
	return &fyne.Container{Layout: &flowing{gap: gap}}
}

func (f *flowing) place(objects []fyne.CanvasObject, width float32, put func(fyne.CanvasObject, fyne.Position, fyne.Size)) float32 {
	x, y, line := float32(0), float32(0), float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		if m.Width > width {
			m.Width, m.Height = width, heightOf(o, width)
		}
		if x > 0 && x+m.Width > width {
			x, y, line = 0, y+line+f.gap, 0
		}
		if put != nil {
			put(o, fyne.NewPos(x, y), m)
		}
		x += m.Width + f.gap
		line = max(line, m.Height)
	}
	return y + line
}

func (f *flowing) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	f.width = width
	return f.place(objects, width, nil)
}

// MinSize implements fyne.Layout.
func (f *flowing) MinSize(objects []fyne.CanvasObject) fyne.Size {
	if f.width <= 0 {
		return newRow(f.gap, objects...).MinSize()
	}
	return fyne.NewSize(10, f.place(objects, f.width, nil))
}

// Layout implements fyne.Layout.
func (f *flowing) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	f.width = size.Width
	f.place(objects, size.Width, func(o fyne.CanvasObject, p fyne.Position, s fyne.Size) {
		o.Move(p)
		o.Resize(s)
	})
}

// inset leaves room around one object; its first object may be a ground that fills everything.
type inset struct {
	top, right, bottom, left float32
}

func newInset(v, h float32, o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: inset{v, h, v, h}, Objects: []fyne.CanvasObject{o}}
}

// newCard is an object on a ground, with room around it.
func newCard(ground fyne.CanvasObject, v, h float32, o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: inset{v, h, v, h}, Objects: []fyne.CanvasObject{ground, o}}
}

func (i inset) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return heightOf(objects[len(objects)-1], width-i.left-i.right) + i.top + i.bottom
}

// MinSize implements fyne.Layout.
func (i inset) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[len(objects)-1].MinSize().AddWidthHeight(i.left+i.right, i.top+i.bottom)
}

// Layout implements fyne.Layout.
func (i inset) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	if len(objects) > 1 {
		objects[0].Move(fyne.NewPos(0, 0))
		objects[0].Resize(size)
	}
	o := objects[len(objects)-1]
	o.Move(fyne.NewPos(i.left, i.top))
	left := size.SubtractWidthHeight(i.left+i.right, i.top+i.bottom)
	o.Resize(fyne.NewSize(max(left.Width, 0), max(left.Height, 0)))
}

// placed is a layout made of one function; its least size is fixed.
type placed struct {
	least fyne.Size
	put   func(objects []fyne.CanvasObject, size fyne.Size)
}

// MinSize implements fyne.Layout.
func (p placed) MinSize([]fyne.CanvasObject) fyne.Size { return p.least }

// Layout implements fyne.Layout.
func (p placed) Layout(objects []fyne.CanvasObject, size fyne.Size) { p.put(objects, size) }

// at puts an object at a place in a size. Where a low window leaves less than nothing it is nothing: a painter may
// stumble over a negative size.
func at(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(max(w, 0), max(h, 0)))
}
