package desk_test

import (
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestADeskWithoutAPhoneSaysSoInsteadOfDialling(t *testing.T) {
	b := newBench(t)
	b.do(desk.AccountsChanged{})
	out := b.do(desk.DialPressed{To: "10086"})
	if len(out) != 0 || len(b.s.Drafts) != 0 || len(b.s.Notices) != 1 || b.s.Notices[0].Code != "call_no_phone" {
		t.Errorf("%v, drafts %v, notices %v", out, b.s.Drafts, b.s.Notices)
	}
	direct := *b
	direct.do(desk.AccountsChanged{Direct: true})
	if len(direct.s.Notices) != 0 || !hasCommand[desk.PlaceCall](direct.do(desk.DialPressed{To: "sip:701@192.0.2.1"})) {
		t.Error("an account without a registrar does not dial")
	}
	b.do(desk.RegistrationChanged{Registration: desk.Registration{AOR: "sip:101@x", State: desk.Registering}})
	if len(b.s.Notices) != 0 {
		t.Error("it is still said when an account has come")
	}
}
