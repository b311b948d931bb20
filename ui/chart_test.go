package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

func TestTheLastWordBelowAChartEndsWithIt(t *testing.T) {
	b := newBench(t, desk.English)
	c := newChart(b.w.kit)
	m := present.Chart{Columns: make([]present.Column, 120), Top: 1, Ticks: []present.Tick{{Column: 0, Text: "12:00"}, {Column: 119, Text: "14:00"}}}
	c.set(m)
	const width = 380
	c.field.Resize(fyne.NewSize(width, 100))
	last := c.ticks[1]
	if end := last.Position().X + last.Size().Width; last.Hidden || end > width || last.Size().Width < last.MinSize().Width {
		t.Errorf("it ends at %v of %v", end, width)
	}
}
