package present

import (
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// GalleryScreen is the window of the gallery: what to look at, how it looks, and the sheet of components.
type GalleryScreen struct {
	Lang       string
	Style      Style
	Title      string
	Sheet      Sheet
	Components Pick   // leads to the sheet
	Pages      []Pick // the states of a desk, by their names
	Languages  []Pick
	Schemes    []Pick
	Densities  []Pick
}

// GalleryOf makes the window's screen. page is the state that is looked at, empty: the sheet. A page is
// chosen with ViewChosen, how things look with SettingsChanged.
func GalleryOf(w *words.Catalogue, set desk.Settings, page string, pages []string, sheet Sheet) GalleryScreen {
	g := GalleryScreen{
		Lang: w.Lang(), Style: Style{Scheme: set.Scheme, Density: set.Density, Zoom: set.Zoom}, Title: w.Say(words.GalleryTitle), Sheet: sheet,
		Components: Pick{Text: w.Say(words.GalleryTitle), Chosen: page == "", Do: desk.ViewChosen{}},
	}
	for _, p := range pages {
		g.Pages = append(g.Pages, Pick{ID: p, Text: p, Chosen: p == page, Do: desk.ViewChosen{View: p}})
	}
	for _, l := range Languages() {
		to := set
		to.Language = l.Tag
		g.Languages = append(g.Languages, Pick{
			ID: string(l.Tag), Text: l.Name, Chosen: string(l.Tag) == w.Lang(), Do: desk.SettingsChanged{Settings: to},
		})
	}
	for _, c := range desk.Schemes() {
		to := set
		to.Scheme = c
		g.Schemes = append(g.Schemes, Pick{ID: c, Text: coded(w, "gallery.scheme.", c, words.SchemeSystem), Chosen: c == set.Scheme, Do: desk.SettingsChanged{Settings: to}})
	}
	for _, d := range desk.Densities() {
		to := set
		to.Density = d
		g.Densities = append(g.Densities, Pick{ID: d, Text: coded(w, "gallery.density.", d, words.DensityRoomy), Chosen: d == set.Density, Do: desk.SettingsChanged{Settings: to}})
	}
	return g
}
