package app

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/callbench/callbench/ui/gallery"
)

// The page of screens shows each main screen, and no picture that is not there. After another main screen:
// make screenshots, and a section in docs/SCREENS.md.
func TestThePageOfScreensShowsEveryMainScreen(t *testing.T) {
	page, err := os.ReadFile("../docs/SCREENS.md")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`pictures/[^)]+\.png`).FindAllString(string(page), -1)
	for _, p := range named {
		if _, err := os.Stat(filepath.Join("../docs", p)); err != nil {
			t.Errorf("docs/SCREENS.md shows %s, which is not there", p)
		}
	}
	for _, name := range append(gallery.Main(), "components") {
		for _, lang := range []string{"zh-Hans", "zh-Hant", "en"} {
			for _, scheme := range []string{"light", "dark"} {
				if p := "pictures/" + name + "-" + lang + "-" + scheme + ".png"; !slices.Contains(named, p) {
					t.Errorf("docs/SCREENS.md does not show %s", p)
				}
			}
		}
	}
	files, err := filepath.Glob("../docs/pictures/*.png")
	if err != nil {
		t.Fatal(err)
	}
	total := int64(0)
	for _, f := range files {
		st, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		total += st.Size()
		if !slices.ContainsFunc(named, func(p string) bool { return strings.HasSuffix(p, "/"+filepath.Base(f)) }) {
			t.Errorf("%s is shown nowhere", f)
		}
	}
	if total > 6_000_000 {
		t.Errorf("the pictures take %d bytes; 6 MB are enough", total)
	}
}
