package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/floor"
	"github.com/callbench/callbench/internal/sample"
	"github.com/callbench/callbench/sync/wire"
)

// What the demo's contact centre is made of.
const (
	demoCustomers  = 10_000
	demoCallers    = 200 // of them ring
	demoGroup      = "north"
	demoAgent      = "lin"
	demoLead       = "chen"
	demoExtension  = "101"
	demoOutside    = "10086" // a number to try a call out with; the floor answers as a customer
	demoFirstCall  = 4 * time.Second
	demoColleagues = 6
	demoPilot      = 1000.0 // Hz, in callers' voices where a report judges them by frequency
)

// centre is the world around the demo's desk: a simulated floor and a real central, in one process, on
// loopback, in a folder that is thrown away.
type centre struct {
	dir     string
	log     *slog.Logger
	floor   *floor.Floor
	central *central.Central
	callers []floor.Caller

	addr  string                                // where central listens, also while it is away
	rows  func(from, to int) iter.Seq[desk.Row] // what central is filled with
	fresh net.Listener                          // bound, not served yet: desks that call wait

	agentPassword string
	leadPassword  string

	mu     sync.Mutex
	server *http.Server // nil while central is taken away
	serves sync.WaitGroup
}

type centreConfig struct {
	Dir     string
	Seed    int64
	Lang    desk.Language
	Script  bool // callers come by themselves
	Watched bool // nobody works here but simulated agents: a lead watches
	Pilot   float64
	Log     *slog.Logger
}

// openCentre makes the floor, central's data and its HTTP server.
func openCentre(ctx context.Context, cfg centreConfig) (*centre, error) {
	c := &centre{dir: cfg.Dir, log: cfg.Log, agentPassword: secretText(), leadPassword: secretText()}
	phone := secretText()
	now := desk.MillisOf(time.Now())
	c.callers = demoCallerList(cfg, now)
	fcfg := floor.Config{
		Seed: cfg.Seed, Agents: []floor.Agent{{Extension: demoExtension, Password: phone, Name: agentName(cfg.Lang), Queues: []string{"support", "complaint"}}},
		Queues: demoQueues(cfg.Lang), Callers: c.callers, Pilot: cfg.Pilot, Log: cfg.Log,
		Codecs: []string{"opus", "pcma", "pcmu"},
	}
	if cfg.Script { // a rehearsal's calls are for its one agent
		fcfg.Colleagues = demoColleagues
		fcfg.FirstCall, fcfg.Between = demoFirstCall, floor.Range{Min: 20 * time.Second, Max: 40 * time.Second}
	}
	if cfg.Watched {
		fcfg.Agents = nil
	}
	f, err := floor.Open(fcfg) //nolint:contextcheck // binding a socket waits for nothing
	if err != nil {
		return nil, fmt.Errorf("open floor: %w", err)
	}
	c.floor = f
	cen, err := central.Open(ctx, central.Config{
		Dir: filepath.Join(cfg.Dir, "central"), Org: "demo", Feed: f.Feed(), Steer: f.SetReady, Log: cfg.Log,
		ShowUnowned: true, // the simulated colleagues are nobody's
	})
	if err != nil {
		return nil, fmt.Errorf("open central: %w", err)
	}
	c.central = cen
	if err := c.people(ctx, cfg.Lang, phone); err != nil {
		return nil, errors.Join(err, cen.Close())
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listen for desks: %w", err), cen.Close())
	}
	c.addr, c.fresh = l.Addr().String(), l
	c.rows = func(from, to int) iter.Seq[desk.Row] { return demoRows(cfg.Seed, now, from, to) }
	return c, nil
}

func secretText() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func agentName(l desk.Language) string {
	switch l {
	case desk.English:
		return "Lin Xiaoting"
	case desk.ZhHant:
		return "林小婷"
	case desk.ZhHans:
	}
	return "林小婷"
}

