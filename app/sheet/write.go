package sheet

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxText is how many UTF-16 units a cell of an .xlsx holds; Writer.Row cuts longer texts there.
const MaxText = 32767

// Writer writes one table into a new file: 0600, straight under its name, without temporary files.
type Writer struct {
	path string
	f    *os.File
	out  *bufio.Writer
	rows int
	xlsx *zip.Writer
	body *bufio.Writer // of the sheet inside the .xlsx
	cut  int
	buf  []byte
}

// Create makes the file; it must not be there yet (os.ErrExist). The writer ends with Close or Discard.
func Create(path string, format Format) (*Writer, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make table: %w", err)
	}
	w := &Writer{path: path, f: f, out: bufio.NewWriterSize(f, 256<<10)}
	if format == CSV {
		_, err = w.out.WriteString(utf8Mark) // without it Excel reads the system's old code page
	} else {
		err = w.begin()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make table: %w", err), w.Discard())
	}
	return w, nil
}

// Cut tells how many cells were cut at MaxText so far.
func (w *Writer) Cut() int { return w.cut }

// Row writes the next row. Texts that a spreadsheet program would run as a formula are written so that none
// does; Open gives them back as they were.
func (w *Writer) Row(cells []string) error {
	w.rows++
	var err error
	if w.xlsx == nil {
		err = w.csvRow(cells)
	} else {
		err = w.xlsxRow(cells)
	}
	if err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

func (w *Writer) csvRow(cells []string) error {
	w.buf = w.buf[:0]
	for i, s := range cells {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		s = harmless(s)
		if !strings.ContainsAny(s, ",;\t|\"\r\n") && (s == "" || s[0] != ' ' && s[len(s)-1] != ' ') {
			w.buf = append(w.buf, s...)
			continue
		}
		w.buf = append(w.buf, '"')
		w.buf = append(w.buf, strings.ReplaceAll(s, `"`, `""`)...)
		w.buf = append(w.buf, '"')
	}
	_, err := w.out.Write(append(w.buf, '\r', '\n'))
	return err
}

// The parts of an .xlsx beside the sheet. Style 1 is a heading; style 2 is text that begins like a formula:
// it stays a text when somebody edits it (quotePrefix).
const (
	partTypes = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`
	partRels  = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	partBook  = `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`
	partLinks = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`
	partStyle = `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
	sheetHead = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`
	sheetFoot = `</sheetData></worksheet>`
	xmlHead   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
)

func (w *Writer) begin() error {
	w.xlsx = zip.NewWriter(w.out)
	w.xlsx.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestSpeed)
	})
	for _, part := range []struct{ name, text string }{
		{"[Content_Types].xml", partTypes},
		{"_rels/.rels", partRels},
		{"xl/workbook.xml", partBook},
		{"xl/_rels/workbook.xml.rels", partLinks},
		{"xl/styles.xml", partStyle},
		{"xl/worksheets/sheet1.xml", sheetHead},
	} {
		to, err := w.xlsx.Create(part.name)
		if err != nil {
			return err
		}
		w.body = bufio.NewWriterSize(to, 64<<10) // the last one stays open for the rows
		if _, err := w.body.WriteString(xmlHead + part.text); err != nil {
			return err
		}
		if err := w.body.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func (w *Writer) xlsxRow(cells []string) error {
	if w.rows > maxRows {
		return fmt.Errorf("an .xlsx holds %d rows: %w", maxRows, ErrTooLarge)
	}
	b := append(w.buf[:0], `<row r="`...)
	b = strconv.AppendInt(b, int64(w.rows), 10)
	b = append(b, `">`...)
	for i, s := range cells {
		if s == "" {
			continue
		}
		b = append(b, `<c r="`...)
		b = appendColumn(b, i)
		b = strconv.AppendInt(b, int64(w.rows), 10)
		switch {
		case w.rows == 1:
			b = append(b, `" s="1`...)
		case starts(s):
			b = append(b, `" s="2`...)
		}
		b = append(b, `" t="inlineStr"><is><t xml:space="preserve">`...)
		short := shortened(s)
		if len(short) < len(s) {
			w.cut++
		}
		b = appendText(b, short)
		b = append(b, `</t></is></c>`...)
	}
	w.buf = append(b, `</row>`...)
	_, err := w.body.Write(w.buf)
	return err
}

func shortened(s string) string {
	if len(s) <= MaxText {
		return s
	}
	units := 0
	for i, r := range s {
		if units++; r > 0xffff {
			units++
		}
		if units > MaxText {
			return s[:i]
		}
	}
	return s
}

func appendColumn(b []byte, col int) []byte {
	if col >= 26 {
		b = appendColumn(b, col/26-1)
	}
	return append(b, byte('A'+col%26))
}

// appendText writes text as XML, and what XML cannot hold as _xHHHH_.
func appendText(b []byte, s string) []byte {
	for i, r := range s {
		switch {
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '_':
			if _, ok := escapeAt([]byte(s[i:min(len(s), i+len("_x0000_"))])); ok {
				b = append(b, "_x005F"...)
			}
			b = append(b, '_')
		case r < ' ' && r != '\t' && r != '\n', r == 0xfffe, r == 0xffff:
			b = fmt.Appendf(b, "_x%04X_", r)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

// Close completes the file and makes it durable.
func (w *Writer) Close() error {
	err := w.finish()
	if err != nil {
		return errors.Join(fmt.Errorf("write table: %w", err), w.Discard())
	}
	return nil
}

func (w *Writer) finish() error {
	if w.xlsx != nil {
		if _, err := w.body.WriteString(sheetFoot); err != nil {
			return err
		}
		if err := w.body.Flush(); err != nil {
			return err
		}
		if err := w.xlsx.Close(); err != nil {
			return err
		}
	}
	if err := w.out.Flush(); err != nil {
		return err
	}
	if err := w.f.Sync(); err != nil {
		return err
	}
	return w.f.Close()
}

// Discard gives the file up and removes it.
func (w *Writer) Discard() error {
	_ = w.f.Close() // what matters is that it goes
	if err := os.Remove(w.path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("discard table: %w", err)
	}
	return nil
}
