package desk

import "slices"

// FigureName is one of the figures of a queue on the board.
type FigureName string

// The figures of a queue, in the order of the board's columns.
const (
	FigureWaiting   FigureName = "waiting"
	FigureLongest   FigureName = "longest"
	FigureOffered   FigureName = "offered"
	FigureAnswered  FigureName = "answered"
	FigureAbandoned FigureName = "abandoned"
	FigureRate      FigureName = "rate"
	FigureFree      FigureName = "free"
)

// Figures are the figures of a queue, in the order of the board's columns.
func Figures() []FigureName {
	return []FigureName{FigureWaiting, FigureLongest, FigureOffered, FigureAnswered, FigureAbandoned, FigureRate, FigureFree}
}

// Figure is the figure of the board that is pointed at; the zero value: none is. Open: its formula is shown.
type Figure struct {
	Queue string
	Name  FigureName
	Open  bool
}

// FigureChosen points at a figure of the board; one that is not there points at none.
type FigureChosen struct{ Figure Figure }

func (FigureChosen) event() {}

func (u *step) figureChosen(f Figure) {
	there := slices.ContainsFunc(u.s.Board.Queues, func(q Queue) bool { return q.ID == f.Queue })
	if !there || !slices.Contains(Figures(), f.Name) {
		f = Figure{}
	}
	u.s.Figure = f
}