func demoQueues(l desk.Language) []floor.Queue {
	switch l {
	case desk.English:
		return []floor.Queue{{ID: "support", Name: "Enquiries", Lang: "en"}, {ID: "complaint", Name: "Complaints", Lang: "en"}}
	case desk.ZhHant:
		return []floor.Queue{{ID: "support", Name: "諮詢", Lang: "zh"}, {ID: "complaint", Name: "客訴", Lang: "zh"}}
	case desk.ZhHans:
	}
	return []floor.Queue{{ID: "support", Name: "咨询", Lang: "zh"}, {ID: "complaint", Name: "投诉", Lang: "zh"}}
}

// demoRoutes says which flow a queue's calls begin with.
func demoRoutes(l desk.Language) map[string]string {
	q := demoQueues(l)
	return map[string]string{q[0].Name: "enquiry", q[1].Name: "complaint"}
}

// demoCallerList draws the first customers as callers: what they ring about leads to their queue.
func demoCallerList(cfg centreConfig, now desk.Millis) []floor.Caller {
	topics := []struct{ topic, queue string }{{"refund", "complaint"}, {"bill", "support"}, {"product", "support"}, {"fault", "complaint"}}
	lang := "zh"
	if cfg.Lang == desk.English {
		lang = "en"
	}
	var out []floor.Caller
	for c := range sample.Customers(cfg.Seed, demoCallers, demoGroup, now) {
		if len(c.Phones) == 0 {
			continue
		}
		if len(sample.Contacts(cfg.Seed, c, now)) == 0 {
			continue // callers are known: their history is worth seeing
		}
		t := topics[len(out)%len(topics)]
		out = append(out, floor.Caller{
			Number: c.Phones[0].Raw, Name: c.Name, Queue: t.queue, Topic: t.topic, Lang: lang, Tier: c.Tier, VIP: c.Level == desk.LevelVIP,
		})
	}
	return out
}

// people makes the users and the agent's phone account.
func (c *centre) people(ctx context.Context, lang desk.Language, phone string) error {
	lead := map[desk.Language]string{desk.English: "Chen Ming"}[lang]
	if lead == "" {
		lead = "陈明"
	}
	users := []struct {
		u        central.User
		password string
	}{
		{central.User{Name: demoAgent, Display: agentName(lang), Role: desk.RoleAgent, Group: demoGroup}, c.agentPassword},
		{central.User{Name: demoLead, Display: lead, Role: desk.RoleLead, Group: demoGroup}, c.leadPassword},
	}
	for _, u := range users {
		if err := c.central.AddUser(ctx, u.u, u.password); err != nil {
			return fmt.Errorf("add user: %w", err)
		}
	}
	account := wire.PhoneAccount{
		AOR: "sip:" + demoExtension + "@127.0.0.1", Registrars: []string{c.floor.Registrar("udp")}, AuthUser: demoExtension, Password: phone,
		Codecs: []string{"opus", "pcma", "pcmu"},
	}
	if err := c.central.SetPhone(ctx, demoAgent, account); err != nil {
		return fmt.Errorf("set phone: %w", err)
	}
	return nil
}

// demoTalked is how far back a demo has talks with customers who do not ring, in milliseconds.
const demoTalked = 30 * 24 * 60 * 60 * 1000

// demoRows are the generated customers from one place to another; the callers among them have a history, others
// their newest talk if it was of late. Whom there is no talk with was never spoken to: a date without a record behind it
// would be a riddle.
func demoRows(seed int64, now desk.Millis, from, to int) iter.Seq[desk.Row] {
	return func(yield func(desk.Row) bool) {
		n := 0
		for c := range sample.Customers(seed, to, demoGroup, now) {
			if n++; n <= from {
				continue
			}
			c.Owner = demoAgent
			talks := sample.Contacts(seed, c, now)
			switch {
			case len(talks) == 0, n > demoCallers && talks[0].At < now-demoTalked:
				c.LastContactAt, talks = 0, nil
			case n > demoCallers:
				talks = talks[:1]
			}
			if !yield(row(desk.TableCustomer, c.ID, c)) {
				return
			}
			for _, k := range talks {
				if !yield(row(desk.TableContact, k.ID, k)) {
					return
				}
			}
			if n <= demoCallers && !yieldWork(seed, c, now, yield) {
				return
			}
		}
	}
}

