//go:build !nowindow

package app

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/windowbench"
)

// What lies between two calls of a shift: 28,800 seconds and as many boards go with 120 calls.
const (
	betweenTicks = 240
	noteKeys     = 12
	searches     = 3
)

// shift is the work of eight hours without the waiting in between: real calls with their flow, a note typed with
// keys, searches, views, the seconds' ticks, a change of language every tenth call.
func (b *windowProbe) shift(ctx context.Context) error {
	if err := b.reach(); err != nil {
		return err
	}
	if err := b.settled(ctx); err != nil {
		return err
	}
	began := time.Now()
	var hours []hour
	each := b.orders.Calls / shiftHours
	for h := range shiftHours {
		var pops, echoes []time.Duration
		for n := range each {
			pop, echo, err := b.call(ctx, h*each+n)
			if err != nil {
				return fmt.Errorf("call %d: %w", h*each+n, err)
			}
			pops, echoes = append(pops, pop), append(echoes, echo...)
		}
		b.on(func(fyne.Canvas) {}) // what is queued is drawn
		now := hour{goroutines: runtime.NumGoroutine(), echo: windowbench.SpreadOf(echoes), pop: windowbench.SpreadOf(pops)}
		now.resident, now.heap = settleMemory()
		hours = append(hours, now)
		err := b.out.Encode(benchWord{Held: fmt.Sprintf("  hour %d: %.0f MB resident, %.1f MB heap, %d goroutines, echo p95 %.1f ms, pop p95 %.1f ms",
			h+1, now.resident, now.heap, now.goroutines, now.echo.P95, now.pop.P95)})
		if err != nil {
			return err //nolint:wrapcheck // a pipe
		}
	}
	return b.grown(hours, time.Since(began))
}

// grown compares the last hour with the first.
func (b *windowProbe) grown(hours []hour, took time.Duration) error {
	first, last := hours[0], hours[len(hours)-1]
	percent := func(was, is float64) float64 { return max(100*(is-was)/was, 0) }
	return errors.Join(
		b.line(fmt.Sprintf("shift of %d calls", b.orders.Calls), took.Seconds(), "s", 0),
		b.line("shift, memory at its highest", windowbench.Peak(), "MB", limitMemory),
		b.line("shift, memory after the last hour", last.resident, "MB", limitMemory),
		b.line("shift, memory has grown since the first hour by", percent(first.resident, last.resident), "%", limitGrowth),
		b.line("shift, heap after the first hour", first.heap, "MB", 0),
		b.line("shift, heap after the last hour", last.heap, "MB", 0),
		b.line("shift, goroutines more than after the first hour", float64(last.goroutines-first.goroutines), "", 4),
		b.line("shift, key to echo in the first hour, p95", first.echo.P95, "ms", 0),
		b.line("shift, key to echo in the last hour, p95", last.echo.P95, "ms", limitEcho),
		b.line("shift, customer in the picture in the first hour, p95", first.pop.P95, "ms", 0),
		b.line("shift, customer in the picture in the last hour, p95", last.pop.P95, "ms", limitPop),
	)
}

// call is one call of the shift, and what lies before the next.
func (b *windowProbe) call(ctx context.Context, n int) (pop time.Duration, echoes []time.Duration, err error) {
	if pop, err = b.ring(ctx, n); err != nil {
		return pop, nil, err
	}
	b.send(desk.AnswerPressed{})
	if _, err := b.until(ctx, "talking", talking); err != nil {
		return pop, nil, err
	}
	if err := b.talk(ctx); err != nil {
		return pop, nil, err
	}
	if err := b.intoNote(); err != nil {
		return pop, nil, err
	}
	if err := b.emptyNote(); err != nil { // the flow has written; a field that scrolls shows the sign elsewhere
		return pop, nil, err
	}
	for range noteKeys {
		t, err := b.keyToInk()
		if err != nil {
			return pop, nil, err
		}
		echoes = append(echoes, t)
	}
	if err := b.wrap(ctx); err != nil {
		return pop, nil, err
	}
	return pop, echoes, b.between(ctx, n)
}

// talk walks through the flow of the call, if it has one.
func (b *windowProbe) talk(ctx context.Context) error {
	for range maxSteps {
		s := b.s.desk.loop.current()
		d, ok := s.Draft(s.Active)
		if !ok || d.Run == nil || d.Run.Done {
			return nil
		}
		before := d.Changed
		b.send(desk.FlowAnswered{Draft: d.ID, Answers: answersFor(viewOf(s, d))})
		_, err := b.until(ctx, "a step further", func(s desk.State) bool {
			now, ok := s.Draft(d.ID)
			return !ok || now.Changed != before || now.FieldErr != nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// between is what an agent does until the next call.
func (b *windowProbe) between(ctx context.Context, n int) error {
	for range betweenTicks {
		b.send(desk.Ticked{})
	}
	for i := range searches {
		text := []string{"王", "wang", "138"}[i]
		b.send(desk.SearchEdited{Text: text})
		if _, err := b.until(ctx, "found", func(s desk.State) bool { return s.Search.Text == text && !s.Search.Busy }); err != nil {
			return err
		}
		b.on(func(fyne.Canvas) {})
	}
	b.send(desk.SearchEdited{})
	for _, view := range benchViews() {
		b.send(desk.ViewChosen{View: view})
		b.on(func(fyne.Canvas) {})
	}
	b.send(desk.ViewChosen{View: "work"})
	if n%10 == 9 {
		for _, lang := range []desk.Language{desk.English, desk.ZhHant, b.orders.Lang} {
			b.send(desk.LanguageChosen{Language: lang})
			if _, err := b.until(ctx, "in another language", func(s desk.State) bool { return s.Language == lang }); err != nil {
				return err
			}
			b.on(func(fyne.Canvas) {})
		}
	}
	return nil
}

// benchViews are the views an agent goes through.
func benchViews() []string { return []string{"changes", "work"} }
