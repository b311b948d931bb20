package flow_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/callbench/callbench/desk/flow"
)

// small is a flow without a fault, in its canonical form.
const small = `format 1
flow small
  zh-Hans: 小流程
  en: Small
version 3
languages zh-Hans en
for enquiry fault
limit 500 CNY

step hello
  zh-Hans: 问候
  en: Hello
  say
    zh-Hans: {customer.name|}您好
    en: Hello[ {customer.name}]
  ask kind choice required
    zh-Hans: 什么事
    en: What
    option money
      zh-Hans: 钱
      en: money
    option other
      zh-Hans: 别的
      en: other
  goto pay when kind is money
  goto done

step pay
  zh-Hans: 金额
  en: Pay
  ask amount amount
    zh-Hans: 多少
    en: How much
  ask day date
    zh-Hans: 哪天
    en: When
  note
    zh-Hans: {kind}：{amount}
    en: {kind}: {amount}
  goto over when amount > limit
  goto done

end done
  zh-Hans: 好了
  en: Done
  outcome resolved
  callback {day}
    zh-Hans: 回电
    en: Call

end over
  zh-Hans: 超额
  en: Over
  outcome escalated
  ticket complaint
    department service
    amount {amount}

test over the limit
  answer kind money
  answer amount 500.01
  reach over

test nothing
  answer kind other
  path hello
  reach done
`

// edited replaces one piece of small.
func edited(t testing.TB, old, fresh string) string {
	t.Helper()
	if strings.Count(small, old) == 0 {
		t.Fatalf("the flow does not say %q", old)
	}
	return strings.Replace(small, old, fresh, 1)
}

func TestASoundFlowHasNoProblems(t *testing.T) {
	f, problems := flow.Parse("small.flow", []byte(small))
	if f == nil || len(problems) > 0 {
		t.Fatal(problems)
	}
	if p := flow.Lint(f); len(p) > 0 {
		t.Error(p)
	}
	canonical, _ := flow.Format([]byte(small))
	if string(canonical) != small {
		t.Errorf("not canonical:\n%s", canonical)
	}
	reasons, direction := f.For()
	amount, currency := f.Limit()
	if f.ID() != "small" || f.Version() != 3 || f.Title("en") != "Small" || f.Title("zh-Hant") != "小流程" || strings.Join(reasons, " ") != "enquiry fault" || direction != "" || amount != "500" || currency != "CNY" {
		t.Errorf("%s %d %s %v %q %s %s", f.ID(), f.Version(), f.Title("en"), reasons, direction, amount, currency)
	}
}

