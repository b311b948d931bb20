package desk

// JobKind is what a job does.
type JobKind string

// The jobs.
const (
	JobExport JobKind = "export" // all customers that the desk holds, into a new file: for those who lead
)

// Job is work that takes longer than an eye waits and that can be stopped. There is one at a time. Done counts rows or
// parts; it is 0 until the first.
type Job struct {
	ID       string
	Kind     JobKind
	Done     int
	Since    Millis
	Stopping bool
}

// Events of jobs.
type (
	// JobPressed begins a job, unless one is under way.
	JobPressed struct{ Kind JobKind }
	// JobStopped stops the one under way: what it has written so far is taken away.
	JobStopped struct{}
	// JobMoved tells how far a job is.
	JobMoved struct {
		ID   string
		Done int
	}
	// JobEnded tells what a job came to: Code (done, stopped, failed) is worded with its kind, Args are its figures.
	JobEnded struct {
		ID   string
		Code string
		Args map[string]string
	}
)

func (JobPressed) event() {}
func (JobStopped) event() {}
func (JobMoved) event()   {}
func (JobEnded) event()   {}

// Commands of jobs.
type (
	// StartJob begins a job.
	StartJob struct {
		ID       string
		Kind     JobKind
		Language Language
	}
	// StopJob stops it.
	StopJob struct{ ID string }
)

func (StartJob) command() {}
func (StopJob) command()  {}

// MayStart reports whether this user may begin a job now.
func (s State) MayStart(kind JobKind) bool {
	switch kind {
	case JobExport:
		return s.Job == nil && s.leads()
	}
	return false
}

func (u *step) atJobs(e Event) {
	switch e := e.(type) {
	case JobPressed:
		if u.s.MayStart(e.Kind) {
			u.s.Job = &Job{ID: u.at.ID(0), Kind: e.Kind, Since: u.at.At}
			u.do(StartJob{ID: u.s.Job.ID, Kind: e.Kind, Language: u.s.Language})
		}
	case JobStopped:
		if j := u.s.Job; j != nil && !j.Stopping {
			stopping := *j
			stopping.Stopping = true
			u.s.Job = &stopping
			u.do(StopJob{ID: j.ID})
		}
	case JobMoved:
		if j := u.s.Job; j != nil && j.ID == e.ID {
			moved := *j
			moved.Done = e.Done
			u.s.Job = &moved
		}
	case JobEnded:
		j := u.s.Job
		if j == nil || j.ID != e.ID {
			return
		}
		u.s.Job = nil
		level := NoticeInfo
		if e.Code != "stopped" { // where the file is stays until it was read
			level = NoticeWarning
		}
		u.notice(Notice{Level: level, Code: "job_" + string(j.Kind) + "_" + e.Code, Args: e.Args})
	default: // the others are not for this function
	}
}
