package app

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	tables "github.com/callbench/callbench/app/sheet"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/intake"
	"github.com/callbench/callbench/localstore"
	"github.com/callbench/callbench/ui/words"
)

// Policies for a row whose phone or customer number somebody has already.
const (
	duplicatesReport = "report" // it comes back
	duplicatesMerge  = "merge"  // it fills what is empty there
	duplicatesSkip   = "skip"   // it is left out
	duplicatesNew    = "new"    // it becomes a customer of its own; nobody is looked for
)

// importJob says what to import and how.
type importJob struct {
	File, Sheet string
	Encoding    tables.Encoding   // empty: found out
	Map         map[string]string // heading, letter or number of a column → field
	Fields      []intake.Field    // of the columns, from the first; empty ones are as they are
	Duplicates  string
	Bad         string // file for the rows that come back; empty: beside File
	Store       *localstore.Store
	Words       *words.Catalogue
	Now         func() time.Time
	SpillDir    string               // tables.Options
	Gentle      bool                 // an agent works in the same store: transactions stay short
	Progress    func(importProgress) // called by Run after each transaction; nil: not
}

// importProgress is how far an import is. Rows = In + Known + Merged + Skipped + Bad when it ends.
type importProgress struct {
	Rows    int `json:"rows"`    // read so far
	In      int `json:"in"`      // became customers
	Known   int `json:"known"`   // were in already, from this very file
	Merged  int `json:"merged"`  // filled customers that were there
	Skipped int `json:"skipped"` // left out as duplicates
	Bad     int `json:"bad"`     // came back
}

// importReport is what an import came to.
type importReport struct {
	importProgress
	BadFile   string         `json:"bad_file,omitempty"`
	Reasons   map[string]int `json:"reasons,omitempty"`
	Cancelled bool           `json:"cancelled,omitempty"`
	Cut       int            `json:"cut,omitempty"` // cells of BadFile that an .xlsx does not hold whole
}

// importer is one import: openImport, then Preview or Run, then close. It belongs to one goroutine.
//
// What is in is in: a row's customer gets an ID made of the file's content and the row's number, so that a
// second run of the same file finds the first one's customers and adds what is missing, wherever that ended.
type importer struct {
	job        importJob
	file       *tables.File
	headings   []string
	columns    []intake.Column
	headRow    int
	remembered bool
	ahead      []importRow // rows read to find the headings, not handled yet
	digest     [32]byte
	east       int
	bad        *badRows
	done       importProgress
	reasons    map[string]int
}

// importRow is a row on its way.
type importRow struct {
	n        int
	cells    []string
	customer desk.Customer
	keys     []string // phones, and the customer number behind a #
}

// openImport opens the file and finds its columns. Errors that the caller of the command can mend are
// *usageError.
func openImport(ctx context.Context, job importJob) (_ *importer, err error) {
	im := &importer{job: job, reasons: map[string]int{}}
	replica, err := job.Store.Replica(ctx)
	if err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	_, seconds := job.Now().Zone()
	im.east = seconds / 60
	if im.file, err = tables.Open(job.File, tables.Options{Sheet: job.Sheet, Encoding: job.Encoding, SpillDir: job.SpillDir}); err != nil {
		return nil, sheetFault(err)
	}
	defer func() {
		if err != nil {
			im.close() //nolint:errcheck,gosec // only read
		}
	}()
	if err := im.fingerprint(replica); err != nil {
		return nil, err
	}
	if err := im.findHeadings(); err != nil {
		return nil, err
	}
	if err := im.findColumns(ctx); err != nil {
		return nil, err
	}
	im.bad = &badRows{path: job.Bad, beside: job.File, format: im.file.Format, headings: im.headings, words: job.Words}
	return im, nil
}

// bytes is how much a row holds.
func (r importRow) bytes() int {
	n := 0
	for _, s := range r.cells {
		n += len(s)
	}
	return n
}

func (im *importer) close() error { return im.file.Close() }

