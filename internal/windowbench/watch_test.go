package windowbench

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestAWatchTellsOfABeatThatWasNotRunInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		queue := make(chan func(), 10)
		n := 0
		go func() { // the window's goroutine: its third turn takes long
			for f := range queue {
				if n++; n == 3 {
					time.Sleep(300 * time.Millisecond)
				}
				f()
			}
		}()
		w := &Watch{Cross: func(f func()) { queue <- f }, Every: 10 * time.Millisecond, Limit: 100 * time.Millisecond}
		done := make(chan struct{})
		go func() { w.Run(ctx); close(done) }()
		time.Sleep(time.Second)
		stop()
		<-done
		close(queue)
		got := w.Seen()
		if got.Frozen != 1 || len(got.Freezes) != 1 || got.Freezes[0].Took != 300*time.Millisecond || got.Beats < 50 {
			t.Errorf("%+v", got)
		}
	})
}
