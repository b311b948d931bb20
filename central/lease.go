package central

import (
	"context"

	"github.com/callbench/callbench/sync/wire"
)

// lease reserves a callback for a user, by central's clock.
func (c *Central) lease(context.Context, session, wire.Lease) (*wire.Leased, error) {
	return nil, fault(wire.CodeNotThere, "", "this central does not offer it")
}
