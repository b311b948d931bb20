package ui

import (
	"strconv"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/ui/present"
)

const heightRow = 44

func (p *customerPanel) fillHistory(m present.CustomerPanel) {
	known := m.Kind == present.CustomerKnown
	p.history.Hidden = !known
	if known || len(m.Choices) > 0 {
		p.scroll.Show()
	} else {
		p.scroll.Hide()
	}
	setText(p.title, m.HistoryTitle, p.k.pal.text)
	count := ""
	if len(m.History) > 0 {
		count = strconv.Itoa(len(m.History))
	}
	setText(p.count, count, p.k.pal.muted)
	p.empty.set(m.HistoryEmpty, present.Muted)
	p.rows.Objects = nil
	for _, r := range m.History {
		p.rows.Objects = append(p.rows.Objects, p.k.historyRow(r))
	}
	if !known {
		p.rows.Objects = p.choices(m)
	}
	p.history.Refresh()
	p.rows.Refresh()
	p.scroll.ScrollToTop()
	p.scroll.Refresh()
}

// historyRow is one thing that happened: when, what, how it ended; the subject on top, who and state
// below it.
func (k *kit) historyRow(r present.Row) fyne.CanvasObject {
	when, kind := k.text(sizeCaption, false), k.text(sizeCaption, false)
	text, state := k.text(sizeBody, false), k.text(sizeCaption, false)
	icon, dot := k.image(13), k.image(9)
	k.setIcon(icon, r.Shape, k.pal.muted)
	setText(when, r.When, k.pal.muted)
	setText(kind, r.Kind, k.pal.muted)
	who := r.Who
	if r.Pending != "" {
		who += "  " + r.Pending
	}
	below := k.text(sizeCaption, false)
	setText(below, who, k.pal.muted)
	setText(state, r.State, k.pal.word(r.Tone))
	state.Alignment = fyne.TextAlignTrailing
	sign := map[present.Tone]present.Shape{present.Wrap: present.ShapeWrap, present.Danger: present.ShapeWarn}[r.Tone]
	k.setIcon(dot, sign, k.pal.tone(r.Tone))
	line := k.rule()
	return &fyne.Container{
		Objects: []fyne.CanvasObject{icon, when, kind, text, below, state, dot, line},
		Layout: placed{least: fyne.NewSize(200, heightRow), put: func(_ []fyne.CanvasObject, s fyne.Size) {
			const left = 78
			at(when, 0, 4, left-8, 18)
			at(icon, 0, 24, 13, 13)
			at(kind, 18, 22, left-26, 17)
			side := state.MinSize().Width
			right := s.Width - space2
			at(state, right-side, 4, side, 18)
			at(dot, right-side-13, 8, 9, 9)
			setText(text, k.fit(r.Text, sizeBody, false, right-side-24-left), k.pal.text)
			at(text, left, 3, right-side-24-left, 20)
			at(below, left, 22, right-left, 17)
			at(line, left, s.Height-1, s.Width-left, 1)
		}},
	}
}
