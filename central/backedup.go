package central

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/mistake"
)

// keptBackups is how many backups, known to be in a safe place, must hold an op before its desk is told that it
// need not keep it: one may turn out to be lost or damaged on the day it is needed.
const keptBackups = 2

// BackedUp takes a backup for one that survives the loss of this machine: only who runs central can know that. The
// file is read whole where it lies now; it must be a sound backup of this central's own past. What lies in
// the two newest such backups, desks need not keep any longer. Told again of the same backup, or of one that is older than the
// two, BackedUp changes nothing. It gives the number of desks whose ops now count. Errors, wrapped: desk.ErrInvalid (no backup),
// desk.ErrNewer, desk.ErrConflict (a backup of another central, or of an epoch that is not here).
func (c *Central) BackedUp(ctx context.Context, file string) (desks int, err error) {
	desks, err = c.backedUp(ctx, file)
	if err != nil {
		return 0, fmt.Errorf("count %s as backed up: %w", file, err)
	}
	return desks, nil
}

// copied is what a backup says of itself.
type copied struct {
	point cursor // where it stands, as a cursor says it
	lastN map[string]int64
}

func (c *Central) backedUp(ctx context.Context, file string) (int, error) {
	if err := soundBackup(ctx, file); err != nil {
		return 0, err
	}
	b, err := c.readCopied(ctx, file)
	if err != nil {
		return 0, err
	}
	desks := 0
	err = c.db.write(ctx, func(q queryer) error {
		if err := c.ownPast(ctx, q, b.point); err != nil {
			return err
		}
		_, err := q.ExecContext(ctx, "INSERT INTO backed_up (org, epoch, seq, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
			c.org, b.point.Epoch, b.point.Seq, c.now())
		if err != nil {
			return err
		}
		for deskID, n := range b.lastN {
			_, err := q.ExecContext(ctx, `INSERT INTO backed_up_desk (org, desk, seq, epoch, last_n) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
				c.org, deskID, b.point.Seq, b.point.Epoch, n)
			if err != nil {
				return err
			}
		}
		for _, table := range []string{"backed_up_desk", "backed_up"} {
			_, err := q.ExecContext(ctx, "DELETE FROM "+table+` WHERE org = ?1 AND (seq, epoch) NOT IN
				(SELECT seq, epoch FROM backed_up WHERE org = ?1 ORDER BY seq DESC LIMIT ?2)`, c.org, keptBackups)
			if err != nil {
				return err
			}
		}
		return q.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT desk FROM backed_up_desk WHERE org = ? GROUP BY desk HAVING count(*) = ?)`,
			c.org, keptBackups).Scan(&desks)
	})
	return desks, err
}

// readCopied reads how far a backup goes. Its schema may be of an older version: it is not brought up to date.
func (c *Central) readCopied(ctx context.Context, file string) (copied, error) {
	b := copied{lastN: map[string]int64{}}
	db, err := sql.Open("sqlite", dsnReadOnly(file))
	if err != nil {
		return b, err
	}
	defer db.Close() //nolint:errcheck // nothing was written
	err = db.QueryRowContext(ctx, "SELECT epoch, seq FROM counter WHERE org = ?", c.org).Scan(&b.point.Epoch, &b.point.Seq)
	if errors.Is(err, sql.ErrNoRows) {
		return b, fmt.Errorf("it is of another organisation: %w", desk.ErrConflict)
	}
	if err != nil {
		return b, err
	}
	if err := c.witness(ctx, db, &b.point); err != nil {
		return b, err
	}
	rows, err := db.QueryContext(ctx, "SELECT desk, last_n FROM replica WHERE org = ?", c.org)
	if err != nil {
		return b, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() {
		var deskID string
		var n int64
		if err := rows.Scan(&deskID, &n); err != nil {
			return b, err
		}
		b.lastN[deskID] = n
	}
	return b, rows.Err()
}

// ownPast gives desk.ErrConflict for a point that this data has not gone through: a backup of something else would let
// desks forget what is nowhere.
func (c *Central) ownPast(ctx context.Context, q queryer, point cursor) error {
	var seq int64
	var why string
	err := q.QueryRowContext(ctx, "SELECT counter.seq, coalesce(epoch.why, '') FROM counter LEFT JOIN epoch ON epoch.org = counter.org AND epoch.epoch = ? WHERE counter.org = ?",
		point.Epoch, c.org).Scan(&seq, &why)
	if err != nil {
		return err
	}
	lost := why == "" || why == whyLost
	if !lost {
		// The ledger goes through all epochs: it is held against the backup as though it were of the current one.
		lost, err = c.contradicts(ctx, q, point, point.Epoch, seq)
	}
	if err == nil && lost {
		err = fmt.Errorf("it is not a backup of this data's own past: %w", desk.ErrConflict)
	}
	return err
}

// backedUpN is the op up to which a desk's ops lie in enough backups; 0: in none.
func (c *Central) backedUpN(ctx context.Context, q queryer, deskID string) (int64, error) {
	var n, count int64
	err := q.QueryRowContext(ctx, "SELECT coalesce(min(last_n), 0), count(*) FROM backed_up_desk WHERE org = ? AND desk = ?", c.org, deskID).
		Scan(&n, &count)
	if mistake.Made(mistake.BackedUpTooEarly) {
		err = q.QueryRowContext(ctx, "SELECT coalesce(max(last_n), 0), 9 FROM backed_up_desk WHERE org = ? AND desk = ?", c.org, deskID).Scan(&n, &count)
	}
	if err != nil || count < keptBackups {
		return 0, err
	}
	return n, nil
}
