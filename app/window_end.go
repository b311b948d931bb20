//go:build !nowindow

package app

import (
	"context"
	"log/slog"
	"os"
	"time"
)

// windowPatience is how long the driver may take to let go of the window once everything else has stopped.
const windowPatience = 3 * time.Second

// start runs a part of the session; none is begun any more once the session ends.
func (s *windowSession) start(f func()) {
	s.ending.Lock()
	defer s.ending.Unlock()
	if !s.over {
		s.parts.Go(f)
	}
}

// settle waits for the end of the session and of its parts, the desk with its store among them. From then on no part
// is begun; a desk that is being opened meanwhile is waited for.
func (s *windowSession) settle(ctx context.Context) error {
	<-ctx.Done()
	s.ending.Lock()
	s.over = true
	s.ending.Unlock()
	s.parts.Wait()
	return s.err
}

// bound sees to it that the process ends: settle returns when everything of ours has stopped and the store is closed;
// then the driver's loop has patience to return, which closes returned. Fyne's may never do so: it waits at its end
// for its own queue of events, and an event that still hands work to the loop that is over waits for that loop
// (seen with Fyne 2.8.1 at a signal on the first-run screen). Nothing is left to lose by then, and the main
// goroutine, which stands in that loop, can be left in no other way than with the process. It returns where the
// driver's loop has, or where leave does.
func bound(settle func() error, returned <-chan struct{}, patience time.Duration, leave func(error)) {
	err := settle()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-returned:
	case <-timer.C:
		leave(err)
	}
}

// leave ends the process with the exit code the command would have had.
func (s *windowSession) leave(err error) {
	s.p.log.Warn("the window did not close; leaving it", slog.Duration("after", windowPatience))
	os.Exit(s.p.exitCode(err))
}
