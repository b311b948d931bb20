package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/intake"
)

const (
	importTogether = 1024    // rows of one transaction: what CommitAll takes
	importGentle   = 64      // where an agent waits for a turn: some 15 ms
	importBytes    = 8 << 20 // bytes of cells at which a batch ends early
	opRoom         = 8 << 10 // bytes of an op beside the fields of its changes
)

// Run imports. What the report counts is durable, also where an error or the end of ctx cut it short: then a
// second run of the same file goes on. The end of ctx is not an error: Cancelled is set.
func (im *importer) Run(ctx context.Context) (importReport, error) {
	if !im.named() {
		return importReport{}, &usageError{errors.New("no column is the name of a customer: say which by --map COLUMN=name")}
	}
	kept, err := json.Marshal(im.columns)
	if err != nil {
		return importReport{}, fmt.Errorf("import: %w", err)
	}
	if err := im.job.Store.SetSetting(ctx, im.settingKey(), string(kept)); err != nil {
		return importReport{}, fmt.Errorf("import: %w", err)
	}
	err = im.rows(ctx)
	cancelled := ctx.Err() != nil
	if cancelled {
		err = nil
	}
	err = errors.Join(err, im.bad.close())
	report := importReport{importProgress: im.done, Reasons: im.reasons, Cancelled: cancelled}
	if im.bad.w != nil {
		report.BadFile, report.Cut = im.bad.path, im.bad.w.Cut()
	}
	return report, err
}

// rows reads to the end. A row whose phone or customer number an earlier one of the same batch has ends the
// batch before it, so that it finds that one in the store.
func (im *importer) rows(ctx context.Context) error {
	limit := importTogether
	if im.job.Gentle {
		limit = importGentle
	}
	var batch []importRow
	size := 0
	keys := map[string]bool{}
	flush := func() error {
		err := im.commit(ctx, batch)
		clear(keys)
		clear(batch)
		batch, size = batch[:0], 0
		if err == nil && im.job.Progress != nil {
			im.job.Progress(im.done)
		}
		return err
	}
	for {
		if err := ctx.Err(); err != nil {
			return err //nolint:wrapcheck // Run takes it away
		}
		row, problems, err := im.next()
		if errors.Is(err, io.EOF) {
			return flush()
		}
		if err != nil {
			return errors.Join(sheetFault(err), flush()) // what was read is good
		}
		im.done.Rows++
		if len(problems) > 0 {
			if err := im.back(row, problems...); err != nil {
				return err
			}
			continue
		}
		clash := false
		for _, k := range row.keys {
			clash = clash || keys[k]
		}
		if size += row.bytes(); len(batch) == limit || size > importBytes || clash && im.job.Duplicates != duplicatesNew {
			if err := flush(); err != nil {
				return err
			}
			size = row.bytes()
		}
		batch = append(batch, row)
		for _, k := range row.keys {
			keys[k] = true
		}
	}
}

// back gives a row back with its reasons.
func (im *importer) back(row importRow, problems ...intake.Problem) error {
	im.done.Bad++
	for _, p := range problems {
		im.reasons[string(p.Code)]++
	}
	return im.bad.add(row, problems)
}

// commit decides about the rows of a batch and makes those that are to go in durable, in one transaction.
func (im *importer) commit(ctx context.Context, batch []importRow) error {
	if len(batch) == 0 {
		return nil
	}
	d, err := im.decide(ctx, batch)
	if err != nil {
		return err
	}
	intents, err := im.intents(d)
	if err != nil {
		return err
	}
	for len(intents) > 0 { // a batch of long rows may be more than one transaction
		n := min(len(intents), 64)
		if _, err := im.job.Store.CommitAll(ctx, intents[:n]); err != nil {
			return fmt.Errorf("import, after %d rows: %w", im.done.Rows-len(batch), err)
		}
		intents = intents[n:]
	}
	im.done.In += len(d.fresh)
	im.done.Known += d.known
	im.done.Merged += d.merged
	im.done.Skipped += d.skipped
	for _, b := range d.back {
		if err := im.back(b.row, b.problem); err != nil {
			return err
		}
	}
	return nil
}

// decision is what is to become of a batch.
type decision struct {
	fresh                  []importRow
	changes                []desk.Change // merges, each to be an op of its own: one that central refuses takes no other along
	back                   []rowBack
	known, merged, skipped int
}

type rowBack struct {
	row     importRow
	problem intake.Problem
}

