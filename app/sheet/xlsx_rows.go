package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// sheetRows reads the rows of one sheet (ECMA-376 part 1 section 18.3).
type sheetRows struct {
	book  *workbook
	part  io.ReadCloser
	marks *markup
	n     int
	cells []string
	size  int
	cut   bool
	text  collector
}

func (s *sheetRows) close() error { return errors.Join(s.part.Close(), s.book.shared.close()) }

func (s *sheetRows) next() (Row, error) {
	for {
		kind, err := s.marks.next()
		if err != nil {
			return Row{}, err
		}
		if kind != markStart || string(s.marks.name) != "row" {
			continue
		}
		if r, ok := s.marks.attr("r"); ok {
			if n, err := strconv.Atoi(r); err == nil && n > s.n+1 {
				s.n = n - 1
			}
		}
		if s.n++; s.n > maxRows {
			return Row{}, fmt.Errorf("more than %d rows: %w", maxRows, ErrTooLarge)
		}
		return s.row()
	}
}

func (s *sheetRows) row() (Row, error) {
	s.cells, s.size, s.cut = s.cells[:0], 0, false
	for {
		kind, err := s.marks.next()
		if errors.Is(err, io.EOF) {
			return Row{}, fmt.Errorf("cut off: %w", ErrMalformed)
		}
		if err != nil {
			return Row{}, err
		}
		switch {
		case kind == markEnd && string(s.marks.name) == "row":
			return Row{N: s.n, Cells: s.cells, Cut: s.cut}, nil
		case kind == markStart && string(s.marks.name) == "c":
			if err := s.cell(); err != nil {
				return Row{}, err
			}
		}
	}
}

// cell reads a c: its place, type, style and value. The formula (f) is not read, its last result (v) is.
func (s *sheetRows) cell() error {
	at := len(s.cells)
	if r, ok := s.marks.attr("r"); ok {
		if col := columnOf(r); col >= 0 {
			at = col
		}
	}
	kind, _ := s.marks.attr("t")
	style := numberStyle{}
	if x, ok := s.marks.attr("s"); ok {
		if n, err := strconv.Atoi(x); err == nil && n >= 0 && n < len(s.book.styles) {
			style = s.book.styles[n]
		}
	}
	s.text.reset()
	inValue := false
	for {
		mark, err := s.marks.next()
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("cut off: %w", ErrMalformed)
		}
		if err != nil {
			return err
		}
		name := string(s.marks.name)
		switch {
		case mark == markEnd && name == "c":
			return s.put(at, kind, style)
		case mark == markStart && name == "v":
			inValue = true
		case mark == markEnd && name == "v":
			inValue = false
		case mark == markText && inValue:
			s.text.add(s.marks.text)
		case kind == "inlineStr":
			s.text.see(mark, s.marks)
		}
	}
}

func (s *sheetRows) put(at int, kind string, style numberStyle) error {
	text := s.text.text
	s.cut = s.cut || s.text.cut
	switch kind {
	case "s":
		i, err := strconv.Atoi(string(bytes.TrimSpace(text)))
		if err != nil {
			if len(text) == 0 {
				return nil
			}
			return fmt.Errorf("a shared text that is not there: %w", ErrMalformed)
		}
		if s.text.text, err = s.book.shared.get(text[:0], i); err != nil {
			return err
		}
		text = s.text.text
	case "inlineStr", "str":
		text = unescaped(text)
	case "b":
		switch string(text) {
		case "1":
			text = []byte("TRUE")
		case "0":
			text = []byte("FALSE")
		}
	case "e", "d":
	default:
		text = []byte(style.show(string(bytes.TrimSpace(text)), s.book.old))
	}
	if len(text) == 0 {
		return nil
	}
	if at >= MaxColumns {
		return fmt.Errorf("row %d has more than %d columns: %w", s.n, MaxColumns, ErrTooLarge)
	}
	if s.size += len(text); s.size > MaxRow {
		return fmt.Errorf("row %d is longer than %d bytes: %w", s.n, MaxRow, ErrTooLarge)
	}
	for len(s.cells) <= at {
		s.cells = append(s.cells, "")
	}
	if !utf8.Valid(text) {
		text = bytes.ToValidUTF8(text, []byte("\ufffd"))
	}
	s.cells[at] = string(text)
	return nil
}

// columnOf reads the letters of a place such as AB12; -1: there are none.
func columnOf(place string) int {
	n := 0
	for i := range len(place) {
		c := place[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		if n = n*26 + int(c-'A') + 1; n > 1<<14 {
			return n
		}
	}
	return n - 1
}

// unescaped resolves _xHHHH_, with which Office writes what XML cannot hold (ECMA-376 part 1 section
// 22.9.2.19).
func unescaped(text []byte) []byte {
	i := bytes.Index(text, []byte("_x"))
	if i < 0 {
		return text
	}
	out := append([]byte(nil), text[:i]...)
	for i < len(text) {
		if code, ok := escapeAt(text[i:]); ok {
			out = utf8.AppendRune(out, code)
			i += len("_x0000_")
			continue
		}
		out = append(out, text[i])
		i++
	}
	return out
}

func escapeAt(b []byte) (rune, bool) {
	if len(b) < len("_x0000_") || b[0] != '_' || b[1] != 'x' || b[6] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 32)
	if err != nil || !utf8.ValidRune(rune(n)) { //nolint:gosec // 16 bits
		return 0, false
	}
	return rune(n), true //nolint:gosec // 16 bits
}
