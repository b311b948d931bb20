package simulate

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/powercut"
)

// Failure is a broken promise, with how it came about.
type Failure struct { //nolint:errname // it is what a history comes to
	Seed  uint64
	Steps []string // what was done, numbered; those that were left out are missing
	What  string

	kept []int
}

// Error tells the whole story.
func (f *Failure) Error() string {
	return fmt.Sprintf("seed %d: %s\n  %s", f.Seed, f.What, strings.Join(f.Steps, "\n  "))
}

// world is one history.
type world struct {
	ctx    context.Context //nolint:containedctx // it lives as long as Play
	t      *Template
	dir    string
	seed   uint64
	rng    *rand.Rand // of the step at hand
	at     int        // its number
	made   int        // ids made in it
	ticks  int
	jumped time.Duration // of central's clock

	server    server
	central   bool // it answers
	desks     []*replica
	late      []request // that the network still holds
	fates     [fateCount]int
	pageRows  int
	healed    bool
	depth     int // of steps inside each other
	nested    int // how many there were
	inSigning bool

	backups    []backup // and copies of central's disk, oldest first
	oldest     int      // of them that one may still go back to
	restored   bool     // central has been an older one …
	rolledBack bool     // … without its list of what was removed

	seen    *picture
	loose   map[place]bool // rows that left somebody's scope, or may have
	removed map[place]bool
	claims  map[string]string // what a claim wanted to find → the op that got it

	story  []string
	failed string // the first broken promise
}

// place is where a row is.
type place struct {
	table desk.Table
	key   string
}

// Options are what a history may have.
type Options struct {
	Keep []int // steps to do, by number; none: all
}

