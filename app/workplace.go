package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
	"github.com/callbench/callbench/softphone"
	"github.com/callbench/callbench/softphone/audio"
	"github.com/callbench/callbench/softphone/media"
	datasync "github.com/callbench/callbench/sync"
	"github.com/callbench/callbench/sync/wire"
)

// workplace is one desk at work: store, phone, link to central, and the loop in the middle that owns
// the state. It is where those parts meet; they do not know each other.
type workplace struct {
	cfg       workplaceConfig
	log       *slog.Logger
	store     *localstore.Store
	link      *datasync.Client // nil: no central
	devices   *audio.Devices
	sounds    *sounds
	diagnoses chan struct{} // room for one: somebody wants the diagnostics
	loop      *loop
	settings  desk.Settings // as they were when the desk was opened
	port      *port
	writer    *writer
	reads     chan desk.Command
	jobs      chan desk.StartJob       // room for one: there is no second
	asks      chan desk.Command        // what central is asked
	accounts  chan []softphone.Account // newest wins; capacity 1
	quiet     chan struct{}            // room for one: the last live call has ended
	provided  *softphone.Account       // central's newest account; of the link's goroutine once it runs

	recovery chan *wire.RecoveryKey // newest wins; capacity 1
	ordered  chan wire.WipeOrder    // room for one: there is no second
	drained  chan struct{}          // closed when nothing waits any more, after an order that wants that
	hush     chan struct{}          // as quiet, for awaitWipe
	wipeNow  chan struct{}          // closed when nothing holds the wipe up any more
	wiping   atomic.Bool            // the order binds: the end of run is the end of the desk

	mu          sync.Mutex
	stopRunning func()                     // stops the job under way; nil: there was none yet
	typed       *softphone.Account         // being tried, or in use from then on; nil: none was typed
	done        chan struct{}              // closed when typed has registered, or another one was typed
	phone       *softphone.Phone           // nil: none yet
	sides       map[audio.Side]audio.Event // the newest of each device
}

// readersBound is how many look-ups may wait for the disk, readers how many run at once.
const (
	readersBound = 1024
	readers      = 3
	historyLimit = 50
	searchLimit  = 50
	stopPatience = 5 * time.Second
)

// openWorkplace opens the store and makes the parts; nothing runs yet. The caller calls run, which
// closes everything.
func openWorkplace(ctx context.Context, cfg workplaceConfig) (*workplace, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	store, err := localstore.Open(ctx, localstore.Config{
		Path: cfg.StorePath, Key: cfg.StoreKey, Org: cfg.Org, User: cfg.User, Log: cfg.Log, Now: cfg.Now,
	})
	if err != nil {
		return nil, err //nolint:wrapcheck // it says what was done
	}
	w := &workplace{
		cfg: cfg, log: cfg.Log, store: store, reads: make(chan desk.Command, readersBound), jobs: make(chan desk.StartJob, 1), asks: make(chan desk.Command, asksBound),
		accounts: make(chan []softphone.Account, 1), quiet: make(chan struct{}, 1), sides: map[audio.Side]audio.Event{},
		recovery: make(chan *wire.RecoveryKey, 1), ordered: make(chan wire.WipeOrder, 1), drained: make(chan struct{}),
		hush: make(chan struct{}, 1), wipeNow: make(chan struct{}), diagnoses: make(chan struct{}, 1),
	}
	w.port = newPort(store)
	w.loop = newLoop(cfg.Now, w.exec, append([]watcher{w.port.watch, w.listenForQuiet}, cfg.Watch...)...)
	w.port.loop, w.port.stats, w.port.keepKey = w.loop, w.stats, cfg.KeepKey
	w.writer = newWriter(store, w.loop.send)
	w.settings = w.readSettings(ctx)
	w.introduce(ctx) // first of all events: it makes the state that the others change
	acfg := cfg.Audio
	acfg.Notify = w.heardOfDevices
	w.devices, err = audio.Open(acfg) //nolint:contextcheck // nothing runs before Run
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open audio: %w", err), store.Close())
	}
	w.sounds = newSounds(w.devices, w.loop.send, cfg.Log)
	w.sounds.use(w.settings.Sound)
	if cfg.Central != nil {
		w.linkUp()
	}
	switch {
	case len(cfg.Phones) > 0:
		w.accounts <- cfg.Phones
	case cfg.Central != nil && cfg.Central.KeptPhone != nil:
		if a, ok := cfg.Central.KeptPhone(); ok { // central may be out of reach; the phone need not be
			w.accounts <- []softphone.Account{a}
			w.provided = &a
		}
	}
	return w, nil
}

func (w *workplace) linkUp() {
	c := w.cfg.Central
	w.link = datasync.New(datasync.Config{
		URL: c.URL, User: w.cfg.User, Password: c.Password, RootCAs: c.Roots, Tokens: c.Tokens, Store: w.store,
		Emit: w.heardOfCentral, Log: w.log, Version: w.cfg.Version,
	})
	w.port.sync = w.link.Now
}

