package flow_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/callbench/callbench/desk/flow"
)

var update = flag.Bool("update", false, "write the goldens anew")

// walk answers step by step and gives the run at the end of the answers.
func walk(t testing.TB, f *flow.Flow, facts flow.Facts, answers ...map[string]string) flow.Run {
	t.Helper()
	r := flow.Start(f, "run", facts)
	for i, a := range answers {
		next, err := flow.Answer(f, r, a)
		if err != nil {
			t.Fatalf("answer %d in %s: %v", i+1, r.Step, err)
		}
		r = next
	}
	return r
}

type answers = map[string]string

func TestAWalkThroughTheComplaint(t *testing.T) {
	f := load(t, "complaint.flow")
	facts := flow.Facts{"customer.name": "陈怡君", "customer.tier": "loyal", "agent.name": "林小婷", "now": "2026-11-22T14:05"}
	talk := []answers{
		{"topic": "4", "matter": "等了三天，没有人回复", "feeling": "1"},
		{"remedy": "refund", "deadline": "明天"},
		{},
		{"progress": "2", "fault": "1", "action": "已催财务部"},
		{"amount": "6万"},
		{"promised": "明天下午3点"},
	}
	for _, lang := range f.Langs() {
		var b strings.Builder
		r := flow.Start(f, "run", facts)
		for i := 0; ; i++ {
			printView(&b, flow.Show(f, r, lang))
			if r.Done {
				break
			}
			next, err := flow.Answer(f, r, talk[i])
			if err != nil {
				t.Fatal(err)
			}
			r = next
		}
		result, err := json.MarshalIndent(flow.Finish(f, r, lang), "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		b.Write(result)
		b.WriteByte('\n')
		golden(t, "complaint."+lang+".golden", b.String())
	}
}

func printView(b *strings.Builder, v flow.View) {
	fmt.Fprintf(b, "== %s (version %d) %d/%d %s: %s back=%t done=%t %s\n", v.Title, v.Version, v.Position, v.Length, v.Step, v.Name, v.CanGoBack, v.Done, v.Outcome)
	fmt.Fprintf(b, "say\n%s\nhint\n%s\n", v.Say, v.Hint)
	for _, a := range v.Ask {
		fmt.Fprintf(b, "ask %s %s required=%t %q: %s\n", a.ID, a.Type, a.Required, a.Value, a.Label)
		for _, o := range a.Options {
			fmt.Fprintf(b, "  [%s] %s (%s)\n", o.Key, o.Label, o.ID)
		}
	}
	fmt.Fprintf(b, "note\n%s\n\n", v.NoteSoFar)
}

// golden compares with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (go test ./desk/flow -update writes it anew):\n%s", file, diff)
	}
}

func TestFormatMakesAnUntidyFileCanonical(t *testing.T) {
	src, err := os.ReadFile("testdata/untidy.flow")
	if err != nil {
		t.Fatal(err)
	}
	got, problems := flow.Format(src)
	if problems != nil {
		t.Fatal(problems)
	}
	golden(t, "untidy.golden", string(got))
	if f, problems := flow.Parse("", src); f == nil {
		t.Errorf("the file cannot be parsed: %v", problems)
	}
}

func TestAnAnswerThatCannotBeTakenSaysWhyAndChangesNothing(t *testing.T) {
	f := load(t, "complaint.flow")
	r := walk(t, f, nil, answers{"topic": "1", "feeling": "1"}, answers{"remedy": "1"}, answers{}, answers{"progress": "1", "fault": "1"})
	cases := []struct {
		name  string
		give  answers
		ask   string
		code  string
		begin bool
	}{
		{"a required question is left out", answers{"feeling": "1"}, "topic", "required", true},
		{"a required question is blank", answers{"topic": "1", "feeling": " 　"}, "feeling", "required", true},
		{"a key beyond the options", answers{"topic": "7", "feeling": "1"}, "topic", "not_an_option", true},
		{"key 0", answers{"topic": "0", "feeling": "1"}, "topic", "not_an_option", true},
		{"a text that is too long", answers{"topic": "1", "feeling": "1", "matter": strings.Repeat("字", flow.MaxAnswer+1)}, "matter", "too_long", true},
		{"a question of another step", answers{"topic": "1", "feeling": "1", "amount": "3"}, "amount", "no_such_question", true},
		{"an amount in words", answers{"amount": "三千"}, "amount", "not_an_amount", false},
		{"an amount below zero", answers{"amount": "-3"}, "amount", "not_an_amount", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			from := r
			if c.begin {
				from = flow.Start(f, "run", nil)
			}
			before := copyOf(t, from)
			next, err := flow.Answer(f, from, c.give)
			var refused *flow.AnswerError
			if !errors.As(err, &refused) || refused.Ask != c.ask || refused.Code != c.code {
				t.Errorf("want %s %s, got %v", c.ask, c.code, err)
			}
			if !reflect.DeepEqual(next, from) || !reflect.DeepEqual(before, copyOf(t, from)) {
				t.Error("the run was changed")
			}
		})
	}
}

