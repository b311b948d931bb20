package arch

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/callbench/callbench"

// allowed lists, for each package, every package of ours it may import; "x/*" is all below x.
// A package missing from the table fails the test: new folders are decided, not discovered.
// Tests may reach further: they put the real thing on the other side.
var allowed = map[string]string{
	"":                      "app",
	"app":                   "*",
	"app/host":              "",
	"app/sheet":             "",
	"assets":                "",
	"central":               "desk desk/chain desk/flow desk/kpi desk/number internal/mistake sync/wire sync/wire/callbenchv1 central/pbx",
	"central/centrald":      "central central/* desk internal/sample sync/wire",
	"central/pbx":           "desk",
	"desk":                  "desk/flow desk/kpi desk/number desk/pinyin",
	"desk/chain":            "",
	"desk/flow":             "",
	"desk/intake":           "desk desk/number",
	"desk/number":           "",
	"desk/pinyin":           "",
	"internal/arch":         "",
	"internal/floor":        "desk softphone/dispatch softphone/media",
	"internal/hands":        "",
	"internal/hanfold":      "",
	"internal/mistake":      "",
	"internal/monkey":       "",
	"internal/powercut":     "",
	"internal/race":         "",
	"internal/simulate":     "central desk internal/mistake internal/powercut localstore sync sync/wire",
	"internal/sample":       "desk",
	"internal/storebench":   "desk desk/number internal/sample localstore",
	"internal/syncbench":    "central desk internal/sample localstore sync",
	"internal/syncmodel":    "",
	"internal/testbed":      "",
	"internal/windowbench":  "",
	"localstore":            "desk desk/chain desk/flow desk/kpi desk/number desk/pinyin internal/mistake localstore/vault",
	"localstore/vault":      "",
	"softphone":             "softphone/audio softphone/dispatch softphone/media desk/number",
	"softphone/audio":       "softphone/media",
	"softphone/dispatch":    "",
	"softphone/media":       "",
	"sync":                  "desk internal/mistake sync/lan sync/wire sync/wire/callbenchv1",
	"sync/wire":             "desk sync/wire/callbenchv1",
	"sync/wire/callbenchv1": "",
	"ui":                    "assets desk ui/present ui/words",
	"ui/present":            "desk desk/flow desk/kpi desk/number desk/pinyin ui/words",
	"ui/gallery":            "assets desk desk/flow",
	"ui/words":              "assets",
}

// planned rows are decided too; each moves into allowed with the first file of its package.
var planned = map[string]string{
	"central/cluster":  "central desk",
	"central/postgres": "central desk",
	"desk/kpi":         "",
	"sync/lan":         "",
}

// notInApp is what app, which may import everything else of ours, may not.
var notInApp = []string{"central/centrald", "central/cluster", "central/postgres", "internal/testbed"}

// variants are the ways the tree is built; each has files of its own.
var variants = [][]string{
	{"CGO_ENABLED=1", "GOOS=linux"},
	{"CGO_ENABLED=0", "GOOS=linux", "GOFLAGS=-tags=nowindow"},
	{"CGO_ENABLED=1", "GOOS=windows"},
}

func TestImportsPointInward(t *testing.T) {
	seen := map[string]bool{}
	for _, env := range variants {
		for _, p := range list(t, env, "./...") {
			name := short(p.ImportPath)
			seen[name] = true
			row, ok := allowed[name]
			if !ok {
				t.Errorf("package %q has no row in the table (a planned row moves there with its first file)", name)
				continue
			}
			for _, imp := range p.Imports {
				if imp != module && !strings.HasPrefix(imp, module+"/") || permitted(row, short(imp)) {
					continue
				}
				t.Errorf("%s imports %s; it may import only: %s", name, short(imp), row)
			}
		}
	}
	for name := range allowed {
		if !seen[name] {
			t.Errorf("there is no package %q: drop its row", name)
		}
	}
}

// The page is what newcomers read: a package that it does not name does not exist for them.
func TestEachPackageIsOnThePage(t *testing.T) {
	page, err := os.ReadFile("../../docs/ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range allowed {
		if name != "" && !bytes.Contains(page, []byte("`"+name+"`")) {
			t.Errorf("docs/ARCHITECTURE.md does not say what %s is for", name)
		}
	}
}

func TestBinariesLinkOnlyWhatTheyAreFor(t *testing.T) {
	for _, c := range []struct {
		name string
		env  []string
		pkg  string
		not  []string
	}{
		{
			"callbench is a desk, neither a clustered server nor a test", variants[0], ".",
			[]string{
				module + "/central/centrald", module + "/central/cluster", module + "/central/postgres",
				module + "/internal/powercut", module + "/internal/testbed", "github.com/jackc/pgx", "github.com/nats-io", "pgregory.net/rapid",
			},
		},
		{
			"callbench-cli needs neither a display nor cgo", variants[1], ".",
			[]string{"fyne.io/fyne/v2/app", "fyne.io/fyne/v2/internal/driver/glfw", "github.com/go-gl", "runtime/cgo"},
		},
		{
			"centrald is a server, neither a desk nor a phone", variants[1], "./central/centrald",
			[]string{
				"fyne.io", "github.com/emiago/sipgo", "github.com/gen2brain/malgo", "runtime/cgo",
				module + "/app", module + "/ui", module + "/localstore", module + "/softphone",
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, p := range list(t, c.env, "-deps", c.pkg) {
				for _, not := range c.not {
					if p.ImportPath == not || strings.HasPrefix(p.ImportPath, not+"/") {
						t.Errorf("%s is linked in", p.ImportPath)
					}
				}
			}
		})
	}
}

func TestTheTableLetsInOnlyWhatItLists(t *testing.T) {
	for _, c := range []struct {
		row, imp string
		want     bool
	}{
		{"desk central/*", "desk", true},
		{"desk central/*", "desk/flow", false},
		{"desk central/*", "central/pbx", true},
		{"desk central/*", "central", false},
		{"", "desk", false},
		{"*", "ui", true},
		{"*", "central/postgres", false},
	} {
		if got := permitted(c.row, c.imp); got != c.want {
			t.Errorf("permitted(%q, %q) = %v", c.row, c.imp, got)
		}
	}
	for name, row := range planned {
		if _, twice := allowed[name]; twice {
			t.Errorf("%q is both planned and allowed (%s)", name, row)
		}
	}
}

func permitted(row, imp string) bool {
	if row == "*" {
		return !slices.Contains(notInApp, imp)
	}
	for item := range strings.FieldsSeq(row) {
		if prefix, under := strings.CutSuffix(item, "/*"); item == imp || under && strings.HasPrefix(imp, prefix+"/") {
			return true
		}
	}
	return false
}

type listed struct {
	ImportPath, Dir, Name string
	Imports, GoFiles      []string
}

// list asks the go command, at the module's root and under env, about the packages that args name.
func list(t *testing.T, env []string, args ...string) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", "-json=ImportPath,Dir,Name,Imports,GoFiles"}, args...)...)
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, stderr.String())
	}
	var all []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := dec.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// short is a package's name in the table: its path below the module, "" for main.
func short(path string) string {
	return strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
}
