package words

// Of practising a flow without a call.
const (
	Practice          Key = "practice"
	PracticeOn        Key = "practice.on"
	PracticeIs        Key = "practice.is"
	PracticeHowTitle  Key = "practice.how_title"
	PracticeHow       Key = "practice.how"
	PracticeName      Key = "practice.name"
	PracticeNoHistory Key = "practice.no_history"
	PracticeNotKept   Key = "practice.not_kept"
	PracticeThis      Key = "practice.this"
	PracticeResume    Key = "practice.resume"
	PracticeAgain     Key = "practice.again"
	PracticeEnd       Key = "practice.end"
	PracticeDone      Key = "practice.done"
	PracticeTicket    Key = "practice.ticket"
	PracticeCallback  Key = "practice.callback"
	HintsPractice     Key = "hints.practice"

	NoticePracticeAside  Key = "notice.practice_aside"
	NoticePracticeInCall Key = "notice.practice_in_call"
	NoticePracticeInWrap Key = "notice.practice_in_wrap"
	NoticePracticeOver   Key = "notice.practice_not_saved"
)
