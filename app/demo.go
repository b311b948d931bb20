package app

import (
	"context"
	"fmt"
	"os"
	"sync"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/softphone/audio"
)

type demoCommand struct {
	Seed     int64  `default:"1" help:"The same seed gives the same callers."`
	Lang     string `enum:"zh-Hans,zh-Hant,en" default:"zh-Hans" help:"Language of the interface: zh-Hans, zh-Hant or en."`
	Role     string `enum:"agent,lead" default:"agent" help:"Work as an agent, or watch the queues as a lead."`
	Headless string `type:"path" placeholder:"DIR" help:"Play the main job without a display; write report.json and pictures to DIR."`
}

// Run opens the demo. Nothing of it stays: its folder is thrown away, its key is only in memory.
func (c demoCommand) Run(ctx context.Context, p *program) error {
	if c.Headless != "" {
		return p.rehearse(ctx, c.Headless, c.Seed, desk.Language(c.Lang))
	}
	tmp, err := os.MkdirTemp("", "callbench-demo-*")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer os.RemoveAll(tmp) //nolint:errcheck // a throw-away folder
	lang := desk.Language(c.Lang)
	cen, err := openCentre(ctx, centreConfig{Dir: tmp, Seed: c.Seed, Lang: lang, Script: true, Watched: c.Role == "lead", Log: p.log})
	if err != nil {
		return err
	}
	flows, err := shippedFlows()
	if err != nil {
		return err
	}
	user := demoAgent
	if c.Role == "lead" {
		user = demoLead
	}
	cfg := cen.desk(user, workplaceConfig{
		Version: p.version, Language: lang, Flows: flows, Books: p.books(""), Log: p.log, Wish: desk.AgentReady,
		Audio: audio.Config{In: "default", Out: "default", Ring: "default", Log: p.log},
	})
	g := newGuide()
	plan := windowPlan{lang: lang, ready: &cfg, title: "Callbench demo", follow: g.turn}
	plan.beside = func(ctx context.Context, send func(desk.Event)) error {
		var parts sync.WaitGroup
		parts.Go(func() { g.run(ctx, send) })
		err := cen.run(ctx)
		parts.Wait()
		return err
	}
	return p.showWindow(ctx, plan)
}

// guide tells a newcomer what to press next: it looks at each state and sets the hint line.
type guide struct {
	newest chan desk.State // room for one: the newest
	saved  *desk.SavedWork
	led    bool // the lead's board has been put on screen
}

func newGuide() *guide { return &guide{newest: make(chan desk.State, 1)} }

// turn is a watcher: it leaves the newest state for run.
func (g *guide) turn(t turn) {
	select {
	case <-g.newest:
	default:
	}
	g.newest <- t.after // only the loop sends: there is room
}

// run sends a hint whenever another one fits, until ctx ends.
func (g *guide) run(ctx context.Context, send func(desk.Event)) {
	for {
		select {
		case s := <-g.newest:
			if s.Saved != nil {
				g.saved = s.Saved
			}
			if s.Session.Role == desk.RoleLead && !g.led {
				g.led = true
				send(desk.ViewChosen{View: "board"})
			}
			if hint := g.hint(s); s.Version != "" && hint != s.Hint {
				send(desk.HintChanged{Code: hint})
			}
		case <-ctx.Done():
			return
		}
	}
}

// hint is the code of what to press next, as present words it.
func (g *guide) hint(s desk.State) string {
	if s.Session.Role == desk.RoleLead {
		return "lead"
	}
	if _, ok := s.Ringing(); ok {
		return "answer"
	}
	d, ok := s.Draft(s.Active)
	switch {
	case ok && d.Ended != 0 && (d.Content == "" || d.Outcome == ""):
		return "wrap"
	case ok && d.Ended != 0:
		return "finish"
	case ok && d.Run != nil && !d.Run.Done && d.Answered != 0:
		return g.flowHint(s, d)
	case ok && d.Answered != 0:
		return "note"
	case ok:
		return ""
	case s.Agent.State == desk.AgentNotReady:
		return "ready"
	case g.saved != nil && g.saved.N > 1:
		return "dial:" + demoOutside
	case g.saved != nil:
		return "synced"
	}
	return "waiting"
}

func (g *guide) flowHint(s desk.State, d desk.Draft) string {
	for _, a := range viewOf(s, d).Ask {
		if len(a.Options) > 0 {
			return "flow"
		}
	}
	return "text"
}
