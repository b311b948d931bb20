package desk_test

import (
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestAFigureIsPointedAtOnlyWhileItsBoardIsLookedAt(t *testing.T) {
	s := desk.State{View: "board", Board: desk.Board{Queues: []desk.Queue{{ID: "q1"}}}}
	at := desk.Figure{Queue: "q1", Name: desk.FigureRate, Open: true}
	s, _ = desk.Update(s, desk.Stamp{}, desk.FigureChosen{Figure: at})
	if s.Figure != at {
		t.Fatalf("pointed at %+v", s.Figure)
	}
	for _, bad := range []desk.Figure{{Queue: "gone", Name: desk.FigureRate, Open: true}, {Queue: "q1", Name: "no such", Open: true}} {
		if s, _ := desk.Update(s, desk.Stamp{}, desk.FigureChosen{Figure: bad}); s.Figure != (desk.Figure{}) {
			t.Errorf("pointed at %+v", s.Figure)
		}
	}
	if s, _ := desk.Update(s, desk.Stamp{}, desk.ViewChosen{View: "work"}); s.Figure != (desk.Figure{}) {
		t.Errorf("in another view still pointed at %+v", s.Figure)
	}
}