// sheetFault makes the faults of a file that its owner can mend usage errors.
func sheetFault(err error) error {
	advice := ""
	switch {
	case errors.Is(err, tables.ErrEncrypted):
		advice = "it is protected with a password: save it without one"
	case errors.Is(err, tables.ErrOldExcel):
		advice = "it is an .xls of Excel 97 to 2003: save it as .xlsx or CSV"
	case errors.Is(err, tables.ErrNotSheet):
		advice = "it is neither .xlsx nor CSV: save it as one of them"
	case errors.Is(err, tables.ErrNoSheet):
		advice = "it has no such sheet (--sheet)"
	case errors.Is(err, os.ErrNotExist), errors.Is(err, os.ErrPermission):
		if at, ok := errors.AsType[*os.PathError](err); ok {
			return &usageError{fmt.Errorf("%s: %s", at.Path, pathless(err))}
		}
		return &usageError{err}
	default:
		return err //nolint:wrapcheck // it says what was read
	}
	return &usageError{fmt.Errorf("%s (%w)", advice, err)}
}

// fingerprint makes what this file's IDs begin with: of its content, the sheet, and whose store it goes into. Two
// users who import one file make customers of their own, as central would not let one change the other's.
func (im *importer) fingerprint(of desk.Replica) error {
	f, err := os.Open(im.job.File)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return fmt.Errorf("import: %w", err)
	}
	_, _ = fmt.Fprintf(h, "\x00%s\x00%s\x00%s", im.file.Sheet, of.Org, of.User)
	h.Sum(im.digest[:0])
	return nil
}

// customerID is a UUIDv8 (RFC 9562 section 5.8): the file's fingerprint with the row's number at the end.
func (im *importer) customerID(row int) string {
	id := uuid.UUID(im.digest[:16])
	for i := range 4 {
		id[15-i] = byte(row >> (8 * i)) //nolint:gosec // the byte is meant
	}
	return version8(id).String()
}

// rowOf tells which row of this file a customer was; false: he is of elsewhere.
func (im *importer) rowOf(id string) (int, bool) {
	u, err := uuid.Parse(id)
	if err != nil {
		return 0, false
	}
	row := 0
	for _, b := range u[12:] {
		row = row<<8 | int(b)
	}
	return row, im.customerID(row) == id
}

func version8(id uuid.UUID) uuid.UUID {
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return id
}

var errEmptyTable = errors.New("the table is empty")

// headingsWithin is how many rows may stand above the headings: titles, who made the list.
const headingsWithin = 10

// findHeadings takes the row of the first ten that has the most known headings. Where none has any, the first is
// taken if nothing in it looks like a telephone number; else the columns are called A, B, C ….
func (im *importer) findHeadings() error {
	best, most := 0, 0
	for len(im.ahead) < headingsWithin {
		row, err := im.file.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return sheetFault(err)
		}
		im.ahead = append(im.ahead, importRow{n: row.N, cells: slices.Clone(row.Cells)})
		if n := intake.Recognised(row.Cells); n > most {
			best, most = len(im.ahead)-1, n
		}
	}
	if len(im.ahead) == 0 {
		return &usageError{errEmptyTable}
	}
	first := im.ahead[best]
	if most == 0 && slices.ContainsFunc(first.cells, func(s string) bool { return len(strings.Trim(s, "+- 0123456789")) == 0 && len(s) >= 7 }) {
		for i := range first.cells {
			im.headings = append(im.headings, columnName(i))
		}
		return nil
	}
	im.headings, im.headRow, im.ahead = first.cells, first.n, im.ahead[best+1:]
	return nil
}

func columnName(i int) string {
	if i >= 26 {
		return columnName(i/26-1) + columnName(i%26)
	}
	return string(rune('A' + i)) //nolint:gosec // below 26
}

// findColumns guesses the columns, or takes what was chosen for the same headings the last time, and lays over
// them what the caller says.
func (im *importer) findColumns(ctx context.Context) error {
	im.columns = intake.Guess(im.headings)
	kept, err := im.job.Store.Setting(ctx, im.settingKey())
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	var columns []intake.Column
	if kept != "" && json.Unmarshal([]byte(kept), &columns) == nil && len(columns) == len(im.headings) {
		im.columns, im.remembered = columns, true
	}
	for key, field := range im.job.Map {
		i := im.column(key)
		if i < 0 {
			return &usageError{fmt.Errorf("--map %s=%s: there is no such column", key, field)}
		}
		f := intake.Field(field)
		if f == "ignore" {
			f = intake.Ignore
		}
		if !f.Valid() {
			return &usageError{fmt.Errorf("--map %s=%s: no such field; fields are %s, attr:NAME and -", key, field, fieldList())}
		}
		im.columns[i].Field = f
	}
	for i, f := range im.job.Fields {
		if i < len(im.columns) && f.Valid() {
			im.columns[i].Field = f
		}
	}
	return nil
}

