package ui

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/callbench/callbench/ui/present"
)

func (p *customerPanel) fillHistory(m present.CustomerPanel) {
	known := m.Kind == present.CustomerKnown
	idle := m.Kind == present.CustomerIdle && (len(m.Recent) > 0 || m.HistoryEmpty != "")
	p.history.Hidden = !known && !idle
	if known || idle || len(m.Choices) > 0 {
		p.scroll.Show()
	} else {
		p.scroll.Hide()
	}
	setText(p.title, m.HistoryTitle, p.k.pal.text)
	count := ""
	if len(m.History) > 0 && len(m.Kinds) == 0 { // else each kind has its own
		count = strconv.Itoa(len(m.History))
	}
	p.since.set(m.Since)
	p.kinds.set(m.Kinds)
	p.kinds.Hidden = len(m.Kinds) == 0
	setText(p.count, count, p.k.pal.muted)
	p.empty.set(m.HistoryEmpty, present.Muted)
	p.rows.Objects = nil
	for _, r := range m.History {
		p.rows.Objects = append(p.rows.Objects, p.k.historyRow(r))
	}
	if !known {
		p.rows.Objects = p.choices(m)
	}
	for _, r := range m.Recent {
		p.rows.Objects = append(p.rows.Objects, p.recentRow(r))
	}
	p.history.Refresh()
	p.rows.Refresh()
	p.scroll.ScrollToTop()
	p.scroll.Refresh()
}

// historyHead is what stands above a history: its name, and how many entries there are or which kinds are
// shown. Kinds that do not fit beside the name stand below it.
type historyHead struct{ p *customerPanel }

// beside reports whether the kinds fit into the line of the name.
func (h historyHead) beside(width float32) bool {
	p := h.p
	if !p.kinds.Visible() {
		return true
	}
	p.kinds.squeeze(width - p.title.MinSize().Width - space3)
	return p.kinds.oneLine() <= width-p.title.MinSize().Width-space3
}

func (h historyHead) heightFor(_ []fyne.CanvasObject, width float32) float32 {
	if h.beside(width) {
		return heightPick
	}
	h.p.kinds.squeeze(width)
	return heightPick + space1 + h.p.kinds.HeightFor(width)
}

// MinSize implements fyne.Layout.
func (h historyHead) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(200, h.heightFor(o, max(h.p.content.Size().Width-2*h.p.k.d.pad, 200)))
}

// Layout implements fyne.Layout.
func (h historyHead) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	p := h.p
	t, c := p.title.MinSize(), p.count.MinSize()
	at(p.title, 0, (heightPick-t.Height)/2, t.Width, t.Height)
	at(p.count, s.Width-c.Width, (heightPick-c.Height)/2, c.Width, c.Height)
	if h.beside(s.Width) {
		at(p.kinds, t.Width+space3, 0, s.Width-t.Width-space3, heightPick)
		return
	}
	p.kinds.squeeze(s.Width)
	at(p.kinds, 0, heightPick+space1, s.Width, s.Height-heightPick-space1)
}

// historyRow is one thing that happened: when, what, how it ended; the subject on top, who and state
// below it.
func (k *kit) historyRow(r present.Row) fyne.CanvasObject {
	when, kind := k.text(sizeCaption, false), k.text(sizeCaption, false)
	text, state := k.text(sizeBody, false), k.text(sizeCaption, false)
	icon, dot := k.sign(13), k.sign(9)
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
	ground := &canvas.Rectangle{CornerRadius: cornerField}
	if r.Found {
		ground.FillColor = tint(k.pal.card, k.pal.accent, 0.12)
	}
	return &fyne.Container{
		Objects: []fyne.CanvasObject{ground, icon.pic, when, kind, text, below, state, dot.pic, line},
		Layout: rows{k, 200, func(s fyne.Size) {
			const left = 78
			at(ground, -space1, 0, s.Width+space1, s.Height)
			y := (s.Height - 40) / 2
			at(when, 0, y+2, left-8, 18)
			at(icon.pic, 0, y+22, 13, 13)
			setText(kind, k.fit(r.Kind, sizeCaption, false, left-26), k.pal.muted)
			at(kind, 18, y+20, left-26, 17)
			side := state.MinSize().Width
			right := s.Width - space2
			at(state, right-side, y+2, side, 18)
			at(dot.pic, right-side-13, y+6, 9, 9)
			setText(text, k.fit(r.Text, sizeBody, false, right-side-24-left), k.pal.text)
			at(text, left, y+1, right-side-24-left, 20)
			at(below, left, y+20, right-left, 17)
			at(line, left, s.Height-1, s.Width-left, 1)
		}},
	}
}
