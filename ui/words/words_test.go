package words_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/assets"
	"github.com/callbench/callbench/ui/words"
)

// declared reads the keys from the source, so that no list of them has to be kept by hand.
func declared(t *testing.T) []string {
	t.Helper()
	var keys []string
	files, err := filepath.Glob("keys*.go")
	if err != nil || len(files) < 3 {
		t.Fatalf("found %v: %v", files, err)
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, declaredIn(t, file)...)
	}
	slices.Sort(keys)
	return keys
}

func declaredIn(t *testing.T, file *ast.File) (keys []string) {
	t.Helper()
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			for _, v := range spec.Values {
				key, err := strconv.Unquote(v.(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				keys = append(keys, key)
			}
		}
		return true
	})
	return keys
}

func catalogue(t *testing.T, lang string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	if err := json.Unmarshal(assets.I18n(lang), &texts); err != nil {
		t.Fatalf("%s: %v", lang, err)
	}
	return texts
}

func TestEveryKeyHasATextInEveryLanguage(t *testing.T) {
	keys := declared(t)
	if len(keys) < 100 {
		t.Fatalf("only %d keys were read from keys.go", len(keys))
	}
	for _, lang := range words.Languages() {
		texts := catalogue(t, lang)
		if got := slices.Sorted(maps.Keys(texts)); !slices.Equal(got, keys) {
			for _, k := range keys {
				if _, ok := texts[k]; !ok {
					t.Errorf("%s: no text for %s", lang, k)
				}
			}
			for _, k := range got {
				if !slices.Contains(keys, k) {
					t.Errorf("%s: %s is no key", lang, k)
				}
			}
		}
		for k, text := range texts {
			if strings.TrimSpace(text) == "" || text != strings.TrimSpace(text) {
				t.Errorf("%s: %s is empty or has blanks at an end: %q", lang, k, text)
			}
		}
	}
}

func TestPlaceholdersAreTheSameInEveryLanguage(t *testing.T) {
	braces := regexp.MustCompile(`\{[a-z]+\}`)
	want := catalogue(t, "en")
	for _, lang := range words.Languages() {
		for k, text := range catalogue(t, lang) {
			a, b := braces.FindAllString(text, -1), braces.FindAllString(want[k], -1)
			slices.Sort(a)
			slices.Sort(b)
			if !slices.Equal(a, b) {
				t.Errorf("%s: %s has %v, English has %v", lang, k, a, b)
			}
			if rest := braces.ReplaceAllString(text, ""); strings.ContainsAny(rest, "{}") {
				t.Errorf("%s: %s has a broken placeholder: %q", lang, k, text)
			}
		}
	}
}

// A simplified sign in the traditional catalogue is the commonest slip of all.
func TestTraditionalTextsHoldNoSimplifiedSigns(t *testing.T) {
	const simplified = "专业两个为买书们优会关内写决况则别务动单厅双发启员响场声处备复头实对属并库应开归录态户护报拟择换据数断无时显" +
		"暂术机权条来栏样档检欢没满潜状环现电画着码称简约级线绍经结给络绝统续维编缴网联脑荐补见规视认让训议记讲许设访证诉试诚话询该说请读" +
		"谁谢败账质费资赞转载输过还这进远连适选邮钟铃销锁错键长闭问间队难静项领题额马验与么号"
	for k, text := range catalogue(t, "zh-Hant") {
		if i := strings.IndexAny(text, simplified); i >= 0 {
			t.Errorf("%s: a simplified sign in %q from %q", k, text, text[i:])
		}
	}
}

func TestFillReplacesEveryPlaceholder(t *testing.T) {
	w := words.For("zh-Hans")
	got := w.Fill(words.LinkOfflineWaiting, "why", w.Say(words.WhyUnreachable), "n", "3")
	if want := "中心连不上。已保存在本机，3 条待同步，可以继续工作。"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTimesReadAsPeopleWriteThem(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	now := time.Date(2026, 11, 22, 6, 2, 0, 0, time.UTC) // 14:02 at the desk
	for _, c := range []struct {
		lang, what, got, want string
	}{
		{"zh-Hans", "today", words.For("zh-Hans").In(zone).When(now.Add(-time.Hour), now), "今天 13:02"},
		{"zh-Hant", "yesterday", words.For("zh-Hant").In(zone).When(now.Add(-15*time.Hour), now), "昨天 23:02"},
		{"en", "older", words.For("en").In(zone).When(now.Add(-72*time.Hour), now), "19 Nov 14:02"},
		{"zh-Hans", "last year", words.For("zh-Hans").In(zone).Day(now.AddDate(-1, 0, 0), now), "2025-11-22"},
		{"en", "timer", words.For("en").Timer(207 * time.Second), "03:27"},
		{"en", "long timer", words.For("en").Timer(3723 * time.Second), "1:02:03"},
		{"en", "clock gone back", words.For("en").Timer(-time.Second), "00:00"},
		{"zh-Hans", "age", words.For("zh-Hans").Age(200 * time.Second), "3 分钟"},
		{"en", "number", words.For("en").Number(1234567), "1,234,567"},
		{"en", "short number", words.For("en").Number(-999), "-999"},
		{"en", "percent", words.For("en").Percent(9, 10), "90%"},
		{"en", "nothing of nothing", words.For("en").Percent(0, 0), "–"},
	} {
		if c.got != c.want {
			t.Errorf("%s %s: got %q, want %q", c.lang, c.what, c.got, c.want)
		}
	}
}
