package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/callbench/callbench/desk/flow"
)

// This file and flowplay.go do the work of the flow commands. Each function reports whether the
// answer is "good"; its error is about files and streams only.

// sheet is what a command prints on. The first error stays and stops the printing, so that it is
// looked at once, at the end.
type sheet struct {
	w   io.Writer
	err error
}

func (s *sheet) printf(format string, args ...any) {
	if s.err == nil {
		_, s.err = fmt.Fprintf(s.w, format, args...)
	}
}

// flowFileError tells that a file that was named cannot be read.
type flowFileError struct{ err error }

func (e *flowFileError) Error() string { return e.err.Error() }
func (e *flowFileError) Unwrap() error { return e.err }

// readFlow reads a flow file, and not more of a wrong one than shows that it is too big.
func readFlow(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, &flowFileError{err: err}
	}
	defer f.Close() //nolint:errcheck // only read
	src, err := io.ReadAll(io.LimitReader(f, flow.MaxBytes+1))
	if err != nil {
		return nil, &flowFileError{err: err}
	}
	return src, nil
}

// parseFlow reads and parses a file; a faulty flow is nil and its problems are printed to errs.
func parseFlow(errs *sheet, file string) (*flow.Flow, error) {
	src, err := readFlow(file)
	if err != nil {
		return nil, err
	}
	f, problems := flow.Parse(file, src)
	if f == nil {
		for _, p := range problems {
			errs.printf("%s:%v\n", file, p)
		}
	}
	return f, nil
}

// printJSON prints one result; an array is never null.
func printJSON(out *sheet, v any) error {
	e := json.NewEncoder(out.w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

type lintedFlow struct {
	File     string         `json:"file"`
	OK       bool           `json:"ok"`
	ID       string         `json:"id,omitempty"`
	Version  int            `json:"version,omitempty"`
	Hash     string         `json:"hash,omitempty"`
	Problems []flow.Problem `json:"problems"`
}

func lintFlows(out *sheet, files []string, asJSON bool) (bool, error) {
	good := true
	list := []lintedFlow{}
	for _, file := range files {
		src, err := readFlow(file)
		if err != nil {
			return false, err
		}
		f, problems := flow.Parse(file, src)
		l := lintedFlow{File: file}
		if f != nil {
			problems = flow.Lint(f)
			l.ID, l.Version, l.Hash = f.ID(), f.Version(), f.Hash()
		}
		l.Problems = append([]flow.Problem{}, problems...)
		l.OK = !flow.Failed(problems)
		good = good && l.OK
		list = append(list, l)
		if asJSON {
			continue
		}
		for _, p := range problems {
			out.printf("%s:%v\n", file, p)
		}
		if l.OK {
			out.printf("%s: ok, %s version %d, %s\n", file, l.ID, l.Version, l.Hash[:12])
		}
	}
	if asJSON {
		return good, printJSON(out, list)
	}
	return good, out.err
}

func formatFlows(out, errs *sheet, files []string, write, check bool) (bool, error) {
	good := true
	for _, file := range files {
		src, err := readFlow(file)
		if err != nil {
			return false, err
		}
		// What is no flow has no canonical form, not even where its lines could be set straight.
		f, problems := flow.Parse(file, src)
		var canonical []byte
		if f != nil {
			canonical, problems = flow.Format(src)
		}
		if canonical == nil {
			good = false
			for _, p := range problems {
				errs.printf("%s:%v\n", file, p)
			}
			continue
		}
		switch {
		case check:
			if !bytes.Equal(src, canonical) {
				good = false
				out.printf("%s\n", file)
			}
		case write:
			if !bytes.Equal(src, canonical) {
				if err := replaceFile(file, canonical); err != nil {
					return false, err
				}
			}
		default:
			out.printf("%s", canonical)
		}
	}
	return good, out.err
}

// replaceFile writes beside the file and renames, so that the old text is there until the new one is
// whole. The permissions stay.
func replaceFile(file string, content []byte) error {
	old, err := os.Stat(file)
	if err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	fresh, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*")
	if err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	_, err = fresh.Write(content)
	if err == nil {
		err = fresh.Chmod(old.Mode().Perm())
	}
	if err == nil {
		err = fresh.Sync()
	}
	if closing := fresh.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(fresh.Name(), file)
	}
	if err != nil {
		_ = os.Remove(fresh.Name())
		return fmt.Errorf("write %s: %w", file, err)
	}
	return nil
}

type testedFlow struct {
	File  string       `json:"file"`
	OK    bool         `json:"ok"`
	Tests []testedTalk `json:"tests"`
}

type testedTalk struct {
	Name     string         `json:"name"`
	Line     int            `json:"line"`
	OK       bool           `json:"ok"`
	Path     []string       `json:"path"`
	End      string         `json:"end"`
	Failures []flow.Failure `json:"failures"`
}

func testFlows(out, errs *sheet, files []string, asJSON bool) (bool, error) {
	good := true
	list := []testedFlow{}
	for _, file := range files {
		f, err := parseFlow(errs, file)
		if err != nil {
			return false, err
		}
		one := testedFlow{File: file, OK: f != nil, Tests: []testedTalk{}}
		if f != nil {
			one = testFlow(out, file, f, asJSON)
		}
		good = good && one.OK
		list = append(list, one)
	}
	if asJSON {
		return good, printJSON(out, list)
	}
	return good, out.err
}

func testFlow(out *sheet, file string, f *flow.Flow, quiet bool) testedFlow {
	one := testedFlow{File: file, OK: true, Tests: []testedTalk{}}
	for _, r := range flow.Test(f) {
		talk := testedTalk{Name: r.Name, Line: r.Line, OK: len(r.Failures) == 0, Path: append([]string{}, r.Path...), End: r.End, Failures: append([]flow.Failure{}, r.Failures...)}
		one.OK = one.OK && talk.OK
		one.Tests = append(one.Tests, talk)
		if quiet {
			continue
		}
		verdict := "ok  "
		if !talk.OK {
			verdict = "FAIL"
		}
		out.printf("%s %s:%d %s\n", verdict, file, r.Line, r.Name)
		for _, failure := range r.Failures {
			out.printf("     %s:%d: %s\n", file, failure.Line, failure.Text)
		}
	}
	if len(one.Tests) == 0 && !quiet {
		out.printf("%s: no tests\n", file)
	}
	return one
}

type coveredFlow struct {
	File  string     `json:"file"`
	Total int        `json:"total"`
	Gaps  []flow.Gap `json:"gaps"`
}

func coverFlows(out, errs *sheet, files []string, asJSON bool) (bool, error) {
	good := true
	list := []coveredFlow{}
	for _, file := range files {
		f, err := parseFlow(errs, file)
		if err != nil {
			return false, err
		}
		if f == nil {
			good = false
			continue
		}
		gaps, total := flow.Cover(f)
		good = good && len(gaps) == 0
		list = append(list, coveredFlow{File: file, Total: total, Gaps: append([]flow.Gap{}, gaps...)})
		if asJSON {
			continue
		}
		for _, g := range gaps {
			out.printf("%s:%d: no test passes the %s %s\n", file, g.Line, g.Kind, g.Text)
		}
		out.printf("%s: %d of %d steps, gotos, options and ends passed\n", file, total-len(gaps), total)
	}
	if asJSON {
		return good, printJSON(out, list)
	}
	return good, out.err
}

func graphFlow(out, errs *sheet, file, lang string) (bool, error) {
	f, err := parseFlow(errs, file)
	if err != nil || f == nil {
		return false, err
	}
	out.printf("%s", flow.Graph(f, lang))
	return true, out.err
}
