package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// empty words fit anything and so name nothing.
var empty = []string{"base", "common", "data", "handler", "helper", "helpers", "impl", "info", "manager", "service", "util", "utils"}

// fitting are names in which such a word is the thing itself.
var fitting = map[string]string{
	"type localstore.base": "what central last said of a row that has pending ops: the wire's base version",
	"type main.dataFlag":   "the flag --data",
}

func TestNamesOfTypesFilesAndPackagesSayWhatTheyOwn(t *testing.T) {
	for _, p := range list(t, variants[0], "./...") {
		report(t, "package "+short(p.ImportPath), p.Name)
		for _, file := range p.GoFiles {
			report(t, "file "+filepath.Join(short(p.ImportPath), file), strings.TrimSuffix(file, ".go"))
			parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, file), nil, parser.SkipObjectResolution|parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			if ast.IsGenerated(parsed) {
				continue // the generator chose
			}
			for n := range ast.Preorder(parsed) {
				if spec, ok := n.(*ast.TypeSpec); ok {
					report(t, "type "+p.Name+"."+spec.Name.Name, spec.Name.Name)
				}
			}
		}
	}
}

func TestEmptyWordsAreFoundInsideNames(t *testing.T) {
	for name, want := range map[string]string{
		"CallManager": "manager", "http_util": "util", "userInfo": "info", "Database": "", "Informed": "", "HTTPHandler": "handler",
	} {
		if got := emptyWord(name); got != want {
			t.Errorf("emptyWord(%q) = %q, want %q", name, got, want)
		}
	}
}

func report(t *testing.T, what, name string) {
	t.Helper()
	if word := emptyWord(name); word != "" && fitting[what] == "" {
		t.Errorf("%s: %q names nothing; use the trade's word for what it owns (docs/GLOSSARY.md)", what, word)
	}
}

// emptyWord gives the first empty word among the words of a CamelCase or snake_case name.
func emptyWord(name string) string {
	var words []string
	start := 0
	runes := []rune(name)
	for i, r := range runes {
		startsWord := unicode.IsUpper(r) && (i == 0 || !unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]))
		if r == '_' || startsWord {
			words = append(words, strings.Trim(strings.ToLower(string(runes[start:i])), "_"))
			start = i
		}
	}
	words = append(words, strings.Trim(strings.ToLower(string(runes[start:])), "_"))
	for _, w := range words {
		if slices.Contains(empty, w) {
			return w
		}
	}
	return ""
}
