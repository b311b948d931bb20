package audio

import (
	"math"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/callbench/callbench/softphone/media"
)

func TestLevelsMakeASideLouderAndNeverBreakItsSound(t *testing.T) {
	for _, c := range []struct {
		percent  int
		in, want []int16
		peak     float64
	}{
		{100, []int16{1000, -2000}, []int16{1000, -2000}, 2000},
		{50, []int16{1000, -2000}, []int16{500, -1000}, 1000},
		{0, []int16{1000, -2000}, []int16{0, 0}, 0},
		{200, []int16{20000, -20000, 100}, []int16{math.MaxInt16, math.MinInt16, 200}, 32768},
		{900, []int16{100}, []int16{200}, 200},
	} {
		var l level
		l.set(c.percent)
		l.pass(c.in)
		if got := float64(l.peak.Swap(0)); !slices.Equal(c.in, c.want) || got != c.peak {
			t.Errorf("%d %%: %v, peak %.0f", c.percent, c.in, got)
		}
	}
}

func TestAMirrorGivesBackWhatItHeardAWhileLater(t *testing.T) {
	m := NewMirror(time.Second)
	tone := media.NewTone(440, 0.5)
	in, out := make([]int16, media.Block), make([]int16, media.Block)
	var heard []int16
	for i := range 250 {
		if i == 200 { // the microphone gives out
			tone = media.NewTone(440, 0)
		}
		tone.Fill(in)
		m.Capture(in)
		m.Playback(out)
		heard = append(heard, out...)
	}
	before, then := heard[:media.Rate-media.Block], heard[media.Rate:2*media.Rate]
	if l := media.Level(before); l != 0 {
		t.Errorf("level %.3f before its time", l)
	}
	if share := media.ToneLevel(then, media.Rate, 440); share < 0.95 {
		t.Errorf("440 Hz is %.2f of what came back", share)
	}
	for range 400 { // nothing comes in any more
		m.Playback(out)
	}
	if media.Level(out) != 0 {
		t.Error("it goes on when nothing is heard")
	}
	if n := testing.AllocsPerRun(100, func() { m.Capture(in); m.Playback(out) }); n != 0 {
		t.Errorf("%.0f allocations a block", n)
	}
}

func TestAnotherDeviceTakesOverInTheMiddleOfACall(t *testing.T) {
	voice, heard := toneFile(t, 700), filepath.Join(t.TempDir(), "heard.wav")
	other := "wav:" + filepath.Join(t.TempDir(), "other.wav")
	synctest.Test(t, func(t *testing.T) {
		var events []Event
		d, stop := started(t, Config{In: "tone:440", Out: "wav:" + heard, Notify: func(e Event) {
			if e.Side == Out || e.Side == Ring {
				events = append(events, e)
			}
		}})
		defer stop()
		detach := d.Attach(&echo{})
		defer detach()
		time.Sleep(time.Second)
		if in, _ := d.Peak(); in < 0.3 || in > 0.5 {
			t.Errorf("the microphone's peak is %.2f", in)
		}
		d.SetLevel(In, 50)
		d.Peak()
		d.Use("wav:"+voice, other, "")
		time.Sleep(time.Second)
		synctest.Wait()
		if in, out, null := d.Names(); in != "wav:voice.wav" || out != "wav:other.wav" || null {
			t.Errorf("names %s, %s, %v", in, out, null)
		}
		if in, out := d.Peak(); in == 0 || out == 0 || in > 0.3 {
			t.Errorf("peaks %.2f, %.2f", in, out)
		}
		d.Ring(true) // where the call is heard
		time.Sleep(time.Second)
		d.Ring(false)
		d.Use("", "", "")
		time.Sleep(time.Second)
		if in, out, _ := d.Names(); in != "tone:440" || out != "wav:heard.wav" {
			t.Errorf("back to %s, %s", in, out)
		}
		for _, e := range events {
			if e.Side == Ring || e.Kind != Chosen {
				t.Errorf("told: %+v", e)
			}
		}
	})
	if n := len(readFile(t, other[4:])); n < media.Rate*9/10 || n > 3*media.Rate {
		t.Errorf("%d samples were written to the other device", n)
	}
}

func TestRingingGetsADeviceOfItsOwnAndGivesItBack(t *testing.T) {
	heard, bell := filepath.Join(t.TempDir(), "heard.wav"), filepath.Join(t.TempDir(), "bell.wav")
	synctest.Test(t, func(t *testing.T) {
		d, stop := started(t, Config{In: "null", Out: "wav:" + heard})
		defer stop()
		d.Use("", "", "wav:"+bell)
		d.Ring(true)
		time.Sleep(2 * time.Second)
		d.Ring(false)
		time.Sleep(time.Second)
		if n := len(readFile(t, heard)); n != 0 {
			t.Errorf("%d samples rang where calls are heard", n)
		}
		d.Use("", "", "")
		d.Ring(true)
		time.Sleep(2 * time.Second)
		d.Ring(false)
		time.Sleep(time.Second)
		synctest.Wait()
	})
	for name, file := range map[string]string{"the bell": bell, "the speaker": heard} {
		if l := media.Level(readFile(t, file)); l < 0.01 {
			t.Errorf("%s rang with a level of %.3f", name, l)
		}
	}
}
