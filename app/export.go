package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	tables "github.com/callbench/callbench/app/sheet"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
	"github.com/callbench/callbench/ui/words"
)

const (
	exportCustomers = "customers"
	exportContacts  = "contacts"
)

// exportJob says what to export and into which file.
type exportJob struct {
	File, What string
	Query      string // only rows that hold this text in some field; empty: all
	Store      *localstore.Store
	Words      *words.Catalogue
	Zone       *time.Location
	Progress   func(rows int) // called for each row; nil: not
}

// exportReport is what an export came to.
type exportReport struct {
	File string `json:"file"`
	Rows int    `json:"rows"`
	Cut  int    `json:"cut,omitempty"` // cells longer than an .xlsx holds
}

// export writes a new file, which is plain text by its nature. At an error or the end of ctx it is removed: half
// an export looks like a whole one.
func export(ctx context.Context, job exportJob) (report exportReport, err error) {
	format, ok := tables.FormatOf(job.File)
	if !ok {
		return report, &usageError{errors.New("the file's name must end in .xlsx or .csv")}
	}
	w, err := tables.Create(job.File, format)
	if errors.Is(err, os.ErrExist) {
		return report, &usageError{fmt.Errorf("%s is there already", job.File)}
	}
	if err != nil {
		return report, &usageError{fmt.Errorf("%s: %s", job.File, pathless(err))}
	}
	x := exporting{job: job, w: w}
	if job.What == exportContacts {
		err = x.contacts(ctx)
	} else {
		err = x.customers(ctx)
	}
	if err != nil {
		return report, errors.Join(err, w.Discard())
	}
	return exportReport{File: job.File, Rows: x.rows, Cut: w.Cut()}, w.Close() //nolint:wrapcheck // it says what was written
}

type exporting struct {
	job        exportJob
	w          *tables.Writer
	rows       int
	attributes []string
}

func (x *exporting) row(cells []string) error {
	if x.job.Query != "" {
		want, found := strings.ToLower(x.job.Query), false
		for _, s := range cells {
			found = found || strings.Contains(strings.ToLower(s), want)
		}
		if !found {
			return nil
		}
	}
	if x.rows++; x.job.Progress != nil {
		x.job.Progress(x.rows)
	}
	return x.w.Row(cells) //nolint:wrapcheck // it says what was written
}

func (x *exporting) headings(keys ...words.Key) []string {
	list := make([]string, len(keys))
	for i, k := range keys {
		list[i] = x.job.Words.Say(k)
	}
	return list
}

// maxExportAttributes bounds the columns for free attributes: those that come first in the alphabet.
const maxExportAttributes = 200

// customers writes what callbench import reads again; the last columns are for people. It goes through the store
// twice: first for the names of the free attributes.
func (x *exporting) customers(ctx context.Context) error {
	names := map[string]bool{}
	err := x.job.Store.EachCustomer(ctx, func(c desk.Customer) error {
		for name := range c.Attributes {
			if len(names) < 10*maxExportAttributes {
				names[name] = true
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	x.attributes = slices.Sorted(maps.Keys(names))
	x.attributes = x.attributes[:min(len(x.attributes), maxExportAttributes)]
	heads := x.headings(words.ExportNumber, words.ExportName, words.ExportSex, words.ExportCompany, words.ExportTitle, words.ExportPhones,
		words.ExportEmail, words.ExportAddress, words.ExportIndustry, words.ExportSource, words.ExportStatus, words.ExportLevel,
		words.ExportCreated, words.ExportTier, words.ExportOwner, words.ExportLastContact, words.ExportNextVisit)
	if err := x.w.Row(append(heads, x.attributes...)); err != nil {
		return err //nolint:wrapcheck // it says what was written
	}
	err = x.job.Store.EachCustomer(ctx, func(c desk.Customer) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return x.row(x.customer(c))
	})
	return err //nolint:wrapcheck // it says what it did
}

func (x *exporting) customer(c desk.Customer) []string {
	phones := make([]string, 0, len(c.Phones))
	for _, p := range c.Phones {
		text := p.Raw
		if p.Label != "" {
			text = p.Label + ":" + text
		}
		phones = append(phones, text)
	}
	cells := []string{
		c.Number, c.Name, x.word("export.sex", c.Sex), c.Company, c.Title, strings.Join(phones, "; "), c.Email, c.Address, c.Industry,
		x.word("export.source", c.Source), x.word("status", string(c.Status)), x.word("level", string(c.Level)), x.moment(c.CreatedAt),
		x.word("tier", string(c.Tier)), c.Owner, x.moment(c.LastContactAt), x.moment(c.NextVisitAt),
	}
	for _, name := range x.attributes {
		cells = append(cells, c.Attributes[name])
	}
	return cells
}

// word gives the word of a code; what has none stays as it is.
func (x *exporting) word(kind, code string) string {
	if k := words.Key(kind + "." + code); code != "" && x.job.Words.Has(k) {
		return x.job.Words.Say(k)
	}
	return code
}

func (x *exporting) moment(at desk.Millis) string {
	if at == 0 {
		return ""
	}
	return at.Time().In(x.job.Zone).Format("2006-01-02 15:04:05")
}

func (x *exporting) contacts(ctx context.Context) error {
	heads := x.headings(words.ExportAt, words.ExportCustomer, words.ExportNumber, words.ExportPhone, words.ExportChannel, words.ExportDirection,
		words.ExportReason, words.ExportSubject, words.ExportContent, words.ExportOutcome, words.ExportSeconds, words.ExportAgent)
	if err := x.w.Row(heads); err != nil {
		return err //nolint:wrapcheck // it says what was written
	}
	err := x.job.Store.EachContact(ctx, func(k desk.Contact, c desk.Customer) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		seconds := ""
		if k.Seconds > 0 {
			seconds = fmt.Sprint(k.Seconds)
		}
		return x.row([]string{
			x.moment(k.At), c.Name, c.Number, k.Number, x.word("export.channel", string(k.Channel)), x.word("export.direction", string(k.Direction)),
			x.word("reason", string(k.Reason)), k.Subject, k.Content, x.word("outcome", string(k.Outcome)), seconds, k.Agent,
		})
	})
	return err //nolint:wrapcheck // it says what it did
}
