package desk

// Phone is one number of a customer. Raw is what a person typed; E164 is its normal form, empty
// where there is none (short numbers such as 95598 have none).
type Phone struct {
	Label string `json:"label,omitempty"`
	Raw   string `json:"raw"`
	E164  string `json:"e164,omitempty"`
}

// CustomerStatus is how far the relation is (客户状态).
type CustomerStatus string

// The customer states.
const (
	StatusInterested CustomerStatus = "interested" // 意向
	StatusCommitted  CustomerStatus = "committed"  // 准客户
	StatusPaused     CustomerStatus = "paused"     // 暂停
)

// Level is the customer's rank (客户等级).
type Level string

// The levels.
const (
	LevelNormal Level = "normal" // 普通
	LevelVIP    Level = "vip"
)

// Tier is the computed segment of a customer (客户分层); it is never typed.
type Tier string

// The tiers.
const (
	TierPotential   Tier = "potential"   // 潜在
	TierNew         Tier = "new"         // 新
	TierEstablished Tier = "established" // 成熟
	TierLoyal       Tier = "loyal"       // 忠诚
	TierSleeping    Tier = "sleeping"    // 沉睡
)

// Customer is a person or company that calls or is called (客户). A stub holds only what everyone of
// the organisation may see: ID, number, name, level, tier, owner, group and phones.
type Customer struct {
	ID            string            `json:"id"`
	Number        string            `json:"number,omitempty"` // the organisation's customer number
	Name          string            `json:"name"`
	Company       string            `json:"company,omitempty"`
	Title         string            `json:"title,omitempty"`
	Phones        []Phone           `json:"phones,omitempty"`
	Email         string            `json:"email,omitempty"`
	Address       string            `json:"address,omitempty"`
	Sex           string            `json:"sex,omitempty"` // m, f or empty
	Industry      string            `json:"industry,omitempty"`
	Source        string            `json:"source,omitempty"` // outreach, advertising, referral
	Status        CustomerStatus    `json:"status,omitempty"`
	Level         Level             `json:"level,omitempty"`
	Tier          Tier              `json:"tier,omitempty"`
	Owner         string            `json:"owner,omitempty"` // user name
	Group         string            `json:"group,omitempty"`
	CreatedAt     Millis            `json:"created_at,omitempty"`
	LastContactAt Millis            `json:"last_contact_at,omitempty"`
	NextVisitAt   Millis            `json:"next_visit_at,omitempty"`
	PooledAt      Millis            `json:"pooled_at,omitempty"` // released to the pool (公海) then; 0: not in it
	PooledBy      string            `json:"pooled_by,omitempty"` // who released the customer
	Attributes    map[string]string `json:"attributes,omitempty"`
	Stub          bool              `json:"stub,omitempty"`
}

// Match says why a search found a customer: the field and its text.
type Match struct {
	Field string `json:"field"` // phone, number, ticket, name, pinyin, zhuyin, company, address, note
	Text  string `json:"text"`
}

// Why a customer is near the user who searches, and stands before others who fit as well.
const (
	NearDue    = "due"    // a callback is open
	NearOwn    = "own"    // the user is the owner
	NearRecent = "recent" // spoken to of late
)

// Hit is a customer found by a search. Near says why it stands before others; empty: it does not. Contact is the ID
// of the contact whose note was found; empty: the customer itself was.
type Hit struct {
	Customer Customer
	Contact  string
	Match    Match
	Near     []string
}

// Channel is how a contact took place.
type Channel string

// The channels of this version; others come with their features.
const (
	ChannelPhone   Channel = "phone"
	ChannelCounter Channel = "counter" // 营业厅
	ChannelVisit   Channel = "visit"   // 拜访
)

// Direction tells who began a call or contact.
type Direction string

// The directions.
const (
	Inbound  Direction = "in"
	Outbound Direction = "out"
)

// Reason is a node of the tree of call reasons (来电原因).
type Reason string

// The roots of the reason tree.
const (
	ReasonEnquiry     Reason = "enquiry"     // 咨询
	ReasonBusiness    Reason = "business"    // 业务受理
	ReasonInformation Reason = "information" // 信息查询
	ReasonFault       Reason = "fault"       // 故障报修
	ReasonComplaint   Reason = "complaint"   // 投诉
	ReasonSuggestion  Reason = "suggestion"  // 建议
	ReasonBilling     Reason = "billing"     // 缴费/欠费
	ReasonSalesLead   Reason = "sales_lead"  // 商机
)

// Outcome is how a contact ended.
type Outcome string

// The outcomes.
const (
	OutcomeResolved  Outcome = "resolved"  // 已解决
	OutcomeFollowUp  Outcome = "follow_up" // 待跟进
	OutcomeTicket    Outcome = "ticket"    // 转工单
	OutcomeEscalated Outcome = "escalated" // 转上级
	OutcomeNoAnswer  Outcome = "no_answer" // 未接通
)

