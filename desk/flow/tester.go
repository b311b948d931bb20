package flow

import (
	"errors"
	"fmt"
	"strings"
)

// TestResult is how one of a flow's tests went. It holds when there are no failures.
type TestResult struct {
	Name     string
	Line     int
	Failures []Failure
	Path     []string // steps taken
	End      string   // reached; empty: none

	run Run // as it ended
}

// Failure is one expectation that did not hold.
type Failure struct {
	Line int
	Text string
}

// Test walks through all tests of a flow, in order of the file.
func Test(f *Flow) []TestResult {
	results := make([]TestResult, 0, len(f.tests))
	for _, t := range f.tests {
		results = append(results, f.walkTest(t))
	}
	return results
}

func (f *Flow) walkTest(t *test) TestResult {
	result := TestResult{Name: t.name, Line: t.line}
	fail := func(line int, format string, args ...any) {
		result.Failures = append(result.Failures, Failure{Line: line, Text: fmt.Sprintf(format, args...)})
	}
	facts := Facts{}
	for _, g := range t.facts {
		facts[g.key.text] = g.value.text
	}
	run := Start(f, "test", facts)
	used := map[string]bool{}
	for !run.Done {
		answers := map[string]string{}
		s := f.steps[f.stepOf[run.Step]]
		for _, a := range s.asks {
			for _, given := range t.answers {
				if given.key.text == a.id {
					answers[a.id], used[a.id] = given.value.text, true
				}
			}
		}
		next, err := Answer(f, run, answers)
		if err != nil {
			fail(t.answerLine(err), "in step “%s”: %v", run.Step, err)
			result.Path, result.run = append(run.Path, run.Step), run
			return result
		}
		run = next
	}
	result.Path, result.End, result.run = run.Path, run.Step, run
	if run.Step != t.reach.text {
		fail(t.reachAt, "it reaches “%s”, by %s", run.Step, strings.Join(run.Path, " "))
	}
	if t.pathAt > 0 {
		if want, got := wordTexts(t.path), strings.Join(run.Path, " "); want != got {
			fail(t.pathAt, "the path is %s", got)
		}
	}
	for _, a := range t.answers {
		if !used[a.key.text] {
			fail(a.line, "“%s” is never asked on this way", a.key.text)
		}
	}
	for _, n := range t.noted {
		for _, lang := range f.langs {
			note := Finish(f, run, lang).Content
			for _, p := range n.langs[lang] {
				if !strings.Contains(note, p.raw) {
					fail(p.line, "the note in %s does not say this; it says: %s", lang, strings.ReplaceAll(note, "\n", " / "))
				}
			}
		}
	}
	return result
}

// answerLine is the line of the answer that an error is about, else the test's.
func (t *test) answerLine(err error) int {
	if refused, ok := errors.AsType[*AnswerError](err); ok {
		for _, a := range t.answers {
			if a.key.text == refused.Ask {
				return a.line
			}
		}
	}
	return t.line
}

func wordTexts(words []word) string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = w.text
	}
	return strings.Join(list, " ")
}
