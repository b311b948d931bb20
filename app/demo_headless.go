package app

import (
	"context"
	"errors"
	"fmt"
	"image"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/floor"
	"github.com/callbench/callbench/softphone/audio"
	"github.com/callbench/callbench/ui"
	"github.com/callbench/callbench/ui/present"
)

// agentTone is what the rehearsal's agent says: a tone the caller's side is searched for.
const agentTone = 440.0

// stagePatience bounds a stage, syncPatience the one in which all customers come down. A sound machine
// needs a fraction of them; the race detector makes SQLite sixteen times slower.
const (
	stagePatience = 60 * time.Second
	syncPatience  = 150 * time.Second
)

// rehearsal plays the main job once, with real parts and without a display, and writes down how it
// went: report.json and a picture of the window at each stage.
type rehearsal struct {
	p       *program
	dir     string
	lang    desk.Language
	centre  *centre
	desk    *workplace
	look    *lookout
	lead    *workplace
	leads   *lookout
	lexicon lexicon
	painter *ui.Painter // belongs to the goroutine that plays the stages
	report  demoReport

	firstCall *floor.Placed
	pop       *wait    // for the customer of the first call
	contacts  []string // IDs saved so far
	savedAt   time.Time
}

// rehearse runs all stages; each one's failure ends the rehearsal.
func (p *program) rehearse(ctx context.Context, dir string, seed int64, lang desk.Language) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	tmp, err := os.MkdirTemp("", "callbench-demo-*")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer os.RemoveAll(tmp) //nolint:errcheck // a throw-away folder
	r := &rehearsal{p: p, dir: dir, lang: lang, painter: ui.NewPainter(ui.Options{Lang: string(lang)}), report: demoReport{OK: true, Versions: versions(p.version)}}
	if err := r.open(ctx, tmp, seed); err != nil {
		return err
	}
	err = r.play(ctx)
	if werr := r.report.write(dir); err == nil {
		err = werr
	}
	if err == nil && !r.report.OK {
		return silent{exitNo}
	}
	return err
}

func (r *rehearsal) open(ctx context.Context, tmp string, seed int64) error {
	c, err := openCentre(ctx, centreConfig{Dir: tmp, Seed: seed, Lang: r.lang, Pilot: demoPilot, Log: r.p.log})
	if err != nil {
		return err
	}
	r.centre = c
	flows, err := shippedFlows()
	if err != nil {
		return err
	}
	open := func(user, in, out string) (*workplace, *lookout, error) {
		look := newLookout()
		w, err := openWorkplace(ctx, c.desk(user, workplaceConfig{
			Version: r.p.version, Language: r.lang, Flows: flows, Books: r.p.books(""), Log: r.p.log, Watch: []watcher{look.turn}, Wish: desk.AgentNotReady,
			Audio: audio.Config{In: in, Out: out, Ring: "null", Log: r.p.log},
		}))
		if err != nil {
			return nil, nil, err
		}
		look.loop = w.loop
		return w, look, nil
	}
	if r.desk, r.look, err = open(demoAgent, fmt.Sprintf("tone:%g", agentTone), "wav:"+r.heardFile()); err != nil {
		return err
	}
	r.lead, r.leads, err = open(demoLead, "null", "null")
	return err
}

func (r *rehearsal) heardFile() string { return filepath.Join(r.dir, "heard.wav") }

// play runs centre and desks, and the stages beside them; then all stop, which is a stage too.
func (r *rehearsal) play(ctx context.Context) error {
	world, stopWorld := context.WithCancel(ctx)
	desks, stopDesks := context.WithCancel(world)
	defer stopWorld()
	defer stopDesks()
	var centre, parts sync.WaitGroup
	errs := make([]error, 3)
	centre.Go(func() { errs[0] = r.centre.run(world) })
	parts.Go(func() { errs[1] = r.desk.run(desks) })
	parts.Go(func() { errs[2] = r.lead.run(desks) })
	for _, s := range r.stages() {
		if !r.stage(ctx, s.name, s.do) {
			break
		}
	}
	last := r.picture()
	stopDesks()
	parts.Wait()
	stopWorld() // after the desks, which take their leave of registrar and central
	centre.Wait()
	if r.report.OK {
		r.finish("stopped", last, errors.Join(errs...), "everything stopped in order")
	}
	return nil
}

type stageStep struct {
	name string
	do   func(context.Context) (detail string, err error)
}

func (r *rehearsal) stages() []stageStep {
	return []stageStep{
		{"started", r.started},
		{"registered", r.registered},
		{"ringing", r.ringing},
		{"popped", r.popped},
		{"answered", r.answered},
		{"audio_heard", r.audioHeard},
		{"flow_done", r.flowDone},
		{"saved", r.saved},
		{"synced", r.synced},
		{"board_seen", r.boardSeen},
		{"offline_saved", r.offlineSaved},
		{"resynced", r.resynced},
	}
}

// stage runs one step, takes its picture and notes how it went.
func (r *rehearsal) stage(ctx context.Context, name string, do func(context.Context) (string, error)) bool {
	patience := stagePatience
	if name == "registered" {
		patience = syncPatience
	}
	limit, stop := context.WithTimeout(ctx, patience)
	defer stop()
	detail, err := do(limit)
	return r.finish(name, r.picture(), err, detail)
}

