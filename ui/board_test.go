package ui

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

// boardOf is a lead's board of so many agents, shown half a second later each time next is called.
func boardOf(n int) (next func()) {
	p := NewPainter(Options{Lang: "zh-Hans"})
	state := gallery.State("board", desk.ZhHans)
	state.Board.Agents = nil
	for i := range n {
		state.Board.Agents = append(state.Board.Agents, desk.Agent{
			User: fmt.Sprint("u", i), Name: fmt.Sprint("坐席", i), Extension: fmt.Sprint(1000 + i), State: desk.AgentReady,
			Since: gallery.Now() - desk.Millis(i)*1000,
		})
	}
	w, now := words.For("zh-Hans").In(gallery.Zone()), gallery.Now()
	next = func() {
		p.w.Show(present.Of(state, w, now))
		now += 500
	}
	next()
	p.c.Resize(fyne.NewSize(1366, 768))
	return next
}

func BenchmarkBoardOf500(b *testing.B) {
	next := boardOf(500)
	b.ReportAllocs()
	for b.Loop() {
		next()
	}
}

// A board that lays out or draws every row each time takes some 100,000 allocations for 500 agents; the words of the
// screen and the timers that run take below 10,000.
func TestOnlyRowsThatDifferAreDrawn(t *testing.T) {
	if n := testing.AllocsPerRun(4, boardOf(500)); n > 30_000 {
		t.Errorf("a board of 500 takes %.0f allocations", n)
	}
}
