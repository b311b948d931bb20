package desk_test

import (
	"testing"

	"github.com/callbench/callbench/desk"
)

// loaded is a board at a time with callers who have waited for so long (ms).
func loaded(at desk.Millis, waits ...desk.Millis) desk.BoardSeen {
	q := desk.Queue{ID: "q"}
	for _, w := range waits {
		q.Waiting = append(q.Waiting, desk.WaitingCaller{Since: at - w})
	}
	return desk.BoardSeen{Board: desk.Board{Queues: []desk.Queue{q}, AsOf: at}}
}

func TestTheLoadOfAMinuteIsItsGreatest(t *testing.T) {
	b := newBench(t)
	const minute = desk.LoadEvery
	b.do(loaded(100*minute, 5000))
	b.do(loaded(100*minute+1000, 6000, 2000))
	b.do(loaded(100*minute + 2000))
	before := b.s.Load
	b.do(loaded(101*minute, 1000))
	if len(b.s.Load) != 2 || b.s.Load[0] != (desk.LoadSample{At: 100 * minute, Waiting: 2, Longest: 6000}) || b.s.Load[1].Waiting != 1 {
		t.Errorf("samples %+v", b.s.Load)
	}
	if len(before) != 1 || before[0].Waiting != 2 {
		t.Errorf("a list that was handed out has changed: %+v", before)
	}
	stale := loaded(102 * minute)
	stale.Board.Stale = true
	b.do(stale)
	if len(b.s.Load) != 2 {
		t.Error("a stale board counts")
	}
}

func TestTheLoadIsKeptForTwoHours(t *testing.T) {
	b := newBench(t)
	for i := range desk.Millis(300) {
		b.do(loaded((1000+i)*desk.LoadEvery, 1000))
	}
	if n := len(b.s.Load); n != desk.LoadFor/desk.LoadEvery {
		t.Errorf("%d samples are kept", n)
	}
	if first := b.s.Load[0].At; first != (1000+300-120)*desk.LoadEvery {
		t.Errorf("the first is of %d", first)
	}
	b.do(loaded(5*desk.LoadEvery, 1000)) // central's clock was put right
	if len(b.s.Load) != 1 {
		t.Errorf("after a clock that went back: %d samples", len(b.s.Load))
	}
}