func (im *importer) decide(ctx context.Context, batch []importRow) (decision, error) {
	var d decision
	ids := make([]string, len(batch))
	var phones, numbers []string
	for i, row := range batch {
		ids[i] = row.customer.ID
		for _, k := range row.keys {
			if n, ok := strings.CutPrefix(k, "#"); ok {
				numbers = append(numbers, n)
			} else {
				phones = append(phones, k)
			}
		}
	}
	held, err := im.job.Store.Held(ctx, ids)
	if err != nil {
		return d, fmt.Errorf("import: %w", err)
	}
	var byPhone, byNumber map[string][]string
	if im.job.Duplicates != duplicatesNew {
		if byPhone, byNumber, err = im.job.Store.HoldersOf(ctx, phones, numbers); err != nil {
			return d, fmt.Errorf("import: %w", err)
		}
	}
	there := map[string]*desk.Customer{} // whom this batch fills, as he will be
	for _, row := range batch {
		if held[row.customer.ID] {
			d.known++
			continue
		}
		holders := map[string]bool{}
		one := ""
		for _, k := range row.keys {
			list := byPhone[k]
			if n, ok := strings.CutPrefix(k, "#"); ok {
				list = byNumber[n]
			}
			for _, id := range list {
				holders[id], one = true, id
			}
		}
		if len(holders) == 0 {
			d.fresh = append(d.fresh, row)
			continue
		}
		if im.job.Duplicates == duplicatesSkip {
			d.skipped++
			continue
		}
		if err := im.double(ctx, &d, row, len(holders), one, there); err != nil {
			return d, err
		}
	}
	return d, nil
}

// double deals with a row that customers of the store clash with: n of them, one being one of them.
func (im *importer) double(ctx context.Context, d *decision, row importRow, n int, one string, there map[string]*desk.Customer) error {
	c := there[one]
	if c == nil {
		found, err := im.job.Store.Customer(ctx, one)
		if err != nil && !errors.Is(err, desk.ErrNotFound) {
			return fmt.Errorf("import: %w", err)
		}
		c = &found
	}
	who := c.Number
	if who == "" {
		who = c.Name
	}
	tell := func(code intake.Code, text string) {
		d.back = append(d.back, rowBack{row, intake.Problem{Code: code, Text: text}})
	}
	if n > 1 {
		tell(intake.SeveralHave, strconv.Itoa(n))
		return nil
	}
	if im.job.Duplicates != duplicatesMerge {
		if earlier, ours := im.rowOf(one); ours {
			tell(intake.DuplicateRow, strconv.Itoa(earlier))
		} else {
			tell(intake.Duplicate, who)
		}
		return nil
	}
	if c.Stub {
		tell(intake.NotHeld, who)
		return nil
	}
	d.merged++
	fields := intake.Fill(*c, row.customer)
	if fields == nil {
		return nil
	}
	if err := json.Unmarshal(fields, c); err != nil {
		return fmt.Errorf("import: %w", err)
	}
	there[one] = c
	d.changes = append(d.changes, desk.Change{Table: desk.TableCustomer, Key: one, Fields: fields})
	return nil
}

// intents packs a decision into ops: sixteen new customers each, or as many as its size allows.
func (im *importer) intents(d decision) ([]desk.Intent, error) {
	var list []desk.Intent
	var changes []desk.Change
	size := 0
	end := func() {
		if len(changes) > 0 {
			list = append(list, im.intent(changes))
		}
		changes, size = nil, 0
	}
	for _, row := range d.fresh {
		fields, err := json.Marshal(row.customer)
		if err != nil {
			return nil, fmt.Errorf("import: %w", err)
		}
		if len(changes) == desk.MaxOpChanges || size+len(fields) > desk.MaxOpBytes-opRoom {
			end()
		}
		size += len(fields)
		changes = append(changes, desk.Change{Table: desk.TableCustomer, Key: row.customer.ID, Fields: fields})
	}
	end()
	for _, c := range d.changes {
		list = append(list, im.intent([]desk.Change{c}))
	}
	return list, nil
}

// intent makes an op of changes. Its ID may be any: that nothing comes twice is due to the customers' IDs.
func (im *importer) intent(changes []desk.Change) desk.Intent {
	return desk.Intent{
		ID: uuid.Must(uuid.NewV7()).String(), Kind: "customer.save", At: desk.MillisOf(im.job.Now()), Offset: im.east, Changes: changes,
	}
}
