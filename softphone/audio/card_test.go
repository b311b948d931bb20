//go:build cgo

package audio

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/gen2brain/malgo"

	"github.com/callbench/callbench/softphone/media"
)

// counter counts blocks and says when there were enough.
type counter struct {
	mu   sync.Mutex
	n    int
	want int
	done chan struct{}
}

func (c *counter) Capture([]int16)  { c.count() }
func (c *counter) Playback([]int16) { c.count() }

func (c *counter) count() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n++; c.n == c.want {
		close(c.done)
	}
}

// miniaudioNull is miniaudio's own device without hardware; malgo's constant is one too low.
const miniaudioNull = malgo.Backend(malgo.BackendNull + 1)

func TestMiniaudioPacesTheStream(t *testing.T) {
	for _, which := range []Side{In, Out} {
		dev, err := openOn(t.Context(), []malgo.Backend{miniaudioNull}, which, "default", "", false)
		if err != nil {
			t.Fatal(err)
		}
		c := &counter{want: 30, done: make(chan struct{})}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		ended := make(chan error, 1)
		go func() {
			ended <- dev.run(ctx, drive{stream: c, busy: func() bool { return true }, wake: make(chan struct{}, 1)})
		}()
		begin := time.Now()
		select {
		case <-c.done:
		case err := <-ended:
			t.Fatalf("%s ended: %v", which, err)
		}
		took := time.Since(begin)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		dev.close()
		if ahead := time.Duration(30-mostBlocks-1) * 10 * time.Millisecond; took < ahead-100*time.Millisecond {
			t.Errorf("%s: 30 blocks of %d samples in %s", which, media.Block, took)
		}
	}
}

func TestOnlyTheWantedDeviceIsOpenedWhileAnotherStandsIn(t *testing.T) {
	dev, err := openOn(t.Context(), []malgo.Backend{miniaudioNull}, Out, "headset", "", false)
	if err != nil {
		t.Fatal(err)
	}
	defer dev.close()
	if sub, ok := dev.(*card); !ok || !sub.substitute() || sub.identity() != "" {
		t.Errorf("%s is what was wanted", dev.name())
	}
	if other, err := openOn(t.Context(), []malgo.Backend{miniaudioNull}, Out, "headset", "", true); !errors.Is(err, errNoDevice) {
		t.Errorf("%v, %v", other, err)
	}
}

func TestStalledDeviceIsNoticed(t *testing.T) {
	dev, err := openOn(t.Context(), []malgo.Backend{miniaudioNull}, In, "default", "", false)
	if err != nil {
		t.Fatal(err)
	}
	defer dev.close()
	c, ok := dev.(*card)
	if !ok {
		t.Fatalf("%T", dev)
	}
	if err := c.alive(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.dev.Stop(); err != nil { // no callback from here on, as when a device vanishes
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), firstWithin) // a device that has lived is given less than a new one
	defer cancel()
	stream := &counter{done: make(chan struct{})}
	if err := c.run(ctx, drive{stream: stream, busy: func() bool { return true }, wake: make(chan struct{}, 1)}); err == nil {
		t.Error("a stalled device ran on")
	}
}

func TestABlockFitsHoweverManySamplesTheCallbackTakes(t *testing.T) {
	var r ring
	block := make([]int16, media.Block)
	for range mostBlocks {
		r.put(block)
	}
	r.takeBytes(make([]byte, 2)) // one sample less than a whole number of blocks: another is played ahead
	if n := r.put(block); n != len(block) {
		t.Errorf("%d samples of %d were kept", n, len(block))
	}
}

func TestNothingIsAllocatedInTheCallback(t *testing.T) {
	c, b := &card{in: true}, make([]byte, 2*media.Block)
	speaker := &card{}
	if n := testing.AllocsPerRun(100, func() { c.data(nil, b, media.Block); speaker.data(b, nil, media.Block) }); n != 0 {
		t.Errorf("%.1f allocations", n)
	}
}

func TestTheDevicesThereAreAreListed(t *testing.T) {
	f, err := listOn([]malgo.Backend{malgo.BackendNull + 1}) // malgo counts one short
	if err != nil || len(f.In) == 0 || len(f.Out) == 0 || f.Out[0] == "" {
		t.Fatalf("%+v, %v", f, err)
	}
}
