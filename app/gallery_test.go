package app

import (
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/race"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/words"
)

func TestScreensAreDrawnSmallInEveryLanguage(t *testing.T) {
	dir, langs, schemes := t.TempDir(), words.Languages(), []string{"light", "dark"}
	langs, schemes = langs[:race.Fewer(len(langs), 1)], schemes[:race.Fewer(len(schemes), 1)] // drawing is nothing but pixels
	if err := drawGallery(t.Context(), dir, langs, []string{"board"}, schemes); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"board", "components"} {
		for _, lang := range langs {
			for _, scheme := range schemes {
				path := filepath.Join(dir, name+"-"+lang+"-"+scheme+".png")
				f, err := os.Open(path)
				if err != nil {
					t.Error(err)
					continue
				}
				img, err := png.Decode(f)
				if err != nil {
					t.Errorf("%s: %v", path, err)
				} else if got := img.Bounds().Dx(); got != 1366 {
					t.Errorf("%s is %d wide", path, got)
				}
				if st, err := f.Stat(); err != nil || st.Size() > 150_000 {
					t.Errorf("%s takes %d bytes: too much for the documents", path, st.Size())
				}
				_ = f.Close()
			}
		}
	}
}

func TestTheGalleryShowsWhatIsChosen(t *testing.T) {
	g := galleryPage{set: desk.Settings{Language: desk.English}}
	m, screen := g.drawn()
	if screen != nil || !m.Components.Chosen || len(m.Pages) != len(gallery.Names()) || len(m.Sheet.Chips) != 7 || len(m.Sheet.History) == 0 {
		t.Errorf("the sheet is not what is shown first: %+v", m.Components)
	}
	for _, e := range []desk.Event{desk.ViewChosen{View: "talking"}, m.Schemes[2].Do, m.Densities[1].Do} {
		g = g.after(e)
	}
	g = g.after(desk.SettingsChanged{Settings: desk.Settings{Language: desk.ZhHant, Scheme: "dark", Density: "compact"}})
	m, screen = g.drawn()
	if screen == nil || screen.Lang != "zh-Hant" || screen.Style.Scheme != "dark" || m.Style.Density != "compact" {
		t.Fatalf("chosen, but not shown: %+v", m.Style)
	}
	if g = g.after(m.Components.Do); g.page != "" {
		t.Error("there is no way back to the sheet")
	}
}