func (r *rehearsal) finish(name string, img image.Image, err error, detail string) bool {
	s := stage{Name: name, AtMs: time.Since(r.p.started).Milliseconds(), OK: err == nil, Detail: detail}
	if err != nil {
		s.Detail = err.Error()
		r.report.OK = false
	}
	file := filepath.Join(r.dir, fmt.Sprintf("%02d-%s.png", len(r.report.Stages)+1, name))
	if perr := writePicture(file, img); perr != nil {
		r.p.log.Error("no picture", slog.Any("error", perr))
	}
	r.report.Stages = append(r.report.Stages, s)
	mark := map[bool]string{true: "ok  ", false: "FAIL"}[s.OK]
	_, _ = fmt.Fprintf(r.p.stdout, "%s %-14s %6d ms  %s\n", mark, s.Name, s.AtMs, s.Detail)
	return s.OK
}

// picture draws the window as it stands: the lead's while the board is what matters.
func (r *rehearsal) picture() image.Image {
	s := r.desk.loop.current()
	if n := len(r.report.Stages); n > 0 && r.report.Stages[n-1].Name == "synced" {
		s = r.lead.loop.current()
	}
	screen := present.Of(s, r.lexicon.in(r.lang), desk.MillisOf(time.Now()))
	return r.painter.Render(screen, fyne.NewSize(1366, 768), 1)
}

func (r *rehearsal) started(ctx context.Context) (string, error) {
	if _, err := r.look.until(ctx, func(s desk.State) bool { return s.Version != "" }); err != nil {
		return "", fmt.Errorf("the loop did not start: %w", err)
	}
	r.picture()
	r.report.Timings.StartToFirstFrame = ms(time.Since(r.p.started))
	return fmt.Sprintf("first frame after %.0f ms", r.report.Timings.StartToFirstFrame), nil
}

func (r *rehearsal) registered(ctx context.Context) (string, error) {
	_, err := r.look.until(ctx, func(s desk.State) bool {
		return len(s.Registrations) > 0 && s.Registrations[0].State == desk.Registered
	})
	if err != nil {
		return "", fmt.Errorf("the phone did not register: %w", err)
	}
	began := time.Now()
	err = r.every(ctx, func() bool {
		n, err := r.desk.store.Count(ctx)
		return err == nil && n[desk.TableCustomer] >= demoCustomers && r.look.loop.current().Link.Outbox.SyncedAt != 0
	})
	if err != nil {
		return "", fmt.Errorf("the customers did not come: %w", err)
	}
	r.report.Timings.FirstSync = ms(time.Since(began))
	r.desk.loop.send(desk.StateChosen{State: desk.AgentReady, Cause: desk.CauseSelf})
	_, err = r.look.until(ctx, func(s desk.State) bool { return s.Agent.State == desk.AgentReady })
	return fmt.Sprintf("sip:%s, %d customers on the desk", demoExtension, demoCustomers), err
}

// every looks again and again, every 20 ms, for what no event tells.
func (r *rehearsal) every(ctx context.Context, ok func() bool) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err() //nolint:wrapcheck // the caller says what was waited for
		}
	}
	return nil
}

func (r *rehearsal) ringing(ctx context.Context) (string, error) {
	r.pop = r.look.expect(func(s desk.State) bool {
		d, ok := s.Draft(s.Active)
		return ok && d.Looked && d.Customer != "" && d.Reaches == d.Customer
	})
	placed, err := r.centre.floor.Call(ctx, r.centre.callers[0])
	if err != nil {
		return "", fmt.Errorf("no call: %w", err)
	}
	r.firstCall = placed
	got, err := r.look.until(ctx, func(s desk.State) bool { _, ok := s.Ringing(); return ok })
	if err != nil {
		return "", fmt.Errorf("the desk did not ring: %w", err)
	}
	if err := r.every(ctx, func() bool { return !placed.RangAt().IsZero() }); err != nil {
		return "", fmt.Errorf("the floor did not hear it ring: %w", err)
	}
	r.report.Timings.InviteToRinging = ms(placed.RangAt().Sub(placed.InvitedAt()))
	c, _ := got.state.Ringing()
	return fmt.Sprintf("from queue %s, 180 after %.1f ms", c.Queue, r.report.Timings.InviteToRinging), nil
}

func (r *rehearsal) popped(ctx context.Context) (string, error) {
	got, err := r.look.come(ctx, r.pop)
	if err != nil {
		return "", fmt.Errorf("the customer did not come on screen: %w", err)
	}
	r.report.Timings.InviteToPop = ms(got.at.Sub(r.firstCall.InvitedAt()))
	d, _ := got.state.Draft(got.state.Active)
	return fmt.Sprintf("customer and %d records of history after %.1f ms", len(d.History.Contacts), r.report.Timings.InviteToPop), nil
}

// answer takes the ringing call and gives the moment the agent pressed the key.
func (r *rehearsal) answer(ctx context.Context) (time.Time, desk.Call, error) {
	pressed := time.Now()
	r.desk.loop.send(desk.AnswerPressed{})
	got, err := r.look.until(ctx, func(s desk.State) bool {
		c, ok := s.Current()
		return ok && c.State == desk.CallTalking
	})
	c, _ := got.state.Current()
	if err != nil {
		return pressed, c, fmt.Errorf("the call was not answered: %w", err)
	}
	return pressed, c, nil
}

func (r *rehearsal) answered(ctx context.Context) (string, error) {
	pressed, c, err := r.answer(ctx)
	if err != nil {
		return "", err
	}
	var first time.Time
	err = r.every(ctx, func() bool {
		st, err := r.desk.stats(c.ID)
		first = st.FirstTx
		return err == nil && !first.IsZero()
	})
	if err != nil {
		return "", fmt.Errorf("no sound was sent: %w", err)
	}
	r.report.Timings.AnswerToFirstRTP = ms(first.Sub(pressed))
	return fmt.Sprintf("%s over %s, first sound after %.1f ms", c.Codec, c.Transport, r.report.Timings.AnswerToFirstRTP), nil
}
