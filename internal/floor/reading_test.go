package floor

import (
	"math"
	"testing"
	"time"

	"github.com/callbench/callbench/softphone/media"
)

func TestAClipIsBroughtTo48kHzWithoutImages(t *testing.T) {
	for _, hz := range []float64{300, 1000, 2500} {
		c := make(clip, clipRate/2)
		for i := range c {
			c[i] = int16(8000 * math.Sin(2*math.Pi*hz*float64(i)/clipRate))
		}
		out := make([]int16, len(c)*ratio)
		r := reading{c: c}
		f := newFilter()
		for at := 0; !r.over(); {
			at += r.fill(f, out[at:min(at+media.Block, len(out))])
		}
		mid := out[4800 : len(out)-4800]
		if v := media.ToneLevel(mid, media.Rate, hz); v < 0.99 {
			t.Errorf("%g Hz is %.4f of the sound", hz, v)
		}
		if v := media.ToneLevel(mid, media.Rate, clipRate-hz); v > 0.001 {
			t.Errorf("the image of %g Hz is %.4f of the sound", hz, v)
		}
	}
}

// talkFor lets a customer talk for a while to an agent who speaks in the spans given, and tells in
// which hundredths of a second the customer spoke.
func talkFor(c *customer, d time.Duration, agent func(at time.Duration) bool) (spoke []bool) {
	say, hear := make([]int16, media.Block), make([]int16, media.Block)
	voice := media.NewTone(300, 0.3)
	for at := time.Duration(0); at < d; at += block {
		clear(hear)
		if agent(at) {
			voice.Fill(hear)
		}
		c.hear(hear)
		c.say(say)
		loud := false
		for _, s := range say {
			loud = loud || s > 200 || s < -200
		}
		spoke = append(spoke, loud)
	}
	return spoke
}

func any100ms(spoke []bool, from, to time.Duration) bool {
	n := 0
	for _, s := range spoke[from/block : to/block] {
		if s {
			n++
		}
	}
	return n > 10
}

func TestACustomerTakesTurns(t *testing.T) {
	var cs clips
	v, err := cs.of("zh", "refund")
	if err != nil {
		t.Fatal(err)
	}
	c := newCaller(v, 0)
	// The matter takes 10 s. The agent speaks from second 12 to 15.
	spoke := talkFor(c, 26*time.Second, func(at time.Duration) bool { return at > 12*time.Second && at < 15*time.Second })
	for _, w := range []struct {
		what     string
		from, to time.Duration
		want     bool
	}{
		{"before the matter", 0, 600 * time.Millisecond, false},
		{"the matter", time.Second, 9 * time.Second, true},
		{"listens", 12 * time.Second, 15 * time.Second, false},
		{"thinks", 15 * time.Second, 15*time.Second + 700*time.Millisecond, false},
		{"the detail", 16 * time.Second, 20 * time.Second, true},
	} {
		if got := any100ms(spoke, w.from, w.to); got != w.want {
			t.Errorf("%s: speaks %v, want %v", w.what, got, w.want)
		}
	}
	wondering := talkFor(c, 20*time.Second, func(time.Duration) bool { return false })
	if !any100ms(wondering, 0, 20*time.Second) {
		t.Error("never asks whether anybody is there")
	}
	left := false
	c.leave(func() { left = true })
	if talkFor(c, 4*time.Second, func(time.Duration) bool { return true }); !left {
		t.Error("said no goodbye")
	}
}
