package desk

import (
	"slices"
	"strings"
)

// TableFile is a table among the user's files.
type TableFile struct{ Path, Name string }

// TableColumn is a column of a table: its heading, the field of customers that it is taken for (package desk/intake),
// and what stands in its first rows.
type TableColumn struct {
	Heading, Field string
	Cells          []string
}

// TablePreview is what a table is taken for and what an import of its first rows would do. Rows = In + Known + Merged +
// Skipped + Bad.
type TablePreview struct {
	Encoding                              string // of a CSV
	Guessed                               bool   // another encoding fits nearly as well
	Columns                               []TableColumn
	Named                                 bool // a column tells the name: without one nothing can be imported
	Rows, In, Known, Merged, Skipped, Bad int
	Whole                                 bool     // Rows are all
	Back                                  []string // the first rows that would come back, each with its reasons
}

// Duplicates says what becomes of a row whose phone or number a customer has already.
type Duplicates string

// What becomes of them.
const (
	DuplicatesReport Duplicates = "report" // they come back
	DuplicatesMerge  Duplicates = "merge"  // they fill what the customer lacks
	DuplicatesSkip   Duplicates = "skip"   // they are left out
)

// AllDuplicates are the ways, in the order in which they are offered.
func AllDuplicates() []Duplicates {
	return []Duplicates{DuplicatesReport, DuplicatesMerge, DuplicatesSkip}
}

// TableImport is the view in which a table is brought in.
type TableImport struct {
	Files      []TableFile // the newest
	Path       string
	Fields     []string // of the columns, where the user said so; never altered in place
	Duplicates Duplicates
	Column     int // that is looked at
	Seq        int // of the newest PreviewTable; answers to older ones are dropped
	Busy       bool
	Asked      Millis
	Read       bool
	Preview    TablePreview
	Problem    string // code of why the table cannot be read: encrypted, old_excel, not_table, missing, empty, too_large, unreadable
}

// Events of that view.
type (
	// TablesFound answers FindTables.
	TablesFound struct{ Files []TableFile }
	// TableNamed says which table; typed or chosen.
	TableNamed struct{ Path string }
	// TablePreviewed answers PreviewTable; an older Seq is dropped.
	TablePreviewed struct {
		Seq     int
		Preview TablePreview
		Problem string
	}
	// TableReadStopped gives up waiting for a preview.
	TableReadStopped struct{}
	// ColumnPicked looks at a column.
	ColumnPicked struct{ Column int }
	// ColumnTaken says what the column that is looked at holds.
	ColumnTaken struct{ Field string }
	// DuplicatesChosen says what becomes of rows whose customer is there.
	DuplicatesChosen struct{ Duplicates Duplicates }
)

func (TablesFound) event()      {}
func (TableNamed) event()       {}
func (TablePreviewed) event()   {}
func (TableReadStopped) event() {}
func (ColumnPicked) event()     {}
func (ColumnTaken) event()      {}
func (DuplicatesChosen) event() {}

// TableOrder is a table and how it is to be taken.
type TableOrder struct {
	Path       string
	Fields     []string
	Duplicates Duplicates
}

// Commands of that view.
type (
	// FindTables looks for tables where people keep them.
	FindTables struct{}
	// PreviewTable looks at a table. Nothing of it is written.
	PreviewTable struct {
		Seq      int
		Order    TableOrder
		Language Language
	}
)

func (FindTables) command()   {}
func (PreviewTable) command() {}

const maxTablePath = 4096 // runes

func (u *step) atTables(e Event) {
	t := &u.s.Table
	if !u.s.leads() {
		return
	}
	switch e := e.(type) {
	case TablesFound:
		t.Files = e.Files
	case TableNamed:
		path := cut(strings.Trim(e.Path, " \t\"'"), maxTablePath)
		if path != t.Path {
			t.Path, t.Fields, t.Column = path, nil, 0
			u.previewTable()
		}
	case TablePreviewed:
		if e.Seq == t.Seq {
			t.Preview, t.Problem, t.Busy, t.Read = e.Preview, e.Problem, false, e.Problem == ""
			t.Column = min(t.Column, max(len(e.Preview.Columns)-1, 0))
		}
	case TableReadStopped:
		t.Seq++
		t.Busy = false
	case ColumnPicked:
		if e.Column >= 0 && e.Column < len(t.Preview.Columns) {
			t.Column = e.Column
		}
	case ColumnTaken:
		if t.Column < len(t.Preview.Columns) {
			fields := slices.Clone(t.Fields)
			for len(fields) < len(t.Preview.Columns) {
				fields = append(fields, "")
			}
			fields[t.Column] = e.Field
			t.Fields = fields
			u.askTable()
		}
	case DuplicatesChosen:
		if slices.Contains(AllDuplicates(), e.Duplicates) {
			t.Duplicates = e.Duplicates
			u.askTable()
		}
	default: // the others are not for this function
	}
}

// openTable begins the view. A table that was chosen before is looked at anew.
func (u *step) openTable() {
	if !u.s.leads() {
		return
	}
	if u.s.Table.Duplicates == "" {
		u.s.Table.Duplicates = DuplicatesReport
	}
	u.do(FindTables{})
	u.askTable()
}

// previewTable looks at another table; what was read of the one before is put away.
func (u *step) previewTable() {
	t := &u.s.Table
	t.Seq++
	t.Preview, t.Problem, t.Read, t.Busy = TablePreview{}, "", false, false
	u.askTable()
}

// askTable has the table read that is named, once its name is whole.
func (u *step) askTable() {
	t := &u.s.Table
	name := strings.ToLower(t.Path)
	if !strings.HasSuffix(name, ".xlsx") && !strings.HasSuffix(name, ".csv") && !strings.HasSuffix(name, ".xls") {
		return
	}
	t.Seq++
	t.Busy, t.Asked = true, u.at.At
	u.do(PreviewTable{Seq: t.Seq, Order: t.order(), Language: u.s.Language})
}

func (t TableImport) order() TableOrder {
	return TableOrder{Path: t.Path, Fields: t.Fields, Duplicates: t.Duplicates}
}

// ready reports whether the table can be imported as it was looked at.
func (t TableImport) ready() bool { return t.Read && !t.Busy && t.Preview.Named && t.Preview.Rows > 0 }
