package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// Gallery is the window for whoever draws: every component in every state, and the whole window in every
// state of a desk, in each language, scheme and density. Show belongs to Fyne's goroutine.
type Gallery struct {
	kit     *kit
	window  *Window
	sheet   *sheet
	told    present.Sheet
	pages   []*button
	nav     *fyne.Container
	langs   *picks
	schemes *picks
	dense   *picks
	title   func(string)
	choose  func(desk.Event)
	content *fyne.Container
}

const (
	widthPages  = 132
	heightPicks = 40
)

// NewGallery makes it; choose gets what is chosen to be looked at. There must be a current app already.
func NewGallery(o Options, choose func(desk.Event)) *Gallery {
	k := newKit(o.Scheme, o.Lang)
	g := &Gallery{kit: k, choose: choose, window: New(func(desk.Event) {}, o), sheet: newSheet(k), nav: newColumn(2)}
	g.langs, g.schemes, g.dense = newPicks(k, deaf{}, choose), newPicks(k, deaf{}, choose), newPicks(k, deaf{}, choose)
	page, rule := &canvas.Rectangle{FillColor: k.pal.page}, k.rule()
	scroll := newScroller(g.nav)
	g.content = &fyne.Container{
		Objects: []fyne.CanvasObject{page, rule, g.langs, g.schemes, g.dense, scroll, g.sheet.content, g.window.content},
		Layout: placed{least: fyne.NewSize(1200, 700), put: func(_ []fyne.CanvasObject, s fyne.Size) {
			at(page, 0, 0, s.Width, s.Height)
			x := float32(widthPages + space4)
			for _, p := range []*picks{g.langs, g.schemes, g.dense} {
				w := p.oneLine() + 1
				at(p, x, (heightPicks-heightPick)/2, w, heightPick)
				x += w + space5
			}
			at(rule, 0, heightPicks, s.Width, 1)
			y := float32(heightPicks + 1)
			at(scroll, space1, y+space1, widthPages-2*space1, s.Height-y-space2)
			at(g.sheet.content, widthPages, y, s.Width-widthPages, s.Height-y)
			at(g.window.content, widthPages, y, s.Width-widthPages, s.Height-y)
		}},
	}
	return g
}

// Attach puts the gallery into a window. On Fyne's goroutine.
func (g *Gallery) Attach(win fyne.Window) {
	win.SetPadded(false)
	win.SetContent(g.content)
	g.title = win.SetTitle
	g.window.listen(win.Canvas())
}

// Show draws at once; screen is the state that is looked at, nil: the sheet.
func (g *Gallery) Show(m present.GalleryScreen, screen *present.Screen) {
	speaks := m.Lang != g.kit.look.lang
	reshaped := speaks && g.kit.speak(m.Lang)
	restyled := g.kit.restyle(m.Style) || reshaped
	if g.title != nil {
		g.title(m.Title)
	}
	g.langs.set(m.Languages)
	g.schemes.set(m.Schemes)
	g.dense.set(m.Densities)
	g.list(append([]present.Pick{m.Components}, m.Pages...))
	if speaks || g.told.Lang != m.Lang {
		g.told = m.Sheet
		g.sheet.set(m.Sheet)
	}
	g.sheet.content.Hide()
	g.window.content.Hide()
	if screen == nil {
		g.sheet.content.Show()
	} else {
		g.window.Show(*screen)
		g.window.content.Show()
	}
	if restyled {
		g.kit.repaint(g.content)
	}
	g.content.Refresh()
}

func (g *Gallery) list(pages []present.Pick) {
	for len(g.pages) < len(pages) {
		b := newButton(g.kit, deaf{}, send(g.choose))
		b.small = true
		g.pages = append(g.pages, b)
		g.nav.Add(b)
	}
	for i, p := range pages {
		g.pages[i].set(present.Button{Text: p.Text, On: p.Chosen, Enabled: true, Do: p.Do})
	}
}
