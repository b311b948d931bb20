package localstore

import (
	"context"
	"fmt"

	"github.com/callbench/callbench/desk"
)

// Join makes the file one of org, once central has said which organisation its user belongs to: from then on what is
// saved is chained (desk/chain). A file that is another organisation's already gives desk.ErrConflict wrapped and stays
// as it is.
func (s *Store) Join(ctx context.Context, org string) error {
	var ours string
	if err := s.read.QueryRowContext(ctx, `SELECT org FROM replica`).Scan(&ours); err != nil {
		return wrap("join", err)
	}
	if org == "" || ours == org { // as at every sign-in but the first
		return nil
	}
	return wrap("join", s.write.in(ctx, func(t *tx) error {
		if err := t.row(`SELECT org FROM replica`).Scan(&ours); err != nil {
			return err
		}
		if clash(ours, org) {
			return fmt.Errorf("the file belongs to another organisation: %w", desk.ErrConflict)
		}
		return t.exec(`UPDATE replica SET org = ?`, org)
	}))
}
