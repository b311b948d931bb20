package words

// Key names one text. Its value is the key in assets/i18n/*.json; texts hold {placeholders} that Fill
// replaces.
type Key string

// The program.
const (
	AppName Key = "app.name"
)

// Agent states.
const (
	AgentOffline  Key = "agent.offline"
	AgentReady    Key = "agent.ready"
	AgentRinging  Key = "agent.ringing"
	AgentOnCall   Key = "agent.on_call"
	AgentHold     Key = "agent.hold"
	AgentWrapUp   Key = "agent.wrap_up"
	AgentNotReady Key = "agent.not_ready"
	AwayBreak     Key = "away.break"
	AwayMeal      Key = "away.meal"
	AwayTraining  Key = "away.training"
	AwayMeeting   Key = "away.meeting"
	AgentAfter    Key = "agent.after"
)

// The queue glance.
const (
	QueueGlance Key = "queue.glance"
	QueueNobody Key = "queue.nobody"
)

// Why someone is offered as the other side of a call.
const (
	OfferPerhaps     Key = "offer.perhaps"
	OfferHousehold   Key = "offer.household"
	OfferCompany     Key = "offer.company"
	OfferTickets     Key = "offer.tickets"
	OfferArea        Key = "offer.area"
	OfferSwitchboard Key = "offer.switchboard"
	OfferCountry     Key = "offer.country"
	OfferReadings    Key = "offer.readings"
)

// Why a search or lookup found someone.
const (
	FieldPhone       Key = "field.phone"
	FieldNumber      Key = "field.number"
	FieldName        Key = "field.name"
	FieldPinyin      Key = "field.pinyin"
	FieldCompany     Key = "field.company"
	FieldOwner       Key = "field.owner"
	FieldStatus      Key = "field.status"
	FieldLastContact Key = "field.last_contact"
	FieldAddress     Key = "field.address"
	FieldEmail       Key = "field.email"
	FieldZhuyin      Key = "field.zhuyin"
	FieldTicket      Key = "field.ticket"
)

// Why a found customer stands before others: desk.NearDue and the like.
const (
	NearDue    Key = "near.due"
	NearOwn    Key = "near.own"
	NearRecent Key = "near.recent"
)

// The customer panel.
const (
	CustomerIdle        Key = "customer.idle"
	CustomerIdleHow     Key = "customer.idle_how"
	CustomerNotReady    Key = "customer.not_ready"
	CustomerNotReadyHow Key = "customer.not_ready_how"
	CustomerNoPhone     Key = "customer.no_phone"
	CustomerNoPhoneHow  Key = "customer.no_phone_how"
	CustomerLooking     Key = "customer.looking"
	CustomerPerhaps     Key = "customer.perhaps"
	CustomerPerhapsHow  Key = "customer.perhaps_how"
	CustomerNone        Key = "customer.none"
	CustomerMore        Key = "customer.more"
	CustomerUnknown     Key = "customer.unknown"
	CustomerUnread      Key = "customer.unread"
	CustomerUnknownHow  Key = "customer.unknown_how"
	CustomerUnreadHow   Key = "customer.unread_how"
	CustomerWithheld    Key = "customer.withheld"
	CustomerWithheldHow Key = "customer.withheld_how"
	CustomerNewName     Key = "customer.new_name"
	CustomerSeveral     Key = "customer.several"
	CustomerSeveralHow  Key = "customer.several_how"
	CustomerNoName      Key = "customer.no_name"
	CustomerStub        Key = "customer.stub"
	CustomerStubPool    Key = "customer.stub_pool"
	CustomerVisits      Key = "customer.calls"
	BrowseCall          Key = "browse.call"
	BrowseNote          Key = "browse.note"
	LevelNormal         Key = "level.normal"
	LevelVIP            Key = "level.vip"
	TierPotential       Key = "tier.potential"
	TierNew             Key = "tier.new"
	TierEstablished     Key = "tier.established"
	TierLoyal           Key = "tier.loyal"
	TierSleeping        Key = "tier.sleeping"
	StatusInterested    Key = "status.interested"
	StatusCommitted     Key = "status.committed"
	StatusPaused        Key = "status.paused"
)

// The play-book: how to treat this customer.
const (
	PlayTitle       Key = "play.title"
	PlayPotential   Key = "play.potential"
	PlayNew         Key = "play.new"
	PlayEstablished Key = "play.established"
	PlayLoyal       Key = "play.loyal"
	PlaySleeping    Key = "play.sleeping"
)

// Warnings about a customer.
const (
	WarnTicketOverdue Key = "warn.ticket_overdue"
	WarnTicketLate    Key = "warn.ticket_late"
	WarnCallbackToday Key = "warn.callback_today"
	WarnCallbackLate  Key = "warn.callback_late"
	TicketNoNumber    Key = "ticket.no_number"
)

