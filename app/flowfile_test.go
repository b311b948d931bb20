package app

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/callbench/callbench/desk/flow"
)

const (
	shippedComplaint = "../assets/flows/complaint.flow"
	shippedEnquiry   = "../assets/flows/enquiry.flow"
)

// altered writes a copy of the complaint flow with a piece replaced.
func altered(t *testing.T, old, fresh string) string {
	t.Helper()
	src, err := os.ReadFile(shippedComplaint)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(src, []byte(old)) {
		t.Fatalf("the flow does not say %q", old)
	}
	file := filepath.Join(t.TempDir(), "complaint.flow")
	if err := os.WriteFile(file, bytes.Replace(src, []byte(old), []byte(fresh), 1), 0o640); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestLintNamesFileLineAndColumn(t *testing.T) {
	var out bytes.Buffer
	if good, err := lintFlows(&sheet{w: &out}, []string{shippedComplaint, shippedEnquiry}, false); !good || err != nil {
		t.Fatalf("shipped flows: %v %v\n%s", good, err, &out)
	}
	file := altered(t, "goto solve\n", "goto slove\n")
	out.Reset()
	good, err := lintFlows(&sheet{w: &out}, []string{file}, false)
	if good || err != nil || !strings.Contains(out.String(), file+":") || !strings.Contains(out.String(), "did you mean “solve”?") {
		t.Errorf("%v %v\n%s", good, err, &out)
	}
	out.Reset()
	if good, err = lintFlows(&sheet{w: &out}, []string{file}, true); good || err != nil || !strings.Contains(out.String(), `"code": "unknown_step"`) {
		t.Errorf("%v %v\n%s", good, err, &out)
	}
	if _, err = lintFlows(&sheet{w: &out}, []string{"no-such.flow"}, false); err == nil {
		t.Error("a file that is not there is no error")
	}
}

func TestFmtWritesTheCanonicalFormAndKeepsPermissions(t *testing.T) {
	file := altered(t, "goto solve\n", "　goto   solve\r\n")
	var out, errs bytes.Buffer
	if good, err := formatFlows(&sheet{w: &out}, &sheet{w: &errs}, []string{file}, false, true); good || err != nil || out.String() != file+"\n" {
		t.Errorf("check: %v %v %q", good, err, &out)
	}
	if good, err := formatFlows(&sheet{w: &out}, &sheet{w: &errs}, []string{file}, true, false); !good || err != nil {
		t.Fatalf("write: %v %v %s", good, err, &errs)
	}
	want, _ := os.ReadFile(shippedComplaint)
	got, _ := os.ReadFile(file)
	if !bytes.Equal(want, got) {
		t.Error("the written file is not the canonical one")
	}
	if st, _ := os.Stat(file); st.Mode().Perm() != 0o640 {
		t.Errorf("mode %v", st.Mode())
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestFmtLeavesAFileThatIsNotUTF8Alone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "gbk.flow")
	src := []byte("format 1\nflow x\n  zh-Hans: \xcb\xdf\n")
	if err := os.WriteFile(file, src, 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	good, err := formatFlows(&sheet{w: &out}, &sheet{w: &errs}, []string{file}, true, false)
	if good || err != nil || !strings.Contains(errs.String(), file+":3:12: error: these bytes are not UTF-8") {
		t.Errorf("%v %v %s", good, err, &errs)
	}
	if got, _ := os.ReadFile(file); !bytes.Equal(got, src) {
		t.Error("the file was changed")
	}
}

func TestFmtLeavesWhatIsNoFlowAlone(t *testing.T) {
	complaint, err := os.ReadFile(shippedComplaint)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ src, says string }{
		"nothing":        {"", ":1:1: error: the header has no line “format” (missing)"},
		"no format":      {strings.Replace("  "+string(complaint), "format 1\n", "", 1), "a flow begins with the line “format 1”"},
		"a lost goto":    {strings.Replace("  "+string(complaint), "goto solve\n", "goto nowhere\n", 1), "nowhere"},
		"something else": {"  hello\n", ":1:3: error: "},
	} {
		file := filepath.Join(t.TempDir(), "complaint.flow")
		if err := os.WriteFile(file, []byte(c.src), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, write := range []bool{false, true} {
			var out, errs bytes.Buffer
			good, err := formatFlows(&sheet{w: &out}, &sheet{w: &errs}, []string{file, shippedComplaint}, write, !write)
			if good || err != nil || out.Len() > 0 || !strings.HasPrefix(errs.String(), file+":") || !strings.Contains(errs.String(), c.says) {
				t.Errorf("%s: %v %v %q %q", name, good, err, &out, &errs)
			}
		}
		if got, _ := os.ReadFile(file); string(got) != c.src {
			t.Errorf("%s: the file was changed", name)
		}
	}
}

func TestTestTellsWhichExpectationFailed(t *testing.T) {
	var out, errs bytes.Buffer
	if good, err := testFlows(&sheet{w: &out}, &sheet{w: &errs}, []string{shippedComplaint, shippedEnquiry}, false); !good || err != nil {
		t.Fatalf("%v %v %s", good, err, &out)
	}
	out.Reset()
	file := altered(t, "reach unsettled", "reach settled")
	good, err := testFlows(&sheet{w: &out}, &sheet{w: &errs}, []string{file}, false)
	if good || err != nil || !strings.Contains(out.String(), "FAIL ") || !strings.Contains(out.String(), "it reaches “unsettled”") {
		t.Errorf("%v %v %s", good, err, &out)
	}
}

func TestCoverAndGraphOfShippedFlows(t *testing.T) {
	var out, errs bytes.Buffer
	if _, err := coverFlows(&sheet{w: &out}, &sheet{w: &errs}, []string{shippedComplaint}, false); err != nil || !strings.Contains(out.String(), "steps, gotos, options and ends passed") {
		t.Errorf("%v %s", err, &out)
	}
	out.Reset()
	good, err := graphFlow(&sheet{w: &out}, &sheet{w: &errs}, shippedComplaint, "en")
	if !good || err != nil || !strings.Contains(out.String(), `s5 -->|"amount > limit"| s7`) {
		t.Errorf("%v %v %s", good, err, &out)
	}
}

func TestPlayLeadsThroughATalkWithCorrections(t *testing.T) {
	// Wrong key, back and keep, note so far, then the rest of the way.
	typed := strings.Join([]string{
		"9", "", "1", // listen: no ninth option, the step is asked again
		"1", "等了三天", "1", // listen
		"<",        // restate: back
		"", "", "", // listen: all kept
		"?", "1", "", // restate
		"",              // apologise
		"2", "1", "催财务", // solve
		"60000",            // compensate
		"2026-11-24 15:00", // approval
	}, "\n") + "\n"
	var out, errs bytes.Buffer
	good, err := playFlow(strings.NewReader(typed), &sheet{w: &out}, &sheet{w: &errs}, shippedComplaint, "zh-Hans", flow.Facts{"customer.name": "陈怡君"})
	if !good || err != nil {
		t.Fatalf("%v %v %s", good, err, &errs)
	}
	for _, want := range []string{
		"press one of the keys shown", "陈怡君您好", "[等了三天] >", "   | 客户投诉退款或赔付迟延：等了三天。", "── 6/6 报批",
		"待主管审批 · escalated", "amount CNY 60000, approval pending", "callback 2026-11-24T15:00",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not printed:\n%s", want, &out)
		}
	}
}

func TestPlayThatStopsInTheMiddleGivesTheNoteSoFar(t *testing.T) {
	var out, errs bytes.Buffer
	good, err := playFlow(strings.NewReader("1\n\n1\nq!\n"), &sheet{w: &out}, &sheet{w: &errs}, shippedComplaint, "en", nil)
	if !good || err != nil || !strings.HasSuffix(out.String(), "   | The customer complains about a late refund.\n") {
		t.Errorf("%v %v\n%s", good, err, &out)
	}
}
