package ui

import (
	"fmt"
	"slices"
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

// manyQueues is a lead's board with more queues than there is room for.
func manyQueues() desk.State {
	s := gallery.State("board", desk.ZhHans)
	for i := range 30 {
		s.Board.Queues = append(s.Board.Queues, desk.Queue{ID: fmt.Sprint("more", i), Name: fmt.Sprint("队列", i), Offered: i})
	}
	return s
}

// played is the board after what was pressed: the events it sent have come back as states.
func (b *bench) played(s desk.State, keys ...string) desk.State {
	b.t.Helper()
	for _, k := range keys {
		b.press(k)
		for _, e := range b.took() {
			s, _ = desk.Update(s, desk.Stamp{At: gallery.Now()}, e)
		}
		b.show(worded(s))
	}
	return s
}

func TestMoreQueuesThanFitAreScrolledToByKeys(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	s := manyQueues()
	b.show(worded(s))
	table := b.w.board.scroll
	if room := table.Size().Height; room <= 0 || room >= table.Content.MinSize().Height {
		t.Fatalf("the queues have %.0f of %.0f", room, table.Content.MinSize().Height)
	}
	last := b.w.board.queues[len(b.w.board.queues)-1]
	b.press("End")
	if y := last.Position().Y - table.Offset.Y; y+last.Size().Height > table.Size().Height+1 {
		t.Errorf("after End the last queue stands at %.0f of %.0f", y, table.Size().Height)
	}
	b.press("Home")
	for range len(s.Board.Queues) {
		s = b.played(s, "Down")
	}
	if y := last.Position().Y - table.Offset.Y; last.at != 1 || y < 0 || y+last.Size().Height > table.Size().Height+1 {
		t.Errorf("the queue pointed at stands at %.0f of %.0f, column %d", y, table.Size().Height, last.at)
	}
	for i, a := range b.w.areas() { // the agents' pane has its own arrows
		if i == 1 {
			a.ground.enter(b.w)
		}
	}
	b.press("Up", "Left")
	if got := b.took(); len(got) > 0 {
		t.Errorf("arrows in another pane sent %v", got)
	}
}

func TestEveryFigureOfTheBoardSaysWhatItIsMadeOf(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	s := gallery.State("board", desk.ZhHans)
	b.show(worded(s))
	s = b.played(s, "Right", "Enter")
	var seen []string
	for range desk.Figures() {
		f := b.w.board.formula
		if !f.content.Visible() || b.w.board.load.content.Visible() || f.words.text == "" || f.numbers.text == "" || f.note.text == "" {
			t.Fatalf("%+v is not explained: %+v", s.Figure, f.shown)
		}
		seen = append(seen, f.shown.Title)
		s = b.played(s, "Right")
	}
	if slices.Sort(seen); len(slices.Compact(seen)) != len(desk.Figures()) {
		t.Errorf("explained are %v", seen)
	}
	if s = b.played(s, "Esc"); b.w.board.formula.content.Visible() || s.View != "board" || s.Figure.Name != desk.FigureFree {
		t.Errorf("after Esc: %s %+v", s.View, s.Figure)
	}
	row := b.w.board.queues[1]
	name, width := row.columns(row.Size().Width)
	row.Tapped(&fyne.PointEvent{Position: fyne.NewPos(name+5.5*width, 5)})
	b.wants(desk.FigureChosen{Figure: desk.Figure{Queue: s.Board.Queues[1].ID, Name: desk.FigureRate, Open: true}}, "a click on a rate")
	row.Tapped(&fyne.PointEvent{Position: fyne.NewPos(5, 5)})
	if got := b.took(); len(got) > 0 {
		t.Errorf("a click on the name sent %v", got)
	}
}
