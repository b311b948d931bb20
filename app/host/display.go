package host

import "errors"

// ErrNoDisplay tells that this system gives no such thing: no X server, or a system we know no way to ask.
var ErrNoDisplay = errors.New("no display to ask")

// Sight is how much of a window a person has in front of them.
type Sight int

// How much of a window is seen. Front has the keyboard; of a Behind one the top strip is still to be seen for the most
// part; a Hidden one is minimised, unmapped, on another workspace or covered.
const (
	Front Sight = iota
	Behind
	Hidden
)

// strip is the height, in pixels of the display, of the part of a window that has to be seen for it to count as
// Behind and not Hidden: the phone bar.
const strip = 48

// stripPoints is how many points of it are looked at; more than half must be seen.
const stripPoints = 16

// Rect is a part of the display in pixels.
type Rect struct{ X, Y, W, H int }

// Has reports whether a point is in it.
func (r Rect) Has(x, y int) bool { return x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H }

// seen tells of a window at r, that neither has the keyboard nor is minimised, whether its strip is covered: at tells
// whether the window itself is what is seen at a point.
func seen(r Rect, at func(x, y int) bool) Sight {
	n := 0
	for i := range stripPoints {
		x := r.X + r.W*(2*i+1)/(2*stripPoints)
		if at(x, r.Y+min(strip, r.H)/2) {
			n++
		}
	}
	if n > stripPoints/2 {
		return Behind
	}
	return Hidden
}
