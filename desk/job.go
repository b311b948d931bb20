package desk

// JobKind is what a job does.
type JobKind string

// The jobs.
const (
	JobExport JobKind = "export" // all customers that the desk holds, into a new file: for those who lead
	JobImport JobKind = "import" // the customers of State.Table: likewise
)

// Job is work that takes longer than an eye waits and that can be stopped. There is one at a time. Done counts rows or
// parts; it is 0 until the first.
type Job struct {
	ID       string
	Kind     JobKind
	Done     int
	Total    int // 0: nobody knows
	Since    Millis
	Stopping bool
}

// Events of jobs.
type (
	// JobPressed begins a job, unless one is under way.
	JobPressed struct{ Kind JobKind }
	// JobStopped stops the one under way: half an export is taken away, what was imported is in.
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
		Table    *TableOrder // of an import
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
	case JobImport:
		return s.Job == nil && s.leads() && s.Table.ready()
	}
	return false
}

func (u *step) atJobs(e Event) {
	switch e := e.(type) {
	case JobPressed:
		if u.s.MayStart(e.Kind) {
			u.startJob(e.Kind)
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
		if j.Kind == JobImport && u.s.View == "import" {
			u.askTable() // what is in now
		}
	default: // the others are not for this function
	}
}

func (u *step) startJob(kind JobKind) {
	job, start := &Job{ID: u.at.ID(0), Kind: kind, Since: u.at.At}, StartJob{ID: u.at.ID(0), Kind: kind, Language: u.s.Language}
	if kind == JobImport {
		order := u.s.Table.order()
		start.Table = &order
		if u.s.Table.Preview.Whole {
			job.Total = u.s.Table.Preview.Rows
		}
	}
	u.s.Job = job
	u.do(start)
}
