package app

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/flow"
	"github.com/callbench/callbench/softphone/media"
)

// toneShare is the share of a block's energy that must lie at a tone's frequency for it to count as
// heard. Speech alone has less than a hundredth there.
const toneShare = 0.05

// audioHeard looks for the caller's tone in what the desk would have played, and for the agent's in
// what the caller received.
func (r *rehearsal) audioHeard(ctx context.Context) (string, error) {
	var atDesk, atCaller float64
	err := r.every(ctx, func() bool {
		if played, err := readTail(r.heardFile(), time.Second); err == nil {
			atDesk = max(atDesk, media.ToneLevel(played, media.Rate, demoPilot))
		}
		atCaller = max(atCaller, r.firstCall.HeardTone(agentTone, time.Second))
		return atDesk >= toneShare && atCaller >= toneShare
	})
	if err != nil {
		return "", fmt.Errorf("tone of the caller %.3f, of the agent %.3f, needed %.2f of the energy: %w", atDesk, atCaller, toneShare, err)
	}
	return fmt.Sprintf("%g Hz of the caller at the desk (%.2f), %g Hz of the agent at the caller (%.2f)", demoPilot, atDesk, agentTone, atCaller), nil
}

// readTail reads the last d of a WAV file that is still being written, at media.Rate. Before a shorter file's
// sound is silence.
func readTail(path string, d time.Duration) ([]int16, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err //nolint:wrapcheck // only looked at for nil
	}
	defer f.Close() //nolint:errcheck // only read
	pcm, err := media.ReadWAV(f)
	if err != nil {
		return nil, err //nolint:wrapcheck // only looked at for nil
	}
	return tail(pcm, d), nil
}

// tail is the last d of pcm, with silence before it where there is less.
func tail(pcm []int16, d time.Duration) []int16 {
	n := int(d * media.Rate / time.Second)
	if short := n - len(pcm); short > 0 {
		return append(make([]int16, short, n), pcm...)
	}
	return pcm[len(pcm)-n:]
}

// maxSteps bounds a walk through a flow.
const maxSteps = 40

// flowDone walks the flow to its end as a hurried agent would: the first option, something for each
// required answer.
func (r *rehearsal) flowDone(ctx context.Context) (string, error) {
	for n := range maxSteps {
		s := r.desk.loop.current()
		d, ok := s.Draft(s.Active)
		if !ok || d.Run == nil {
			return "", fmt.Errorf("no flow in the call: %w", desk.ErrNotFound)
		}
		if d.Run.Done {
			return fmt.Sprintf("%s in %d steps, outcome %s", d.Run.Flow, n, d.Run.Outcome), nil
		}
		before := d.Changed
		r.desk.loop.send(desk.FlowAnswered{Draft: d.ID, Answers: answersFor(viewOf(s, d))})
		_, err := r.look.until(ctx, func(s desk.State) bool {
			now, ok := s.Draft(d.ID)
			return !ok || now.Changed != before || now.FieldErr != nil
		})
		if err != nil {
			return "", fmt.Errorf("step %s stays: %w", d.Run.Step, err)
		}
		if now, ok := r.desk.loop.current().Draft(d.ID); ok && now.FieldErr != nil {
			return "", fmt.Errorf("step %s: answer %s: %s: %w", d.Run.Step, now.FieldErr.Ask, now.FieldErr.Code, desk.ErrInvalid)
		}
	}
	return "", fmt.Errorf("the flow did not end within %d steps: %w", maxSteps, desk.ErrInvalid)
}

func answersFor(v flow.View) map[string]string {
	out := map[string]string{}
	for _, a := range v.Ask {
		switch a.Type {
		case flow.Choice:
			if len(a.Options) > 0 {
				out[a.ID] = a.Options[0].ID
			}
		case flow.Bool:
			out[a.ID] = "yes"
		case flow.Number, flow.Amount:
			out[a.ID] = "100"
		case flow.Date:
			out[a.ID] = time.Now().AddDate(0, 0, 1).Format("2006-01-02")
		case flow.Phone:
			out[a.ID] = "13800138000"
		case flow.Text:
			out[a.ID] = "退款三天没有到账"
		}
	}
	return out
}

// hangUpAndSave ends the talk, saves with one key, and gives how long saving took.
func (r *rehearsal) hangUpAndSave(ctx context.Context) (time.Duration, error) {
	draft := r.desk.loop.current().Active
	r.desk.loop.send(desk.HangUpPressed{})
	_, err := r.look.until(ctx, func(s desk.State) bool { return s.Agent.State == desk.AgentWrapUp })
	if err != nil {
		return 0, fmt.Errorf("no wrap-up: %w", err)
	}
	r.savedAt = time.Now()
	r.desk.loop.send(desk.SavePressed{Draft: draft, Ready: true})
	got, err := r.look.until(ctx, func(s desk.State) bool { return s.Saved != nil && s.Saved.Contact == draft })
	if err != nil {
		return 0, fmt.Errorf("not saved: %w", err)
	}
	r.contacts = append(r.contacts, draft)
	return got.at.Sub(r.savedAt), nil
}

