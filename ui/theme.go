package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"github.com/callbench/callbench/assets"
)

// look is our Fyne theme: the tokens for the widgets that are Fyne's own (entries, scroll bars), and
// the bundled faces for all text.
type look struct {
	pal  *palette
	d    density
	lang string
	born string // the language it was made in
}

func newLook(scheme Scheme, lang string) *look {
	return &look{pal: paletteOf(scheme), d: densityOf(""), lang: lang, born: lang}
}

// Color implements fyne.Theme; the variant of the system is ours to choose, not Fyne's.
func (l *look) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	p := l.pal
	switch name {
	case theme.ColorNameBackground:
		return p.page
	case theme.ColorNameForeground:
		return p.text
	case theme.ColorNamePlaceHolder, theme.ColorNameDisabled:
		return p.muted
	case theme.ColorNamePrimary, theme.ColorNameHyperlink:
		return p.accent
	case theme.ColorNameForegroundOnPrimary:
		return p.onAccent
	case theme.ColorNameInputBackground:
		return p.field
	case theme.ColorNameInputBorder, theme.ColorNameSeparator:
		return p.edge
	case theme.ColorNameOverlayBackground, theme.ColorNameMenuBackground, theme.ColorNameButton:
		return p.card
	case theme.ColorNameSelection, theme.ColorNameFocus:
		return tint(p.card, p.accent, 0.22)
	case theme.ColorNameHover:
		return tint(p.card, p.muted, 0.08)
	case theme.ColorNameScrollBar:
		return tint(p.card, p.muted, 0.45)
	case theme.ColorNameScrollBarBackground:
		return color.Transparent
	case theme.ColorNameError:
		return p.danger
	case theme.ColorNameShadow:
		return color.NRGBA{A: 0x14}
	}
	variant := theme.VariantLight
	if p.dark() {
		variant = theme.VariantDark
	}
	return theme.DefaultTheme().Color(name, variant)
}

// otherFaces marks the style of a text that is set in the faces that the look was not made with: the width of tabs, at
// the value that stands for none, so that it changes nothing but which faces Fyne looks up.
const otherFaces = 4 // painter.DefaultTabWidth

// worn is the theme of the app: the newest look. It is set once, see look.style.
type worn struct{ *look }

// wear makes the look the theme of the app.
func (l *look) wear() {
	set := fyne.CurrentApp().Settings()
	if w, is := set.Theme().(*worn); is {
		l.born, w.look = w.born, l
		return
	}
	set.SetTheme(&worn{l})
}

// style is a text's style in the language of now. Fyne reads the face of a style once and keeps it until the theme is set:
// then it reads all of them anew, on its own goroutine, and lays out every window several times over. So the theme is set once,
// and a language with other shapes has a style of its own.
func (l *look) style(bold bool) fyne.TextStyle {
	s := fyne.TextStyle{Bold: bold}
	if assets.FontName(l.lang, false) != assets.FontName(l.born, false) {
		s.TabWidth = otherFaces
	}
	return s
}

// Font implements fyne.Theme. Fyne's own texts, such as the menu of a field, have no style of ours: they keep the shapes
// of the language that the look was made in.
func (l *look) Font(style fyne.TextStyle) fyne.Resource {
	if style.Symbol {
		return theme.DefaultTheme().Font(style)
	}
	lang := l.born
	if style.TabWidth == otherFaces {
		lang = otherShapes(lang)
	}
	return fyne.NewStaticResource(assets.FontName(lang, style.Bold), assets.Font(lang, style.Bold))
}

// otherShapes is a language whose signs have other shapes.
func otherShapes(lang string) string {
	if assets.FontName(lang, false) == assets.FontName("zh-Hant", false) {
		return "zh-Hans"
	}
	return "zh-Hant"
}

// Icon implements fyne.Theme.
func (l *look) Icon(name fyne.ThemeIconName) fyne.Resource { return theme.DefaultTheme().Icon(name) }

// Size implements fyne.Theme.
func (l *look) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameText:
		return sizeBody
	case theme.SizeNameCaptionText:
		return sizeCaption
	case theme.SizeNamePadding:
		return space1
	case theme.SizeNameInnerPadding:
		return l.d.field
	case theme.SizeNameInputRadius, theme.SizeNameSelectionRadius:
		return cornerField
	case theme.SizeNameInputBorder, theme.SizeNameSeparatorThickness:
		return 1
	case theme.SizeNameScrollBar:
		return 8
	case theme.SizeNameScrollBarSmall:
		return 4
	case theme.SizeNameLineSpacing:
		return 2
	case theme.SizeNameInlineIcon:
		return 16
	}
	return theme.DefaultTheme().Size(name)
}