func TestFaultsAreFoundWhereTheyAre(t *testing.T) {
	cases := []struct {
		name, old, fresh string
		at, code         string
	}{
		{"no format", "format 1\n", "", "1:1", "bad_format"},
		{"a newer format", "format 1", "format 2", "1:8", "bad_format"},
		{"a misspelt keyword", "\n  goto done\n\nstep", "\n  gotto done\n\nstep", "26:3", "unknown_keyword"},
		{"a keyword out of place", "version 3", "outcome resolved", "5:1", "wrong_place"},
		{"a step below an end", "test nothing", "step late", "64:1", "wrong_place"},
		{"words that belong to nothing", "version 3\n", "version 3\n  en: x\n", "6:3", "wrong_place"},
		{"an unknown language", "  en: Small", "  fr: Petit", "4:3", "bad_value"},
		{"a language that is not announced", "  en: Hello\n", "  zh-Hant: 你好\n", "12:3", "bad_value"},
		{"the same language twice", "  en: Small\n", "  en: Small\n  en: Little\n", "5:3", "duplicate"},
		{"no words in the first language", "  zh-Hans: 问候\n", "", "10:1", "missing"},
		{"no version", "version 3\n", "", "1:1", "missing"},
		{"a version that is none", "version 3", "version three", "5:9", "bad_value"},
		{"a second version", "limit 500 CNY", "limit 500 CNY\nversion 4", "9:1", "duplicate"},
		{"a limit without a currency", "limit 500 CNY", "limit 500", "8:7", "missing"},
		{"a word too many", "languages zh-Hans en", "languages zh-Hans en zh-Hant en", "6:30", "extra_words"},
		{"an ID in capitals", "step hello", "step Hello", "10:6", "bad_id"},
		{"an ID that is a word of conditions", "option other", "option known", "22:12", "bad_id"},
		{"a step twice", "step pay", "step hello", "28:6", "duplicate"},
		{"a question twice", "ask day date", "ask amount date", "34:7", "duplicate"},
		{"an option twice", "option other", "option money", "22:12", "duplicate"},
		{"an unknown type", "kind choice", "kind choise", "16:12", "bad_value"},
		{"something else than required", "choice required", "choice must", "16:19", "extra_words"},
		{"a choice of one", "    option other\n      zh-Hans: 别的\n      en: other\n", "", "16:1", "missing"},
		{"an option of a text", "kind choice", "kind text", "19:5", "wrong_place"},
		{"a goto to nowhere", "goto pay when", "goto pax when", "25:8", "unknown_step"},
		{"a goto upwards", "goto over when", "goto hello when", "40:8", "backward_goto"},
		{"a goto to itself", "goto over when", "goto pay when", "40:8", "backward_goto"},
		{"a step without a goto", "  goto pay when kind is money\n  goto done\n", "", "10:1", "no_way_on"},
		{"a last goto with a condition", "  goto done\n\nstep", "  goto done when kind is other\n\nstep", "26:3", "no_way_on"},
		{"a goto after the last", "goto pay when kind is money", "goto pay", "26:3", "after_last_goto"},
		{"a condition that stops", "kind is money", "kind is", "25:24", "bad_condition"},
		{"a condition without sense", "kind is money", "kind money", "25:22", "bad_condition"},
		{"a programmer's comparison", "kind is money", "kind == money", "25:22", "bad_condition"},
		{"an open parenthesis", "kind is money", "(kind is money", "25:31", "bad_condition"},
		{"no when", "goto pay when kind", "goto pay if kind", "25:12", "extra_words"},
		{"an option that is not there", "kind is money", "kind is monet", "25:25", "bad_value"},
		{"a question that is not there", "kind is money", "kid is money", "25:17", "unknown_name"},
		{"is with an amount", "amount > limit", "amount is limit", "40:18", "wrong_type"},
		{"more with a choice", "kind is money", "kind > 3", "25:17", "wrong_type"},
		{"a limit for nothing", "limit 500 CNY\n", "", "39:27", "missing"},
		{"a question of a later step", "{customer.name|}您好", "{amount|}您好", "14:14", "not_yet_asked"},
		{"an own question in what is said", "{customer.name|}您好", "{kind|}您好", "14:14", "not_yet_asked"},
		{"an unknown placeholder", "{customer.name|}您好", "{customer.nam|}您好", "14:14", "unknown_name"},
		{"a fact for conditions only", "{customer.name|}您好", "{customer.tier|}您好", "14:14", "unknown_name"},
		{"a placeholder in a name", "zh-Hans: 问候", "zh-Hans: 问候{number|}", "11:14", "unknown_name"},
		{"a brace that is not closed", "{customer.name|}您好", "{customer.name|您好", "14:14", "bad_text"},
		{"a brace that is not open", "{customer.name|}您好", "customer.name}您好", "14:27", "bad_text"},
		{"a full-width brace", "{customer.name|}您好", "｛customer.name｝您好", "14:14", "bad_text"},
		{"brackets without a placeholder", "Hello[ {customer.name}]", "Hello[ there]", "15:14", "bad_text"},
		{"brackets in brackets", "Hello[ {customer.name}]", "Hello[ [{customer.name}]]", "15:16", "bad_text"},
		{"an unknown outcome", "outcome resolved", "outcome solved", "46:11", "bad_value"},
		{"no outcome", "  outcome resolved\n", "", "43:1", "missing"},
		{"a callback at an amount", "callback {day}", "callback {amount}", "47:12", "wrong_type"},
		{"a callback without braces", "callback {day}", "callback day", "47:12", "bad_value"},
		{"a department without a ticket", "  ticket complaint\n", "", "55:5", "wrong_place"},
		{"a second ticket", "    department service\n", "    department service\n  ticket fault\n", "57:3", "duplicate"},
		{"a test without reach", "  reach over\n", "", "59:1", "missing"},
		{"a test that reaches a step", "reach over", "reach pay", "62:9", "unknown_step"},
		{"an answer to no question", "answer amount 500.01", "answer amont 500.01", "61:10", "unknown_name"},
		{"a name that is too long", "zh-Hans: 问候", "zh-Hans: " + strings.Repeat("问", 31), "11:42", "too_long"},
		{"an invisible character", "Hello[ {", "Hello\u202e[ {", "15:14", "bad_character"},
		{"bytes that are not UTF-8", "en: Done", "en: D\xffne", "45:8", "bad_utf8"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f, problems := flow.Parse("small.flow", []byte(edited(t, c.old, c.fresh)))
			if f != nil {
				t.Fatal("the flow was taken")
			}
			first := problems[0].String()
			if !strings.HasPrefix(first, c.at+": error: ") || problems[0].Code != c.code {
				t.Errorf("want %s %s, got %v", c.at, c.code, problems)
			}
		})
	}
}

