package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

const (
	widthArticles = 300
	widestArticle = 760 // lines longer than this are tiring to read
)

// knowledgePanel is the view of knowledge: what is sought and the articles at the left, the open one beside them.
type knowledgePanel struct {
	k       *kit
	w       *Window
	shown   present.KnowledgePanel
	field   *entry
	note    *para
	rows    []*button
	list    *fyne.Container
	scroll  *scroller
	title   *canvas.Text
	kind    *canvas.Text
	lead    *para
	train   []*button // of a flow: to practise it
	doing   *fyne.Container
	lines   *fyne.Container
	reader  *scroller
	content *fyne.Container
}

func newKnowledgePanel(w *Window) *knowledgePanel {
	k := w.kit
	p := &knowledgePanel{
		k: k, w: w, note: newPara(k, sizeCaption, present.Muted), title: k.text(sizeHeading, true), kind: k.text(sizeCaption, false),
		lead: newPara(k, sizeCaption, present.Muted), list: newColumn(2), lines: newColumn(space4), doing: newFlowing(space2),
	}
	p.field = newEntry(w, func(s string) { w.send(desk.KnowledgeSought{Text: s}) })
	p.field.move, p.field.escape = p.move, w.leave
	p.scroll = newScroller(newInset(2, 2, p.list))
	p.reader = newScroller(&fyne.Container{Objects: []fyne.CanvasObject{p.lines}, Layout: readable{}})
	left := k.surface(pane(newColumn(space1, p.field, p.note), p.scroll))
	right := k.surface(pane(newColumn(space1, newRow(space3, p.title, p.kind), p.lead, p.doing), p.reader))
	p.content = &fyne.Container{
		Objects: []fyne.CanvasObject{left, right},
		Layout: placed{least: fyne.NewSize(700, 300), put: func(_ []fyne.CanvasObject, s fyne.Size) {
			at(left, 0, 0, widthArticles, s.Height)
			at(right, widthArticles+space3, 0, s.Width-widthArticles-space3, s.Height)
		}},
	}
	p.content.Hide()
	return p
}

func (p *knowledgePanel) set(m present.KnowledgePanel) {
	other := m.Article.ID != p.shown.Article.ID || m.Field.Value != p.shown.Field.Value
	p.shown = m
	p.field.SetPlaceHolder(m.Field.Prompt)
	p.field.show("knowledge", m.Field.Value)
	p.note.set(m.Note, present.Muted)
	views := make([]present.Button, len(m.Rows))
	for i, r := range m.Rows {
		views[i] = present.Button{Text: r.Title, Key: r.Kind, Shape: r.Shape, On: r.On, Enabled: true, Do: r.Do}
	}
	p.rows = fill(p.list, p.rows, views, func() *button {
		b := newButton(p.k, p.w, send(p.w.send))
		b.small, b.height = true, 32
		return b
	})
	setText(p.title, m.Article.Title, p.k.pal.text)
	setText(p.kind, m.Article.Kind, p.k.pal.muted)
	p.lead.set(m.Article.Lead, present.Muted)
	p.lead.Hidden = m.Article.Lead == ""
	p.train = fill(p.doing, p.train, m.Article.Practice, func() *button { return newButton(p.k, p.w, send(p.w.send)) })
	p.doing.Hidden = len(m.Article.Practice) == 0
	p.lines.Objects = p.read(m.Article.Lines)
	if other {
		p.reader.ScrollToTop()
	}
	p.content.Refresh()
}

// read makes the lines of an article; those that can be taken stand close together.
func (p *knowledgePanel) read(lines []present.ArticleLine) []fyne.CanvasObject {
	var list []fyne.CanvasObject
	var taking *fyne.Container
	for _, l := range lines {
		if l.Take.Do == nil {
			list, taking = append(list, p.line(l)), nil
			continue
		}
		if taking == nil {
			taking = newColumn(2)
			list = append(list, taking)
		}
		taking.Add(p.taking(l))
	}
	return list
}

// line is a part of an article: what is said in the size it is read out in, what to heed and what is asked below it.
func (p *knowledgePanel) line(l present.ArticleLine) fyne.CanvasObject {
	var parts []fyne.CanvasObject
	add := func(text string, size float32, tone present.Tone, bold bool) {
		if text == "" {
			return
		}
		t := newPara(p.k, size, tone)
		t.bold = bold
		t.set(text, tone)
		parts = append(parts, t)
	}
	tone := present.Plain
	if l.Found {
		tone = present.Accent
	}
	add(l.Head, sizeStep, tone, true)
	for _, text := range l.Text {
		add(text, sizeStep, present.Plain, false)
	}
	for _, text := range l.Asks {
		add(text, sizeBody, present.Plain, false)
	}
	for _, text := range l.Hint {
		add(text, sizeBody, present.Muted, false)
	}
	return newColumn(space1, parts...)
}

// taking is a line that can be written into the note: pressed, or by its digit.
func (p *knowledgePanel) taking(l present.ArticleLine) fyne.CanvasObject {
	b := newButton(p.k, p.w, send(p.w.send))
	take := l.Take
	take.Text = strings.Join(l.Text, " ")
	if l.Head != "" {
		take.Text = l.Head + "  " + take.Text
	}
	if take.Key != "" {
		take.Text, take.Key = take.Key+"   "+take.Text, ""
	}
	b.small = true
	b.set(take)
	return b
}

// press writes the line of a digit into the note.
func (p *knowledgePanel) press(digit string) bool {
	for _, l := range p.shown.Article.Lines {
		if l.Take.Key == digit && l.Take.Enabled {
			p.w.send(l.Take.Do)
			return true
		}
	}
	return false
}

// move opens the article below or above, while one is sought.
func (p *knowledgePanel) move(down bool) bool {
	rows := p.shown.Rows
	for i, r := range rows {
		if !r.On {
			continue
		}
		next := i + 1
		if !down {
			next = i - 1
		}
		if next >= 0 && next < len(rows) {
			p.w.send(rows[next].Do)
			top := p.rows[next].Position().Y
			y := max(p.scroll.Offset.Y, top+p.rows[next].Size().Height-p.scroll.Size().Height)
			p.scroll.ScrollToOffset(fyne.NewPos(0, max(min(y, top), 0)))
		}
		return true
	}
	return false
}

// readable is a column no wider than is good to read.
type readable struct{}

func (readable) heightFor(o []fyne.CanvasObject, width float32) float32 {
	return heightOf(o[0], min(width, widestArticle))
}

// MinSize implements fyne.Layout.
func (r readable) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, r.heightFor(o, max(o[0].Size().Width, 1)))
}

// Layout implements fyne.Layout.
func (readable) Layout(o []fyne.CanvasObject, s fyne.Size) {
	at(o[0], 0, 0, min(s.Width-space2, widestArticle), s.Height)
}
