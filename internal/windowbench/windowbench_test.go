package windowbench

import (
	"strings"
	"testing"
	"time"
)

func TestAReportMarksWhatIsAboveItsLimit(t *testing.T) {
	r := Report{Cores: 2}
	r.Add("idle", 4, "%", 5)
	r.Add("no limit", 400, "MB", 0)
	if !r.Held() || strings.Contains(r.Text(), "ABOVE") {
		t.Errorf("a report without a fault: %s", r.Text())
	}
	r.Add("echo", 50.1, "ms", 50)
	if r.Held() || strings.Count(r.Text(), "ABOVE") != 1 {
		t.Errorf("one figure is above its limit: %s", r.Text())
	}
}

func TestASpreadTellsMedianTailAndWorst(t *testing.T) {
	var took []time.Duration
	for i := range 100 {
		took = append(took, time.Duration(100-i)*time.Millisecond)
	}
	if got := SpreadOf(took); got != (Spread{51, 96, 100}) {
		t.Errorf("%+v", got)
	}
	if got := SpreadOf(nil); got != (Spread{}) {
		t.Errorf("of nothing: %+v", got)
	}
}
