package host

import (
	"context"
	"net"
	"slices"
	"strings"
	"time"
)

// How often Wakes looks, and how much longer than that a pause must have been to be a sleep.
const (
	wakeLook  = 2 * time.Second
	wakeSlept = 8 * time.Second
)

// Wakes calls awake after the computer has slept and when its network addresses have changed, until ctx
// ends. It looks every two seconds, which works alike on every system.
func Wakes(ctx context.Context, awake func()) {
	tick := time.NewTicker(wakeLook)
	defer tick.Stop()
	last, addrs := time.Now().Round(0), addresses()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		// Round(0) strips the monotonic reading, which stands still in a sleep on some systems.
		now, here := time.Now().Round(0), addresses()
		if now.Sub(last) > wakeLook+wakeSlept || here != addrs {
			awake()
		}
		last, addrs = now, here
	}
}

// addresses are the unicast addresses of this computer in a form that can be compared.
func addresses() string {
	list, err := net.InterfaceAddrs()
	if err != nil {
		return ""
	}
	texts := make([]string, 0, len(list))
	for _, a := range list {
		texts = append(texts, a.String())
	}
	slices.Sort(texts)
	return strings.Join(texts, " ")
}
