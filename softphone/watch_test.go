package softphone

import (
	"testing"
	"time"

	"github.com/callbench/callbench/internal/testbed"
)

const often = 50 * time.Millisecond // the registrars are asked

func watched(t *testing.T, network string, list ...*testRegistrar) *desk {
	t.Helper()
	ac := list[0].account(network)
	for _, r := range list[1:] {
		ac.Registrars = append(ac.Registrars, r.uri(network))
	}
	d, _ := startPhoneAs(t, 0, Config{Accounts: []Account{ac}, watchEvery: often})
	return d
}

func TestARegistrarThatFallsSilentIsLeftForTheNext(t *testing.T) {
	for _, network := range []string{"udp", "tcp"} {
		t.Run(network, func(t *testing.T) {
			t.Parallel()
			first, next := startRegistrar(t, welcome("")), startRegistrar(t, welcome(""))
			d := watched(t, network, first, next)
			if ev := d.registered(t, "registered"); ev.Registrar != first.uri(network) {
				t.Fatalf("registered at %s", ev.Registrar)
			}
			first.dead.Store(true)
			begin := time.Now()
			ev := d.registered(t, "registered") // the registration at the first is good for minutes
			if took := time.Since(begin); ev.Registrar != next.uri(network) || took >= 2*silentRegistrar {
				t.Fatalf("registered at %s after %v", ev.Registrar, took)
			}
			d.neverFailed(t)
		})
	}
}

func TestThePreferredRegistrarIsGoneBackTo(t *testing.T) {
	t.Parallel()
	first, next := startRegistrar(t, welcome("")), startRegistrar(t, welcome(""))
	first.dead.Store(true)
	d := watched(t, "udp", first, next)
	if ev := d.registered(t, "registered"); ev.Registrar != next.uri("udp") {
		t.Fatalf("registered at %s", ev.Registrar)
	}
	first.dead.Store(false)
	if ev := d.registered(t, "registered"); ev.Registrar != first.uri("udp") {
		t.Fatalf("registered at %s", ev.Registrar)
	}
	for _, req := range next.requests() {
		if req.GetHeader("expires").Value() == "0" {
			t.Fatal("our contact was removed where it may be the only one")
		}
	}
	d.neverFailed(t)
}

func TestARegistrarThatLeavesOptionsUnansweredIsNotAsked(t *testing.T) {
	t.Parallel()
	r := startRegistrar(t, welcome(""))
	r.deaf.Store(true)
	d := watched(t, "tcp", r)
	d.registered(t, "registered")
	waitFor(t, "second registration", func() bool { return len(r.requests()) == 2 })
	asked := r.options.Load()
	if happens(5, func() bool { return r.options.Load() > asked || len(r.requests()) > 2 }) {
		t.Fatalf("%d OPTIONS after %d, %d registrations", r.options.Load(), asked, len(r.requests()))
	}
	d.neverFailed(t)
}

// happens lets n looks pass and tells whether something happened meanwhile.
func happens(n int, happened func() bool) bool {
	tick := time.NewTicker(often)
	defer tick.Stop()
	for range n {
		<-tick.C
		if happened() {
			return true
		}
	}
	return false
}

func TestAPBXThatRestartsIsTriedEveryFewSeconds(t *testing.T) {
	lost, long := []time.Duration{}, []time.Duration{}
	for pause, i := firstPause, 0; i < 7; i++ {
		pause = nextPause(pause, time.Duration(i)*3*time.Second)
		lost = append(lost, pause)
	}
	for pause, i := firstPause, 0; i < 7; i++ {
		pause = nextPause(pause, 2*time.Minute)
		long = append(long, pause)
	}
	for i, p := range lost {
		if p > soon {
			t.Errorf("pause %d after the loss: %v", i, p)
		}
	}
	if long[3] != 16*time.Second || long[6] != maxPause {
		t.Errorf("pauses while nothing answers for long: %v", long)
	}
}

func TestTheServersOfADomainAreTriedInTheirOrder(t *testing.T) {
	t.Parallel()
	silent, good := startRegistrar(t, welcome("")), startRegistrar(t, welcome(""))
	silent.dead.Store(true)
	names := testbed.StartNames(t, map[string][]testbed.Server{"_sip._udp.bank.example.": {
		{Priority: 1, Host: "one.bank.example.", Port: silent.Addr("udp").Port()}, {Priority: 2, Host: "two.bank.example.", Port: good.Addr("udp").Port()},
	}})
	ac := Account{AOR: "sip:101@bank.example", Registrars: []string{"sip:bank.example"}, Password: "secret"}
	d, _ := startPhoneAs(t, 0, Config{Accounts: []Account{ac}, resolver: names})
	begin := time.Now()
	d.registered(t, "registered")
	if took := time.Since(begin); took >= 2*silentRegistrar || len(good.requests()) != 1 {
		t.Fatalf("after %v, %d registrations at the second server", took, len(good.requests()))
	}
	d.neverFailed(t)
}

func TestARefusalByOneServerOfADomainIsThatOfAll(t *testing.T) {
	t.Parallel()
	strict, other := startRegistrar(t, refuse(403)), startRegistrar(t, welcome(""))
	names := testbed.StartNames(t, map[string][]testbed.Server{"_sip._tcp.bank.example.": {
		{Priority: 1, Host: "one.bank.example.", Port: strict.Addr("tcp").Port()}, {Priority: 2, Host: "two.bank.example.", Port: other.Addr("tcp").Port()},
	}})
	ac := Account{AOR: "sip:101@bank.example", Registrars: []string{"sip:bank.example;transport=tcp"}, Password: "secret"}
	d, _ := startPhoneAs(t, 0, Config{Accounts: []Account{ac}, resolver: names})
	if ev := d.registered(t, "failed"); ev.Reason != reasonForbidden || len(other.requests()) != 0 {
		t.Fatalf("%+v, %d registrations at the other server", ev, len(other.requests()))
	}
}
