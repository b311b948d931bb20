package desk

// CallRecord is a call that this desk has had, as its list of recent calls keeps it. It is not the record of a talk
// (Contact): a call that nobody answered has one, too.
type CallRecord struct {
	ID           string    `json:"id"` // Call.ID
	Linked       string    `json:"linked,omitempty"`
	Direction    Direction `json:"direction"`
	Number       string    `json:"number,omitempty"`
	E164         string    `json:"e164,omitempty"`
	Name         string    `json:"name,omitempty"` // as the other side called itself
	Queue        string    `json:"queue,omitempty"`
	Customer     string    `json:"customer,omitempty"` // ID of whom the draft was about, where that was known
	CustomerName string    `json:"-"`                  // as that customer is called now
	Started      Millis    `json:"started"`
	Answered     Millis    `json:"answered,omitempty"`
	Ended        Millis    `json:"ended"`
	How          CallEnd   `json:"how"`
}

// CallEnd says what became of a call.
type CallEnd string

// What becomes of calls.
const (
	EndTalked    CallEnd = "talked"    // somebody answered here
	EndMissed    CallEnd = "missed"    // inbound, nobody answered
	EndDeclined  CallEnd = "declined"  // inbound, declined at this desk
	EndElsewhere CallEnd = "elsewhere" // inbound, answered at another phone
	EndNoAnswer  CallEnd = "no_answer" // outbound, nobody answered, for whatever reason
)

// Other is how the other side is told from others: the normal form of the number, else the number.
func (r CallRecord) Other() string {
	if r.E164 != "" {
		return r.E164
	}
	return r.Number
}

// Talk is how long people talked, in milliseconds.
func (r CallRecord) Talk() Millis {
	if r.Answered == 0 || r.Ended < r.Answered {
		return 0
	}
	return r.Ended - r.Answered
}

// Day is the user's own day and the calls before it.
type Day struct {
	Known bool         // it has been read
	From  Millis       // when the day began here; Due and Kept are of this day
	Calls []CallRecord // newest first, at most MaxDayCalls; also those of the days before
	Due   int          // callbacks of this user that were promised for a time of today
	Kept  int          // of those, the ones that are done
	seq   int          // of the newest LoadDay
	asked Millis       // when it was given
}

// MaxDayCalls bounds Day.Calls: nobody has more calls in a day. Older ones stay on disk for a while.
const MaxDayCalls = 500

// DayLoaded answers LoadDay; an older Seq is dropped.
type DayLoaded struct {
	Seq       int
	From      Millis
	Calls     []CallRecord
	Due, Kept int
}

func (DayLoaded) event() {}

// Commands about the own day.
type (
	// KeepCall makes a call durable that has ended.
	KeepCall struct{ Call CallRecord }
	// LoadDay reads the newest calls, and the user's callbacks that were promised for From to Until.
	LoadDay struct {
		Seq         int
		User        string
		From, Until Millis
	}
)

func (KeepCall) command() {}
func (LoadDay) command()  {}

const (
	dayMillis = 24 * 60 * 60 * 1000
	dayEvery  = 60 * 1000 // the day is read again so often: promises are kept at other desks, too
)

// dayBegan is when the day of a stamp began at the desk.
func dayBegan(at Stamp) Millis {
	east := Millis(at.Offset) * 60 * 1000
	return (at.At+east)/dayMillis*dayMillis - east
}

// loadDay has the own day read.
func (u *step) loadDay() {
	if u.s.Session.User == "" {
		return
	}
	u.s.Day.seq++
	u.s.Day.asked = u.at.At
	from := dayBegan(u.at)
	u.do(LoadDay{Seq: u.s.Day.seq, User: u.s.Session.User, From: from, Until: from + dayMillis})
}

func (u *step) dayLoaded(e DayLoaded) {
	d := &u.s.Day
	if e.Seq != d.seq {
		return
	}
	list := e.Calls
	var fresh []CallRecord // they ended while the disk was read
	for _, c := range d.Calls {
		if c.Ended < d.asked {
			break
		}
		if !hasCall(list, c.ID) {
			fresh = append(fresh, c)
		}
	}
	d.Known, d.From, d.Calls, d.Due, d.Kept = true, e.From, bounded(append(fresh, list...)), e.Due, e.Kept
}

func hasCall(list []CallRecord, id string) bool {
	for _, c := range list {
		if c.ID == id {
			return true
		}
	}
	return false
}

func bounded(list []CallRecord) []CallRecord { return list[:min(len(list), MaxDayCalls)] }

// callOver keeps a call that has just ended. Its draft is still there and may say who it was.
func (u *step) callOver(c Call) {
	r := CallRecord{
		ID: c.ID, Linked: c.Linked, Direction: c.Direction, Number: c.Number, E164: c.E164, Name: c.Name, Queue: c.Queue,
		Started: c.StartedAt, Answered: c.AnsweredAt, Ended: c.EndedAt, How: howEnded(c),
	}
	if r.Ended == 0 {
		r.Ended = u.at.At
	}
	if r.Started == 0 {
		r.Started = r.Ended
	}
	if d, ok := u.draftOf(c); ok {
		r.Customer = d.Customer
		for _, m := range d.Matches {
			if m.ID == d.Customer {
				r.CustomerName = m.Name
			}
		}
	}
	u.s.Day.Calls = bounded(append([]CallRecord{r}, u.s.Day.Calls...))
	u.do(KeepCall{Call: r})
}

func howEnded(c Call) CallEnd {
	switch {
	case c.AnsweredAt != 0:
		return EndTalked
	case c.Direction == Outbound:
		return EndNoAnswer
	case c.EndReason == "elsewhere":
		return EndElsewhere
	case c.EndedBy == "me":
		return EndDeclined
	}
	return EndMissed
}