func fieldList() string {
	var names []string
	for _, f := range intake.Fields() {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

// column finds a column by its heading, its letter or its number; -1: there is none.
func (im *importer) column(key string) int {
	for i, h := range im.headings {
		if strings.TrimSpace(h) == strings.TrimSpace(key) {
			return i
		}
	}
	for i := range im.headings {
		if strings.EqualFold(columnName(i), key) || strconv.Itoa(i+1) == key {
			return i
		}
	}
	return -1
}

func (im *importer) settingKey() string { return "import.columns." + intake.Fingerprint(im.headings) }

// named reports whether a column tells a customer's name.
func (im *importer) named() bool {
	return slices.ContainsFunc(im.columns, func(c intake.Column) bool { return c.Field == intake.Name || c.Field == intake.Company })
}

// next gives the next row; io.EOF behind the last. Its problems have been found, not told.
func (im *importer) next() (importRow, []intake.Problem, error) {
	var row importRow
	cut := false
	if len(im.ahead) > 0 {
		row, im.ahead = im.ahead[0], im.ahead[1:]
	} else {
		r, err := im.file.Next()
		if err != nil {
			return row, nil, err //nolint:wrapcheck // sheetFault looks at it
		}
		row, cut = importRow{n: r.N, cells: slices.Clone(r.Cells)}, r.Cut
	}
	var problems []intake.Problem
	row.customer, problems = intake.Read(im.columns, row.cells, im.east)
	if cut {
		problems = append(problems, intake.Problem{Code: intake.TooLong})
	}
	row.customer.ID = im.customerID(row.n)
	if row.customer.CreatedAt == 0 {
		row.customer.CreatedAt = desk.MillisOf(im.job.Now())
	}
	for _, p := range row.customer.Phones {
		row.keys = append(row.keys, intake.KeyOf(p))
	}
	if row.customer.Number != "" {
		row.keys = append(row.keys, "#"+strings.ToLower(row.customer.Number))
	}
	return row, problems, nil
}

// badRows is the file of the rows that come back: made when the first one comes.
type badRows struct {
	path, beside string
	format       tables.Format
	headings     []string
	words        *words.Catalogue
	w            *tables.Writer
}

func (b *badRows) add(row importRow, problems []intake.Problem) error {
	if b.w == nil {
		if err := b.create(); err != nil {
			return err
		}
	}
	cells := append(slices.Grow(slices.Clone(row.cells), len(b.headings)+1), make([]string, max(0, len(b.headings)-len(row.cells)))...)
	return b.w.Row(append(cells, b.reason(row, problems))) //nolint:wrapcheck // it says what was written
}

// reason words what is wrong with a row: its number in the file, then each problem with its column.
func (b *badRows) reason(row importRow, problems []intake.Problem) string {
	var list []string
	for _, p := range problems {
		text := problemText(string(p.Code), b.words)
		if p.Heading != "" {
			text += " (" + p.Heading + ")"
		}
		if p.Text != "" {
			text += ": " + p.Text
		}
		list = append(list, text)
	}
	return b.words.Fill(words.ImportRow, "row", strconv.Itoa(row.n)) + " " + strings.Join(list, "; ")
}

// problemText words the code of a problem.
func problemText(code string, say *words.Catalogue) string {
	return say.Say(words.Key("import.problem." + code))
}

// create makes the file that was asked for, or one beside the table whose name is free.
func (b *badRows) create() (err error) {
	asked := b.path != ""
	for i := 1; ; i++ {
		if !asked {
			b.path = strings.TrimSuffix(b.beside, filepath.Ext(b.beside)) + ".bad" + strings.Repeat("-"+strconv.Itoa(i), min(1, i-1)) + "." + string(b.format)
		}
		if b.w, err = tables.Create(b.path, b.format); err == nil {
			break
		}
		if asked || !errors.Is(err, os.ErrExist) || i == 99 {
			return &usageError{fmt.Errorf("no place for the rows that come back: %s: %s", b.path, pathless(err))}
		}
	}
	return b.w.Row(append(slices.Clone(b.headings), b.words.Say(words.ImportReason))) //nolint:wrapcheck // it says what was written
}

func (b *badRows) close() error {
	if b.w == nil {
		return nil
	}
	return b.w.Close() //nolint:wrapcheck // it says what was written
}
