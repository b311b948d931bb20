package sheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/callbench/callbench/app/sheet"
)

// spilled gives what this process holds in files of dir, also in those without a name.
func spilled(t *testing.T, dir string) []byte {
	t.Helper()
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	for _, fd := range fds {
		link := filepath.Join("/proc/self/fd", fd.Name())
		if to, err := os.Readlink(link); err == nil && strings.HasPrefix(to, dir) {
			b, err := os.ReadFile(link)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, b...)
		}
	}
	return all
}

func TestSharedTextsBeyondMemoryAreSealed(t *testing.T) {
	const n, marker = 50_000, "机密客户资料"
	path := filepath.Join(t.TempDir(), "x.xlsx")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	all := parts("", "")
	for name, text := range all {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case strings.Contains(name, "worksheets"):
			_, _ = io.WriteString(w, `<sheetData>`)
			for i := range n { // there and back again, so that blocks are opened in both orders
				_, _ = fmt.Fprintf(w, `<row><c t="s"><v>%d</v></c><c t="s"><v>%d</v></c></row>`, i, n-1-i)
			}
			_, _ = io.WriteString(w, `</sheetData>`)
		case strings.Contains(name, "shared"):
			_, _ = io.WriteString(w, `<sst>`)
			for i := range n {
				_, _ = fmt.Fprintf(w, `<si><t>%s%d%s</t></si>`, marker, i, strings.Repeat("x", 700))
			}
			_, _ = io.WriteString(w, `</sst>`)
		default:
			_, _ = io.WriteString(w, text)
		}
	}
	if err := errors.Join(z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	spill := t.TempDir()
	s := open(t, path, sheet.Options{SpillDir: spill})
	sealed := spilled(t, spill)
	if len(sealed) == 0 || bytes.Contains(sealed, []byte(marker)) {
		t.Errorf("%d bytes beside memory", len(sealed))
	}
	for i := range n {
		row, err := s.Next()
		if err != nil || !strings.HasPrefix(row.Cells[0], fmt.Sprint(marker, i, "x")) || !strings.HasPrefix(row.Cells[1], fmt.Sprint(marker, n-1-i, "x")) {
			t.Fatalf("row %d: %.40q, %v", i, row.Cells, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(spill); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