func (r *rehearsal) saved(ctx context.Context) (string, error) {
	took, err := r.hangUpAndSave(ctx)
	r.report.Timings.Save = ms(took)
	return fmt.Sprintf("contact and outbox in one transaction, %.1f ms", ms(took)), err
}

func (r *rehearsal) synced(ctx context.Context) (string, error) {
	err := r.every(ctx, func() bool { return r.atCentral(ctx, r.contacts[0]) })
	if err != nil {
		return "", fmt.Errorf("the contact did not reach central: %w", err)
	}
	r.report.Timings.SaveToCentral = ms(time.Since(r.savedAt))
	if _, err := r.look.until(ctx, func(s desk.State) bool { return s.Saved.Synced && s.Link.Outbox.Pending == 0 }); err != nil {
		return "", fmt.Errorf("the desk was not told: %w", err)
	}
	return fmt.Sprintf("at central %.0f ms after the key", r.report.Timings.SaveToCentral), nil
}

func (r *rehearsal) atCentral(ctx context.Context, contact string) bool {
	_, err := r.centre.central.Row(ctx, desk.TableContact, contact)
	return err == nil
}

// boardSeen asks the lead's desk, which knows the queues only through central.
func (r *rehearsal) boardSeen(ctx context.Context) (string, error) {
	r.lead.loop.send(desk.ViewChosen{View: "board"})
	got, err := r.leads.until(ctx, func(s desk.State) bool {
		answered := 0
		for _, q := range s.Board.Queues {
			answered += q.Answered
		}
		mine := slices.IndexFunc(s.Board.Agents, func(a desk.Agent) bool { return a.User == demoAgent })
		return s.View == "board" && s.BoardKnown && !s.Board.Stale && answered > 0 && mine >= 0 && s.Board.Agents[mine].State == desk.AgentReady
	})
	if err != nil {
		return "", fmt.Errorf("the lead's board has not seen it: %w", err)
	}
	return fmt.Sprintf("%d queues, %d agents, the call is counted", len(got.state.Board.Queues), len(got.state.Board.Agents)), nil
}

// offlineSaved takes central away and works through a second call.
func (r *rehearsal) offlineSaved(ctx context.Context) (string, error) {
	r.centre.takeAway()
	if _, err := r.look.until(ctx, func(s desk.State) bool { return s.Link.State == desk.CentralUnreachable }); err != nil {
		return "", fmt.Errorf("the desk did not notice that central is gone: %w", err)
	}
	if _, err := r.centre.floor.Call(ctx, r.centre.callers[1]); err != nil {
		return "", fmt.Errorf("no second call: %w", err)
	}
	if _, err := r.look.until(ctx, func(s desk.State) bool { _, ok := s.Ringing(); return ok }); err != nil {
		return "", fmt.Errorf("the desk did not ring: %w", err)
	}
	if _, _, err := r.answer(ctx); err != nil {
		return "", err
	}
	draft := r.desk.loop.current().Active
	text := "客户来电询问进度,已说明。"
	r.desk.loop.send(desk.NoteEdited{Draft: draft, Content: &text})
	if _, err := r.hangUpAndSave(ctx); err != nil {
		return "", err
	}
	s := r.desk.loop.current()
	if s.Link.Outbox.Pending == 0 {
		return "", fmt.Errorf("nothing waits for central, though it is away: %w", desk.ErrInvalid)
	}
	return fmt.Sprintf("saved on this desk, %d waiting", s.Link.Outbox.Pending), nil
}

func (r *rehearsal) resynced(ctx context.Context) (string, error) {
	began := time.Now()
	if err := r.centre.bringBack(ctx); err != nil {
		return "", err
	}
	_, err := r.look.until(ctx, func(s desk.State) bool {
		return s.Link.State == desk.CentralOnline && s.Link.Outbox.Pending == 0 && s.Saved.Synced
	})
	if err != nil {
		return "", fmt.Errorf("the waiting change did not go through: %w", err)
	}
	for _, id := range r.contacts {
		if !r.atCentral(ctx, id) {
			return "", fmt.Errorf("a contact is missing at central: %w", desk.ErrNotFound)
		}
	}
	return fmt.Sprintf("all at central %.0f ms after its return", ms(time.Since(began))), nil
}
