// Package pbx is how central learns what happens in a telephone exchange.
//
// It owns the Feed interface only; the adapters for real exchanges live below it and the simulated
// floor satisfies it by its shape. Central starts a Feed in its own Run and stops it by ending ctx.
package pbx

import (
	"context"

	"github.com/callbench/callbench/desk"
)

// Feed tells queue events in the words of desk. Run blocks until ctx ends (then it returns nil or
// ctx's error) or the exchange is lost for good; central starts it again after a pause. A run begins
// with desk.SnapshotBegan, the events that describe the present, and desk.SnapshotEnded; then comes
// each event as it happens and desk.FeedAlive at least once a second. Run calls emit from one
// goroutine at a time; emit does not block for long and must not be called after Run has returned.
type Feed interface {
	Run(ctx context.Context, emit func(desk.QueueEvent)) error
}