// History rows.
const (
	HistoryTitle       Key = "history.title"
	HistoryEmpty       Key = "history.empty"
	HistoryUnread      Key = "history.unread"
	HistoryLoading     Key = "history.loading"
	KindCallIn         Key = "kind.call_in"
	KindCallOut        Key = "kind.call_out"
	KindCounter        Key = "kind.counter"
	KindVisit          Key = "kind.visit"
	KindTicket         Key = "kind.ticket"
	KindCallback       Key = "kind.callback"
	TicketAccepted     Key = "ticket.accepted"
	TicketAssigned     Key = "ticket.assigned"
	TicketInProgress   Key = "ticket.in_progress"
	TicketResolved     Key = "ticket.resolved"
	TicketCustomerTold Key = "ticket.customer_told"
	TicketClosed       Key = "ticket.closed"
	CallbackOpen       Key = "callback.open"
	CallbackClaimed    Key = "callback.claimed"
	CallbackDone       Key = "callback.done"
	CallbackMissed     Key = "callback.missed"
	CallbackCancelled  Key = "callback.cancelled"
	RowNotSynced       Key = "row.not_synced"
)

// Call reasons.
const (
	ReasonTitle       Key = "reason.title"
	ReasonEnquiry     Key = "reason.enquiry"
	ReasonBusiness    Key = "reason.business"
	ReasonInformation Key = "reason.information"
	ReasonFault       Key = "reason.fault"
	ReasonComplaint   Key = "reason.complaint"
	ReasonSuggestion  Key = "reason.suggestion"
	ReasonBilling     Key = "reason.billing"
	ReasonSalesLead   Key = "reason.sales_lead"
)

// Outcomes.
const (
	OutcomeTitle     Key = "outcome.title"
	OutcomeResolved  Key = "outcome.resolved"
	OutcomeFollowUp  Key = "outcome.follow_up"
	OutcomeTicket    Key = "outcome.ticket"
	OutcomeEscalated Key = "outcome.escalated"
	OutcomeNoAnswer  Key = "outcome.no_answer"
)

// The flow panel.
const (
	FlowTitle       Key = "flow.title"
	FlowHintAll     Key = "flow.hint_all"
	FlowHintLess    Key = "flow.hint_less"
	ActHint         Key = "act.hint"
	FlowChoose      Key = "flow.choose"
	FlowChooseHow   Key = "flow.choose_how"
	FlowNone        Key = "flow.none"
	FlowStep        Key = "flow.step"
	FlowVersion     Key = "flow.version"
	FlowNoteSoFar   Key = "flow.note_so_far"
	FlowDone        Key = "flow.done"
	FlowDoneOutcome Key = "flow.done_outcome"
	FlowRequired    Key = "flow.required"
	FlowYes         Key = "flow.yes"
	FlowNo          Key = "flow.no"
	AskText         Key = "ask.text"
	AskNumber       Key = "ask.number"
	AskDate         Key = "ask.date"
	AskAmount       Key = "ask.amount"
	AskPhone        Key = "ask.phone"
	BadRequired     Key = "bad.required"
	BadUnchosen     Key = "bad.unchosen"
	BadNumber       Key = "bad.not_a_number"
	BadDate         Key = "bad.not_a_date"
	BadAmount       Key = "bad.not_an_amount"
	BadPhone        Key = "bad.not_a_phone"
	BadOption       Key = "bad.not_an_option"
	BadTooLong      Key = "bad.too_long"
	BadInvalid      Key = "bad.invalid"
	BadQuestion     Key = "bad.no_such_question"
)

// The note.
const (
	NoteTitle       Key = "note.title"
	NoteWrapUp      Key = "note.wrap_up"
	NoteSubject     Key = "note.subject"
	NoteContent     Key = "note.content"
	NoteNone        Key = "note.none"
	NoteKept        Key = "note.kept"
	NoteKeeping     Key = "note.keeping"
	NoteSaving      Key = "note.saving"
	NoteSaved       Key = "note.saved"
	NoteSynced      Key = "note.synced"
	NoteRefused     Key = "note.refused"
	NoteRestored    Key = "note.restored"
	NotKeptDiskFull Key = "unsaved.disk_full"
	NotKeptReadOnly Key = "unsaved.read_only"
	NotKeptHeld     Key = "unsaved.held"
	NotKeptInvalid  Key = "unsaved.invalid"
	NotKeptNotFound Key = "unsaved.not_found"
	NotKeptStore    Key = "unsaved.store"
	DraftsTitle     Key = "drafts.title"
	DraftUnnamed    Key = "draft.unnamed"
)

