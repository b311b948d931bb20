package words

// Calls while the window is not in front of the agent.
const (
	DoOpenWindow      Key = "do.open_window"
	DoQuitProgram     Key = "do.quit_program"
	DoOpenCallbench   Key = "do.open_callbench"
	NoticeCloseInCall Key = "notice.close_in_call"
	GroupAnywhere     Key = "group.anywhere"
	ActAnswerAnywhere Key = "act.answer_anywhere"
	ActMuteAnywhere   Key = "act.mute_anywhere"
	ActHangUpAnywhere Key = "act.hang_up_anywhere"
	GlobalKeyTaken    Key = "settings.global_keys_taken"
	GlobalKeysNone    Key = "settings.global_keys_none"
)
