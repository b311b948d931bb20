package central

import (
	"net/netip"
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
	maxAttempts   = 20000 // names and addresses remembered; beyond it the forgiven go, then the least in debt
	networkBits   = 64    // of an IPv6 address: whoever has one has all of its network
)

// attempts counts sign-ins that are under way or failed, by user and by address. It may be used from any
// goroutine.
type attempts struct {
	mu   sync.Mutex
	debt map[string]time.Time // when the name will have been forgiven everything
}

func newAttempts() *attempts { return &attempts{debt: map[string]time.Time{}} }

// begin charges an attempt to both before the password is looked at, so that many at once are counted
// too; or charges nothing and tells how long the sign-in has to wait.
func (a *attempts) begin(now time.Time, user, address string) time.Duration {
	user, address = "u "+user, "a "+networkOf(address)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.forgetFuture(user, now, userBurst*userRefill)
	a.forgetFuture(address, now, addressBurst*addressRefill)
	wait := max(0,
		a.debt[user].Add(-(userBurst-1)*userRefill).Sub(now),
		a.debt[address].Add(-(addressBurst-1)*addressRefill).Sub(now))
	if wait == 0 {
		a.add(user, now, userRefill)
		a.add(address, now, addressRefill)
	}
	return wait
}

// forgetFuture forgets a debt larger than anybody can have: central's clock has been set back, and nobody shall wait
// until it is that late again.
func (a *attempts) forgetFuture(name string, now time.Time, most time.Duration) {
	if a.debt[name].Sub(now) > most {
		delete(a.debt, name)
	}
}

// refund takes back the charge of an attempt that was no wrong guess.
func (a *attempts) refund(user, address string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for name, refill := range map[string]time.Duration{"u " + user: userRefill, "a " + networkOf(address): addressRefill} {
		if until, there := a.debt[name]; there {
			a.debt[name] = until.Add(-refill)
		}
	}
}

func (a *attempts) add(name string, now time.Time, refill time.Duration) {
	from, there := a.debt[name]
	if !there && len(a.debt) >= maxAttempts {
		a.makeRoom(now)
	}
	if from.Before(now) {
		from = now
	}
	a.debt[name] = from.Add(refill)
}

// makeRoom forgets the forgiven, and if there are none the one that is the next to be: who was guessed at
// often stays, whatever names are tried to push it out.
func (a *attempts) makeRoom(now time.Time) {
	least, at := "", time.Time{}
	for name, until := range a.debt {
		if !until.After(now) {
			delete(a.debt, name)
		} else if least == "" || until.Before(at) {
			least, at = name, until
		}
	}
	if len(a.debt) >= maxAttempts {
		delete(a.debt, least)
	}
}

// networkOf is what an address is counted as: itself for IPv4, its network for IPv6.
func networkOf(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	network, err := ip.Prefix(networkBits)
	if err != nil {
		return address
	}
	return network.String()
}