// Notices.
const (
	NoticeNotRegistered        Key = "notice.call_not_registered"
	NoticeTooManyCalls         Key = "notice.call_too_many_calls"
	NoticeBadNumber            Key = "notice.call_bad_number"
	NoticeCallFailed           Key = "notice.call_failed"
	NoticeRestored             Key = "notice.drafts_restored"
	NoticeTooManyDrafts        Key = "notice.too_many_drafts"
	NoticeNoPhone              Key = "notice.call_no_phone"
	NoticePhoneRefused         Key = "notice.phone_refused"
	NoticeOpRefused            Key = "notice.op_refused"
	NoticeFlowUnknown          Key = "notice.flow_unknown"
	NoticeNotAnsweredYet       Key = "notice.not_answered_yet"
	NoticeMissedCall           Key = "notice.missed_call"
	NoticePromiseNeedsCustomer Key = "notice.promise_needs_customer"
	NoticeSaving               Key = "notice.saving"
	NoticeRecoveryKeyChanged   Key = "notice.recovery_key_changed"
	NoticeWiping               Key = "notice.wiping"
	NoticeOther                Key = "notice.other"
)

// Key hints by situation.
const (
	HintsIdle      Key = "hints.idle"
	HintsAway      Key = "hints.away"
	HintsRinging   Key = "hints.ringing"
	HintsFlow      Key = "hints.flow"
	HintsStep      Key = "hints.step"
	HintsFlowMixed Key = "hints.flow_mixed"
	HintsFlowText  Key = "hints.flow_text"
	HintsChoose    Key = "hints.choose"
	HintsEarly     Key = "hints.early"
	HintsNote      Key = "hints.note"
	HintsInNote    Key = "hints.in_note"
	HintsBoard     Key = "hints.board"
	HintsDrafts    Key = "hints.drafts"
)

// The demo's hint line.
const (
	DemoWaiting Key = "demo.waiting"
	DemoReady   Key = "demo.ready"
	DemoAnswer  Key = "demo.answer"
	DemoFlow    Key = "demo.flow"
	DemoText    Key = "demo.text"
	DemoNote    Key = "demo.note"
	DemoWrap    Key = "demo.wrap"
	DemoFinish  Key = "demo.finish"
	DemoSynced  Key = "demo.synced"
	DemoDial    Key = "demo.dial"
	DemoLead    Key = "demo.lead"
)

// The board.
const (
	BoardTitle     Key = "board.title"
	BoardQueues    Key = "board.queues"
	BoardAgents    Key = "board.agents"
	BoardCallers   Key = "board.callers"
	BoardNoQueues  Key = "board.no_queues"
	BoardNoCallers Key = "board.no_callers"
	BoardNoAgents  Key = "board.no_agents"
	BoardQueue     Key = "board.queue"
	BoardWaiting   Key = "board.waiting"
	BoardLongest   Key = "board.longest"
	BoardOffered   Key = "board.offered"
	BoardAnswered  Key = "board.answered"
	BoardAbandoned Key = "board.abandoned"
	BoardRate      Key = "board.rate"
	BoardFree      Key = "board.free"
	BoardLive      Key = "board.live"
	BoardStale     Key = "board.stale"
)