func TestLintFindsWhatCanBeWalkedButShouldNotGoOut(t *testing.T) {
	cases := []struct{ name, old, fresh, at, code string }{
		{"a missing translation", "      en: money\n", "", "19:1", "missing_language"},
		{"an unreachable end", "goto over when amount > limit", "goto done when amount > limit", "51:1", "unreachable"},
		{"an impossible condition", "kind is money", "kind is money and kind is other", "25:3", "never_taken"},
		{"a condition that always holds", "amount > limit", "amount < 0", "40:3", "never_taken"},
		{"a hole in what is said", "{customer.name|}您好", "{customer.name}您好", "14:14", "hole"},
		{"traditional in simplified", "您好", "您們好", "14:31", "wrong_script"},
		{"a test that fails", "reach over", "reach done", "62:1", "test_failed"},
		{"a test with an answer too much", "answer kind other\n", "answer kind other\n  answer amount 3\n", "66:1", "test_failed"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f, problems := flow.Parse("small.flow", []byte(edited(t, c.old, c.fresh)))
			if f == nil {
				t.Fatal(problems)
			}
			found := flow.Lint(f)
			if len(found) == 0 || !strings.HasPrefix(found[0].String(), c.at+": error: ") || found[0].Code != c.code {
				t.Errorf("want %s %s, got %v", c.at, c.code, found)
			}
		})
	}
}

func TestLintKnowsWhatIsCertain(t *testing.T) {
	third := "  goto pay when kind is money\n  goto done when kind is other\n  goto done\n"
	cases := []struct{ name, src, want string }{
		{"a required choice has no third way", edited(t, "  goto pay when kind is money\n  goto done\n", third), "27:3 never_taken"},
		{"one that may stay open has", strings.Replace(edited(t, "  goto pay when kind is money\n  goto done\n", third), "choice required", "choice", 1), ""},
		{"a required answer can be said", edited(t, "  outcome escalated\n", "  outcome escalated\n  say\n    zh-Hans: {kind}\n    en: {kind}\n"), ""},
		{"so can one that the way here presupposes", edited(t, "  outcome escalated\n", "  outcome escalated\n  say\n    zh-Hans: {amount}\n    en: {amount}\n"), ""},
		{"and one that the statement presupposes", edited(t, "  outcome resolved\n", "  outcome resolved\n  say when amount known and day known\n    zh-Hans: {amount}\n    en: {day}\n"), ""},
		{"but not one of two", edited(t, "  outcome resolved\n", "  outcome resolved\n  say when amount known or day known\n    zh-Hans: {amount}\n    en: {day}\n"), "48:14 hole, 49:9 hole"},
		{"nor one that another way leaves out", edited(t, "  outcome resolved\n", "  outcome resolved\n  say\n    zh-Hans: {amount}\n    en: [{amount}]\n"), "48:14 hole"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f, problems := flow.Parse("small.flow", []byte(c.src))
			if f == nil {
				t.Fatal(problems)
			}
			var got []string
			for _, p := range flow.Lint(f) {
				got = append(got, fmt.Sprintf("%d:%d %s", p.Line, p.Column, p.Code))
			}
			if strings.Join(got, ", ") != c.want {
				t.Errorf("want %q, got %v", c.want, flow.Lint(f))
			}
		})
	}
}

