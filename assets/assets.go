// Package assets is what the program carries in its binary: fonts, catalogues of words, icons and the
// call flows that ship.
//
// It owns nothing and does nothing: every function reads the embedded files and may be called from
// anywhere at any time. The slices it returns must not be changed.
package assets

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed fonts/*.otf fonts/OFL.txt i18n/*.json icons/*.svg flows/*.flow phrases/*.txt
var files embed.FS

// Font is an OpenType face for a language: the Simplified Chinese shapes for zh-Hans and en, the ones
// of Taiwan for zh-Hant. Each covers GB2312, GBK, Big5 and Latin; figures are tabular.
func Font(lang string, bold bool) []byte {
	return inPlace(fontText(FontName(lang, bold)))
}

// FontName is the file name of the face that Font returns; two languages with the same name share it.
func FontName(lang string, bold bool) string {
	face, weight := "sc", "Regular"
	if lang == "zh-Hant" {
		face = "tc"
	}
	if bold {
		weight = "Bold"
	}
	return "callbench-" + face + "-" + weight + ".otf"
}

// FontLicence is the licence of the fonts.
func FontLicence() []byte { return read("fonts/OFL.txt") }

// I18n is the catalogue of a language as a JSON object of texts by key; nil for a language that does
// not ship.
func I18n(lang string) []byte {
	b, err := files.ReadFile("i18n/" + lang + ".json")
	if err != nil {
		return nil
	}
	return b
}

// Phrases is the team's phrase book of a language as desk.ParsePhrases reads it; nil for a language that does not
// ship.
func Phrases(lang string) []byte {
	b, err := files.ReadFile("phrases/" + lang + ".txt")
	if err != nil {
		return nil
	}
	return b
}

// Icon is an SVG of 24×24 units drawn in one colour, written as currentColor; nil for a name that does
// not ship.
func Icon(name string) []byte {
	b, err := files.ReadFile("icons/" + name + ".svg")
	if err != nil {
		return nil
	}
	return b
}

// Icons names the icons that ship.
func Icons() []string {
	found, err := fs.Glob(files, "icons/*.svg")
	if err != nil { // the pattern is a constant
		panic(fmt.Sprintf("assets: %v", err))
	}
	names := make([]string, len(found))
	for i, f := range found {
		names[i] = strings.TrimSuffix(path.Base(f), ".svg")
	}
	return names
}

// Flows are the call flows that ship, source text by file name.
func Flows() map[string][]byte {
	found, err := fs.Glob(files, "flows/*.flow")
	if err != nil { // the pattern is a constant
		panic(fmt.Sprintf("assets: %v", err))
	}
	flows := make(map[string][]byte, len(found))
	for _, f := range found {
		flows[path.Base(f)] = read(f)
	}
	return flows
}

func read(name string) []byte {
	b, err := files.ReadFile(name)
	if err != nil { // the names are constants of this package
		panic(fmt.Sprintf("assets: %v", err))
	}
	return b
}
