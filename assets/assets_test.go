package assets_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"testing"
	"unicode"

	"golang.org/x/image/font/sfnt"

	"github.com/callbench/callbench/assets"
)

func TestEveryCatalogueAndFlowCanBeSetInItsFaces(t *testing.T) {
	for _, lang := range []string{"zh-Hans", "zh-Hant", "en"} {
		for _, bold := range []bool{false, true} {
			face, err := sfnt.Parse(assets.Font(lang, bold))
			if err != nil {
				t.Fatalf("%s: %v", assets.FontName(lang, bold), err)
			}
			texts := map[string][]byte{"catalogue " + lang: assets.I18n(lang), "names": []byte("简体中文 繁體中文 陈怡君 陳怡君 喆堃玥镕 囧")}
			maps.Copy(texts, assets.Flows())
			for name, text := range texts {
				if r, missing := firstMissing(t, face, string(text)); missing {
					t.Errorf("%s has no %q (%U), which %s needs", assets.FontName(lang, bold), r, r, name)
				}
			}
		}
	}
}

func firstMissing(t *testing.T, face *sfnt.Font, text string) (rune, bool) {
	t.Helper()
	var buf sfnt.Buffer
	for _, r := range text {
		if unicode.IsSpace(r) {
			continue
		}
		i, err := face.GlyphIndex(&buf, r)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			return r, true
		}
	}
	return 0, false
}

func TestFiguresAreTabular(t *testing.T) {
	for _, lang := range []string{"zh-Hans", "zh-Hant"} {
		face, err := sfnt.Parse(assets.Font(lang, false))
		if err != nil {
			t.Fatal(err)
		}
		var buf sfnt.Buffer
		width := map[any]string{}
		for _, r := range "0123456789" {
			i, err := face.GlyphIndex(&buf, r)
			if err != nil {
				t.Fatal(err)
			}
			adv, err := face.GlyphAdvance(&buf, i, 64<<6, 0)
			if err != nil {
				t.Fatal(err)
			}
			width[adv] += string(r)
		}
		if len(width) != 1 {
			t.Errorf("%s: figures have different widths: %v", lang, width)
		}
	}
}

func TestIconsAreWellFormedAndOfOneColour(t *testing.T) {
	names := assets.Icons()
	if len(names) < 20 {
		t.Fatalf("only %d icons", len(names))
	}
	for _, name := range names {
		svg := assets.Icon(name)
		if name != "callbench" { // that one is the program's own, in colours
			for _, want := range []string{`viewBox="0 0 24 24"`, "currentColor"} {
				if !bytes.Contains(svg, []byte(want)) {
					t.Errorf("%s has no %s", name, want)
				}
			}
			if bytes.Contains(svg, []byte(`stroke="currentColor"`)) && !bytes.Contains(svg, []byte(`stroke-width="2" stroke-linecap="round" stroke-linejoin="round"`)) {
				t.Errorf("%s is not drawn with the pen of the others", name)
			}
			if bytes.Contains(svg, []byte("#")) {
				t.Errorf("%s has a colour of its own", name)
			}
		}
		for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
			if _, err := d.Token(); err != nil {
				if !errors.Is(err, io.EOF) {
					t.Errorf("%s: %v", name, err)
				}
				break
			}
		}
	}
}

func TestWhatDoesNotShipIsNil(t *testing.T) {
	if assets.I18n("fr") != nil || assets.Icon("none") != nil {
		t.Error("something was found that does not ship")
	}
}
