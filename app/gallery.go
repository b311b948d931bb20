package app

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

// galleryCommand shows every component in every state, and the window in every state of a desk. It opens
// no profile and no connection.
type galleryCommand struct {
	Lang     string `enum:"zh-Hans,zh-Hant,en" default:"zh-Hans" help:"Language to begin with: zh-Hans, zh-Hant or en."`
	Pictures string `type:"path" placeholder:"DIR" help:"Draw all of it into pictures in DIR, without a display."`
	Main     bool   `help:"With --pictures: only the main screens, small, for the documents."`
}

// Run opens the gallery, or draws it.
func (c galleryCommand) Run(ctx context.Context, p *program) error {
	if c.Pictures != "" {
		names, schemes := gallery.Names(), []string{"light", "dark", "contrast", "contrast-dark"}
		if c.Main {
			names, schemes = gallery.Main(), schemes[:2]
		}
		return drawGallery(ctx, c.Pictures, words.Languages(), names, schemes)
	}
	return p.showGallery(ctx, galleryPage{set: desk.Settings{Language: desk.Language(c.Lang)}})
}

// galleryPage is what the gallery looks at. A change of it is an event, as on a desk.
type galleryPage struct {
	set  desk.Settings
	page string // empty: the sheet of components
}

func (g galleryPage) after(e desk.Event) galleryPage {
	if changed, ok := e.(desk.SettingsChanged); ok {
		g.set = changed.Settings.Bounded()
	}
	if chosen, ok := e.(desk.ViewChosen); ok {
		g.page = chosen.View
	}
	return g
}

func galleryWords(lang desk.Language) *words.Catalogue {
	return words.For(string(lang)).In(gallery.Zone())
}

// screen is a state of the gallery as the window shows it.
func (g galleryPage) screen(name string) present.Screen {
	s := gallery.State(name, g.set.Language)
	s.Settings, s.Hint = g.set, "" // the hints are the demo's
	return present.Of(s, galleryWords(g.set.Language), gallery.Now())
}

// sheet is every component, with rows out of some of the states.
func (g galleryPage) sheet() present.Sheet {
	var screens []present.Screen
	for _, name := range []string{"talking", "popped", "board", "stale", "offline", "trouble"} {
		screens = append(screens, g.screen(name))
	}
	return present.SheetOf(galleryWords(g.set.Language), screens...)
}

// drawn is what the gallery's window shows: screen is nil while the sheet is looked at.
func (g galleryPage) drawn() (m present.GalleryScreen, screen *present.Screen) {
	m = present.GalleryOf(galleryWords(g.set.Language), g.set, g.page, gallery.Names(), g.sheet())
	if slices.Contains(gallery.Names(), g.page) {
		s := g.screen(g.page)
		screen = &s
	}
	return m, screen
}

// drawGallery writes NAME-LANGUAGE-SCHEME.png for each screen named and for the sheet.
func drawGallery(ctx context.Context, dir string, langs, names, schemes []string) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("gallery: %w", err)
	}
	painter, sheets := ui.NewPainter(ui.Options{}), ui.NewSheetPainter(ui.Options{})
	for _, lang := range langs {
		for _, scheme := range schemes {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("gallery: %w", err)
			}
			g := galleryPage{set: desk.Settings{Language: desk.Language(lang), Scheme: scheme}}
			file := func(name string) string { return filepath.Join(dir, name+"-"+lang+"-"+scheme+".png") }
			sheet := sheets.Render(g.sheet(), present.Style{Scheme: scheme}, 1366, 1)
			if err := writeSmall(file("components"), sheet); err != nil {
				return err
			}
			for _, name := range names {
				if err := writeSmall(file(name), painter.Render(g.screen(name), fyne.NewSize(1366, 768), 1)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// writeSmall writes a picture with a palette of its own: those of a window hold few colours, and a third
// of the size is left.
func writeSmall(path string, img image.Image) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("picture: %w", err)
	}
	enc := png.Encoder{CompressionLevel: png.BestCompression}
	if err := enc.Encode(f, paletted(img)); err != nil {
		f.Close() //nolint:errcheck,gosec // the first error tells
		return fmt.Errorf("picture: %w", err)
	}
	return f.Close() //nolint:wrapcheck // it names the file
}

// pictureColours keeps all pictures of the documents below 6 MB; letters still have smooth edges with them.
const pictureColours = 96

// paletted takes the colours that are met most often; every other one becomes the nearest of them.
func paletted(img image.Image) image.Image {
	b := img.Bounds()
	counts := map[color.RGBA]int{}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			counts[at(img, x, y)]++
		}
	}
	all := make([]color.RGBA, 0, len(counts))
	for c := range counts {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b color.RGBA) int {
		if n := counts[b] - counts[a]; n != 0 {
			return n
		}
		return int(a.R)<<16 + int(a.G)<<8 + int(a.B) - int(b.R)<<16 - int(b.G)<<8 - int(b.B)
	})
	pal := make(color.Palette, 0, pictureColours)
	for _, c := range all[:min(len(all), pictureColours)] {
		pal = append(pal, c)
	}
	index := make(map[color.RGBA]uint8, len(all))
	for _, c := range all {
		index[c] = uint8(pal.Index(c)) //nolint:gosec // at most 255
	}
	out := image.NewPaletted(b, pal)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			out.SetColorIndex(x, y, index[at(img, x, y)])
		}
	}
	return out
}

func at(img image.Image, x, y int) color.RGBA {
	r, g, b, a := img.At(x, y).RGBA()
	return color.RGBA{R: uint8(r >> 8), G: uint8(g >> 8), B: uint8(b >> 8), A: uint8(a >> 8)} //nolint:gosec // 16 bits to 8
}