// Contact is the full record of one talk with a customer (联系记录). Once written its time stays;
// its content may be corrected.
type Contact struct {
	ID         string            `json:"id"`
	Customer   string            `json:"customer,omitempty"` // customer ID; empty: not identified
	Identified Identified        `json:"identified,omitempty"`
	Call       string            `json:"call,omitempty"`   // call identity, see Call.Linked
	Number     string            `json:"number,omitempty"` // the other side's number
	At         Millis            `json:"at"`
	Offset     int               `json:"offset,omitempty"` // minutes east of UTC at the desk
	Seconds    int               `json:"seconds,omitempty"`
	Agent      string            `json:"agent,omitempty"` // user name
	Group      string            `json:"group,omitempty"`
	Channel    Channel           `json:"channel,omitempty"`
	Direction  Direction         `json:"direction,omitempty"`
	Subject    string            `json:"subject,omitempty"`
	Content    string            `json:"content,omitempty"`
	Reason     Reason            `json:"reason,omitempty"`
	Outcome    Outcome           `json:"outcome,omitempty"`
	Flow       string            `json:"flow,omitempty"`    // flow ID and hash that led the talk
	Answers    map[string]string `json:"answers,omitempty"` // what the flow wrote down
	Desk       string            `json:"desk,omitempty"`    // where it was written …
	N          int64             `json:"n,omitempty"`       // … and that desk's op number
	Synced     bool              `json:"-"`                 // local knowledge, never part of the record
}

// CallbackState is where a promise to call stands.
type CallbackState string

// The callback states.
const (
	CallbackOpen      CallbackState = "open"
	CallbackClaimed   CallbackState = "claimed"
	CallbackDone      CallbackState = "done"
	CallbackMissed    CallbackState = "missed"
	CallbackCancelled CallbackState = "cancelled"
)

// Callback is a promise to call a customer at a time (预约回呼). Wall and Zone are what was promised;
// At is that moment, for sorting.
type Callback struct {
	ID       string        `json:"id"`
	Customer string        `json:"customer"`
	Wall     string        `json:"wall"` // 2006-01-02T15:04
	Zone     string        `json:"zone"` // IANA
	At       Millis        `json:"at"`
	Owner    string        `json:"owner,omitempty"`
	Group    string        `json:"group,omitempty"`
	Note     string        `json:"note,omitempty"`
	State    CallbackState `json:"state"`
	Attempts int           `json:"attempts,omitempty"`

	// A claim is a lease by central, so that two agents never dial one customer: until ClaimedUntil (central's
	// clock) the callback is ClaimedBy's.
	ClaimedBy    string `json:"claimed_by,omitempty"`
	ClaimedUntil Millis `json:"claimed_until,omitempty"`

	Synced bool `json:"-"`
}

// TicketState is where a ticket stands in its closed loop (工单).
type TicketState string

// The ticket states.
const (
	TicketAccepted     TicketState = "accepted"
	TicketAssigned     TicketState = "assigned"
	TicketInProgress   TicketState = "in_progress"
	TicketResolved     TicketState = "resolved"
	TicketCustomerTold TicketState = "customer_told"
	TicketClosed       TicketState = "closed"
)

// Done reports whether nobody has to work on a ticket in this state any more: the customer has been told.
func (s TicketState) Done() bool { return s == TicketCustomerTold || s == TicketClosed }

// Ticket is work for a department that a contact gave rise to. Amount is a decimal string.
type Ticket struct {
	ID         string      `json:"id"`
	Customer   string      `json:"customer,omitempty"`
	Contact    string      `json:"contact,omitempty"`
	Number     string      `json:"number,omitempty"` // given by central
	Kind       string      `json:"kind"`             // complaint, fault, business
	Subject    string      `json:"subject,omitempty"`
	Detail     string      `json:"detail,omitempty"`
	Amount     string      `json:"amount,omitempty"`
	Currency   string      `json:"currency,omitempty"`
	Approval   string      `json:"approval,omitempty"` // none, pending, approved, refused
	State      TicketState `json:"state"`
	Department string      `json:"department,omitempty"`
	CreatedAt  Millis      `json:"created_at"`
	DueAt      Millis      `json:"due_at,omitempty"`
	Owner      string      `json:"owner,omitempty"`
	Group      string      `json:"group,omitempty"`
	Synced     bool        `json:"-"`
}

// History is what the desk shows of a customer: newest first, bounded by the query that made it.
type History struct {
	Contacts  []Contact
	Callbacks []Callback
	Tickets   []Ticket
	Since     Since // what changed since this user's last talk with the customer
	Failed    bool  // it could not be read: that is not the same as none
}