func TestCoverListsWhatNoTestPasses(t *testing.T) {
	f, _ := flow.Parse("", []byte(small))
	gaps, total := flow.Cover(f)
	var got []string
	for _, g := range gaps {
		got = append(got, fmt.Sprintf("%d %s %s", g.Line, g.Kind, g.Text))
	}
	if want := "41 goto done from pay"; strings.Join(got, ", ") != want || total != 10 {
		t.Errorf("%d of %d: %v", len(gaps), total, got)
	}
}

func TestWarningsDoNotKeepAFlowFromBeingUsed(t *testing.T) {
	src := small[:strings.Index(small, "\ntest over")+1]
	f, _ := flow.Parse("other.flow", []byte(src))
	if f == nil {
		t.Fatal("not taken")
	}
	var codes []string
	for _, p := range flow.Lint(f) {
		codes = append(codes, string(p.Severity)+" "+p.Code)
	}
	if got := strings.Join(codes, ", "); got != "warning no_test, warning name_differs" {
		t.Error(got)
	}
}

func TestWhatAChineseKeyboardGivesIsUnderstood(t *testing.T) {
	src := "\ufeff" + strings.ReplaceAll(edited(t, "amount > limit", "（amount　＞ limit）"), "\n", "\r\n")
	src = strings.Replace(src, "en: Small", "EN：Small", 1)
	src = strings.Replace(src, "  goto done", "　　goto　done  ", 1)
	f, problems := flow.Parse("small.flow", []byte(src))
	if f == nil {
		t.Fatal(problems)
	}
	canonical, _ := flow.Format([]byte(src))
	if want := edited(t, "amount > limit", "(amount > limit)"); string(canonical) != want {
		t.Errorf("canonical form:\n%s", canonical)
	}
}

func TestLimitsHold(t *testing.T) {
	many := func(n int, s string) string { return strings.Repeat(s, n) }
	tests := ""
	for i := range flow.MaxTests {
		tests += fmt.Sprintf("test %d\n  reach done\n", i)
	}
	cases := map[string]struct{ src, code string }{
		"bytes":      {small + "# " + many(flow.MaxBytes, "x"), "too_big"},
		"line":       {small + "# " + many(flow.MaxLine, "字"), "too_long"},
		"options":    {edited(t, "    option money\n", many(8, "    option a\n")+"    option money\n"), "too_many"},
		"hints":      {edited(t, "  goto done\n", many(flow.MaxStatements+1, "  hint\n    zh-Hans: 好\n    en: x\n")+"  goto done\n"), "too_many"},
		"paragraphs": {edited(t, "    zh-Hans: {customer.name|}您好\n", many(flow.MaxParagraphs+1, "    zh-Hans: 好\n")), "too_many"},
		"conditions": {edited(t, "kind is money", "kind is money"+many(flow.MaxComparisons, " or kind is other")), "too_many"},
		"nesting":    {edited(t, "kind is money", many(flow.MaxNesting+1, "(")+"kind is money"+many(flow.MaxNesting+1, ")")), "bad_condition"},
		"nots":       {edited(t, "kind is money", many(100, "not ")+"kind is money"), "bad_condition"},
		"steps":      {edited(t, "end done", many(flow.MaxSteps, "step x\n")+"end done"), "too_many"},
		"tests":      {small + tests, "too_many"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f, problems := flow.Parse("small.flow", []byte(c.src))
			found := false
			for _, p := range problems {
				found = found || p.Code == c.code
			}
			if f != nil || !found || len(problems) > flow.MaxProblems {
				t.Errorf("want %s, got %v", c.code, problems)
			}
		})
	}
}