// The first-run screen and the lock.
const (
	RunTitle             Key = "run.title"
	RunLead              Key = "run.lead"
	RunAddress           Key = "run.address"
	RunAddressPrompt     Key = "run.address_prompt"
	RunJoinCode          Key = "run.join_code"
	RunJoinPrompt        Key = "run.join_prompt"
	RunUser              Key = "run.user"
	RunPassword          Key = "run.password"
	RunPhoneFromCentral  Key = "run.phone_from_central"
	RunPhoneByHand       Key = "run.phone_by_hand"
	RunPhoneNumber       Key = "run.phone_number"
	RunPhoneServer       Key = "run.phone_server"
	RunPhoneServerPrompt Key = "run.phone_server_prompt"
	RunPhoneUser         Key = "run.phone_user"
	RunPhonePassword     Key = "run.phone_password"
	RunPassphrase        Key = "run.passphrase"
	RunPassphraseAgain   Key = "run.passphrase_again"
	RunNoKeyring         Key = "run.no_keyring"
	RunKeyring           Key = "run.keyring"
	RunBusy              Key = "run.busy"
	RunWithoutCentral    Key = "run.without_central"
	SignInLead           Key = "signin.lead"
	UnlockTitle          Key = "unlock.title"
	UnlockLead           Key = "unlock.lead"
	UnlockForgotten      Key = "unlock.forgotten"
	JoinAddressMissing   Key = "join.address_missing"
	JoinBadAddress       Key = "join.bad_address"
	JoinNotSecure        Key = "join.not_secure"
	JoinUserMissing      Key = "join.user_missing"
	JoinPhoneMissing     Key = "join.phone_missing"
	JoinUnreachable      Key = "join.unreachable"
	JoinTimeout          Key = "join.timeout"
	JoinDNS              Key = "join.dns"
	JoinTLS              Key = "join.tls"
	JoinBadCode          Key = "join.bad_join_code"
	JoinWrongPassword    Key = "join.wrong_password"
	JoinDisabled         Key = "join.disabled"
	JoinTooMany          Key = "join.too_many_attempts"
	JoinServerError      Key = "join.server_error"
	JoinShort            Key = "join.passphrase_short"
	JoinDiffers          Key = "join.passphrase_differs"
	JoinNotHere          Key = "join.not_found"
	JoinWrongPassphrase  Key = "join.wrong_passphrase"
	JoinStoreKept        Key = "join.store_kept"
	JoinWiped            Key = "join.wiped"
	JoinPortal           Key = "join.portal"
	JoinProxy            Key = "join.proxy"
	JoinProxyAuth        Key = "join.proxy_auth"
	JoinTLSName          Key = "join.tls_name"
	JoinDeskOld          Key = "join.desk_old"
	JoinCentralOld       Key = "join.central_old"
	JoinKeyring          Key = "join.keyring"
	JoinDiskFull         Key = "join.disk_full"
	JoinOther            Key = "join.other"
)

// Time.
const (
	TimeToday     Key = "time.today"
	TimeYesterday Key = "time.yesterday"
	TimeDays      Key = "time.days"
	TimeSeconds   Key = "time.seconds"
	TimeMinutes   Key = "time.minutes"
	TimeHours     Key = "time.hours"
)

// Import and export of tables (docs/IMPORT.md).
const (
	ImportRow               Key = "import.row"
	ImportReason            Key = "import.reason"
	ImportMissingName       Key = "import.problem.missing_name"
	ImportBadNumber         Key = "import.problem.bad_number"
	ImportTooMany           Key = "import.problem.too_many"
	ImportTooLong           Key = "import.problem.too_long"
	ImportUnknownWord       Key = "import.problem.unknown_word"
	ImportBadEmail          Key = "import.problem.bad_email"
	ImportBadDate           Key = "import.problem.bad_date"
	ImportUnreadable        Key = "import.problem.unreadable"
	ImportFormulaError      Key = "import.problem.formula_error"
	ImportMoreCells         Key = "import.problem.more_cells"
	ImportDuplicate         Key = "import.problem.duplicate"
	ImportDuplicateRow      Key = "import.problem.duplicate_row"
	ImportSeveralHave       Key = "import.problem.several_have"
	ImportNotHeld           Key = "import.problem.not_held"
	ExportNumber            Key = "export.number"
	ExportName              Key = "export.name"
	ExportSex               Key = "export.sex"
	ExportCompany           Key = "export.company"
	ExportTitle             Key = "export.title"
	ExportPhones            Key = "export.phones"
	ExportEmail             Key = "export.email"
	ExportAddress           Key = "export.address"
	ExportIndustry          Key = "export.industry"
	ExportSource            Key = "export.source"
	ExportStatus            Key = "export.status"
	ExportLevel             Key = "export.level"
	ExportCreated           Key = "export.created"
	ExportTier              Key = "export.tier"
	ExportOwner             Key = "export.owner"
	ExportLastContact       Key = "export.last_contact"
	ExportNextVisit         Key = "export.next_visit"
	ExportAt                Key = "export.at"
	ExportCustomer          Key = "export.customer"
	ExportPhone             Key = "export.phone"
	ExportChannel           Key = "export.channel"
	ExportDirection         Key = "export.direction"
	ExportReason            Key = "export.reason"
	ExportSubject           Key = "export.subject"
	ExportContent           Key = "export.content"
	ExportOutcome           Key = "export.outcome"
	ExportSeconds           Key = "export.seconds"
	ExportAgent             Key = "export.agent"
	ExportSexM              Key = "export.sex.m"
	ExportSexF              Key = "export.sex.f"
	ExportSourceOutreach    Key = "export.source.outreach"
	ExportSourceAdvertising Key = "export.source.advertising"
	ExportSourceReferral    Key = "export.source.referral"
	ExportChannelPhone      Key = "export.channel.phone"
	ExportChannelCounter    Key = "export.channel.counter"
	ExportChannelVisit      Key = "export.channel.visit"
	ExportDirectionIn       Key = "export.direction.in"
	ExportDirectionOut      Key = "export.direction.out"
)
