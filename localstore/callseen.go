package localstore

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/callbench/callbench/desk"
)

// Bounds of the calls that a desk keeps: whichever comes first. The oldest go with each new one.
const (
	maxCallsSeen  = 5000
	callsSeenFor  = 35 * 24 * 60 * 60 * 1000 // ms
	maxCallBytes  = 16 << 10                 // far above what a call says of itself
	maxDayPromise = 1000                     // callbacks of one day of one user that are counted
)

// KeepCall makes a call durable that this desk has had; once more changes nothing. Errors, wrapped: desk.ErrInvalid for
// one without an id, and those of every write.
func (s *Store) KeepCall(ctx context.Context, r desk.CallRecord) error {
	body, err := json.Marshal(r)
	if err != nil {
		return wrap("keep call", err)
	}
	if r.ID == "" || len(body) > maxCallBytes {
		return wrap("keep call", fmt.Errorf("%d bytes: %w", len(body), desk.ErrInvalid))
	}
	return wrap("keep call", s.write.in(ctx, func(t *tx) error {
		if err := t.exec(`INSERT OR IGNORE INTO call_seen (id, started, customer, body) VALUES (?, ?, ?, ?)`,
			r.ID, int64(r.Started), r.Customer, string(body)); err != nil {
			return err
		}
		return t.exec(`DELETE FROM call_seen WHERE started < ? OR started < (SELECT started FROM call_seen ORDER BY started DESC LIMIT 1 OFFSET ?)`,
			int64(r.Started-callsSeenFor), maxCallsSeen-1)
	}))
}

// Day answers desk.LoadDay: the newest calls of this desk with the names that their customers have now, and how many
// callbacks the user had promised for that time, and has kept.
func (s *Store) Day(ctx context.Context, c desk.LoadDay) (desk.DayLoaded, error) {
	out := desk.DayLoaded{Seq: c.Seq, From: c.From}
	rows, err := s.rows(ctx, `SELECT s.body, coalesce(json_extract(c.body, '$.name'), '') FROM call_seen s
		LEFT JOIN customer c ON c.key = s.customer AND s.customer <> '' ORDER BY s.started DESC LIMIT ?`, desk.MaxDayCalls)
	err = eachRow(rows, err, func(r scanner) error {
		var body []byte
		var name string
		if err := r.Scan(&body, &name); err != nil {
			return err
		}
		var one desk.CallRecord
		if json.Unmarshal(body, &one) != nil {
			return fmt.Errorf("malformed call: %w", desk.ErrInvalid)
		}
		one.CustomerName = name
		out.Calls = append(out.Calls, one)
		return nil
	})
	if err != nil {
		return out, wrap("read day", err)
	}
	rows, err = s.rows(ctx, `SELECT json_extract(body, '$.state') FROM callback WHERE owner = ? AND done IN (0, 1) AND at >= ? AND at < ? LIMIT ?`,
		c.User, int64(c.From), int64(c.Until), maxDayPromise)
	err = eachRow(rows, err, func(r scanner) error {
		var state string
		if err := r.Scan(&state); err != nil {
			return err
		}
		switch desk.CallbackState(state) {
		case desk.CallbackDone:
			out.Kept++
			out.Due++
		case desk.CallbackOpen, desk.CallbackClaimed, desk.CallbackMissed:
			out.Due++
		case desk.CallbackCancelled: // nobody waits for it
		}
		return nil
	})
	return out, wrap("read day", err)
}
