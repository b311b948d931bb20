package flow_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/callbench/callbench/desk/flow"
)

// anyFlow draws one of the shipped flows or one made up.
func anyFlow(t *rapid.T, shipped []*flow.Flow) *flow.Flow {
	n := rapid.IntRange(0, 2*len(shipped)-1).Draw(t, "flow")
	if n < len(shipped) {
		return shipped[n]
	}
	src := madeUp(t)
	f, problems := flow.Parse("", []byte(src))
	if f == nil {
		t.Fatalf("a made-up flow has problems: %v\n%s", problems, src)
	}
	return f
}

func allShipped(t *testing.T) []*flow.Flow {
	t.Helper()
	var list []*flow.Flow
	for _, name := range []string{"complaint.flow", "enquiry.flow"} {
		list = append(list, load(t, name))
	}
	return list
}

// madeUp writes a flow of random shape: every type of question, conditions over all that was asked.
func madeUp(t *rapid.T) string {
	var b strings.Builder
	words := func(s string) { fmt.Fprintf(&b, "    zh-Hans: %s\n    zh-Hant: %s\n    en: %s\n", s, s, s) }
	b.WriteString("format 1\nflow made\n")
	words("题")
	b.WriteString("version 1\nlanguages zh-Hans zh-Hant en\nfor enquiry\nlimit 100 CNY\n")
	steps := rapid.IntRange(1, 6).Draw(t, "steps")
	var conds, names []string
	for i := range steps {
		fmt.Fprintf(&b, "step s%d\n", i)
		words("步")
		b.WriteString("say\n")
		words("说" + strings.Join(names, ""))
		for j := range rapid.IntRange(0, 2).Draw(t, "asks") {
			kind := rapid.SampledFrom([]flow.AskType{flow.Choice, flow.Text, flow.Number, flow.Date, flow.Amount, flow.Phone, flow.Bool}).Draw(t, "kind")
			id := fmt.Sprintf("q%d%d", i, j)
			fmt.Fprintf(&b, "ask %s %s%s\n", id, kind, rapid.SampledFrom([]string{"", " required"}).Draw(t, "required"))
			words("问")
			conds, names = append(conds, id+" known"), append(names, "{"+id+"|空}")
			switch kind {
			case flow.Choice:
				for _, o := range []string{"a", "b", "c"} {
					fmt.Fprintf(&b, "option %s\n", o)
					words(o)
				}
				conds = append(conds, id+" is a", id+" is not b")
			case flow.Bool:
				conds = append(conds, id+" is yes")
			case flow.Amount:
				conds = append(conds, id+" > limit", id+" <= 50")
			case flow.Number:
				conds = append(conds, id+" < 7")
			case flow.Text, flow.Date, flow.Phone:
			}
		}
		b.WriteString("note\n")
		words(fmt.Sprintf("记%d", i))
		for range rapid.IntRange(0, 2).Draw(t, "gotos") {
			if len(conds) > 0 {
				fmt.Fprintf(&b, "goto %s when %s\n", target(t, i, steps), rapid.SampledFrom(conds).Draw(t, "cond"))
			}
		}
		fmt.Fprintf(&b, "goto %s\n", target(t, i, steps))
	}
	for _, e := range []string{"e0", "e1"} {
		fmt.Fprintf(&b, "end %s\n", e)
		words("完")
		b.WriteString("outcome resolved\nsay\n")
		words("再见")
	}
	return b.String()
}

func target(t *rapid.T, i, steps int) string {
	n := rapid.IntRange(i+1, steps+1).Draw(t, "target")
	if n < steps {
		return fmt.Sprintf("s%d", n)
	}
	return fmt.Sprintf("e%d", n-steps)
}

// anyAnswers draws answers to a step: likely ones, nonsense, none.
func anyAnswers(t *rapid.T, v flow.View) map[string]string {
	given := map[string]string{}
	for _, a := range v.Ask {
		if rapid.IntRange(0, 9).Draw(t, "answered") == 0 {
			continue
		}
		likely := []string{"1", "2", "", "是", "2026-11-24 15:00", "50000.01", "138 0013 8000", "文字", "-3"}
		given[a.ID] = rapid.OneOf(rapid.SampledFrom(likely), rapid.SampledFrom(likely), rapid.String()).Draw(t, a.ID)
	}
	if rapid.IntRange(0, 20).Draw(t, "stray") == 0 {
		given["stray"] = "x"
	}
	return given
}

// without prefilled answers, which going back keeps, a view depends on the path alone.
func without(v flow.View) flow.View {
	v.Ask = slices.Clone(v.Ask)
	for i := range v.Ask {
		v.Ask[i].Value = ""
	}
	return v
}

func TestAnyTalk(t *testing.T) {
	shipped := allShipped(t)
	rapid.Check(t, func(t *rapid.T) {
		f := anyFlow(t, shipped)
		r := flow.Start(f, "run", flow.Facts{
			"customer.name": rapid.String().Draw(t, "name"), "customer.tier": rapid.SampledFrom([]string{"", "loyal", "new"}).Draw(t, "tier"),
			"agent.limit": rapid.SampledFrom([]string{"", "10", "x"}).Draw(t, "limit"), "now": "2026-11-22T14:05",
		})
		for range rapid.IntRange(1, 30).Draw(t, "moves") {
			checkShown(t, f, r)
			before := fmt.Sprintf("%#v", r)
			next, moved := move(t, f, r)
			if fmt.Sprintf("%#v", r) != before {
				t.Fatal("the run was changed")
			}
			if moved && !next.Done && len(next.Path) > 60 {
				t.Fatal("the path is longer than a flow can be")
			}
			r = next
		}
		// Whatever happened, answering ends the talk: a flow goes forward only.
		for steps := 0; !r.Done; steps++ {
			if steps > flow.MaxSteps {
				t.Fatal("the talk does not end")
			}
			next, err := flow.Answer(f, r, willing(flow.Show(f, r, "en")))
			if err != nil {
				t.Fatalf("%s: %v", r.Step, err)
			}
			r = next
		}
		checkShown(t, f, r)
		if flow.Finish(f, r, "en").Outcome == "" {
			t.Fatal("an end without an outcome")
		}
	})
}