func TestTheHashIsOfTheCanonicalForm(t *testing.T) {
	hash := func(src string) string {
		f, problems := flow.Parse("small.flow", []byte(src))
		if f == nil {
			t.Fatal(problems)
		}
		return f.Hash()
	}
	if got := hash(strings.ReplaceAll(small, "\n  ", "\n\t\t")); got != hash(small) {
		t.Error("indentation changes the hash")
	}
	if hash(edited(t, "zh-Hans: 钱", "zh-Hans: 款")) == hash(small) {
		t.Error("another text has the same hash")
	}
	// sha256sum of the formatted file, written down once: pins in stored talks depend on it.
	if got := hash(small); got != "952ceec2d854843a9febe70c93e4acc2f30a30d98d8f74348d7c3caf34eb252c" {
		t.Errorf("the hash has changed: %s", got)
	}
}

func TestTheDocumentNamesEveryKeywordCodeAndLimit(t *testing.T) {
	raw, err := os.ReadFile("../../docs/FLOWS.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(raw)
	example := doc[strings.Index(doc, "```\nformat 1")+4:]
	example = example[:strings.Index(example, "```")]
	f, problems := flow.Parse("greeting.flow", []byte(example))
	if f == nil || len(flow.Lint(f)) > 0 {
		t.Errorf("the example: %v", problems)
	}
	if canonical, _ := flow.Format([]byte(example)); string(canonical) != example {
		t.Errorf("the example is not canonical:\n%s", canonical)
	}
	code := regexp.MustCompile(`(?:errorf|add)\((?:SeverityWarning, )?[^"\n]*(?:"flow"\][^"\n]*)?, "([a-z_0-9]+)", "`)
	sources, _ := os.ReadDir(".")
	count := 0
	for _, entry := range sources {
		if strings.HasSuffix(entry.Name(), "_test.go") || !strings.HasSuffix(entry.Name(), ".go") {
			continue
		}
		src, err := os.ReadFile(entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range code.FindAllStringSubmatch(string(src), -1) {
			count++
			if !strings.Contains(doc, "`"+m[1]+"`") {
				t.Errorf("the code %s is not in docs/FLOWS.md", m[1])
			}
		}
	}
	for _, k := range flow.Keywords() {
		if !strings.Contains(doc, "`"+k) {
			t.Errorf("the keyword %s is not in docs/FLOWS.md", k)
		}
	}
	if n := len(flow.Keywords()); !strings.Contains(doc, fmt.Sprintf("There are %d of them", n)) {
		t.Errorf("docs/FLOWS.md does not say that there are %d keywords", n)
	}
	for what, n := range map[string]int{
		"| steps |": flow.MaxSteps, "| ends |": flow.MaxEnds, "| questions in a step |": flow.MaxAsks, "| questions in a flow |": flow.MaxAsksInAll,
		"| options of a choice |": flow.MaxOptions, "| paragraph or note |": flow.MaxText, "| name of a step or end |": flow.MaxName, "| tests |": flow.MaxTests,
		"| title, label, option, subject |": flow.MaxLabel, "| answer |": flow.MaxAnswer, "| fact in a text |": flow.MaxFact, "| problems listed |": flow.MaxProblems,
		"| paragraphs of a `say` or `hint` |": flow.MaxParagraphs, "| finished subject |": flow.MaxSubject, "in a step |": flow.MaxStatements,
	} {
		if !strings.Contains(doc, fmt.Sprintf("%s %d", what, n)) {
			t.Errorf("docs/FLOWS.md does not say %s %d", what, n)
		}
	}
	if count < 50 {
		t.Errorf("only %d codes found in the sources", count)
	}
}
