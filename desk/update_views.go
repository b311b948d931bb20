package desk

// atViews takes what is pressed in the views of customers and tasks, and what can be taken back.
func (u *step) atViews(e Event) {
	switch e := e.(type) {
	case UndoPressed:
		u.undo()
	case TimelineChosen:
		u.timeline(e.Kind)
	case ReleasePressed:
		u.release(e.Customer)
	case ClaimPressed:
		u.claim(e)
	case ViewSaved, ViewForgotten, ViewTaken:
		u.atSavedViews(e)
	case FigureChosen:
		u.figureChosen(e.Figure)
	case TablesFound, TableNamed, TablePreviewed, TableReadStopped, ColumnPicked, ColumnTaken, DuplicatesChosen:
		u.atTables(e)
	case JobPressed, JobStopped, JobMoved, JobEnded:
		u.atJobs(e)
	case TaskKindChosen, TasksReached, TaskPicked, TaskDone, TaskCancelled, TaskMoving, CallbackMoved, TasksListed:
		u.atTasks(e)
	default: // the others are the view of customers'
		u.atCustomers(e)
	}
}
