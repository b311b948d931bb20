package floor

import (
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"github.com/callbench/callbench/desk"
)

// Bounds of a floor; what happens at each is said where it is used.
const (
	maxAgents   = 200
	maxQueues   = 20
	maxCallers  = 10_000
	maxWaiting  = 50 // in one queue; the next caller is refused
	maxBindings = 4  // contacts of one extension; the oldest makes room
)

// Agent is an extension that a real phone registers. Queues are the queues it is a member of; empty
// means the first one. Ready is how it starts; afterwards SetReady says so.
type Agent struct {
	Extension string
	Password  string
	Name      string
	Queues    []string
	Ready     bool
}

// Queue is a skill group. Name is what the board and the INVITE's X-Queue-Name show, Lang the language
// of its announcement ("zh" or "en"; empty: zh).
type Queue struct {
	ID   string
	Name string
	Lang string
}

// Caller is somebody who rings the contact centre.
type Caller struct {
	Number   string
	Name     string        // display name in From; empty: none
	Queue    string        // queue ID; empty: the first queue that a real agent serves
	Lang     string        // "zh" or "en"; empty: zh
	Topic    string        // refund, bill, fault, install, product; empty: drawn by the seed
	Tier     desk.Tier     // a hint for whoever looks; the floor shows it nowhere
	VIP      bool          // is taken before the others
	Pilot    float64       // Hz of the identifying tone; 0: Config.Pilot
	Talk     time.Duration // stays so long after the answer; 0: Config.Talk
	Patience time.Duration // waits so long for an answer; 0: Config.Patience
}

// Range is a duration drawn evenly between Min and Max.
type Range struct{ Min, Max time.Duration }

// Config is what a floor is opened with. The zero value of everything but Agents makes a floor that
// places no call by itself.
type Config struct {
	Seed int64
	// Speed hastens the script: arrivals, the patience of scripted callers and all that simulated
	// agents do. What a person at a real desk meets (ring timeout, wrap-up, voices) keeps its pace.
	Speed float64 // 0: 1
	IP    netip.Addr
	Port  uint16 // 0: any

	Agents     []Agent
	Queues     []Queue // empty: support (客服) and sales (营销)
	Colleagues int     // simulated agents, who take calls without a phone

	// Callers are those whom the script draws from; empty: a dozen of the floor's own.
	Callers []Caller
	// FirstCall is how long after the first real agent became ready the script's first caller comes,
	// Between how long after that each other one. A zero Between.Max means no script.
	FirstCall time.Duration
	Between   Range

	RingTimeout time.Duration // 0: 15 s, then the next agent
	Retry       time.Duration // 0: 5 s during which an agent who did not answer is left alone
	WrapUp      time.Duration // 0: 3 s after a call in which a real agent is left alone
	Talk        time.Duration // 0: 5 min, how long a caller stays
	Patience    time.Duration // 0: 3 min, how long a caller waits
	RingOutside Range         // 0: 1…2 s, how long a dialled customer lets it ring
	MaxExpires  time.Duration // 0: 300 s, the longest registration granted

	// Pilot is the frequency in Hz of a quiet tone that callers' voices carry so that tests can tell
	// what was heard; 0: none.
	Pilot  float64
	Codecs []string // for the legs to agents, see media.Config; empty: pcma, pcmu
	Log    *slog.Logger
	Now    func() time.Time // nil: time.Now
}

// withDefaults fills what was left out and checks the rest.
func (c Config) withDefaults() (Config, error) {
	if len(c.Queues) == 0 {
		c.Queues = []Queue{{ID: "support", Name: "客服"}, {ID: "sales", Name: "营销"}}
	}
	if !c.IP.IsValid() {
		c.IP = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	if c.Speed == 0 {
		c.Speed = 1
	}
	or := func(d *time.Duration, def time.Duration) {
		if *d == 0 {
			*d = def
		}
	}
	or(&c.RingTimeout, 15*time.Second)
	or(&c.Retry, 5*time.Second)
	or(&c.WrapUp, 3*time.Second)
	or(&c.Talk, 5*time.Minute)
	or(&c.Patience, 3*time.Minute)
	or(&c.MaxExpires, 300*time.Second)
	if c.RingOutside.Max == 0 {
		c.RingOutside = Range{time.Second, 2 * time.Second}
	}
	if len(c.Codecs) == 0 {
		c.Codecs = []string{"pcma", "pcmu"}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	c.Agents = append([]Agent(nil), c.Agents...)
	for i := range c.Agents {
		if len(c.Agents[i].Queues) == 0 {
			c.Agents[i].Queues = []string{c.Queues[0].ID}
		}
	}
	return c, c.check()
}

// check refuses what cannot work; the error names the field.
func (c Config) check() error {
	switch {
	case c.Speed < 0.01 || c.Speed > 1000:
		return fmt.Errorf("speed %g: %w", c.Speed, desk.ErrInvalid)
	case len(c.Agents)+c.Colleagues > maxAgents || c.Colleagues < 0:
		return fmt.Errorf("%d agents: %w", len(c.Agents)+c.Colleagues, desk.ErrInvalid)
	case len(c.Queues) > maxQueues:
		return fmt.Errorf("%d queues: %w", len(c.Queues), desk.ErrInvalid)
	case len(c.Callers) > maxCallers:
		return fmt.Errorf("%d callers: %w", len(c.Callers), desk.ErrInvalid)
	}
	queues := map[string]bool{}
	for _, q := range c.Queues {
		if q.ID == "" || queues[q.ID] {
			return fmt.Errorf("queue %q: %w", q.ID, desk.ErrInvalid)
		}
		queues[q.ID] = true
	}
	seen := map[string]bool{}
	for _, a := range c.Agents {
		if a.Extension == "" || seen[a.Extension] {
			return fmt.Errorf("extension %q: %w", a.Extension, desk.ErrInvalid)
		}
		seen[a.Extension] = true
		for _, q := range a.Queues {
			if !queues[q] {
				return fmt.Errorf("extension %s in queue %q: %w", a.Extension, q, desk.ErrInvalid)
			}
		}
	}
	return nil
}
