package localstore

import "context"

// Tamper changes the file behind the program's back, as somebody would who has its key, and tells how many
// rows that touched.
func (s *Store) Tamper(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := s.write.conn.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
