package central

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/callbench/callbench/sync/wire"
)

func TestAnAddressIsCountedByItsNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"10.0.0.5": "10.0.0.5", "::ffff:10.0.0.5": "10.0.0.5", "2001:db8:1:2:3::4": "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::1": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "": "",
	} {
		if got := networkOf(address); got != want {
			t.Errorf("%s counts as %s, want %s", address, got, want)
		}
	}
}

func TestNamesWithoutEndDoNotForgiveTheOneThatIsGuessedAt(t *testing.T) {
	a, now := newAttempts(), time.Now()
	for range userBurst {
		if wait := a.begin(now, "li", "10.0.0.1"); wait != 0 {
			t.Fatalf("wait %v", wait)
		}
	}
	for i := range maxAttempts/2 + 100 {
		a.begin(now, fmt.Sprint("x", i), fmt.Sprintf("2001:db8:%x:%x::1", i/65536, i%65536))
	}
	if len(a.debt) > maxAttempts {
		t.Errorf("%d are remembered", len(a.debt))
	}
	if wait := a.begin(now, "li", "10.0.0.2"); wait == 0 {
		t.Error("the user is forgiven")
	}
}

func TestWhoWaitsForAProcessorGoesWhenTheDeskDoesAndAreNotTooMany(t *testing.T) {
	c, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for range cap(c.hashing) {
		c.hashing <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	// Each has a name and an address of its own, so that only the queue limits them.
	for i := range 2 * maxHashing {
		go func() {
			_, err := c.signIn(ctx, wire.SignIn{User: fmt.Sprint("x", i), Password: "word"}, fmt.Sprint("10.0.0.", i))
			done <- err
		}()
	}
	for range maxHashing {
		f, ok := errors.AsType[*wire.FaultError](<-done)
		if !ok || f.Status() != 429 || f.Retry < 1 {
			t.Fatalf("one too many: %+v", f)
		}
	}
	cancel()
	for range maxHashing {
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("who waited: %v", err)
		}
	}
	if c.awaited.Load() != 0 {
		t.Errorf("%d wait for ever", c.awaited.Load())
	}
}

func TestASetBackClockShutsNobodyOutForLong(t *testing.T) {
	a, now := newAttempts(), time.Now()
	for range userBurst + 1 {
		a.begin(now, "li", "10.0.0.1")
	}
	if wait := a.begin(now.AddDate(-3, 0, 0), "li", "10.0.0.1"); wait > userBurst*userRefill {
		t.Errorf("the user has to wait %v", wait)
	}
}
