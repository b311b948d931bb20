package central

import (
	"sync"
	"time"
)

// Limits of failed sign-ins. A user may fail userBurst times at once and then once per userRefill; an
// address, behind which a whole branch may sit, addressBurst times and once per addressRefill.
const (
	userBurst     = 8
	userRefill    = 15 * time.Second
	addressBurst  = 40
	addressRefill = 2 * time.Second
	maxAttempts   = 20000 // names and addresses remembered; beyond it the forgiven ones go, then all
)

// attempts counts failed sign-ins by user and by address. It may be used from any goroutine.
type attempts struct {
	mu   sync.Mutex
	debt map[string]time.Time // when the name will have been forgiven everything
}

func newAttempts() *attempts { return &attempts{debt: map[string]time.Time{}} }

// wait tells how long a sign-in has to wait; 0: go ahead.
func (a *attempts) wait(now time.Time, user, address string) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	return max(0,
		a.debt["u "+user].Add(-(userBurst-1)*userRefill).Sub(now),
		a.debt["a "+address].Add(-(addressBurst-1)*addressRefill).Sub(now))
}

// failed counts a failure against both.
func (a *attempts) failed(now time.Time, user, address string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.debt) >= maxAttempts {
		for name, until := range a.debt {
			if !until.After(now) {
				delete(a.debt, name)
			}
		}
		if len(a.debt) >= maxAttempts {
			clear(a.debt)
		}
	}
	a.add("u "+user, now, userRefill)
	a.add("a "+address, now, addressRefill)
}

func (a *attempts) add(name string, now time.Time, refill time.Duration) {
	from := a.debt[name]
	if from.Before(now) {
		from = now
	}
	a.debt[name] = from.Add(refill)
}
