//go:build !nowindow

package app

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestAWindowThatNeverClosesIsLeftAfterTheDeskHasStopped(t *testing.T) {
	stopped := errors.New("the disk was full")
	for name, c := range map[string]struct {
		closes time.Duration // after the desk has stopped; 0: never
		left   time.Duration // 0: it is not left
	}{
		"a driver that hangs": {0, time.Minute + windowPatience},
		"one that is slow":    {windowPatience - time.Millisecond, 0},
		"an ordinary end":     {time.Millisecond, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			returned := make(chan struct{})
			settle := func() error {
				time.Sleep(time.Minute) // of the bubble: a desk that takes its time is never cut off
				if c.closes > 0 {
					time.AfterFunc(c.closes, func() { close(returned) })
				}
				return stopped
			}
			var left time.Duration
			bound(settle, returned, windowPatience, func(err error) {
				left = time.Since(began)
				if !errors.Is(err, stopped) {
					t.Errorf("%s: left with %v", name, err)
				}
			})
			if left != c.left {
				t.Errorf("%s: left after %v, want %v", name, left, c.left)
			}
		})
	}
}

func TestNoPartIsBegunOnceTheSessionEnds(t *testing.T) {
	s := &windowSession{}
	ctx, end := context.WithCancel(t.Context())
	ran := make(chan struct{})
	s.start(func() { <-ctx.Done(); close(ran) })
	end()
	if err := s.settle(ctx); err != nil {
		t.Error(err)
	}
	<-ran
	s.start(func() { t.Error("a part was begun after the end") })
	s.parts.Wait()
}
