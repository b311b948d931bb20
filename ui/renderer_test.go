package ui

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
)

// Fyne forgets the renderer of what has not been drawn for a minute, as that of a hidden view or, when a computer
// wakes, of the whole window, and never lays out the new one at the same size: lines would be gone, bars out of
// place, and drawing an icon without a size would fail.
func TestARendererMadeAnewIsLaidOut(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	seen := 0
	for _, state := range gallery.Names() {
		b.show(screen(state, desk.ZhHans))
		eachWidget(b.p.c.Content(), func(w fyne.Widget) {
			seen++
			was, is := placesOf(test.WidgetRenderer(w).Objects()), ""
			r := w.CreateRenderer()
			if is = placesOf(r.Objects()); was != is {
				t.Errorf("%s: %T of %v\nlaid out   %s\nmade anew  %s", state, w, w.Size(), was, is)
			}
		})
	}
	t.Logf("%d widgets", seen)
}

func eachWidget(o fyne.CanvasObject, do func(fyne.Widget)) {
	if o == nil || !o.Visible() {
		return
	}
	if w, ok := o.(fyne.Widget); ok {
		do(w)
	}
	if _, ok := o.(*entry); ok {
		return // what Fyne's entry is made of comes and goes with its renderer
	}
	for _, part := range within(o) {
		eachWidget(part, do)
	}
}

// placesOf tells where each object stands, and what stands in those that are only boxes.
func placesOf(list []fyne.CanvasObject) string {
	text := ""
	for _, o := range list {
		if o == nil || !o.Visible() {
			continue
		}
		text += fmt.Sprintf("%T %v+%v ", o, o.Position(), o.Size())
		if c, ok := o.(*fyne.Container); ok {
			text += "(" + placesOf(c.Objects) + ") "
		}
	}
	return text
}
