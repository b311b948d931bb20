package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// jobTold is how often a job tells how far it is.
const jobTold = 250 * time.Millisecond

// startJob hands a job over; there is never a second, as desk.State has one at a time.
func (w *workplace) startJob(c desk.StartJob) {
	select {
	case w.jobs <- c:
	default:
		w.loop.send(desk.JobEnded{ID: c.ID, Code: "failed"})
	}
}

// stopJob stops the job that is under way.
func (w *workplace) stopJob() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopRunning != nil {
		w.stopRunning()
	}
}

// runJobs does jobs one after the other until ctx ends.
func (w *workplace) runJobs(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case c := <-w.jobs:
			job, stop := context.WithCancel(ctx)
			w.mu.Lock()
			w.stopRunning = stop
			w.mu.Unlock()
			ended := w.runJob(job, c)
			stop()
			w.loop.send(ended)
		}
	}
}

// runJob does one job and gives what it came to.
func (w *workplace) runJob(ctx context.Context, c desk.StartJob) desk.JobEnded {
	ended := desk.JobEnded{ID: c.ID, Code: "done"}
	last := time.Now()
	told := func(done int) {
		if now := time.Now(); now.Sub(last) >= jobTold {
			last = now
			w.loop.send(desk.JobMoved{ID: c.ID, Done: done})
		}
	}
	if c.Kind == desk.JobImport {
		return w.runImport(ctx, c, told)
	}
	var err error
	switch c.Kind {
	case desk.JobImport: // done above
	case desk.JobExport:
		var r exportReport
		r, err = export(ctx, exportJob{
			File: exportFile(w.cfg.Now()), What: exportCustomers, Store: w.store, Words: words.For(string(c.Language)), Zone: time.Local, Progress: told,
		})
		ended.Args = map[string]string{"n": strconv.Itoa(r.Rows), "file": r.File}
	}
	switch {
	case ctx.Err() != nil, errors.Is(err, context.Canceled):
		return desk.JobEnded{ID: c.ID, Code: "stopped"}
	case err != nil:
		w.ended("job "+string(c.Kind), err)
		return desk.JobEnded{ID: c.ID, Code: "failed"}
	}
	return ended
}

// exportFile is a new file among the user's documents, named after the moment.
func exportFile(now time.Time) string {
	dir, err := os.UserHomeDir()
	if err != nil {
		dir = os.TempDir()
	}
	if documents := filepath.Join(dir, "Documents"); exists(documents) {
		dir = documents
	}
	return filepath.Join(dir, "callbench-"+now.Format("20060102-150405")+".xlsx")
}
