//go:build windowtest

package app

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/callbench/callbench/internal/windowbench"
)

// Only that it measures: what the figures are is for a quiet machine.
func TestTheRealWindowIsMeasured(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "callbench")
	if out, err := exec.Command("go", "build", "-o", bin, "github.com/callbench/callbench").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	cmd := exec.CommandContext(t.Context(), bin, "bench", "window", "--json", "first", "shift", "--calls", "8")
	cmd.Stderr = t.Output()
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != exitNo) {
		t.Fatal(err)
	}
	var r windowbench.Report
	if jerr := json.Unmarshal(out, &r); jerr != nil {
		t.Fatalf("%v: %s", jerr, out)
	}
	if r.Held() != (err == nil) {
		t.Errorf("ended with %v, held %v", err, r.Held())
	}
	for _, name := range []string{"first frame", "shift, memory at its highest", "shift, key to echo in the last hour, p95", "shift, customer in the picture in the last hour, p95"} {
		i := slices.IndexFunc(r.Lines, func(l windowbench.Line) bool { return l.Name == name })
		if i < 0 || r.Lines[i].Value <= 0 {
			t.Errorf("%s was not measured: %+v", name, r.Lines)
		}
	}
}

// What takes long is for a quiet machine: here the window only has to live, and to lose nothing.
func TestAMonkeyAtTheRealWindow(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "callbench")
	if out, err := exec.Command("go", "build", "-o", bin, "github.com/callbench/callbench").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	cmd := exec.CommandContext(t.Context(), bin, "bench", "monkey", "--json", "--seed", fmt.Sprint(*monkeyRealSeed), "--moves", fmt.Sprint(*monkeyRealMoves))
	cmd.Stderr = t.Output()
	out, err := cmd.Output()
	var r windowbench.Report
	if jerr := json.Unmarshal(out, &r); jerr != nil || len(r.Lines) == 0 {
		t.Fatalf("%v, %v: %s", err, jerr, out)
	}
	for _, l := range r.Lines {
		t.Log(l.Text())
		if strings.Contains(l.Name, "longest turn") && l.Value > 5000 {
			t.Errorf("the window stood still for %.0f ms", l.Value)
		}
	}
}

var (
	monkeyRealSeed  = flag.Uint64("monkey.realseed", 1, "seed of the monkey at the real window")
	monkeyRealMoves = flag.Int("monkey.realmoves", 500, "its moves; 10,000 a night")
)
