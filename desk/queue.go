package desk

// AgentStatus is an agent's state as everyone sees it (坐席状态).
type AgentStatus string

// The agent states.
const (
	AgentOffline  AgentStatus = "offline"
	AgentReady    AgentStatus = "ready"     // 就绪
	AgentRinging  AgentStatus = "ringing"   // 振铃
	AgentOnCall   AgentStatus = "on_call"   // 通话中
	AgentHold     AgentStatus = "hold"      // 保持
	AgentWrapUp   AgentStatus = "wrap_up"   // 事后处理
	AgentNotReady AgentStatus = "not_ready" // 未就绪
)

// NotReadyReason says why an agent takes no calls.
type NotReadyReason string

// The reasons that ship; others are data.
const (
	ReasonBreak    NotReadyReason = "break"    // 小休
	ReasonMeal     NotReadyReason = "meal"     // 用餐
	ReasonTraining NotReadyReason = "training" // 培训
	ReasonMeeting  NotReadyReason = "meeting"  // 会议
)

// Cause says who or what changed an agent's state.
type Cause string

// The causes.
const (
	CauseSelf     Cause = "self"
	CauseTimer    Cause = "timer"
	CauseLead     Cause = "lead"
	CausePhone    Cause = "phone"
	CauseNoAnswer Cause = "no_answer"
)

// Agent is a user at a desk with the state the board shows.
type Agent struct {
	User      string         `json:"user"`
	Name      string         `json:"name,omitempty"`
	Group     string         `json:"group,omitempty"`
	Extension string         `json:"extension,omitempty"`
	State     AgentStatus    `json:"state"`
	Reason    NotReadyReason `json:"reason,omitempty"`
	Since     Millis         `json:"since"`
	Cause     Cause          `json:"cause,omitempty"`
	Pending   AgentStatus    `json:"pending,omitempty"` // wished for during a call, taken after it
}

// WaitingCaller is a caller in a queue whom nobody has answered yet.
type WaitingCaller struct {
	Call   string `json:"call"` // call identity
	Number string `json:"number"`
	Name   string `json:"name,omitempty"`
	Tier   Tier   `json:"tier,omitempty"`
	Since  Millis `json:"since"`
}

// Queue is one skill group's queue as it stands. The three counts are of today and are computed from
// the events, never copied from a PBX.
type Queue struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Waiting   []WaitingCaller `json:"waiting"`
	Offered   int             `json:"offered"`
	Answered  int             `json:"answered"`
	Abandoned int             `json:"abandoned"`
	Agents    []string        `json:"agents,omitempty"` // extensions
}

// Board is what a lead watches. AsOf is central's time of the newest event or heartbeat; Stale is set
// when the feed has been silent for two seconds or more.
type Board struct {
	Queues []Queue `json:"queues"`
	Agents []Agent `json:"agents"`
	AsOf   Millis  `json:"as_of"`
	Stale  bool    `json:"stale"`
}

// QueueEventKind names what happened in a PBX.
type QueueEventKind string

// The events a Feed emits. A feed begins with SnapshotBegan, then the events that describe the
// present (QueueSeen, AgentSeen, CallerJoined, CallerConnected), then SnapshotEnded; after that each
// event as it happens, and FeedAlive at least once a second.
const (
	SnapshotBegan   QueueEventKind = "snapshot_began"
	SnapshotEnded   QueueEventKind = "snapshot_ended"
	FeedAlive       QueueEventKind = "feed_alive"
	QueueSeen       QueueEventKind = "queue_seen"       // Queue, Name
	AgentSeen       QueueEventKind = "agent_seen"       // Agent, Queue, Name: is a member of the queue
	AgentReachable  QueueEventKind = "agent_reachable"  // phone registered
	AgentGone       QueueEventKind = "agent_gone"       // phone unregistered or expired
	CallerJoined    QueueEventKind = "caller_joined"    // Call, Queue, Number, Name
	AgentRang       QueueEventKind = "agent_rang"       // Call, Queue, Agent
	AgentRangOut    QueueEventKind = "agent_rang_out"   // not answered in time
	CallerConnected QueueEventKind = "caller_connected" // Call, Queue, Agent
	CallerAbandoned QueueEventKind = "caller_abandoned" // left before anyone answered
	CallCompleted   QueueEventKind = "call_completed"   // Call, Queue, Agent
	AgentBusy       QueueEventKind = "agent_busy"       // a call outside the queues began
	AgentIdle       QueueEventKind = "agent_idle"       // and ended
)

// QueueEvent is one thing that happened in a PBX, in the words every adapter translates into.
type QueueEvent struct {
	At     Millis         `json:"at"`
	Kind   QueueEventKind `json:"kind"`
	Queue  string         `json:"queue,omitempty"`
	Call   string         `json:"call,omitempty"` // the PBX's linked id
	Number string         `json:"number,omitempty"`
	Name   string         `json:"name,omitempty"`
	Agent  string         `json:"agent,omitempty"` // extension
	Since  Millis         `json:"since,omitempty"` // in a snapshot: since when
}
