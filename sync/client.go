// Package sync is the desk's only link to central: it signs in, brings the desk's ops up in order,
// brings rows down page by page, listens for hints and the board, and tells the agent's state.
//
// New fills a Client; Run drives it and blocks until ctx ends; its goroutines end before it returns.
// Nudge, Awake, Talking, Hold, Now and PublishAgent may be called from any goroutine while Run runs. Config.Emit is called
// from one goroutine, in order; while it blocks, sync waits. The store stays the truth: everything
// here is repeatable, so that a crash, a lost answer or an answer that comes twice changes nothing.
package sync

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	gosync "sync"
	"sync/atomic"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// Store is what sync needs of the desk's store. It is called from up to two goroutines at a time.
type Store interface {
	// Replica tells who the store belongs to and how far it has come down.
	Replica(ctx context.Context) (desk.Replica, error)
	// Pending gives the ops with N greater than after, in order of N, as many as fit.
	Pending(ctx context.Context, after int64, maxOps, maxBytes int) ([]desk.Op, error)
	// OpID gives the id of the desk's op n, empty where there is none any more.
	OpID(ctx context.Context, n int64) (string, error)
	// ApplyPage applies a page in one transaction; desk.ErrConflict (wrapped) where it does not fit
	// the cursor or the epoch.
	ApplyPage(ctx context.Context, p desk.Page) (rows int, err error)
	// Outbox tells what waits.
	Outbox(ctx context.Context) (desk.Outbox, error)
	// NewDesk gives the replica a fresh id and numbers its pending ops anew, dropping nothing.
	NewDesk(ctx context.Context) (desk.Replica, error)
	// Join makes the store one of org; desk.ErrConflict (wrapped) where it is another's.
	Join(ctx context.Context, org string) error
	// TrustKeys takes over the public keys that central signs checkpoints with, oldest first.
	TrustKeys(ctx context.Context, keys []desk.ChainKey) error
}

// TokenStore keeps a token between two runs of the program, in the keyring for example. Load gives
// "" where there is none. Both are called from one goroutine at a time.
type TokenStore interface {
	Load() string
	Save(token string)
}

// Config says which central, as whom, and what to do with news. Tokens, RootCAs, Transport and Dice may be
// nil. The address is https, or http for a loopback address only.
type Config struct {
	URL       string
	User      string
	Password  func() (string, error) // called for each sign-in; a failure counts as a wrong password
	Tokens    TokenStore
	RootCAs   *x509.CertPool // nil: the system's
	Transport http.RoundTripper
	Store     Store
	Emit      func(Event)
	Log       *slog.Logger
	Version   string // of this program
	PageRows  int    // rows a page has at most; 0: desk.MaxPageRows
	Now       func() time.Time
	Dice      func(n int64) int64 // a number from 0 to n−1, for jitter; nil: Go's random numbers
}

// Client is the link of one replica. Make it with New.
type Client struct {
	cfg    Config
	http   *http.Client
	line   *line
	conns  *conns
	pace   pace
	events chan Event // to Run's goroutine; when full, the loops wait

	pokePush, pokePull, pokeWatch, pokeAgent chan struct{} // room for one each: pokes are not counted
	askPush, askPull                         chan ask

	signing  chan struct{} // one sign-in at a time
	renaming chan struct{} // taken while a page is applied and while the desk gets a new id
	running  atomic.Bool   // Run runs: there may be goroutines
	byStep   atomic.Bool   // Step drives
	watching atomic.Bool   // a stream is open
	down     atomic.Bool   // the last push or pull failed
	talking  atomic.Bool   // a call is up: see Talking
	held     atomic.Bool   // a long checkpoint waits: see Hold
	brought  int           // rows of the checkpoint under way that earlier pulls have brought; of the pull loop's goroutine

	mu      gosync.Mutex
	token   string
	loaded  bool     // TokenStore has been asked
	refused *refused // why central does not let us in
	acks    acks
	gap     gap
	unary   time.Time // until then pages are pulled one by one: central knows no Snapshot, or nothing of one came
	barren  int       // streams in a row of which nothing came
	life    int       // grows with each new desk id
	skipped RowsSkipped
	agent   *desk.Agent
	last    string          // newest token known, good or not any more: it proves which desk we are
	knocked time.Time       // when last was shown though central does not take the password
	order   *wire.WipeOrder // obeyed from now on; nil: none
	drained bool            // Drained has been told
}

// ask is a Now that waits for a loop.
type ask struct{ answer chan outcome }

type outcome struct {
	n   int
	err error
}

