package desk_test

import (
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestAJobIsStoppedAndThereIsOneAtATime(t *testing.T) {
	b := newBench(t)
	b.out = nil
	b.do(desk.JobPressed{Kind: desk.JobExport})
	if hasCommand[desk.StartJob](b.out) {
		t.Fatal("an agent exports everybody's customers")
	}
	b.s.Session.Role = desk.RoleLead
	b.do(desk.JobPressed{Kind: desk.JobExport})
	start, ok := last[desk.StartJob](b)
	if !ok {
		t.Fatal("nothing was started")
	}
	b.out = nil
	b.do(desk.JobPressed{Kind: desk.JobExport})
	if hasCommand[desk.StartJob](b.out) {
		t.Error("a second one was started")
	}
	b.do(desk.JobMoved{ID: start.ID, Done: 7})
	b.do(desk.JobMoved{ID: "another", Done: 9})
	if b.s.Job.Done != 7 {
		t.Errorf("%+v", b.s.Job)
	}
	b.do(desk.JobStopped{})
	b.do(desk.JobStopped{})
	n := 0
	for _, c := range b.out {
		if _, stop := c.(desk.StopJob); stop {
			n++
		}
	}
	if n != 1 || !b.s.Job.Stopping {
		t.Errorf("stopped %d times, %+v", n, b.s.Job)
	}
	b.do(desk.JobEnded{ID: start.ID, Code: "stopped"})
	if b.s.Job != nil || b.s.Notices[len(b.s.Notices)-1].Code != "job_export_stopped" {
		t.Errorf("%+v, %+v", b.s.Job, b.s.Notices)
	}
}
