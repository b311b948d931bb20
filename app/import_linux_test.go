package app

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// plain looks for the marker in every file of the folders and in every file that this process has open, those
// without a name included; except gives files that hold it by their nature.
func plain(t *testing.T, dirs []string, except ...string) {
	t.Helper()
	look := func(path string) {
		b, err := os.ReadFile(path)
		if err == nil && bytes.Contains(b, []byte(marker)) {
			t.Errorf("%s holds plain text", path)
		}
	}
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				look(path)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range open {
		link := filepath.Join("/proc/self/fd", fd.Name())
		to, err := os.Readlink(link)
		if err != nil || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "/dev/") || strings.HasPrefix(to, "/proc/") || strings.HasPrefix(to, "/sys/") {
			continue
		}
		named := false
		for _, e := range except {
			named = named || to == e
		}
		if !named {
			look(link)
		}
	}
}

func TestNoPlainTextLiesBesideTheStoreWhileTwentyThousandRowsGoInAndOut(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	lists := filepath.Join(t.TempDir(), "lists")
	if err := os.Mkdir(lists, 0o700); err != nil {
		t.Fatal(err)
	}
	s, dir := tableStore(t)
	file := filepath.Join(lists, "list.xlsx")
	longList(t, file, 20_000)
	bad := filepath.Join(lists, "list.bad.xlsx")
	n := 0
	r, err := engine(t, s, file, func(importProgress) {
		if n++; n%5 == 1 {
			plain(t, []string{temp, dir}, file, bad)
		}
	}).Run(t.Context())
	if err != nil || r.In != 19_800 || r.Bad != 200 || n < 10 {
		t.Fatalf("%+v after %d transactions, %v", r, n, err)
	}
	for _, ending := range []string{".xlsx", ".csv"} {
		out := filepath.Join(lists, "out"+ending)
		rows := 0
		report, err := export(t.Context(), exportJob{
			File: out, What: exportCustomers, Store: s, Words: words.For("zh-Hans"), Zone: time.UTC,
			Progress: func(int) {
				if rows++; rows%5000 == 0 {
					plain(t, []string{temp, dir}, file, bad, out)
				}
			},
		})
		if err != nil || report.Rows != 19_800 {
			t.Fatalf("%+v, %v", report, err)
		}
		if rows := table(t, out); len(rows) != 19_801 || rows[1][1] != marker+"0" {
			t.Errorf("%d rows", len(rows))
		}
	}
	plain(t, []string{temp, dir}, file)
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left behind %v, %v", left, err)
	}
	if n, err := s.Count(t.Context()); err != nil || n[desk.TableCustomer] != 19_800 {
		t.Errorf("%v, %v", n, err)
	}
}
