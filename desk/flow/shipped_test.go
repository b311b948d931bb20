package flow_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/callbench/callbench/desk/flow"
)

// shipped gives the flow files that the program ships, name → content.
func shipped(t testing.TB) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("../../assets/flows/*.flow")
	if err != nil || len(names) == 0 {
		t.Fatalf("no shipped flows found (%v)", err)
	}
	files := map[string][]byte{}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(name)] = src
	}
	return files
}

// load parses a shipped flow.
func load(t testing.TB, name string) *flow.Flow {
	t.Helper()
	f, problems := flow.Parse(name, shipped(t)[name])
	if f == nil {
		t.Fatalf("%s: %v", name, problems)
	}
	return f
}

func TestShippedFlowsAreCleanAndCanonical(t *testing.T) {
	for name, src := range shipped(t) {
		f, problems := flow.Parse(name, src)
		for _, p := range problems {
			t.Errorf("%s:%v", name, p)
		}
		if f == nil {
			continue
		}
		for _, p := range flow.Lint(f) {
			t.Errorf("%s:%v", name, p)
		}
		canonical, _ := flow.Format(src)
		if !bytes.Equal(canonical, src) {
			t.Errorf("%s is not in its canonical form", name)
		}
		gaps, _ := flow.Cover(f)
		for _, g := range gaps {
			t.Errorf("%s:%d: no test passes the %s %s", name, g.Line, g.Kind, g.Text)
		}
	}
}
