package words

// Calls.
const (
	CallRinging    Key = "call.ringing"
	CallDialling   Key = "call.dialling"
	CallEarly      Key = "call.early"
	CallTalking    Key = "call.talking"
	CallHeld       Key = "call.held"
	CallHeldByThem Key = "call.held_by_them"
	CallHeldByBoth Key = "call.held_by_both"
	CallEnded      Key = "call.ended"
	CallMuted      Key = "call.muted"
	CallAnonymous  Key = "call.anonymous"
	CallVia        Key = "call.via"
	CallMore       Key = "call.more"
	MessagesMore   Key = "messages.more"
	EndAnswered    Key = "end.answered"
	EndBusy        Key = "end.busy"
	EndNoAnswer    Key = "end.no_answer"
	EndCancelled   Key = "end.cancelled"
	EndElsewhere   Key = "end.elsewhere"
	EndRejected    Key = "end.rejected"
	EndFailed      Key = "end.failed"
	EndHungUp      Key = "end.hung_up"
	EndByThem      Key = "end.by_them"
	EndLost        Key = "end.lost"
)

// What a button says.
const (
	DoAnswer     Key = "do.answer"
	DoDecline    Key = "do.decline"
	DoHangUp     Key = "do.hang_up"
	DoHold       Key = "do.hold"
	DoResume     Key = "do.resume"
	DoMute       Key = "do.mute"
	DoUnmute     Key = "do.unmute"
	DoDial       Key = "do.dial"
	DoNext       Key = "do.next"
	DoBack       Key = "do.back"
	DoFinish     Key = "do.finish"
	DoSave       Key = "do.save"
	DoDismiss    Key = "do.dismiss"
	DoJoin       Key = "do.join"
	DoUnlock     Key = "do.unlock"
	DoQuit       Key = "do.quit"
	DoRejoin     Key = "do.rejoin"
	DoRetry      Key = "do.retry"
	DoKeys       Key = "do.keys"
	DoSend       Key = "do.send"
	DoBackToCall Key = "do.back_to_call"
	DoBackToNote Key = "do.back_to_note"
	DoClose      Key = "do.close"

	DoSignIn      Key = "do.sign_in"
	DoSignInAgain Key = "do.sign_in_again"
)

// Search, dial and keypad.
const (
	SearchPrompt  Key = "search.prompt"
	SearchBusy    Key = "search.busy"
	SearchNothing Key = "search.nothing"
	SearchUnread  Key = "search.unread"
	SearchHits    Key = "search.hits"
	SearchMany    Key = "search.many"
	SearchRinging Key = "search.ringing"
	DialPrompt    Key = "dial.prompt"
	KeysPrompt    Key = "keys.prompt"
)

// The phone.
const (
	PhoneNone         Key = "phone.none"
	PhoneWaits        Key = "phone.waits"
	PhoneDirect       Key = "phone.direct"
	PhoneNoneHow      Key = "phone.none_how"
	PhoneNoneForm     Key = "phone.none_form"
	PhoneRegistering  Key = "phone.registering"
	PhoneRegistered   Key = "phone.registered"
	PhoneFailed       Key = "phone.failed"
	PhoneUnregistered Key = "phone.unregistered"
	RegWrongPassword  Key = "reg.wrong_password" //nolint:gosec // the key of a text about a password
	RegNotFound       Key = "reg.not_found"
	RegForbidden      Key = "reg.forbidden"
	RegTimeout        Key = "reg.timeout"
	RegUnreachable    Key = "reg.unreachable"
	RegTLS            Key = "reg.tls"
	RegDNS            Key = "reg.dns"
	RegServerError    Key = "reg.server_error"
	RegLocal          Key = "reg.local"
	RegOther          Key = "reg.other"
)

// Sound and the clock.
const (
	SoundGood      Key = "sound.good"
	SoundDefault   Key = "sound.default"
	SoundNone      Key = "sound.none"
	SoundNoneFound Key = "sound.none_found"
	SoundStalled   Key = "sound.stalled"
	SoundLost      Key = "sound.lost"
	ClockBehind    Key = "clock.behind"
	ClockAhead     Key = "clock.ahead"
)

// Handing a call over.
const (
	CallGoing      Key = "call.going"
	CallGoingRings Key = "call.going_rings"
	CallConsult    Key = "call.consult"
	DoTransfer     Key = "do.transfer"
	DoTransferNow  Key = "do.transfer_now"
	DoConsult      Key = "do.consult"
	DoComplete     Key = "do.complete"
	TransferPrompt Key = "transfer.prompt"
	EndTransferred Key = "end.transferred"
	NoticeNotGiven Key = "notice.transfer_failed"
)
