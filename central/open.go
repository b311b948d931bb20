package central

import (
	"context"

	"github.com/callbench/callbench/sync/wire"
)

// open gives a user the whole record of a customer during a call, and logs that it did.
func (c *Central) open(context.Context, session, wire.Open) (*wire.Opened, error) {
	return nil, fault(wire.CodeNotThere, "", "this central does not offer it")
}
