package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

const (
	moreChange = 4 // that a change is higher than a row
	widthLabel = 92
)

// changeRow is an open change in the list: its state and what it is about above how it begins.
type changeRow struct {
	widget.BaseWidget
	hovering
	k    *kit
	send func(desk.Event)
	m    present.ChangeItem
	chip *chip
	what *canvas.Text
	text *canvas.Text
	when *canvas.Text
}

func newChangeRow(k *kit, send func(desk.Event)) *changeRow {
	r := &changeRow{
		k: k, send: send, chip: newBareChip(k), what: k.text(sizeBody, true),
		text: k.text(sizeCaption, false), when: k.text(sizeCaption, false),
	}
	r.hovering = hovering{ground: &canvas.Rectangle{CornerRadius: cornerField}, paint: r.colour}
	r.when.Alignment = fyne.TextAlignTrailing
	r.ExtendBaseWidget(r)
	return r
}

func (r *changeRow) colour() {
	p := r.k.pal
	r.ground.FillColor = p.card
	if r.m.On {
		r.ground.FillColor = p.chosen()
	} else if r.hover {
		r.ground.FillColor = p.under()
	}
}

func (r *changeRow) set(m present.ChangeItem) {
	if r.m == m {
		return
	}
	r.m = m
	r.colour()
	r.chip.set(m.Chip)
	setText(r.when, m.When, r.k.pal.muted)
	r.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (r *changeRow) CreateRenderer() fyne.WidgetRenderer {
	return rendererOf(r, &fyne.Container{
		Objects: []fyne.CanvasObject{r.ground, r.chip, r.what, r.text, r.when},
		Layout: placed{put: func(_ []fyne.CanvasObject, s fyne.Size) {
			at(r.ground, 0, 0, s.Width, s.Height)
			c := r.chip.MinSize()
			y := (s.Height - 46) / 2
			at(r.chip, space2, y+(21-c.Height)/2, c.Width, c.Height)
			w := r.when.MinSize().Width
			at(r.when, s.Width-space2-w, y+1, w, 20)
			x := space2 + c.Width + space2
			room := s.Width - space2 - w - space2 - x
			setText(r.what, r.k.fit(r.m.What, sizeBody, true, room), r.k.pal.text)
			at(r.what, x, y, room, 21)
			setText(r.text, r.k.fit(r.m.Text, sizeCaption, false, s.Width-2*space2), r.k.pal.muted)
			at(r.text, space2, y+24, s.Width-2*space2, 20)
		}},
	})
}

// MinSize implements fyne.CanvasObject.
func (r *changeRow) MinSize() fyne.Size { return fyne.NewSize(260, r.k.d.row+moreChange) }

// Tapped implements fyne.Tappable.
func (r *changeRow) Tapped(*fyne.PointEvent) {
	if r.m.Do != nil {
		r.send(r.m.Do)
	}
}

// fieldLine is a member of a record: its name beside its whole text, as high as that is.
type fieldLine struct {
	widget.BaseWidget
	k     *kit
	label *canvas.Text
	text  *para
}

func newFieldLine(k *kit) *fieldLine {
	f := &fieldLine{k: k, label: k.text(sizeBody, false), text: newPara(k, sizeBody, present.Plain)}
	f.ExtendBaseWidget(f)
	return f
}

func (f *fieldLine) set(m present.FieldLine) {
	setText(f.label, f.k.fit(m.Label, sizeBody, false, widthLabel-space2), f.k.pal.muted)
	f.text.set(m.Text, present.Plain)
	f.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (f *fieldLine) CreateRenderer() fyne.WidgetRenderer {
	return rendererOf(f, &fyne.Container{
		Objects: []fyne.CanvasObject{f.label, f.text},
		Layout: placed{put: func(_ []fyne.CanvasObject, s fyne.Size) {
			at(f.label, 0, 0, widthLabel, f.text.lineHeight())
			at(f.text, widthLabel, 0, s.Width-widthLabel, s.Height)
		}},
	})
}

// MinSize implements fyne.CanvasObject.
func (f *fieldLine) MinSize() fyne.Size { return fyne.NewSize(200, f.text.lineHeight()) }

// HeightFor is the height that the line takes at a width.
func (f *fieldLine) HeightFor(width float32) float32 {
	return max(f.text.HeightFor(width-widthLabel), f.text.lineHeight())
}

// changesPanel lists what is not settled with central, and the one that is looked at with its whole text and
// what can be done about it. Rows are kept and only change their words.
type changesPanel struct {
	k       *kit
	w       *Window
	shown   present.ChangesPanel
	title   *canvas.Text
	chips   []*chip
	counts  *fyne.Container
	why     *para
	empty   *para
	rows    []*changeRow
	list    *fyne.Container
	more    *para
	scroll  *scroller
	what    *canvas.Text
	when    *canvas.Text
	reason  *para
	lines   []*fieldLine
	fields  *fyne.Container
	buttons []*button
	actions *fyne.Container
	body    *scroller
	detail  *fyne.Container
	content *fyne.Container
}

func newChangesPanel(w *Window) *changesPanel {
	k := w.kit
	p := &changesPanel{
		k: k, w: w, title: k.text(sizeHeading, true), why: newPara(k, sizeBody, present.Muted), empty: newPara(k, sizeBody, present.Muted),
		more: newPara(k, sizeCaption, present.Muted), what: k.text(sizeHeading, true), when: k.text(sizeCaption, false),
		reason: newPara(k, sizeBody, present.Plain),
	}
	p.counts, p.list, p.fields, p.actions = newRow(space2), newColumn(0), newColumn(space2), newRow(space2)
	p.scroll = newScroller(newColumn(space2, p.list, p.more))
	head := newColumn(space2, p.title, p.counts, p.why, p.empty)
	left := k.surface(pane(head, p.scroll))
	p.body = newScroller(p.fields)
	p.detail = k.surface(pane(newColumn(space2, p.what, p.when, p.reason, p.actions), p.body))
	p.content = newSplit(w, split{
		id: "changes.list", upright: true, first: left, second: p.detail, least: 300, rest: 380,
		usual: func(width float32) float32 { return max(width*0.4, 360) },
	}, left, p.detail)
	p.content.Hide()
	return p
}

func (p *changesPanel) set(m present.ChangesPanel) {
	moved := p.shown.Detail.What != m.Detail.What || p.shown.Detail.When != m.Detail.When
	p.shown = m
	setText(p.title, m.Title, p.k.pal.text)
	p.chips = fill(p.counts, p.chips, m.Counts, func() *chip { return newChip(p.k, sizeCaption) })
	p.why.set(m.Why, present.Muted)
	p.empty.set(m.Empty, present.Muted)
	p.rows = fill(p.list, p.rows, m.Items, func() *changeRow { return newChangeRow(p.k, p.w.send) })
	p.more.set(m.More, present.Muted)
	p.reveal()
	d := m.Detail
	p.detail.Hidden = d.What == ""
	setText(p.what, p.k.fit(d.What, sizeHeading, true, 600), p.k.pal.text)
	setText(p.when, d.When, p.k.pal.muted)
	p.reason.set(d.Why.Text, d.Why.Tone)
	p.lines = fill(p.fields, p.lines, d.Lines, func() *fieldLine { return newFieldLine(p.k) })
	p.buttons = fill(p.actions, p.buttons, d.Buttons, func() *button { return newButton(p.k, p.w, p.act) })
	if moved {
		p.body.ScrollToTop()
	}
	p.content.Refresh()
}

// reveal scrolls to the change that is looked at.
func (p *changesPanel) reveal() {
	for i, m := range p.shown.Items {
		if !m.On {
			continue
		}
		height := p.k.d.row + moreChange
		top, room := float32(i)*height, p.scroll.Size().Height
		if top < p.scroll.Offset.Y {
			p.scroll.ScrollToOffset(fyne.NewPos(0, top))
		} else if room > height && top+height > p.scroll.Offset.Y+room {
			p.scroll.ScrollToOffset(fyne.NewPos(0, top+height-room))
		}
	}
}

// act does what a button says; the one without an event copies the text.
func (p *changesPanel) act(b present.Button) {
	if b.Do != nil {
		p.w.send(b.Do)
		return
	}
	p.copy()
}

// copy puts the text of the change that is looked at into the clipboard.
func (p *changesPanel) copy() { fyne.CurrentApp().Clipboard().SetContent(p.shown.Detail.Copy) }

// press presses the button that bears a digit.
func (p *changesPanel) press(digit string) {
	for _, b := range p.shown.Detail.Buttons {
		if b.Key == digit && b.Enabled {
			p.act(b)
		}
	}
}