// copyOf makes a run that shares nothing with r.
func copyOf(t testing.TB, r flow.Run) flow.Run {
	t.Helper()
	raw, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var c flow.Run
	if err := json.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWhatWasAnsweredOnAWayThatWasLeftCountsForNothing(t *testing.T) {
	f := load(t, "complaint.flow")
	r := walk(t, f, nil, answers{"topic": "1", "feeling": "1"}, answers{"remedy": "1"}, answers{}, answers{"progress": "1", "fault": "ours"}, answers{"amount": "300"}, answers{"accepted": "yes"})
	if got := flow.Finish(f, r, "en").Ticket.Amount; got != "300" {
		t.Fatalf("amount %q", got)
	}
	for range 3 { // back to “solve”
		r, _ = flow.Back(f, r)
	}
	v := flow.Show(f, r, "en")
	if v.Step != "solve" || v.Ask[1].Value != "ours" {
		t.Fatalf("back at %s with %q", v.Step, v.Ask[1].Value)
	}
	r, err := flow.Answer(f, r, answers{"fault": "not_ours"}) // progress keeps what it had
	if err != nil || r.Step != "tell" {
		t.Fatal(r.Step, err)
	}
	if v := flow.Show(f, r, "en"); v.Ask[0].Value != "yes" || strings.Contains(v.Say, "300") {
		t.Errorf("%+v", v)
	}
	r, err = flow.Answer(f, r, nil)
	if err != nil {
		t.Fatal(err)
	}
	result := flow.Finish(f, r, "en")
	if _, ok := result.Answers["amount"]; ok || result.Ticket.Amount != "" || strings.Contains(result.Content, "300") {
		t.Errorf("%+v %+v", result, result.Ticket)
	}
}

func TestAnEmptyAnswerTakesAnAnswerAway(t *testing.T) {
	f := load(t, "enquiry.flow")
	r := walk(t, f, nil, answers{"topic": "1", "question": "套餐"})
	r, _ = flow.Back(f, r)
	r, err := flow.Answer(f, r, answers{"question": ""})
	if err != nil {
		t.Fatal(err)
	}
	if got := flow.Show(f, r, "zh-Hans").NoteSoFar; got != "客户咨询产品与服务。" {
		t.Error(got)
	}
}

func TestFinishInTheMiddleGivesTheNoteSoFarAndNoOutcome(t *testing.T) {
	f := load(t, "complaint.flow")
	r := flow.Start(f, "run", nil)
	if got := flow.Finish(f, r, "zh-Hant"); got.Content != "" || got.Outcome != "" || got.Subject != "客訴處理" || got.Reason != "complaint" {
		t.Errorf("%+v", got)
	}
	r = walk(t, f, nil, answers{"topic": "5", "feeling": "4"})
	got := flow.Finish(f, r, "zh-Hant")
	want := flow.Result{Subject: "客訴：服務態度", Content: "客戶投訴服務態度。", Reason: "complaint", Answers: answers{"topic": "manner", "feeling": "wronged"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnAmountOverTheLimitIsPendingWhateverTheFlowSays(t *testing.T) {
	src := strings.Replace(edited(t, "goto over when amount > limit", "goto over when amount > 100"), "answer amount 500.01", "answer amount 500", 1)
	f, problems := flow.Parse("", []byte(src))
	if f == nil {
		t.Fatal(problems)
	}
	cases := []struct{ amount, limit, approval string }{
		{"500", "", ""}, {"500.01", "", "pending"}, {"500.01", "600", ""}, {"600.01", "600", "pending"}, {"500.01", "nonsense", "pending"},
	}
	for _, c := range cases {
		r := walk(t, f, flow.Facts{"agent.limit": c.limit}, answers{"kind": "1"}, answers{"amount": c.amount})
		ticket := flow.Finish(f, r, "en").Ticket
		if ticket == nil || ticket.Approval != c.approval || ticket.Currency != "CNY" || ticket.Priority != "normal" {
			t.Errorf("%+v: %+v", c, ticket)
		}
	}
}

func TestARunOfAnotherVersionIsShownButNotLed(t *testing.T) {
	f := load(t, "complaint.flow")
	r := walk(t, f, nil, answers{"topic": "5", "feeling": "4"})
	r.Hash = "other"
	if _, err := flow.Answer(f, r, nil); !errors.Is(err, flow.ErrOtherFlow) {
		t.Error(err)
	}
	if _, err := flow.Back(f, r); !errors.Is(err, flow.ErrOtherFlow) {
		t.Error(err)
	}
	if v := flow.Show(f, r, "en"); v.Title != "Complaint" || v.Step != "restate" || v.Say != "" || v.NoteSoFar != "" {
		t.Errorf("%+v", v)
	}
	if got := flow.Finish(f, r, "en"); got.Content != "" {
		t.Errorf("%+v", got)
	}
}

func TestTheEndsOfAWalk(t *testing.T) {
	f := load(t, "enquiry.flow")
	r := flow.Start(f, "run", nil)
	if _, err := flow.Back(f, r); !errors.Is(err, flow.ErrAtStart) {
		t.Error(err)
	}
	r = walk(t, f, nil, answers{"topic": "1"}, answers{"result": "1"})
	if _, err := flow.Answer(f, r, nil); !errors.Is(err, flow.ErrDone) {
		t.Error(err)
	}
	back, err := flow.Back(f, r)
	if err != nil || back.Done || back.Outcome != "" || back.Step != "answer" {
		t.Errorf("%+v %v", back, err)
	}
}

func TestStartKeepsItsOwnFacts(t *testing.T) {
	f := load(t, "enquiry.flow")
	facts := flow.Facts{"customer.name": "王{agent.name}\n\u202e" + strings.Repeat("长", 200)}
	r := flow.Start(f, "run", facts)
	facts["customer.name"] = "别人"
	say := flow.Show(f, r, "zh-Hans").Say
	if !strings.HasPrefix(say, "王{agent.name} 长长") || strings.Contains(say, "\u202e") || strings.Count(say, "长") > flow.MaxFact || strings.Contains(say, "\n") {
		t.Error(say)
	}
}
