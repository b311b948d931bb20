package hands

import (
	"fmt"
	"image"

	"github.com/jezek/xgb/xproto"
)

// Dark counts the pixels of a rectangle of a window that are about as dark as text on a light ground: a caret or a
// border in a colour does not count. The rectangle is in pixels of the window, which must be on screen; what lies over
// it is seen with it. Only displays of 24 or 32 bits can be read.
func (h *Hands) Dark(window uint32, r image.Rectangle) (int, error) {
	got, err := xproto.GetImage(h.x, xproto.ImageFormatZPixmap, xproto.Drawable(window),
		int16(r.Min.X), int16(r.Min.Y), uint16(r.Dx()), uint16(r.Dy()), ^uint32(0)).Reply() //nolint:gosec // places of a screen
	if err != nil {
		return 0, fmt.Errorf("look at the window: %w", err)
	}
	if len(got.Data) < 4*r.Dx()*r.Dy() {
		return 0, fmt.Errorf("look at the window: %d bits a pixel cannot be read", got.Depth)
	}
	n := 0
	for i := 0; i+4 <= len(got.Data); i += 4 { // blue, green, red, nothing
		if got.Data[i] < 0x58 && got.Data[i+1] < 0x50 && got.Data[i+2] < 0x50 {
			n++
		}
	}
	return n, nil
}

// Size is the size of a window in pixels.
func (h *Hands) Size(window uint32) (image.Point, error) {
	g, err := xproto.GetGeometry(h.x, xproto.Drawable(window)).Reply()
	if err != nil {
		return image.Point{}, fmt.Errorf("measure the window: %w", err)
	}
	return image.Pt(int(g.Width), int(g.Height)), nil
}

// Resize asks for another size of a window, in pixels; the window manager may give another.
func (h *Hands) Resize(window uint32, size image.Point) error {
	err := xproto.ConfigureWindowChecked(h.x, xproto.Window(window), xproto.ConfigWindowWidth|xproto.ConfigWindowHeight,
		[]uint32{uint32(size.X), uint32(size.Y)}).Check() //nolint:gosec // sizes of a screen
	if err != nil {
		return fmt.Errorf("resize the window: %w", err)
	}
	return nil
}

// Place is where a window lies on the screen, in pixels.
func (h *Hands) Place(window uint32) (image.Rectangle, error) {
	size, err := h.Size(window)
	if err != nil {
		return image.Rectangle{}, err
	}
	at, err := xproto.TranslateCoordinates(h.x, xproto.Window(window), h.root, 0, 0).Reply()
	if err != nil {
		return image.Rectangle{}, fmt.Errorf("find the window: %w", err)
	}
	from := image.Pt(int(at.DstX), int(at.DstY))
	return image.Rectangle{from, from.Add(size)}, nil
}
