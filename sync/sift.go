package sync

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"

	"github.com/callbench/callbench/desk"
)

// toStore gives a page to the store without the rows that this program cannot take: those of tables that only a newer
// program knows, and malformed ones. They are counted and told; everything else goes on. epoch is the store's.
func (c *Client) toStore(ctx context.Context, epoch string, page desk.Page) (int, error) {
	all := len(page.Rows)
	page.Rows = slices.DeleteFunc(slices.Clone(page.Rows), func(r desk.Row) bool { return !r.Table.Valid() })
	unknown := all - len(page.Rows)
	all = len(page.Rows)
	n, err := c.cfg.Store.ApplyPage(ctx, page)
	if errors.Is(err, desk.ErrInvalid) {
		page.Rows = slices.DeleteFunc(page.Rows, malformed)
		if len(page.Rows) < all {
			n, err = c.cfg.Store.ApplyPage(ctx, page)
		}
	}
	if errors.Is(err, desk.ErrInvalid) && len(page.Rows) > 0 && len(page.Rows) <= desk.MaxPageRows {
		try := desk.Page{Epoch: cmp.Or(epoch, page.Epoch), From: page.From, To: page.From}
		good, tryErr := c.halves(ctx, try, page.Rows)
		if tryErr != nil {
			return 0, tryErr
		}
		if len(good) < len(page.Rows) { // else it is not the rows
			page.Rows = good
			n, err = c.cfg.Store.ApplyPage(ctx, page)
		}
	}
	left := all - len(page.Rows)
	if err != nil || unknown+left == 0 {
		return n, err
	}
	c.mu.Lock()
	c.skipped.Unknown += unknown
	c.skipped.Malformed += left
	told := c.skipped
	c.mu.Unlock()
	c.cfg.Log.WarnContext(ctx, "rows from central were left out", slog.Int("unknown_table", unknown), slog.Int("malformed", left))
	c.emit(ctx, told)
	return n, nil
}

// halves gives those of rows that the store takes, trying them half by half in pages like try, which move no cursor:
// they are applied again with their own page.
func (c *Client) halves(ctx context.Context, try desk.Page, rows []desk.Row) ([]desk.Row, error) {
	try.Rows = rows
	_, err := c.cfg.Store.ApplyPage(ctx, try)
	switch {
	case err == nil:
		return rows, nil
	case !errors.Is(err, desk.ErrInvalid):
		return nil, err //nolint:wrapcheck // apply does
	case len(rows) == 1:
		return nil, nil // this one
	}
	first, err := c.halves(ctx, try, rows[:len(rows)/2])
	if err != nil {
		return nil, err
	}
	second, err := c.halves(ctx, try, rows[len(rows)/2:])
	return slices.Concat(first, second), err
}

// malformed reports whether a row is none of its table.
func malformed(r desk.Row) bool {
	if r.Key == "" {
		return true
	}
	if r.Removed {
		return false
	}
	var err error
	switch r.Table {
	case desk.TableCustomer:
		err = json.Unmarshal(r.Body, new(desk.Customer))
	case desk.TableContact:
		err = json.Unmarshal(r.Body, new(desk.Contact))
	case desk.TableCallback:
		err = json.Unmarshal(r.Body, new(desk.Callback))
	case desk.TableTicket:
		err = json.Unmarshal(r.Body, new(desk.Ticket))
	case desk.TableConflict:
		err = json.Unmarshal(r.Body, new(desk.Conflict))
	}
	return err != nil
}
