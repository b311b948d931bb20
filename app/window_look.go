//go:build !nowindow

package app

import (
	"context"
	"math"
	"os"
	"reflect"
	"runtime"
	"strconv"
	"time"
	"unsafe"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui"
	"github.com/callbench/callbench/ui/present"
)

// windowLook is what the operating system and the agent want of the look of the window. All of it belongs
// to Fyne's goroutine.
type windowLook struct {
	variant fyne.ThemeVariant // the system's, as last seen
	known   bool              // whether variant is more than a default
	base    float64           // FYNE_SCALE of whoever started the program; 1 without
	zoom    int               // percent in use
	wish    int               // percent that was chosen: more than the screen may hold
}

// scaleVariable is where Fyne's driver reads the size of everything from, each time the theme is set.
const scaleVariable = "FYNE_SCALE"

// dress prepares the look before the first window: what the system prefers is followed from now on.
func (s *windowSession) dress(ctx context.Context) {
	s.look = windowLook{base: 1, zoom: 100, wish: 100, variant: s.fy.Settings().ThemeVariant()}
	if base, err := strconv.ParseFloat(os.Getenv(scaleVariable), 64); err == nil && base > 0 {
		s.look.base = base
	}
	s.look.known = runtime.GOOS != "linux" || os.Getenv("FYNE_THEME") != ""
	s.fy.Settings().AddListener(func(set fyne.Settings) {
		if v := set.ThemeVariant(); v != s.look.variant {
			s.look.variant, s.look.known = v, true
			s.followSystem()
		}
	})
	if s.look.known {
		return
	}
	s.start(func() { // without a portal Fyne's default says nothing, and light stays
		ctx, stop := context.WithTimeout(ctx, 5*time.Second)
		defer stop()
		if dark, known := host.PrefersDark(ctx); known {
			ui.Cross(func() {
				s.look.known, s.look.variant = true, theme.VariantLight
				if dark {
					s.look.variant = theme.VariantDark
				}
				s.followSystem()
			})
		}
	})
}

// followSystem tells the window what the system wishes, where that is known.
func (s *windowSession) followSystem() {
	if s.ui != nil && s.look.known {
		s.ui.System(s.look.variant == theme.VariantDark)
	}
}

// restyled gives the window the size of signs that the agent chose; everything but that ui does itself.
// The window keeps its place on screen: what is larger leaves room for less.
func (s *windowSession) restyled(style present.Style) {
	zoom := style.Zoom
	if zoom == 0 {
		zoom = 100
	}
	if zoom == s.look.wish {
		return
	}
	s.look.wish = zoom
	size, before := s.win.Canvas().Size(), s.win.Canvas().Scale()
	zoom = s.fitted(zoom, before)
	if zoom == s.look.zoom {
		return
	}
	s.look.zoom = zoom
	factor := s.look.base * float64(zoom) / 100
	os.Setenv(scaleVariable, strconv.FormatFloat(factor, 'f', 3, 64)) //nolint:errcheck,gosec // an ordinary name and value
	for _, w := range s.fy.Driver().AllWindows() {
		if !rescale(w, factor) { // a driver that is not known
			s.fy.Settings().SetTheme(s.fy.Settings().Theme())
			break
		}
	}
	share := before / s.win.Canvas().Scale() // the driver rounds it to tenths
	s.win.Resize(fyne.NewSize(size.Width*share, size.Height*share))
	s.ui.Repaint()
}

// rescale gives a window the scale that the driver would read from scaleVariable. The driver has no other time for that than
// when the theme is set, and then it reads every face anew and lays out everything several times over: most of a second in
// which no key is heard. So its field is set from here, and what follows from it is done as the driver does it; false: the driver
// is not the one that is known.
func rescale(w fyne.Window, factor float64) bool {
	again, knows := w.(interface{ RescaleContext() })
	canvas, window := reflect.ValueOf(w.Canvas()), reflect.ValueOf(w)
	if !knows || canvas.Kind() != reflect.Pointer || window.Kind() != reflect.Pointer {
		return false
	}
	scale, detected, visible := canvas.Elem().FieldByName("scale"), canvas.Elem().FieldByName("detectedScale"), window.Elem().FieldByName("visible")
	if scale.Kind() != reflect.Float32 || detected.Kind() != reflect.Float32 || visible.Kind() != reflect.Bool {
		return false
	}
	if !visible.Bool() { // it takes the scale of then when it is made
		return true
	}
	system := fyne.CurrentDevice().SystemScaleForWindow(w)
	if system < 0 { // the display's own
		system = float32(detected.Float())
	}
	*(*float32)(unsafe.Pointer(scale.UnsafeAddr())) = float32(math.Round(float64(system)*factor*10) / 10) //nolint:gosec // a float32, as checked above
	again.RescaleContext()
	return true
}

// fitted is how much of a wished zoom the screen holds, and tells the desk, whose settings say so. Scale is the one
// in use, of look.zoom.
func (s *windowSession) fitted(wish int, scale float32) int {
	if s.mini.display == nil {
		return wish
	}
	area := s.mini.display.Area()
	one := scale * 100 / float32(s.look.zoom) // of 100 %
	most := zoomRoom(area.W, area.H-frameHeight, s.ui.Content().MinSize(), one)
	s.desk.loop.send(desk.ZoomFitted{Most: most})
	return min(wish, most)
}

// frameHeight is the room, in pixels, that a window manager's title takes.
const frameHeight = 40

// zoomRoom is the largest zoom in percent with which a window of a least size fits into so many pixels; one is the
// scale of 100 %, below which nothing is made for want of room. The driver rounds scales to tenths.
func zoomRoom(width, height int, least fyne.Size, one float32) int {
	most := min(float32(width)/least.Width, float32(height)/least.Height)
	tenths := int(most*10 + 0.01)
	return max(int(float32(tenths*10)/one+0.5), 100)
}
