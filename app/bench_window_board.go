//go:build !nowindow

package app

import (
	"context"
	"fmt"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/windowbench"
)

// What the measured board is made of: 500 rows, of which a tenth changes with each board.
const (
	boardQueues  = 20
	boardAgents  = 400
	boardCallers = 80
	boardPeriod  = 500 * time.Millisecond
)

// board is a lead's board of 500 rows, twice a second.
func (b *windowProbe) board(ctx context.Context) error {
	b.send(desk.SignedIn{Session: desk.Session{User: demoLead, Name: "陈明", Role: desk.RoleLead, Org: "demo"}})
	b.send(desk.ViewChosen{View: "board"})
	if _, err := b.until(ctx, "on the board", func(s desk.State) bool { return s.View == "board" }); err != nil {
		return err
	}
	n := 0
	feed := func(d time.Duration) {
		tick := time.NewTicker(boardPeriod)
		defer tick.Stop()
		for end := time.Now().Add(d); time.Now().Before(end); n++ {
			b.send(desk.BoardSeen{Board: madeUpBoard(n, desk.MillisOf(time.Now()))})
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}
	feed(3 * time.Second) // the first is drawn anew
	began, spent := time.Now(), windowbench.Spent()
	feed(boardFor)
	used := 100 * float64(windowbench.Spent()-spent) / float64(time.Since(began))
	if err := b.line("board of 500 rows at 2 Hz", used, "% of a core", limitBoard); err != nil {
		return err
	}
	return b.line("board of 500 rows, memory", windowbench.Resident(), "MB", limitMemory)
}

// madeUpBoard is the nth board: queues whose counts grow, agents of whom a tenth changes its state, callers of whom
// one leaves and one comes.
func madeUpBoard(n int, now desk.Millis) desk.Board {
	board := desk.Board{AsOf: now}
	states := []desk.AgentStatus{desk.AgentReady, desk.AgentOnCall, desk.AgentWrapUp, desk.AgentNotReady}
	for i := range boardQueues {
		q := desk.Queue{ID: fmt.Sprintf("q%d", i), Name: fmt.Sprintf("队列 %d", i), Offered: 100 + n + i, Answered: 90 + n, Abandoned: i}
		for j := range boardCallers / boardQueues {
			k := i*boardCallers/boardQueues + j + n
			q.Waiting = append(q.Waiting, desk.WaitingCaller{
				Call: fmt.Sprintf("c%d", k), Number: fmt.Sprintf("138%08d", k), Name: "陈怡君", Since: now - desk.Millis(1000*(boardCallers-j)),
			})
		}
		board.Queues = append(board.Queues, q)
	}
	for i := range boardAgents {
		turn := (n + i) / 10
		board.Agents = append(board.Agents, desk.Agent{
			User: fmt.Sprintf("u%d", i), Name: fmt.Sprintf("坐席 %d", i), Extension: fmt.Sprint(8000 + i), State: states[(turn+i)%len(states)],
			Since: now - desk.Millis(1000*((n+i)%10)),
		})
	}
	return board
}
