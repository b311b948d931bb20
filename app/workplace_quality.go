package app

import (
	"context"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/softphone/media"
)

const (
	qualityEvery  = 2 * time.Second
	qualityWindow = 5 // looks: a call that was bad at first and is good now counts as good
)

// measure tells the loop every few seconds how the sound of the call fares that is talking, until ctx ends.
func (w *workplace) measure(ctx context.Context) {
	tick := time.NewTicker(qualityEvery)
	defer tick.Stop()
	call, looks := "", []media.Stats{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		c, ok := w.loop.current().Current()
		if !ok || c.State != desk.CallTalking {
			call, looks = "", nil
			continue
		}
		now, err := w.stats(c.ID)
		if err != nil {
			continue
		}
		if c.ID != call {
			call, looks = c.ID, nil
		}
		before := media.Stats{}
		if len(looks) > 0 {
			before = looks[0]
		}
		if looks = append(looks, now); len(looks) > qualityWindow {
			looks = looks[1:]
		}
		if lately := now.Since(before); lately.MOS > 0 {
			w.loop.send(desk.QualityMeasured{Quality: desk.Quality{
				Call: c.ID, Codec: now.Codec, MOS: lately.MOS, Loss: lately.Loss(), DelayMs: now.RTTms, JitterMs: now.JitterMs, TheirLoss: now.TheirLoss,
			}})
		}
	}
}