// New fills a Client.
func New(cfg Config) *Client {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Emit == nil {
		cfg.Emit = func(Event) {}
	}
	cfg.URL = strings.TrimRight(cfg.URL, "/")
	one := func() chan struct{} { return make(chan struct{}, 1) }
	l, open := &line{now: cfg.Now}, &conns{}
	if cfg.Transport == nil {
		own := newTransport(cfg.RootCAs, http.ProxyFromEnvironment)
		own.DialContext = open.dial(own.DialContext)
		cfg.Transport = own
	}
	web := newHTTP(cfg.RootCAs, cfg.Transport)
	web.Transport = l.over(web.Transport)
	return &Client{
		cfg: cfg, http: web, line: l, conns: open, pace: newPace(cfg.PageRows), events: make(chan Event, 64),
		pokePush: one(), pokePull: one(), pokeWatch: one(), pokeAgent: one(),
		askPush: make(chan ask), askPull: make(chan ask), signing: one(), renaming: one(),
	}
}

// Run works until ctx ends and then returns nil. A Client runs once.
func (c *Client) Run(ctx context.Context) error {
	c.running.Store(true)
	c.cfg.Emit(LinkChanged{State: desk.CentralConnecting})
	know := standing{link: LinkChanged{State: desk.CentralConnecting}}
	var loops gosync.WaitGroup
	loops.Go(func() { c.runPush(ctx) })
	loops.Go(func() { c.runPull(ctx) })
	loops.Go(func() { c.runWatch(ctx) })
	loops.Go(func() { c.runAgent(ctx) })
	defer c.http.CloseIdleConnections()
	defer loops.Wait()
	for {
		select {
		case <-ctx.Done():
			return nil
		case e := <-c.events:
			tried, ok := e.(attempt)
			if !ok {
				c.cfg.Emit(e)
				continue
			}
			was := know.link
			for _, news := range know.heard(tried, desk.MillisOf(c.cfg.Now())) {
				c.cfg.Emit(news)
			}
			if is := know.link; is.State != was.State || is.Reason != was.Reason {
				c.cfg.Log.InfoContext(ctx, "link to central changed", "state", is.State, "reason", is.Reason, "error", tried.err)
			}
		}
	}
}

// emit hands an event to Run's goroutine; there is none where somebody drives the client by Step.
func (c *Client) emit(ctx context.Context, e Event) {
	if c.byStep.Load() {
		c.cfg.Emit(e)
		return
	}
	select {
	case <-ctx.Done():
	case c.events <- e:
	}
}

// report tells how a push or pull went. The first success after a failure sets all loops going at once.
func (c *Client) report(ctx context.Context, a attempt) {
	if ctx.Err() != nil {
		return
	}
	if a.err != nil {
		if !a.up || !answered(a.err) {
			c.down.Store(true)
		}
	} else if c.down.Swap(false) {
		c.Nudge()
		signal(c.pokeAgent)
	}
	c.emit(ctx, a)
}

// answered reports whether central itself answered, that it does not take this now: the link is good.
func answered(err error) bool {
	f, ok := errors.AsType[*wire.FaultError](err)
	return ok && linkState(err) != desk.CentralRefused && f.Code != wire.CodeUnavailable
}

// Nudge makes the client try at once, after a save for example. It never blocks.
func (c *Client) Nudge() {
	signal(c.pokePush)
	signal(c.pokePull)
	signal(c.pokeWatch)
}

// Awake tells that the computer has slept or its network is another one: connections of before are given up and all is
// tried at once. It never waits for the network.
func (c *Client) Awake() {
	c.conns.drop()
	c.Nudge()
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Hold lets a checkpoint that takes long wait behind the page at hand, or go on from there; Fetching tells that it does.
// What goes up is not held (where it needs a checkpoint, that is not held either), and whether central is there is still
// looked after. It never blocks.
func (c *Client) Hold(on bool) {
	if c.held.Swap(on) && !on {
		signal(c.pokePull)
	}
}

// Now brings everything up and down and tells how many ops and rows; it ends a Hold. A pull is tried even where the
// push failed. Errors: desk.ErrOffline, desk.ErrForbidden (wrong password, disabled), wrapped; ctx's.
// It tries a password again that was refused before. Without Run it waits until ctx ends.
func (c *Client) Now(ctx context.Context) (pushed, pulled int, err error) {
	c.forgive()
	c.Hold(false)
	pushed, pushErr := wait(ctx, c.askPush)
	pulled, pullErr := wait(ctx, c.askPull)
	if pullErr != nil && pushErr != nil {
		pullErr = nil // the same trouble twice
	}
	if err := errors.Join(pushErr, pullErr); err != nil {
		return pushed, pulled, fmt.Errorf("sync now: %w", err)
	}
	return pushed, pulled, nil
}

func wait(ctx context.Context, asks chan ask) (int, error) {
	a := ask{answer: make(chan outcome, 1)}
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case asks <- a:
	}
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case o := <-a.answer:
		return o.n, o.err
	}
}
