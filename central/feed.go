package central

import (
	"context"
	"encoding/json"
	"time"

	"github.com/callbench/callbench/desk"
)

// maxUnwritten bounds the queue events that wait to be written; beyond it events are dropped from the
// file (the live board has them) and that is logged.
const maxUnwritten = 4096

// writeEvery is how long events are gathered into one transaction.
const writeEvery = 250 * time.Millisecond

func (c *Central) today(at time.Time) string { return at.Format(time.DateOnly) }

// runFeed keeps the PBX feed going until ctx ends.
func (c *Central) runFeed(ctx context.Context) {
	if c.cfg.Feed == nil {
		return
	}
	down := false
	for ctx.Err() == nil {
		err := c.cfg.Feed.Run(ctx, c.heard)
		if ctx.Err() != nil {
			return
		}
		if !down {
			c.log.WarnContext(ctx, "PBX feed ended, trying again", "error", err)
		}
		down = err != nil
		select {
		case <-ctx.Done():
		case <-time.After(feedPause):
		}
	}
}

// heard takes one event of the feed.
func (c *Central) heard(e desk.QueueEvent) {
	now := c.cfg.Now()
	c.board.hear(e, desk.MillisOf(now), c.today(now))
	if e.Kind == desk.FeedAlive {
		return
	}
	c.hub.stir()
	select {
	case c.unwritten <- timedEvent{at: desk.MillisOf(now), event: e}:
	default:
		c.dropped.Add(1)
	}
}

// timedEvent is an event with central's time.
type timedEvent struct {
	at    desk.Millis
	event desk.QueueEvent
}

// runRecorder writes events until ctx ends and then what is left.
func (c *Central) runRecorder(ctx context.Context) {
	tick := time.NewTicker(writeEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			c.record(last)
			cancel()
			return
		case <-tick.C:
			c.record(ctx)
		}
	}
}

// record writes the events gathered so far.
func (c *Central) record(ctx context.Context) {
	if n := c.dropped.Swap(0); n > 0 {
		c.log.WarnContext(ctx, "queue events were not recorded: too many at once", "events", n)
	}
	waiting := len(c.unwritten)
	if waiting == 0 {
		return
	}
	err := c.db.write(ctx, func(q queryer) error {
		for range waiting {
			e := <-c.unwritten
			text, err := json.Marshal(e.event)
			if err != nil {
				return err
			}
			_, err = q.ExecContext(ctx, "INSERT INTO queue_event (org, at, kind, event) VALUES (?, ?, ?, ?)",
				c.org, e.at, e.event.Kind, string(text))
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		c.log.ErrorContext(ctx, "queue events were not recorded", "events", waiting, "error", err)
	}
}

// recount goes through the events of today, so that the counts survive a restart. Who waits and who
// talks comes fresh with the feed's snapshot.
func (c *Central) recount(ctx context.Context) error {
	now := c.cfg.Now()
	year, month, day := now.Date()
	begin := desk.MillisOf(time.Date(year, month, day, 0, 0, 0, 0, now.Location()))
	err := c.db.read(ctx, func(q queryer) error {
		rows, err := q.QueryContext(ctx, "SELECT at, event FROM queue_event WHERE org = ? AND at >= ? ORDER BY at, rowid", c.org, begin)
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // rows.Err tells
		for rows.Next() {
			var at desk.Millis
			var text string
			if err := rows.Scan(&at, &text); err != nil {
				return err
			}
			var e desk.QueueEvent
			if err := json.Unmarshal([]byte(text), &e); err != nil {
				return err
			}
			c.board.hear(e, at, c.today(now))
		}
		return rows.Err()
	})
	if err != nil {
		return err
	}
	c.board.forgetLive()
	return c.meetPeople(ctx)
}

// forgetLive keeps the counts only.
func (b *board) forgetLive() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.begin()
	b.alive = 0
}
