package sheet

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

const (
	maxDirectory = 1 << 20 // bytes of a zip's directory: some ten thousand parts
	maxSheets    = 1000
	maxStyles    = 100_000
	maxLabel     = 1 << 10 // bytes of a name, path or number format that is kept
	maxRows      = 1 << 20 // of a sheet, ECMA-376 part 1 section 18.3.1.73
)

// workbook is an .xlsx file whose parts are found by their names.
type workbook struct {
	parts  map[string]*zip.File
	shared arena
	styles []numberStyle // by index of cellXfs
	old    bool          // dates count from 1904
}

func (s *File) openXLSX(o Options) (err error) {
	w := &workbook{parts: map[string]*zip.File{}, shared: arena{dir: o.SpillDir}}
	if err := boundDirectory(s.f, s.Size); err != nil {
		return err
	}
	z, err := zip.NewReader(s.f, s.Size)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	for _, f := range z.File {
		if f.Flags&1 != 0 {
			return ErrEncrypted
		}
		w.parts[partName(f.Name)] = f
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.shared.close())
		}
	}()
	book, rels, err := w.readBook()
	if err != nil {
		return err
	}
	part, err := s.chooseSheet(book, rels, o.Sheet)
	if err != nil {
		return err
	}
	if err := w.readStyles(rels["styles"]); err != nil {
		return err
	}
	if err := w.readShared(rels["sharedStrings"]); err != nil {
		return err
	}
	in, err := w.open(part)
	if err != nil {
		return err
	}
	s.rows = &sheetRows{book: w, part: in, marks: newMarkup(in)}
	return nil
}

// boundDirectory refuses a zip whose directory is huge before archive/zip reads it into memory (APPNOTE.TXT
// section 4.3.16). The 64-bit form is for files that we do not take.
func boundDirectory(f io.ReaderAt, size int64) error {
	const record = 22
	buf := make([]byte, min(size, record+1<<16))
	if _, err := f.ReadAt(buf, size-int64(len(buf))); err != nil {
		return err
	}
	at := strings.LastIndex(string(buf), "PK\x05\x06")
	if at < 0 || len(buf)-at < record {
		return fmt.Errorf("cut off: %w", ErrMalformed)
	}
	length, offset := binary.LittleEndian.Uint32(buf[at+12:]), binary.LittleEndian.Uint32(buf[at+16:])
	end := size - int64(len(buf)) + int64(at)
	if length > maxDirectory || end-int64(offset) > maxDirectory {
		return fmt.Errorf("too many parts: %w", ErrTooLarge)
	}
	return nil
}

