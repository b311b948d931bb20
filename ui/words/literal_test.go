package words_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// Folders whose texts are not shown to people as texts of the program, and why.
var notShown = map[string]string{
	"desk/flow":   "the language of flows has Chinese signs; what is shown stands in the flows",
	"desk/pinyin": "tables of readings",
	"desk/intake": "headings that other people's tables have",
	"desk/number": "signs that stand in numbers",
	"ui/gallery":  "made-up customers",
	"app/sheet":   "headings and encodings of other people's tables",
	"third_party": "not ours",
	"app/demo":    "made-up people",
	"app/bench":   "made-up people",
	"ui/words":    "the rules of the languages themselves",
}

// Single literals that are meant: file → literal.
var meant = map[string][]string{
	"ui/para.go":             {"国"},            // the widest sign, measured
	"ui/present/firstrun.go": {"简体中文", "繁體中文"}, // a language is called by its own name
	"ui/present/phrases.go":  {"；", "ㄅ", "ㄩ", "ˉˊˇˋ˙"},
}

// sentence is what people read: two words of letters with a space between them.
var sentence = regexp.MustCompile(`[A-Za-z]{2,} [A-Za-z]{2,}`)

// Every word that people read comes from the catalogues. In the packages that make the window no literal is Chinese
// or a sentence, but for errors, logs and panics, which are not shown.
func TestNoTextForPeopleStandsInTheCode(t *testing.T) {
	files := 0
	for _, root := range []string{"ui", "desk", "app"} {
		err := filepath.WalkDir(filepath.Join("..", "..", root), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			rel, err := filepath.Rel(filepath.Join("..", ".."), path)
			if err != nil {
				return err
			}
			rel = filepath.ToSlash(rel)
			for folder := range notShown {
				if strings.HasPrefix(rel, folder+"/") || strings.HasPrefix(rel, folder+"_") {
					return nil
				}
			}
			files++
			literals(t, path, rel, strings.HasPrefix(rel, "ui/"))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 100 {
		t.Fatalf("only %d files were read", files)
	}
}

// literals looks through the literals of a file, for sentences only where the file makes the window.
func literals(t *testing.T, path, rel string, window bool) {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec, *ast.StructType: // tags
			return false
		case *ast.CallExpr:
			return !forProgrammers(n.Fun)
		case *ast.BasicLit:
			if n.Kind != token.STRING && n.Kind != token.CHAR {
				return false
			}
			text := n.Value
			if n.Kind == token.CHAR {
				r, _, _, err := strconv.UnquoteChar(strings.Trim(text, "'"), '\'')
				if err != nil {
					return false
				}
				text = string(r)
			} else if u, err := strconv.Unquote(text); err == nil {
				text = u
			}
			if slices.Contains(meant[rel], text) {
				return false
			}
			if chinese(text) || window && sentence.MatchString(text) {
				t.Errorf("%s: %q belongs into the catalogues", set.Position(n.Pos()), text)
			}
		}
		return true
	})
}

// forProgrammers reports whether a call's texts are for logs, errors and panics.
func forProgrammers(fun ast.Expr) bool {
	switch f := fun.(type) {
	case *ast.Ident:
		return f.Name == "panic"
	case *ast.SelectorExpr:
		name := f.Sel.Name
		if x, ok := f.X.(*ast.Ident); ok {
			switch x.Name {
			case "errors", "slog", "log":
				return true
			case "fmt":
				return name == "Errorf" || name == "Fprintf" || name == "Fprintln" || name == "Fprint"
			case "fyne":
				return name == "LogError"
			}
		}
		return strings.HasSuffix(name, "Context") || name == "Warn" || name == "Error" || name == "Info" || name == "Debug"
	}
	return false
}

func chinese(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) || unicode.Is(unicode.Bopomofo, r) })
}
