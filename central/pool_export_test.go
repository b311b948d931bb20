package central

import (
	"context"

	"github.com/callbench/callbench/sync/wire"
)

// PoolFor is what a user reads of the pool.
func (c *Central) PoolFor(ctx context.Context, user string, in wire.Pool) (*wire.Pooled, error) {
	s := session{rule: PolicyGroup}
	err := c.db.read(ctx, func(q queryer) error {
		var err error
		s.user, s.phone, err = scanUser(q.QueryRowContext(ctx, "SELECT "+userColumns+" FROM user WHERE org = ? AND name = ?", c.org, user).Scan)
		return err
	})
	if err != nil {
		return nil, err
	}
	return c.pool(ctx, s, in)
}
