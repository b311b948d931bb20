package flow_test

import (
	"testing"

	"github.com/callbench/callbench/desk/flow"
)

// TestAStepThatIsLeftWritesNothingThatNobodyAnswered is what a note says of a talk that ends in the middle of a step.
func TestAStepThatIsLeftWritesNothingThatNobodyAnswered(t *testing.T) {
	f, problems := flow.Parse("left.flow", []byte(`format 1
flow left
  en: Left
version 1
languages en
for enquiry
subject
  en: Left

step first
  en: First
  say
    en: Hello
  ask solved choice
    en: Solved?
    option fixed
      en: Fixed
    option open
      en: Open
  ask what text
    en: What?
  note when not solved is fixed
    en: It was not solved.
  note when not what known
    en: Nothing was said.
  note
    en: A talk.
  goto done

end done
  en: Done
  outcome resolved
`))
	if flow.Failed(problems) {
		t.Fatal(problems)
	}
	r := flow.Start(f, "r", nil)
	for _, c := range []struct {
		answers map[string]string
		want    string
	}{
		{map[string]string{"what": "a bill"}, "A talk."},
		{map[string]string{"solved": "open"}, "It was not solved.\nA talk."},
		{map[string]string{"solved": "fixed"}, "A talk."},
		{map[string]string{"solved": "open", "what": ""}, "It was not solved.\nA talk."},
	} {
		left, refused := flow.Leave(f, r, c.answers)
		if got := flow.Finish(f, left, "en").Content; got != c.want || len(refused) != 0 {
			t.Errorf("%v: %q, want %q; refused %v", c.answers, got, c.want, refused)
		}
	}
	on, err := flow.Answer(f, r, map[string]string{})
	if err != nil {
		t.Fatal(err)
	}
	if got := flow.Finish(f, on, "en").Content; got != "It was not solved.\nNothing was said.\nA talk." {
		t.Errorf("a step that was gone through writes %q", got)
	}
}