// Play plays the history of a seed below dir and gives a *Failure where a promise was broken. Any other error says that
// the simulator itself could not go on.
func (t *Template) Play(ctx context.Context, dir string, seed uint64, o Options) (failure *Failure, err error) {
	dir, err = os.MkdirTemp(dir, "history-")
	if err != nil {
		return nil, fmt.Errorf("play: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // scratch
	w := &world{
		ctx: ctx, t: t, dir: dir, seed: seed, central: true,
		loose: map[place]bool{}, removed: map[place]bool{}, claims: map[string]string{},
	}
	defer w.close()
	p := w.plan()
	if err := w.begin(p); err != nil {
		return nil, fmt.Errorf("play seed %d: %w", seed, err)
	}
	var kept []int
	for i, k := range p.steps {
		if len(o.Keep) > 0 && !slices.Contains(o.Keep, i) {
			continue
		}
		kept = append(kept, i)
		w.turn(i)
		w.step(k)
		w.after()
		if w.failed != "" || ctx.Err() != nil {
			break
		}
	}
	if w.failed == "" && ctx.Err() == nil {
		w.turn(len(p.steps))
		w.heal()
	}
	if w.failed == "" && ctx.Err() == nil {
		w.judge()
	}
	if w.failed != "" && ctx.Err() == nil {
		return &Failure{Seed: seed, Steps: w.story, What: w.failed, kept: kept}, nil
	}
	return nil, ctx.Err()
}

// plan is what a seed says before anything happens.
type plan struct {
	steps []kind
	seats []seat
}

// plan draws the history's kinds of steps: each history has only some of them, more often, so that histories differ
// more from each other than if each had everything.
func (w *world) plan() plan {
	rng := rand.New(rand.NewPCG(w.seed, 0)) //nolint:gosec // a history needs no secrecy
	var p plan
	p.seats = slices.Clone(seats())
	rest := p.seats[1:]
	rng.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	p.seats = p.seats[:2+rng.IntN(len(p.seats)-1)]
	w.pageRows = 1 + rng.IntN(6)
	w.fates = drawFates(rng)
	var drawn []kind
	has := map[string]bool{always: true}
	for _, k := range kinds() {
		if _, known := has[k.with]; !known {
			has[k.with] = rng.IntN(5) < 2
		}
		if !has[k.with] {
			continue
		}
		for range k.weight {
			drawn = append(drawn, k)
		}
	}
	for range 30 + rng.IntN(60) {
		p.steps = append(p.steps, drawn[rng.IntN(len(drawn))])
	}
	return p
}

func (w *world) begin(p plan) error {
	w.server.base, w.server.now = filepath.Join(w.dir, "central"), w.centralTime
	if err := w.server.open(w.ctx, w.t.central); err != nil {
		return err
	}
	for _, s := range p.seats {
		d := &replica{seat: s, w: w, name: s.name(), heard: map[string][]*answer{}}
		d.base = filepath.Join(w.dir, d.name)
		w.desks = append(w.desks, d)
		if err := d.open(w.ctx, w.t.stores[s.name()]); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) close() {
	for _, d := range w.desks {
		if d.store != nil && !d.gone {
			_ = d.close()
		}
	}
	if w.server.central != nil {
		_ = w.server.close()
		_ = w.server.end()
	}
}

// turn begins step i with its own dice: what a step does hangs on no other's.
func (w *world) turn(i int) {
	w.at, w.made = i, 0
	w.ticks++
	w.rng = rand.New(rand.NewPCG(w.seed, uint64(i)+1)) //nolint:gosec // a history needs no secrecy
}

// step does one step and notes it.
func (w *world) step(k kind) {
	line := len(w.story)
	w.story = append(w.story, "")
	text := k.do(w)
	w.story[line] = fmt.Sprintf("%s%d %s %s", strings.Repeat("  ", w.depth), w.at, k.name, text)
}

// fail notes a broken promise; the first one counts.
func (w *world) fail(format string, args ...any) {
	if w.failed == "" {
		w.failed = fmt.Sprintf(format, args...)
	}
}

// ok notes an error that the simulator itself must not have.
func (w *world) ok(err error) bool {
	if err != nil {
		w.fail("%v", err)
	}
	return err == nil
}

func (w *world) time() time.Time        { return epoch0.Add(time.Duration(w.ticks) * time.Second) }
func (w *world) centralTime() time.Time { return w.time().Add(w.jumped) }

// id makes an id that no other step makes.
func (w *world) id(what string) string {
	w.made++
	return fmt.Sprintf("%s-%04d-%02d", what, w.at, w.made)
}

// pick gives one of the desks that are there.
func (w *world) pick() *replica {
	var there []*replica
	for _, d := range w.desks {
		if !d.gone {
			there = append(there, d)
		}
	}
	return there[w.rng.IntN(len(there))]
}

// crash takes a desk's power, and gives it back.
func (w *world) crash(d *replica) {
	image, err := d.cut(w.rng)
	if w.ok(err) {
		w.ok(d.crash(w.ctx, image))
	}
}

// crashCentral does the same to central.
func (w *world) crashCentral() {
	image, err := w.server.cut(w.rng)
	if w.ok(err) {
		w.ok(w.server.crash(w.ctx, image))
	}
	w.seen = nil
}

// after holds what can be held after every step.
func (w *world) after() {
	if w.server.dead {
		w.crashCentral()
	}
	for _, d := range w.desks {
		if w.failed != "" || d.gone {
			continue
		}
		if d.dead {
			w.crash(d)
		}
		if d.stirred {
			w.checkOwn(d)
		}
		d.stirred = false
	}
}

// heal ends every trouble and brings all desks to rest.
func (w *world) heal() {
	w.story = append(w.story, "heal")
	w.server.survives()
	w.central = true
	for i, q := range w.late { // what was late comes now, or never
		if i%2 == 0 {
			_, err := w.server.serve(w.ctx, q)
			w.ok(err)
		}
	}
	w.late, w.healed = nil, true
	w.enableAll()
	const rounds = 12
	calm := 0
	for round := range rounds {
		w.ticks += 120 // what is refused is asked again after a minute
		busy := ""
		for _, d := range w.desks {
			if d.gone {
				continue
			}
			d.survives()
			d.down = false
			if d.dead {
				w.crash(d)
			}
			if why := w.sync(d); why != "" {
				busy = d.name + ": " + why
			}
			if w.failed != "" {
				return
			}
		}
		if calm++; busy != "" {
			calm = 0
		}
		if calm == 2 {
			return
		}
		if round == rounds-1 {
			w.fail("not at rest after %d rounds on a good network: %s", rounds, busy)
		}
	}
}

// image copies a desk's disk as if it had been closed well.
func (d *replica) imageNow() (powercut.Image, error) { return imageOf(d.dir) }
