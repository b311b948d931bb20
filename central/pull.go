package central

import (
	"context"
	"database/sql"
	"errors"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/mistake"
	"github.com/callbench/callbench/sync/wire"
)

// maxRefusals bounds what one page tells; it then releases ops only up to the last refusal told.
const maxRefusals = 1000

// pull makes the page after a cursor from one consistent picture: the rows up to To, and on the last
// page the op number up to which their effect is in those rows.
func (c *Central) pull(ctx context.Context, s session, in wire.Pull) (*desk.Page, error) {
	if !validID(in.Desk) {
		return nil, fault(wire.CodeInvalid, "", "desk id")
	}
	if in.Desk != s.desk { // it has taken a new id since it signed in
		if err := c.orderFor(ctx, in.Desk, s.user.Name); err != nil {
			return nil, err
		}
	}
	limit := desk.MaxPageRows
	if in.Limit > 0 {
		limit = min(limit, in.Limit)
	}
	for tries := 0; ; tries++ {
		page, err := c.page(ctx, s, in, limit)
		if err == nil || tries == maxRollbacks {
			return page, err
		}
		if again, err := c.afterRollback(ctx, err); !again {
			return nil, err
		}
	}
}

// page makes the page; a *rolledBackError where the cursor proves that there has been newer data.
func (c *Central) page(ctx context.Context, s session, in wire.Pull, limit int) (*desk.Page, error) {
	var page *desk.Page
	err := c.db.read(ctx, func(q queryer) error {
		var seq, floor int64
		var epoch string
		err := q.QueryRowContext(ctx, "SELECT seq, floor, epoch FROM counter WHERE org = ?", c.org).Scan(&seq, &floor, &epoch)
		if err != nil {
			return err
		}
		page = &desk.Page{Epoch: epoch, From: in.Cursor}
		cur, known := c.openCursor(in.Cursor)
		if known {
			lost, err := c.contradicts(ctx, q, cur, epoch, seq)
			if err != nil {
				return err
			}
			if lost {
				return &rolledBackError{cursor: cur}
			}
		}
		if cur.Desk != in.Desk || cur.Epoch != epoch {
			cur.N = 0
		}
		cur.Desk = in.Desk
		if mistake.Made(mistake.ScopeNotInCursor) && known {
			cur.Scope = s.scope()
		}
		if !known || in.Epoch != epoch || cur.Epoch != epoch || cur.Scope != s.scope() && !mistake.Made(mistake.ScopeNotInCursor) ||
			max(cur.Seq, cur.Base) < floor && !mistake.Made(mistake.FloorIgnored) {
			page.Reset = true
			cur.Epoch, cur.Scope, cur.Seq, cur.Base, cur.Due = epoch, s.scope(), 0, seq, 1
			if page.TakenN, page.TakenID, err = c.taken(ctx, q, in.Desk, s.user.Name); err != nil {
				return err
			}
		}
		if err := c.fill(ctx, q, page, &cur, s.user.Name, seq, limit); err != nil {
			return err
		}
		page.Last = page.Last || mistake.Made(mistake.LastNAheadOfPage)
		if cur.Seq >= cur.Base {
			cur.Base = 0
		}
		if page.Last {
			acked := in.Acked
			if in.Epoch != "" && in.Epoch != epoch { // what was acknowledged in another epoch proves nothing in this one
				acked = 0
			}
			if err := c.release(ctx, q, page, &cur, s.user.Name, acked); err != nil {
				return err
			}
		}
		if err := c.witness(ctx, q, &cur); err != nil {
			return err
		}
		page.To = c.sealCursor(cur)
		return nil
	})
	return page, err
}

// release says which of the desk's ops the last page releases: none where the desk id is another user's.
func (c *Central) release(ctx context.Context, q queryer, page *desk.Page, cur *cursor, user string, acked int64) error {
	last, _, err := c.taken(ctx, q, cur.Desk, user)
	if err != nil || last == 0 {
		return err
	}
	page.LastN = min(last, acked)
	if page.BackedUpN, err = c.backedUpN(ctx, q, cur.Desk); err != nil {
		return err
	}
	if page.Checkpoint, err = c.checkpoint(ctx, q, cur.Desk); err != nil {
		return err
	}
	if page.LastN <= cur.N {
		return c.name(ctx, q, page, cur.Desk)
	}
	rows, err := q.QueryContext(ctx, `SELECT n, code, detail FROM op WHERE org = ? AND desk = ? AND n > ? AND n <= ? AND code <> ''
		ORDER BY n LIMIT ?`, c.org, cur.Desk, cur.N, page.LastN, maxRefusals)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() {
		var r desk.Refusal
		if err := rows.Scan(&r.N, &r.Code, &r.Detail); err != nil {
			return err
		}
		page.Refused = append(page.Refused, r)
	}
	if mistake.Made(mistake.RefusalsNotTold) {
		page.Refused = nil
	}
	if len(page.Refused) == maxRefusals {
		page.LastN = page.Refused[maxRefusals-1].N
	}
	if err := rows.Err(); err != nil {
		return err
	}
	cur.N = page.LastN
	return c.name(ctx, q, page, cur.Desk)
}

// name says which op it is up to which the page releases: a copy of the desk may have used the number, after central
// came back from a backup that nobody could see it by.
func (c *Central) name(ctx context.Context, q queryer, page *desk.Page, deskID string) error {
	err := q.QueryRowContext(ctx, "SELECT id FROM op WHERE org = ? AND desk = ? AND n = ?", c.org, deskID, page.LastN).Scan(&page.LastID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}