func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean(strings.ReplaceAll(name, `\`, "/")), "/"))
}

// open opens a part. How long it becomes is watched while it is read: what a zip says of it may be a lie.
func (w *workbook) open(name string) (io.ReadCloser, error) {
	f := w.parts[partName(name)]
	if f == nil {
		return nil, fmt.Errorf("a part is missing: %w", ErrMalformed)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return r, nil
}

// each calls f for every element of a part that opens; a part that is not there has none.
func (w *workbook) each(name string, f func(m *markup) error) (err error) {
	if name == "" || w.parts[partName(name)] == nil {
		return nil
	}
	in, err := w.open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	m := newMarkup(in)
	for {
		kind, err := m.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if kind == markStart {
			if err := f(m); err != nil {
				return err
			}
		}
	}
}

type sheetEntry struct {
	name, rel string
	hidden    bool
}

// readBook reads the list of sheets, and where the parts are: by relation id, and by kind.
func (w *workbook) readBook() ([]sheetEntry, map[string]string, error) {
	book := ""
	err := w.each("_rels/.rels", func(m *markup) error {
		kind, _ := m.attr("Type")
		if target, ok := m.attr("Target"); ok && strings.HasSuffix(kind, "/officeDocument") {
			book = partName(target)
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, nil, err
	case book == "" || w.parts[book] == nil || strings.HasSuffix(book, ".bin") || !strings.Contains(book, "workbook"):
		return nil, nil, fmt.Errorf("not an Excel workbook (.xlsx): %w", ErrNotSheet)
	}
	dir := path.Dir(book)
	rels := map[string]string{}
	err = w.each(path.Join(dir, "_rels", path.Base(book)+".rels"), func(m *markup) error {
		id, _ := m.attr("Id")
		kind, _ := m.attr("Type")
		target, ok := m.attr("Target")
		if !ok || len(rels) > 4*maxSheets || len(id)+len(kind)+len(target) > maxLabel {
			return nil
		}
		if !strings.HasPrefix(target, "/") {
			target = path.Join(dir, target)
		}
		rels["#"+id] = target
		rels[path.Base(kind)] = target
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	var list []sheetEntry
	err = w.each(book, func(m *markup) error {
		switch string(m.name) {
		case "workbookPr":
			v, _ := m.attr("date1904")
			w.old = v == "1" || v == "true"
		case "sheet":
			if len(list) == maxSheets {
				return fmt.Errorf("more than %d sheets: %w", maxSheets, ErrTooLarge)
			}
			name, _ := m.attr("name")
			id, _ := m.attr("id")
			state, _ := m.attr("state")
			if len(name)+len(id) > maxLabel {
				return fmt.Errorf("a sheet's name of %d bytes: %w", len(name), ErrTooLarge)
			}
			list = append(list, sheetEntry{name, id, state == "hidden" || state == "veryHidden"})
		}
		return nil
	})
	return list, rels, err
}

func (s *File) chooseSheet(list []sheetEntry, rels map[string]string, want string) (string, error) {
	part := ""
	for _, e := range list {
		if !e.hidden {
			s.Sheets = append(s.Sheets, e.name)
		}
		if part == "" && (want == "" && !e.hidden || want != "" && e.name == want) {
			s.Sheet, part = e.name, rels["#"+e.rel]
		}
	}
	if part == "" {
		return "", fmt.Errorf("%w among %q", ErrNoSheet, s.Sheets)
	}
	return part, nil
}

func (w *workbook) readStyles(part string) error {
	formats := map[int]string{}
	inside := false
	err := w.each(part, func(m *markup) error {
		switch string(m.name) {
		case "numFmt":
			id, _ := m.attr("numFmtId")
			code, _ := m.attr("formatCode")
			if n, err := strconv.Atoi(id); err == nil && len(formats) < maxStyles && len(code) <= maxLabel {
				formats[n] = code
			}
		case "cellXfs":
			inside = true
		case "cellStyles", "dxfs", "tableStyles":
			inside = false
		case "xf":
			if !inside || len(w.styles) >= maxStyles {
				return nil
			}
			id, _ := m.attr("numFmtId")
			n, _ := strconv.Atoi(id)
			w.styles = append(w.styles, styleOf(n, formats[n]))
		}
		return nil
	})
	return err
}

// readShared reads the shared strings: each si is a t, or runs of them; rPh (how to pronounce it) is not
// part of the text.
func (w *workbook) readShared(part string) (err error) {
	if part == "" || w.parts[partName(part)] == nil {
		return nil
	}
	in, err := w.open(part)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	m := newMarkup(in)
	var c collector
	for {
		kind, err := m.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch {
		case kind == markStart && string(m.name) == "si":
			c.reset()
		case kind == markEnd && string(m.name) == "si":
			if err := w.shared.add(unescaped(c.text)); err != nil {
				return err
			}
		default:
			c.see(kind, m)
		}
	}
}

// collector puts together the text of a string item.
type collector struct {
	text   []byte
	inside bool // a t
	phonic int  // depth of rPh
	cut    bool
}

func (c *collector) reset() {
	if cap(c.text) > 1<<20 {
		c.text = nil
	}
	*c = collector{text: c.text[:0]}
}

func (c *collector) see(kind markKind, m *markup) {
	switch kind {
	case markStart:
		switch string(m.name) {
		case "t":
			c.inside = c.phonic == 0
		case "rPh":
			c.phonic++
		}
	case markEnd:
		switch string(m.name) {
		case "t":
			c.inside = false
		case "rPh":
			c.phonic--
		}
	case markText:
		if c.inside {
			c.add(m.text)
		}
	}
}

func (c *collector) add(text []byte) {
	if len(c.text)+len(text) > MaxCell {
		c.cut = true
		return
	}
	c.text = append(c.text, text...)
}
