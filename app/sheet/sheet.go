// Package sheet reads and writes tables in files: .xlsx and CSV.
//
// It turns a file into rows of text and back, one row at a time, and knows nothing of customers. Open and
// Create are called by the import and export commands, from one goroutine for each file; Close ends a
// file, and nothing runs by itself.
//
// Memory is bounded whatever the file holds: a row has at most MaxColumns cells, a cell at most MaxCell
// bytes, and the shared strings of an .xlsx beyond arenaInMemory bytes go to a temporary file that is
// sealed with a key which exists in memory only. No plain text is ever written to a temporary file: that is
// why this is not excelize, which spools every part above 16 MiB as it is (docs/IMPORT.md has figures).
//
// Errors wrap one of the Err values below where the file itself is at fault. They carry no text of the file.
package sheet

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Bounds of what is read. What lies above is an error or, for a single cell, cut.
const (
	MaxColumns = 1024     // used columns of a row
	MaxCell    = 11 << 20 // bytes of one cell; the rest of a longer one is dropped and Row.Cut set
	MaxRow     = 24 << 20 // bytes of one row
	maxPart    = 4 << 30  // bytes of one unpacked part of an .xlsx: a zip bomb ends here
	maxFile    = 8 << 30  // bytes of a file
)

// Faults of a file.
var (
	ErrNotSheet  = errors.New("not a table that can be read")
	ErrEncrypted = errors.New("protected with a password")
	ErrOldExcel  = errors.New("an .xls file of Excel 97 to 2003")
	ErrTooLarge  = errors.New("larger than what is taken")
	ErrMalformed = errors.New("damaged")
	ErrNoSheet   = errors.New("no such sheet")
	ErrEncoding  = errors.New("not in the encoding that was asked for")
)

// Format is the kind of a file.
type Format string

// The formats.
const (
	XLSX Format = "xlsx"
	CSV  Format = "csv"
)

// FormatOf tells by its name which format a file is to be written in: CSV for .csv, .txt and .tsv, XLSX for
// .xlsx; false for other names.
func FormatOf(path string) (Format, bool) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".xlsx":
		return XLSX, true
	case ".csv", ".txt", ".tsv":
		return CSV, true
	}
	return "", false
}

// Options say how to read a file.
type Options struct {
	Sheet    string   // name of a sheet; empty: the first one that is visible
	Encoding Encoding // of CSV; empty: found out by looking
	SpillDir string   // where sealed shared strings may go; empty: the system's folder for temporary files
}

// Row is one row that is not empty. Cells has no empty cells at its end; it is valid until the next call of
// Next. N is the row's number as a spreadsheet program shows it.
type Row struct {
	N     int
	Cells []string
	Cut   bool // a cell was longer than MaxCell
}

// File is a file that is being read.
type File struct {
	Format    Format
	Encoding  Encoding // CSV: as it is read
	Guessed   bool     // Encoding was found out by looking and is not certain
	Separator rune     // CSV
	Sheet     string   // XLSX: the one that is read
	Sheets    []string // XLSX: those that are visible
	Size      int64

	f    *os.File
	rows rowSource
}

type rowSource interface {
	next() (Row, error)
	close() error
}

// Open finds out what a file is and opens it at its first row. It reads a CSV once to know its encoding and
// an .xlsx's shared strings. The name's ending does not matter.
func Open(path string, o Options) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open table: %w", err)
	}
	s := &File{f: f}
	if err := s.open(o); err != nil {
		f.Close() //nolint:errcheck,gosec // only read
		return nil, fmt.Errorf("open table: %w", err)
	}
	return s, nil
}

func (s *File) open(o Options) error {
	st, err := s.f.Stat()
	if err != nil {
		return err
	}
	if !st.Mode().IsRegular() {
		return fmt.Errorf("no regular file: %w", ErrNotSheet)
	}
	if s.Size = st.Size(); s.Size > maxFile {
		return ErrTooLarge
	}
	head := make([]byte, 512)
	n, err := io.ReadFull(s.f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return err
	}
	switch head = head[:n]; {
	case isZip(head):
		s.Format = XLSX
		return s.openXLSX(o)
	case isCompound(head):
		return compoundFault(s.f)
	}
	if err := notText(head); err != nil {
		return err
	}
	s.Format = CSV
	return s.openCSV(o)
}

// Next gives the next row that is not empty; io.EOF behind the last.
func (s *File) Next() (Row, error) {
	for {
		row, err := s.rows.next()
		if errors.Is(err, io.EOF) {
			return Row{}, io.EOF
		}
		if err != nil {
			return Row{}, fmt.Errorf("read table: %w", err)
		}
		for len(row.Cells) > 0 && row.Cells[len(row.Cells)-1] == "" {
			row.Cells = row.Cells[:len(row.Cells)-1]
		}
		if len(row.Cells) > 0 {
			return row, nil
		}
	}
}

// Close ends reading.
func (s *File) Close() error {
	if err := errors.Join(s.rows.close(), s.f.Close()); err != nil {
		return fmt.Errorf("close table: %w", err)
	}
	return nil
}
