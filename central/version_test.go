package central_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

func TestADeskOfAnotherTimeIsToldWhoIsToBeBroughtUpToDate(t *testing.T) {
	r := newRig(t, central.Config{Version: "3.1.4"})
	r.user("li", desk.RoleAgent, "sales")
	in := wire.SignIn{User: "li", Password: password, Version: "9.9.9"}
	in.ProtocolMin, in.ProtocolMax = wire.ProtocolMax+1, wire.ProtocolMax+2
	if f := refused(r, wire.MethodSignIn, "", in); f.Cause != wire.CauseCentralOld || f.Version != "3.1.4" || !strings.Contains(f.Message, "9.9.9") {
		t.Errorf("a desk that speaks only what comes: %+v", f)
	}
	in.Password = "wrong word"
	if f := refused(r, wire.MethodSignIn, "", in); f.Cause != wire.CauseWrongPassword || f.Version != "" {
		t.Errorf("the same without the password: %+v", f)
	}
	in.Password = password
	for _, span := range [][2]int{{0, 0}, {1, 1}, {1, 7}} {
		in.ProtocolMin, in.ProtocolMax = span[0], span[1]
		out := call[wire.SignedIn](r, wire.MethodSignIn, "", in)
		if out.ProtocolMin != wire.ProtocolMin || out.ProtocolMax != wire.ProtocolMax || out.Version != "3.1.4" {
			t.Errorf("a desk that speaks %v hears %+v", span, out)
		}
	}
}

// What a desk of the next version sees here: that its methods are not there, and by the header what is.
func TestMethodsOfOtherVersionsAreAnsweredWithTheOnesThereAre(t *testing.T) {
	r := newRig(t, central.Config{})
	for _, path := range []string{"/callbench.v0.Desk/SignIn", "/callbench.v2.Desk/SignIn", wire.Path + "Nonsense"} {
		resp, err := http.Post(r.http.URL+path, "application/json", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got := resp.Header.Get(wire.Header); resp.StatusCode != http.StatusNotImplemented || got != "1-1" {
			t.Errorf("%s: %d, %q", path, resp.StatusCode, got)
		}
	}
}

func TestFieldsOfANewerDeskAreLeftAlone(t *testing.T) {
	r := newRig(t, central.Config{})
	r.user("li", desk.RoleAgent, "sales")
	status, text := r.post(wire.MethodSignIn, "", `{"user":"li","password":"`+password+`","protocolMax":2,"newer":{"a":[1,2]}}`)
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, text)
	}
	status, text = r.post(wire.MethodPush, r.token("li"), `{"desk":"`+deskA+`","newer":1,"ops":[{"id":"op-00000001","n":1,"kind":"test","version":1,
		"newer":"x","changes":[{"table":"contact","key":"contact-1","fieldsJson":"{\"at\":1000}","newer":true}]}]}`)
	if status != http.StatusOK || !strings.Contains(string(text), `"lastN":"1"`) || strings.Contains(string(text), "refused") {
		t.Errorf("%d %s", status, text)
	}
}
