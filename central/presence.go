package central

import (
	"context"
	"maps"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// arrive notes that a desk of the user is watching, left that one went.
func (b *board) arrive(user string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.of(user).streams++
}

func (b *board) left(user string, now desk.Millis) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.of(user)
	p.streams--
	p.leftAt = now
}

func (b *board) of(user string) *presence {
	p := b.present[user]
	if p == nil {
		p = &presence{}
		b.present[user] = p
	}
	return p
}

// set notes an agent's state and whether the PBX has to be told.
func (b *board) set(user string, a desk.Agent, now desk.Millis) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.of(user)
	p.agent, p.told, p.leftAt = a, true, now
	for _, one := range b.people {
		if one.user.Name == user {
			b.steerOne(one)
		}
	}
}

// steerOne marks an agent whose readiness the PBX does not know yet. During a call the PBX knows by
// itself, and a desk that has gone is the PBX's to notice: neither changes readiness.
func (b *board) steerOne(p person) {
	at := b.present[p.user.Name]
	if p.ext == "" || at == nil || !at.told {
		return
	}
	ready := at.agent.State == desk.AgentReady
	away := at.agent.State == desk.AgentNotReady || at.agent.State == desk.AgentWrapUp || at.agent.State == desk.AgentOffline
	if !ready && !away {
		return
	}
	was, known := b.steered[p.ext]
	if known && was == ready {
		delete(b.steer, p.ext)
		return
	}
	b.steer[p.ext] = ready
	signal(b.dirty)
}

func (b *board) steerAll() {
	for _, p := range b.people {
		b.steerOne(p)
	}
}

// nextSteer takes what the PBX has to be told.
func (b *board) nextSteer() map[string]bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	next := b.steer
	b.steer = map[string]bool{}
	maps.Copy(b.steered, next)
	return next
}

// meet replaces the people who can appear.
func (b *board) meet(people []person) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.people = people
	b.steerAll()
}

// runSteer tells the PBX until ctx ends.
func (c *Central) runSteer(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.board.dirty:
		}
		for ext, ready := range c.board.nextSteer() {
			if c.cfg.Steer != nil {
				c.cfg.Steer(ext, ready)
			}
		}
	}
}

// setAgent takes the state that a desk tells. Who the agent is comes from the token, since when from
// central's clock less the age by the desk's own.
func (c *Central) setAgent(s session, in wire.SetAgent) error {
	known := false
	for _, state := range []desk.AgentStatus{
		desk.AgentOffline, desk.AgentReady, desk.AgentRinging, desk.AgentOnCall, desk.AgentHold, desk.AgentWrapUp, desk.AgentNotReady,
	} {
		known = known || in.Agent.State == state
	}
	if !known || len(in.Agent.Reason) > maxName || len(in.Agent.Cause) > maxName || len(in.Agent.Pending) > maxName {
		return fault(wire.CodeInvalid, "", "agent state")
	}
	now := c.now()
	a := in.Agent
	age := time.Duration(0)
	if a.Since > 0 && in.Now > a.Since {
		age = in.Now.Sub(a.Since)
	}
	a.Since = now - desk.Millis(age/time.Millisecond)
	c.board.set(s.user.Name, a, now)
	c.hub.stir()
	return nil
}

// people reads who can appear on the board.
func (c *Central) meetPeople(ctx context.Context) error {
	users, err := c.Users(ctx)
	if err != nil {
		return err
	}
	people := make([]person, 0, len(users))
	for _, u := range users {
		if !u.Disabled && u.Role != desk.RoleMaintainer {
			people = append(people, person{user: u, ext: extensionOf(u.AOR)})
		}
	}
	c.board.meet(people)
	return nil
}

// glanceFor is what an agent sees of the board.
func (c *Central) glanceFor(u User) desk.Board { return c.board.glance(u, c.now(), c.cfg.Feed != nil) }

func (c *Central) boardFor(u User) desk.Board {
	return c.board.show(u, c.now(), c.cfg.Feed != nil, c.cfg.ShowUnowned)
}
