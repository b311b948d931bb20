package words

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
