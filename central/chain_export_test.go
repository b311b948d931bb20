package central

import (
	"context"
	"errors"
)

// Tamper changes the data behind the program's back and tells how many rows that touched.
func (c *Central) Tamper(ctx context.Context, query string, args ...any) (int64, error) {
	var n int64
	err := c.db.write(ctx, func(q queryer) error {
		result, err := q.ExecContext(ctx, query, args...)
		if err == nil {
			n, err = result.RowsAffected()
		}
		return err
	})
	return n, err
}

// TamperAndVerify changes the data, verifies it as it then is, and takes the change back.
func (c *Central) TamperAndVerify(ctx context.Context, query string, args ...any) (found ChainVerified, touched int64, err error) {
	s, _ := c.db.(*sqlite)
	failed := s.write(ctx, func(q queryer) error {
		return s.try(ctx, q, func() error {
			result, err := q.ExecContext(ctx, query, args...)
			if err != nil {
				return err
			}
			if touched, err = result.RowsAffected(); err != nil {
				return err
			}
			if found, err = c.verifyChains(ctx, q); err != nil {
				return err
			}
			return errTaken // takes it back
		})
	})
	if !errors.Is(failed, errTaken) {
		err = failed
	}
	return found, touched, err
}