// run works until ctx ends, the port is told to quit or the desk has to be wiped, then stops the parts in order: phone
// and link first, the loop, the writer with what still waits, the store last. A *wipedError says that there is no
// desk any more.
func (w *workplace) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer w.port.over()
	loopCtx, stopLoop := context.WithCancel(context.WithoutCancel(ctx))
	writeCtx, stopWriter := context.WithCancel(context.WithoutCancel(ctx))
	defer stopLoop()
	defer stopWriter()
	var parts, core, last sync.WaitGroup
	last.Go(func() { w.writer.run(writeCtx) })
	core.Go(func() { w.loop.run(loopCtx) })
	for range readers {
		parts.Go(func() { w.read(ctx) })
	}
	w.begin(ctx)
	w.port.open()
	parts.Go(func() { w.ended("store", w.store.Maintain(ctx)) })
	parts.Go(func() { w.ended("audio", w.devices.Run(ctx)) })
	parts.Go(func() { w.sounds.run(ctx) })
	parts.Go(func() { w.diagnose(ctx) })
	parts.Go(func() { w.phones(ctx) })
	parts.Go(func() { w.runJobs(ctx) })
	parts.Go(func() { w.measure(ctx) })
	parts.Go(func() { host.Wakes(ctx, w.awake) })
	if w.link != nil {
		parts.Go(func() { w.ended("sync", w.link.Run(ctx)) })
		for range askers {
			parts.Go(func() { w.runAsks(ctx) })
		}
		parts.Go(func() { w.keepEnvelope(ctx) })
		parts.Go(func() { w.awaitWipe(ctx) })
	}
	select {
	case <-ctx.Done():
	case <-w.port.leave:
	case <-w.wipeNow:
	}
	stop()
	w.settle(&parts, "parts")
	stopLoop()
	core.Wait()
	stopWriter()
	last.Wait()
	return w.end(context.WithoutCancel(ctx))
}

// end closes the store, and destroys it where central has ordered that.
func (w *workplace) end(ctx context.Context) error {
	if !w.wiping.Load() {
		if err := w.store.Close(); err != nil {
			return fmt.Errorf("close store: %w", err)
		}
		return nil
	}
	replica, err := w.store.Replica(ctx)
	w.ended("replica", err)
	lost := 0
	if w.link != nil { // else nobody has ordered it
		lost, err = w.link.Waiting(ctx)
		w.ended("outbox", err)
	}
	w.ended("store", w.store.Close())
	return w.erase(ctx, replica.Desk, lost)
}

// settle waits for the parts, at most stopPatience: a dead network must not keep the window open. A part
// that is still busy then finds the store closed, which is an error to it and no harm to the file; it
// ends with the process.
func (w *workplace) settle(parts *sync.WaitGroup, name string) {
	done := make(chan struct{})
	go func() { parts.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(stopPatience):
		w.log.Warn("still busy at the end", slog.String("part", name))
	}
}

func (w *workplace) ended(part string, err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		w.log.Error("part ended", slog.String("part", part), slog.Any("error", err))
	}
}

// introduce tells the loop who we are.
func (w *workplace) introduce(ctx context.Context) {
	session := desk.Session{User: w.cfg.User, Name: w.cfg.User, Role: desk.RoleAgent, Org: w.cfg.Org}
	if r, err := w.store.Replica(ctx); err == nil {
		session.Desk = r.Desk
	}
	w.loop.send(desk.Started{
		Version: w.cfg.Version, Language: w.cfg.Language, Session: session, Flows: w.cfg.Flows, Routes: w.cfg.Routes, Books: w.cfg.Books,
		Central: w.cfg.Central != nil, Phone: w.cfg.Central != nil || registers(w.cfg.Phones),
		SignIn: w.cfg.Central != nil && w.cfg.Central.KeepPassword != nil, Switch: w.cfg.Switch != nil,
		Account: w.cfg.KeepAccount != nil,
	})
	w.loop.send(desk.SettingsLoaded{Settings: w.settings, Asked: w.cfg.Asked})
}

// begin brings back what a former run left on disk.
func (w *workplace) begin(ctx context.Context) {
	if out, err := w.store.Outbox(ctx); err == nil {
		w.loop.send(desk.Synced{Outbox: out})
	}
	if w.cfg.Wish != "" { // before the drafts: choosing a state ends wrap-up
		w.loop.send(desk.StateChosen{State: w.cfg.Wish, Cause: desk.CauseSelf})
	}
	drafts, err := w.store.Drafts(ctx)
	if err != nil {
		w.loop.send(desk.StoreFailed{Problem: storeProblem(err)})
	}
	if len(drafts) > 0 {
		w.loop.send(desk.DraftsRestored{Drafts: drafts})
	}
}

