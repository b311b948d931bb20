package present_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
)

func TestAFormulaReckonsToTheFigureThatItExplains(t *testing.T) {
	s := gallery.State("board", desk.ZhHans)
	q := s.Board.Queues[0]
	for i, name := range desk.Figures() {
		s.Figure = desk.Figure{Queue: q.ID, Name: name, Open: true}
		board := chinese(s).Board
		row, f := board.Queues[0], board.Formula
		shown := []string{row.Waiting, row.Longest, row.Offered, row.Answered, row.Abandoned, row.Rate, row.Free}[i]
		if row.At != i+1 || !strings.HasSuffix(f.Numbers, shown) {
			t.Errorf("%s: column %d shows %s, explained is %q", name, row.At, shown, f.Numbers)
		}
		if again, ok := row.Do[i].(desk.FigureChosen); !ok || again.Figure.Open {
			t.Errorf("%s: pressed again it does %+v", name, row.Do[i])
		}
	}
	s.Board.Queues = slices.Clone(s.Board.Queues)[1:]
	if f := chinese(s).Board.Formula; f != (present.Formula{}) {
		t.Errorf("a queue that is gone is explained: %+v", f)
	}
}
