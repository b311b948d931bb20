package storebench_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/callbench/callbench/internal/storebench"
)

// playOther makes the test's own program the one that is compared with: it counts what it was given.
const playOther = "STOREBENCH_TEST_OTHER"

func TestMain(m *testing.M) {
	switch {
	case len(os.Args) == 2 && os.Args[1] == "open-once":
		if err := storebench.OpenOnce(context.Background(), os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	case os.Getenv(playOther) != "" && len(os.Args) == 3 && !strings.HasPrefix(os.Args[1], "-"):
		os.Exit(other(os.Args[1], os.Args[2]))
	}
	os.Exit(m.Run())
}

// other prints how many questions of each line it was given; 1 if one of them has no statement or the database is not plain.
func other(database, questions string) int {
	head := make([]byte, 16)
	d, err := os.Open(database)
	if err != nil {
		return 1
	}
	defer d.Close()
	if _, err := d.Read(head); err != nil || !bytes.HasPrefix(head, []byte("SQLite format 3")) {
		return 1
	}
	f, err := os.Open(questions)
	if err != nil {
		return 1
	}
	defer f.Close()
	lines := map[string]storebench.Line{}
	for in := bufio.NewScanner(f); in.Scan(); {
		var a struct {
			Name       string
			Statements []struct{ SQL string }
		}
		if json.Unmarshal(in.Bytes(), &a) != nil || len(a.Statements) == 0 && a.Name != "keystroke" && a.Name != "zhuyin" {
			return 1
		}
		l := lines[a.Name]
		l.N, l.P50 = l.N+1, 1
		lines[a.Name] = l
	}
	if json.NewEncoder(os.Stdout).Encode(lines) != nil {
		return 1
	}
	return 0
}

func TestEveryLineIsMeasuredAndTheStoresAreUsedAgain(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(playOther, "1")
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	cfg := storebench.Config{
		Dir: filepath.Join(t.TempDir(), "bench"), Customers: 120, Contacts: 2, Queries: 20, Saves: 15, Seed: 7, Opens: 2,
		Self: []string{self, "open-once"}, Compare: self,
	}
	first, err := storebench.Run(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	again, err := storebench.Run(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if first.Import.Reused || !again.Import.Reused || again.Import.Rows != 360 || first.SizeBytes != again.SizeBytes {
		t.Errorf("import %+v, then %+v", first.Import, again.Import)
	}
	for _, r := range []storebench.Report{first, again} {
		whole(t, r)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
		t.Errorf("temporary files %v, %v", left, err)
	}
	sealedHoldsNoText(t, cfg.Dir)
}

func whole(t *testing.T, r storebench.Report) {
	t.Helper()
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var top map[string]json.RawMessage
	if err := json.Unmarshal(text, &top); err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range top {
		names = append(names, name)
	}
	slices.Sort(names)
	if want := []string{"compare", "contacts", "customers", "encrypted", "import", "open_ms", "queries", "size_bytes"}; !slices.Equal(names, want) {
		t.Errorf("members %v, want %v", names, want)
	}
	if r.Customers != 120 || r.Contacts != 240 || !r.Encrypted || r.OpenMS <= 0 || r.SizeBytes == 0 || r.Compare.SaveRatio == 0 {
		t.Errorf("%+v", r)
	}
	for _, name := range storebench.Names() {
		n := 20
		if name == "save" {
			n = 15
		}
		for where, l := range map[string]storebench.Line{"sealed": r.Queries[name], "plain": r.Compare.Plain[name]} {
			if l.N != n || l.P50 <= 0 || l.P50 > l.P95 || l.P95 > l.P99 {
				t.Errorf("%s %s: %+v", where, name, l)
			}
		}
		if r.Compare.SQLite[name].N != n || r.Compare.Ratios[name] == 0 {
			t.Errorf("compared %s: %+v, %v", name, r.Compare.SQLite[name], r.Compare.Ratios[name])
		}
		if !strings.Contains(r.Text(), name) {
			t.Errorf("the table lacks %s", name)
		}
	}
}

func sealedHoldsNoText(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasPrefix(d.Name(), "sealed.db") {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte("询问现有套餐")) || bytes.Contains(b, []byte("CREATE TABLE")) {
			t.Errorf("%s is plain", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
