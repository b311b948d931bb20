package sheet

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/transform"
)

// maxCSVRows bounds a file; more are not taken.
const maxCSVRows = 10_000_000

func (s *File) openCSV(o Options) error {
	if _, err := s.f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	found, certain, err := encodingOf(s.f)
	if err != nil {
		return err
	}
	if s.Encoding, s.Guessed = found, !certain; o.Encoding != "" && o.Encoding != found {
		s.Encoding, s.Guessed = o.Encoding, false
	}
	dec, err := s.Encoding.decoder()
	if err != nil {
		return err
	}
	if _, err := s.f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	in := bufio.NewReaderSize(transform.NewReader(bufio.NewReaderSize(s.f, 256<<10), dec), 256<<10)
	if b, _ := in.Peek(len(utf8Mark)); string(b) == utf8Mark {
		_, _ = in.Discard(len(utf8Mark)) // it has just been read
	}
	head, err := in.Peek(64 << 10)
	if err != nil && len(head) == 0 && err != io.EOF { //nolint:errorlint // Peek gives it bare
		return err
	}
	s.Separator = separatorOf(string(head))
	c := &csvRows{in: in, separator: s.Separator}
	if line, _, _ := strings.Cut(string(head), "\n"); isSeparatorLine(line) { // Excel's own way to tell
		_, _ = in.Discard(min(len(line)+1, len(head)))
		c.n = 1
	}
	s.rows = c
	return nil
}

func isSeparatorLine(line string) bool {
	line = strings.TrimRight(line, "\r")
	rest, ok := strings.CutPrefix(strings.ToLower(line), "sep=")
	return ok && utf8.RuneCountInString(rest) == 1
}

// separatorOf finds what parts the cells: the mark that the most of the first lines have, each as often as
// the first of them.
func separatorOf(text string) rune {
	line, _, _ := strings.Cut(text, "\n")
	if isSeparatorLine(line) {
		r, _ := utf8.DecodeRuneInString(line[len("sep="):])
		return r
	}
	best, most := ',', 0
	for _, mark := range []rune{',', ';', '\t', '|'} {
		counts := countsOf(text, mark)
		if len(counts) == 0 || slices.Max(counts) == 0 {
			continue
		}
		score := 0
		for _, n := range counts {
			if n > 0 {
				score += 10
			}
			if n == counts[0] && n > 0 {
				score += 20 + min(n, 9)
			}
		}
		if score > most {
			best, most = mark, score
		}
	}
	return best
}

// countsOf counts a mark outside of quotes in each of the first rows.
func countsOf(text string, mark rune) []int {
	const rows = 20
	var counts []int
	n, quoted, filled := 0, false, false
	for _, r := range text {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == mark:
			n++
		case r == '\n':
			if filled {
				counts = append(counts, n)
			}
			n, filled = 0, false
			if len(counts) == rows {
				return counts
			}
		}
		filled = filled || r > ' '
	}
	if len(counts) == 0 && filled {
		counts = append(counts, n)
	}
	return counts
}

// csvRows reads RFC 4180 and what programs make of it: any line end, quotes inside of cells that are not
// quoted, rows of any length, a last line without an end. A quoted cell that does not end takes what
// follows, up to MaxRow: then the file is damaged.
type csvRows struct {
	in        *bufio.Reader
	separator rune
	n         int
	cells     []string
	cell      []byte
	size      int
	cut       bool
}

func (c *csvRows) close() error { return nil }

func (c *csvRows) next() (Row, error) {
	c.cells, c.cell, c.size, c.cut = c.cells[:0], c.cell[:0], 0, false
	if cap(c.cell) > 1<<20 { // one huge cell is not carried along
		c.cell = nil
	}
	if c.n++; c.n > maxCSVRows {
		return Row{}, fmt.Errorf("more than %d rows: %w", maxCSVRows, ErrTooLarge)
	}
	const (
		start  = iota // of a cell
		plain         // a cell without quotes, or behind its closing quote
		quoted        // between quotes
		closed        // behind a quote in a quoted cell: its end, or the first half of a doubled one
	)
	state, any := start, false
	for {
		r, _, err := c.in.ReadRune()
		if err != nil {
			if err == io.EOF && any { //nolint:errorlint // ReadRune gives it bare
				return c.row()
			}
			return Row{}, err
		}
		any = true
		switch {
		case state == quoted && r == '"':
			state = closed
			continue
		case state == quoted:
		case state == closed && r == '"':
			state = quoted
		case r == '"' && state == start:
			state = quoted
			continue
		case r == c.separator:
			if err := c.endCell(); err != nil {
				return Row{}, err
			}
			state = start
			continue
		case r == '\r' || r == '\n':
			if r == '\r' {
				if next, err := c.in.Peek(1); err == nil && next[0] == '\n' {
					_, _ = c.in.Discard(1) // it is there
				}
			}
			return c.row()
		default:
			state = plain
		}
		if err := c.add(r); err != nil {
			return Row{}, err
		}
	}
}

func (c *csvRows) add(r rune) error {
	if c.size++; c.size > MaxRow {
		return fmt.Errorf("row %d is longer than %d characters; a quote may be missing: %w", c.n, MaxRow, ErrMalformed)
	}
	if len(c.cell)+utf8.UTFMax > MaxCell {
		c.cut = true
		return nil
	}
	c.cell = utf8.AppendRune(c.cell, r)
	return nil
}

func (c *csvRows) endCell() error {
	if len(c.cells) == MaxColumns {
		return fmt.Errorf("row %d has more than %d columns: %w", c.n, MaxColumns, ErrTooLarge)
	}
	c.cells = append(c.cells, revealed(string(c.cell)))
	c.cell = c.cell[:0]
	return nil
}

func (c *csvRows) row() (Row, error) {
	if err := c.endCell(); err != nil {
		return Row{}, err
	}
	return Row{N: c.n, Cells: c.cells, Cut: c.cut}, nil
}
