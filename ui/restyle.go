package ui

import (
	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/ui/present"
)

// scheme is the scheme to draw with: the one chosen, else the system's.
func (k *kit) scheme() Scheme {
	switch s := Scheme(k.style.Scheme); s {
	case Light, Dark, ContrastLight, ContrastDark:
		return s
	case AsSystem:
	}
	return k.system
}

// restyle takes another style, and tells whether what is on screen has to be painted anew. Nothing is
// built anew: whoever types into a field goes on typing.
func (k *kit) restyle(s present.Style) bool {
	k.style = s
	scheme, dense := k.scheme(), densityOf(s.Density)
	if scheme == k.pal.scheme && dense == k.d {
		return false
	}
	if scheme != k.pal.scheme {
		k.pal.become(scheme)
		clear(k.pictures) // those of the scheme before
	}
	k.d, k.look.d = dense, dense
	k.dyed++
	return true // the theme stays the same one, see look.style
}

// freshen paints anew what was kept outside the window while the scheme, density or shapes changed. dyed is kept
// beside it.
func (k *kit) freshen(o fyne.CanvasObject, dyed *int) {
	if *dyed != k.dyed {
		*dyed = k.dyed
		k.repaint(o)
	}
}

// System tells the window what the system wishes, dark or light. It is followed while the agent has not
// chosen a scheme. On Fyne's goroutine.
func (w *Window) System(dark bool) {
	w.kit.system = Light
	if dark {
		w.kit.system = Dark
	}
	if w.kit.restyle(w.kit.style) {
		w.repaint()
	}
}

// Repaint draws everything anew, as after a change of scale. On Fyne's goroutine.
func (w *Window) Repaint() {
	w.kit.dyed++
	w.repaint()
}

// repaint brings the window and its mini bar to the colours and sizes of now.
func (w *Window) repaint() {
	w.kit.repaint(w.content)
	w.kit.repaint(w.mini)
}
