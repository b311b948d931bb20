package sync

import (
	"context"
	"iter"

	"github.com/callbench/callbench/sync/wire"
)

// stream makes a call that is answered by one message after the other.
func stream[Out any](_ context.Context, _ *Client, method string, _ any) iter.Seq2[*Out, error] {
	return func(yield func(*Out, error) bool) {
		yield(nil, &wire.FaultError{Code: wire.CodeNotThere, Message: method})
	}
}