// yieldWork gives a caller's tickets and callbacks.
func yieldWork(seed int64, c desk.Customer, now desk.Millis, yield func(desk.Row) bool) bool {
	for _, k := range sample.Tickets(seed, c, now) {
		if !yield(row(desk.TableTicket, k.ID, k)) {
			return false
		}
	}
	for _, k := range sample.Callbacks(seed, c, now) {
		if !yield(row(desk.TableCallback, k.ID, k)) {
			return false
		}
	}
	return true
}

func row(t desk.Table, key string, record any) desk.Row {
	b, err := json.Marshal(record)
	if err != nil { // records hold only strings, numbers and maps of strings
		b = []byte("{}")
	}
	return desk.Row{Table: t, Key: key, Body: b}
}

// serve lets desks in.
func (c *centre) serve(l net.Listener) {
	s := &http.Server{Handler: c.central.Handler(), ReadHeaderTimeout: 10 * time.Second}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.server = s
	c.serves.Go(func() {
		if err := s.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
			c.log.Error("central ended", slog.Any("error", err))
		}
	})
}

// takeAway closes central's door as a pulled cable would: at once, in the middle of what goes on.
func (c *centre) takeAway() {
	c.mu.Lock()
	s := c.server
	c.server = nil
	c.mu.Unlock()
	if s != nil {
		s.Close() //nolint:errcheck,gosec // it is meant to break
	}
	c.serves.Wait()
}

// bringBack opens the door again where it was.
func (c *centre) bringBack(ctx context.Context) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", c.addr)
	if err != nil {
		return fmt.Errorf("listen for desks again: %w", err)
	}
	c.serve(l)
	return nil
}

func (c *centre) url() string { return "http://" + c.addr }

// run fills central, lets desks in, and runs floor and central until ctx ends.
func (c *centre) run(ctx context.Context) error {
	var parts sync.WaitGroup
	var ferr, cerr error
	if _, err := c.central.Import(ctx, c.rows(0, demoCallers)); err != nil {
		return errors.Join(fmt.Errorf("fill central: %w", err), c.fresh.Close(), c.central.Close())
	}
	c.serve(c.fresh) // those who ring are known; the others come while the desk already works
	parts.Go(func() {
		if _, err := c.central.Import(ctx, c.rows(demoCallers, demoCustomers)); err != nil && ctx.Err() == nil {
			c.log.ErrorContext(ctx, "central not filled", slog.Any("error", err))
		}
	})
	parts.Go(func() { ferr = c.floor.Run(ctx) })
	parts.Go(func() { cerr = c.central.Run(ctx) })
	<-ctx.Done()
	c.takeAway()
	parts.Wait()
	for _, err := range []*error{&ferr, &cerr} {
		if errors.Is(*err, context.Canceled) {
			*err = nil
		}
	}
	return errors.Join(ferr, cerr, c.central.Close())
}

// desk is what a desk of this centre is made of.
func (c *centre) desk(user string, cfg workplaceConfig) workplaceConfig {
	cfg.User, cfg.Org = user, "demo"
	cfg.StorePath = filepath.Join(c.dir, "desk-"+user+".db")
	rand.Read(cfg.StoreKey[:])
	password := c.agentPassword
	if user == demoLead {
		password = c.leadPassword
	}
	cfg.Central = &centralAccess{URL: c.url(), Password: func() (string, error) { return password, nil }}
	cfg.Routes = demoRoutes(cfg.Language)
	return cfg
}
