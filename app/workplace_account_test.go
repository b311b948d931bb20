//go:build !nowindow

package app

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/softphone"
)

func TestATypedPhoneAccountIsTriedAndKeptOnceItHasRegistered(t *testing.T) {
	w := openWorld(t)
	cfg := aloneDesk(t)
	secrets, dir := host.Memory(), t.TempDir()
	set := settings{Lang: desk.ZhHans, User: "lin"}
	if err := set.write(dir); err != nil {
		t.Fatal(err)
	}
	kept := make(chan softphone.Account, 4)
	cfg.KeepAccount = func(a softphone.Account) error {
		kept <- a
		return joined{dir: dir, set: set, secrets: secrets}.keepAccount(a)
	}
	states := make(chan desk.State, 1000)
	cfg.Watch = []watcher{func(t turn) { states <- t.after }}
	place, err := openWorkplace(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 8)
	go func() { ended <- place.run(ctx) }()
	await := func(what string, fits func(desk.State) bool) {
		t.Helper()
		limit := time.After(testPatience)
		for {
			select {
			case s := <-states:
				if fits(s) {
					return
				}
			case <-limit:
				t.Fatalf("no %s", what)
			}
		}
	}
	await("form", func(s desk.State) bool { return s.PhoneForm })
	server := strings.TrimPrefix(w.floor.Registrar("udp"), "sip:")
	tries := 0
	try := func(password string) {
		tries++
		go func() {
			place.tryAccount(ctx, typedAccount{Number: "101", Server: server, Password: password})
			ended <- nil
		}()
	}
	try("")
	await("problem", func(s desk.State) bool { return s.Setup.Problem == "phone_missing" })
	registered := func(state desk.RegistrationState, reason string) func(desk.State) bool {
		return func(s desk.State) bool {
			return len(s.Registrations) == 1 && s.Registrations[0].State == state && s.Registrations[0].Reason == reason
		}
	}
	try("wrong")
	await("refusal", registered(desk.RegFailed, "wrong_password"))
	if len(kept) != 0 {
		t.Error("an account that does not work is kept")
	}
	try("phone-password")
	await("registration", registered(desk.Registered, ""))
	if a := <-kept; a.Password != "phone-password" || a.AuthUser != "" {
		t.Errorf("kept %s with user %q", a.AOR, a.AuthUser)
	}
	stop()
	for range tries + 1 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	again, _, err := readSettings(dir)
	if err != nil || again.Phone == nil || again.Phone.Registrar != "sip:"+server {
		t.Errorf("settings %+v, %v", again.Phone, err)
	}
	if password, err := secrets.Get(secretName(secretPhone, "lin")); err != nil || password != "phone-password" {
		t.Errorf("password %q, %v", password, err)
	}
	nothingSecretIn(t, dir, "phone-password")
}

func TestAnAddressIsLookedAtBeforeAnybodySignsIn(t *testing.T) {
	address, code := tlsCentral(t)
	for what, c := range map[string]struct{ url, code, want string }{
		"nothing there":        {"https://127.0.0.1:1", "", "unreachable"},
		"no address":           {"https://", "", "bad_address"},
		"plain HTTP elsewhere": {"http://192.0.2.1", "", "not_secure"},
		"no join code":         {address, "", "tls"},
		"the join code":        {strings.TrimPrefix(address, "https://"), code, "join"},
		"another join code":    {address, strings.Repeat("AAAA-", 7) + "AAAA", "bad_join_code"},
		"this computer":        {openWorld(t).url, "", "open"},
	} {
		if got := reach(t.Context(), c.url, c.code); got != c.want {
			t.Errorf("%s: %s, want %s", what, got, c.want)
		}
	}
}