// move answers, or goes back; after a good answer it checks that Back undoes it.
func move(t *rapid.T, f *flow.Flow, r flow.Run) (flow.Run, bool) {
	if rapid.IntRange(0, 4).Draw(t, "back") == 0 {
		if back, err := flow.Back(f, r); err == nil {
			return back, true
		}
		return r, false
	}
	next, err := flow.Answer(f, r, anyAnswers(t, flow.Show(f, r, "en")))
	if err != nil {
		if !reflect.DeepEqual(next, r) {
			t.Fatal("a refused answer moved the run")
		}
		return r, false
	}
	back, err := flow.Back(f, next)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range f.Langs() {
		if got, want := without(flow.Show(f, back, lang)), without(flow.Show(f, r, lang)); !reflect.DeepEqual(got, want) {
			t.Fatalf("going back shows\n%+v\ninstead of\n%+v", got, want)
		}
	}
	if again, err := flow.Answer(f, back, nil); err != nil || again.Step != next.Step || !reflect.DeepEqual(flow.Finish(f, again, "en"), flow.Finish(f, next, "en")) {
		t.Fatalf("going forward again leads to %s (%v), not %s", again.Step, err, next.Step)
	}
	return next, true
}

// willing answers every question with something that fits, unless it has an answer.
func willing(v flow.View) map[string]string {
	given := map[string]string{}
	for _, a := range v.Ask {
		if a.Value == "" {
			given[a.ID] = map[flow.AskType]string{flow.Choice: "1", flow.Bool: "1", flow.Text: "x", flow.Number: "1", flow.Amount: "1", flow.Date: "2026-11-24", flow.Phone: "110"}[a.Type]
		}
	}
	return given
}

// checkShown checks that a step is complete in every language and that its numbers are true.
func checkShown(t *rapid.T, f *flow.Flow, r flow.Run) {
	for _, lang := range f.Langs() {
		v := flow.Show(f, r, lang)
		if v.Title == "" || v.Name == "" || v.Say == "" || v.Position < 1 || v.Length < v.Position || v.Length > flow.MaxSteps {
			t.Fatalf("%s: %+v", lang, v)
		}
		if v.CanGoBack != (len(r.Path) > 0) || len([]rune(v.NoteSoFar)) > flow.MaxNote {
			t.Fatalf("%s: %+v", lang, v)
		}
		for _, a := range v.Ask {
			if a.Label == "" || (a.Type == flow.Choice || a.Type == flow.Bool) != (len(a.Options) > 0) {
				t.Fatalf("%s: %+v", lang, a)
			}
			for i, o := range a.Options {
				if o.Label == "" || o.Key != string(rune('1'+i)) {
					t.Fatalf("%s: %+v", lang, o)
				}
			}
		}
		if v.Done != r.Done {
			t.Fatalf("%+v", v)
		}
	}
	flow.Finish(f, r, "fr") // a language it does not have: the first one's words
}

func FuzzParse(f *testing.F) {
	for _, src := range shipped(f) {
		f.Add(src)
	}
	f.Add([]byte(small))
	f.Add([]byte("format 1\nflow x\n zh-Hans: {a|b}[{c}]\nstep a\n goto a when (a is b or not c > limit)"))
	f.Add([]byte("\xef\xbb\xbfformat　1\r\n＃ x\r\nEN： x\n\ngoto a when x≥3"))
	f.Fuzz(func(t *testing.T, src []byte) {
		canonical, problems := flow.Format(src)
		parsed, faults := flow.Parse("", src)
		if canonical == nil {
			if parsed != nil || !flow.Failed(problems) || len(faults) == 0 {
				t.Fatal("a file that cannot be formatted was parsed")
			}
			return
		}
		again, problems := flow.Format(canonical)
		if string(again) != string(canonical) {
			t.Fatalf("the canonical form is not canonical (%v):\n%q\n%q", problems, canonical, again)
		}
		fresh, _ := flow.Parse("", canonical)
		if (parsed == nil) != (fresh == nil) {
			t.Fatalf("fmt changes whether the flow is sound: %v", faults)
		}
		if parsed == nil {
			if !flow.Failed(faults) {
				t.Fatal("no flow and no error")
			}
			return
		}
		if parsed.Hash() != fresh.Hash() {
			t.Fatal("fmt changes the hash")
		}
		flow.Lint(parsed)
		flow.Cover(parsed)
		flow.Graph(parsed, "en")
		r := flow.Start(parsed, "run", nil)
		for range flow.MaxSteps + 1 {
			next, err := flow.Answer(parsed, r, willing(flow.Show(parsed, r, "en")))
			if err != nil {
				break
			}
			r = next
		}
		if !r.Done {
			t.Fatalf("the talk stops at %s", r.Step)
		}
		flow.Finish(parsed, r, "zh-Hant")
	})
}