// exec carries out a command without waiting; the outcome comes back as an event.
func (w *workplace) exec(c desk.Command) {
	switch c := c.(type) {
	case desk.AnswerCall, desk.HangUpCall, desk.HoldCall, desk.MuteCall, desk.SendDigits, desk.PlaceCall,
		desk.TransferCall, desk.ConsultCall, desk.CompleteTransfer:
		w.toPhone(c)
	case desk.FindCustomer, desk.LoadHistory, desk.SearchCustomers, desk.LoadChanges, desk.PutAway, desk.SendAgain, desk.LoadDay,
		desk.ListCustomers, desk.LoadLooked, desk.ListTasks, desk.FindTables, desk.PreviewTable:
		w.reads <- c
	case desk.KeepDraft, desk.ForgetDraft, desk.CommitWork, desk.KeepSettings, desk.KeepCall:
		w.writer.take(c)
	case desk.OpenRecord, desk.AskLease, desk.DropLease, desk.ListPool:
		w.ask(c)
	case desk.WriteDiagnostics:
		select {
		case w.diagnoses <- struct{}{}:
		default: // one is about to be written
		}
	case desk.RegisterPhone:
		if p := w.thePhone(); p != nil {
			p.Wake()
		}
	case desk.UseSound, desk.FindSoundDevices, desk.TestSound:
		w.sounds.take(c)
	case desk.StartJob:
		w.startJob(c)
	case desk.StopJob:
		w.stopJob()
	case desk.PublishAgent:
		if w.link != nil {
			w.link.PublishAgent(c.Agent)
		}
	case desk.SwitchUser:
		if w.cfg.Switch != nil {
			w.cfg.Switch()
		}
	case desk.SyncNow, desk.PauseFetch:
		w.toLink(c)
	case desk.RaiseWindow, desk.HideWindow, desk.CloseWindow:
		w.toWindow(c)
	case desk.AlertAgent: // the phone itself rings; this is for an agent who looks elsewhere
		if w.cfg.Alert != nil {
			w.cfg.Alert(c.On, c.Call)
		}
	}
}

// toLink carries out what concerns the link to central, where there is one.
func (w *workplace) toLink(c desk.Command) {
	if w.link == nil {
		return
	}
	if pause, ok := c.(desk.PauseFetch); ok {
		w.link.Hold(pause.On)
		return
	}
	w.link.Nudge()
}

// toWindow carries out what concerns the window as a whole.
func (w *workplace) toWindow(c desk.Command) {
	do := map[desk.Command]func(){desk.RaiseWindow{}: w.cfg.Raise, desk.HideWindow{}: w.cfg.Hide, desk.CloseWindow{}: w.cfg.Close}[c]
	if do != nil {
		do()
	}
}

// read answers look-ups until ctx ends.
func (w *workplace) read(ctx context.Context) {
	for {
		select {
		case c := <-w.reads:
			w.lookUp(ctx, c)
		case <-ctx.Done():
			return
		}
	}
}

func (w *workplace) lookUp(ctx context.Context, c desk.Command) {
	switch c := c.(type) {
	case desk.FindCustomer:
		found, err := w.store.FindCaller(ctx, c.Number, w.cfg.Dialling)
		w.readFailed(err)
		e := desk.FoundCustomers(c, found)
		e.Failed = err != nil
		w.loop.send(e)
	case desk.LoadHistory:
		cust, err := w.store.Customer(ctx, c.Customer)
		if err != nil {
			w.readFailed(err)
			return
		}
		h, err := w.history(ctx, cust, c.Draft)
		w.readFailed(err)
		h = w.withContact(ctx, h, c.Contact)
		w.loop.send(desk.HistoryLoaded{Seq: c.Seq, Draft: c.Draft, Customer: cust, History: h})
	case desk.SearchCustomers:
		if w.loop.current().Search.Seq > c.Seq {
			return // a newer question waits already
		}
		hits, err := w.store.Search(ctx, c.Text, searchLimit)
		w.readFailed(err)
		w.loop.send(desk.SearchAnswered{Seq: c.Seq, Hits: hits, Failed: err != nil})
	case desk.LoadChanges, desk.PutAway, desk.SendAgain:
		w.openChanges(ctx, c)
	case desk.LoadDay:
		day, err := w.store.Day(ctx, c)
		w.readFailed(err)
		if err == nil {
			w.loop.send(day)
		}
	case desk.FindTables, desk.PreviewTable:
		w.table(ctx, c)
	case desk.ListCustomers, desk.LoadLooked, desk.ListTasks:
		w.listing(ctx, c)
	case desk.ListPool:
		w.poolHere(ctx, c)
	default: // the others are not for this function
	}
}

// withContact adds a contact that a search has found to a history that is too short to reach it.
func (w *workplace) withContact(ctx context.Context, h desk.History, id string) desk.History {
	if id == "" || slices.ContainsFunc(h.Contacts, func(c desk.Contact) bool { return c.ID == id }) {
		return h
	}
	c, err := w.store.Contact(ctx, id)
	if w.readFailed(err); err == nil {
		h.Contacts = append(h.Contacts, c)
	}
	return h
}

func (w *workplace) readFailed(err error) {
	if err != nil && !errors.Is(err, desk.ErrNotFound) && !errors.Is(err, context.Canceled) {
		w.loop.send(desk.StoreFailed{Problem: storeProblem(err)})
	}
}

func (w *workplace) stats(call string) (media.Stats, error) {
	p := w.thePhone()
	if p == nil {
		return media.Stats{}, desk.ErrNotFound
	}
	return p.Stats(call) //nolint:wrapcheck // the port words it
}
