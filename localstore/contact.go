package localstore

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/callbench/callbench/desk"
)

// Contact gives a contact by ID, or desk.ErrNotFound. Synced is set if central has applied its op.
func (s *Store) Contact(ctx context.Context, id string) (desk.Contact, error) {
	var c desk.Contact
	var body []byte
	var done bool
	err := s.read.QueryRowContext(ctx, `SELECT body`+synced+` FROM contact x WHERE key = ?`, string(desk.TableContact), id).Scan(&body, &done)
	if err == nil {
		if uerr := json.Unmarshal(body, &c); uerr != nil {
			err = fmt.Errorf("malformed row: %w", desk.ErrInvalid)
		}
		c.Synced = done
	}
	return c, wrap("read contact "+id, err)
}
