package flow

import (
	"fmt"
	"sort"
)

// Severity says what a problem means: an error must be mended, a warning is worth a look.
type Severity string

// The severities.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
)

// Problem is something wrong with a flow file. Line and Column count from 1, in characters; Code is
// one of those in docs/FLOWS.md and stays the same for ever, Text is a sentence for a person.
type Problem struct {
	Line     int      `json:"line"`
	Column   int      `json:"column"`
	Severity Severity `json:"severity"`
	Code     string   `json:"code"`
	Text     string   `json:"text"`
}

// String gives "12:3: error: … (code)".
func (p Problem) String() string {
	return fmt.Sprintf("%d:%d: %s: %s (%s)", p.Line, p.Column, p.Severity, p.Text, p.Code)
}

// Failed reports whether one of the problems is an error.
func Failed(problems []Problem) bool {
	for _, p := range problems {
		if p.Severity == SeverityError {
			return true
		}
	}
	return false
}

// problems gathers what is wrong, at most MaxProblems of it: the rest of a file that is broken
// throughout is not worth listing.
type problems struct{ list []Problem }

func (ps *problems) add(severity Severity, line, column int, code, format string, args ...any) {
	if len(ps.list) >= MaxProblems {
		return
	}
	ps.list = append(ps.list, Problem{Line: line, Column: column, Severity: severity, Code: code, Text: fmt.Sprintf(format, args...)})
}

func (ps *problems) errorf(line, column int, code, format string, args ...any) {
	ps.add(SeverityError, line, column, code, format, args...)
}

// sorted gives the problems in the order of the file.
func (ps *problems) sorted() []Problem {
	sort.SliceStable(ps.list, func(i, j int) bool {
		a, b := ps.list[i], ps.list[j]
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Column < b.Column
	})
	return ps.list
}
