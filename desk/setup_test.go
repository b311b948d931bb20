package desk_test

import (
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestTheWalkGoesThroughItsStepsAndEndsWhereTheAgentLikes(t *testing.T) {
	s := desk.State{PhoneForm: true}
	do(t, &s, 1, desk.SetupStarted{})
	if s.View != "setup" || s.Setup.Step != desk.SetupPhone {
		t.Fatalf("%s, %+v", s.View, s.Setup)
	}
	do(t, &s, 2, desk.SetupByHand{On: true})
	do(t, &s, 3, desk.PhoneTried{Problem: "phone_missing"})
	if !s.Setup.ByHand || s.Setup.Problem == "" || len(s.Registrations) != 0 {
		t.Fatalf("%+v", s.Setup)
	}
	do(t, &s, 4, desk.PhoneTried{AOR: "sip:101@pbx"})
	do(t, &s, 5, desk.RegistrationChanged{Registration: desk.Registration{AOR: "sip:101@pbx", State: desk.RegFailed, Reason: "wrong_password"}})
	if !s.Setup.ByHand || s.Setup.Problem != "" {
		t.Errorf("the form went away with what failed: %+v", s.Setup)
	}
	if list := do(t, &s, 6, desk.RegisterPressed{}); !hasCommand[desk.RegisterPhone](list) || s.Registrations[0].State != desk.Registering {
		t.Errorf("again: %v, %+v", list, s.Registrations)
	}
	do(t, &s, 7, desk.RegistrationChanged{Registration: desk.Registration{AOR: "sip:101@pbx", State: desk.Registered}})
	if s.Setup.ByHand {
		t.Error("the form stays open over an account that works")
	}
	if list := do(t, &s, 8, desk.SetupStepChosen{Step: desk.SetupSound}); !hasCommand[desk.FindSoundDevices](list) {
		t.Errorf("devices are not looked for: %v", list)
	}
	do(t, &s, 9, desk.SoundTestPressed{Kind: desk.SoundEcho})
	do(t, &s, 10, desk.SoundHeard{In: 0.3})
	do(t, &s, 11, desk.SetupStepChosen{Step: desk.SetupKeys})
	if !s.Setup.Heard || s.SoundTest.Kind != desk.SoundNothing {
		t.Errorf("heard %v, test %+v", s.Setup.Heard, s.SoundTest)
	}
	for i, id := range desk.SetupActions() {
		do(t, &s, 12, desk.SetupKeyPressed{Action: "?"})
		if s.Setup.Learned != i || s.Setup.Missed != "?" {
			t.Fatalf("a wrong key: %+v", s.Setup)
		}
		if list := do(t, &s, 13, desk.SetupKeyPressed{Action: id}); len(list) != 0 {
			t.Fatalf("learning does something: %v", list)
		}
	}
	if s.Setup.Learned != 5 || s.Setup.Missed != "" {
		t.Errorf("%+v", s.Setup)
	}
	do(t, &s, 14, desk.SetupKeyPressed{Action: "call.answer"})
	do(t, &s, 15, desk.SetupStepChosen{})
	if s.View != "work" || s.Setup != (desk.Setup{}) {
		t.Errorf("it does not end: %s, %+v", s.View, s.Setup)
	}
	do(t, &s, 16, desk.SetupStarted{})
	do(t, &s, 17, desk.ViewChosen{View: "work"})
	if s.Setup != (desk.Setup{}) {
		t.Errorf("it goes on behind the agent's back: %+v", s.Setup)
	}
}

func TestWhatSettlesWithoutAFormOpensNone(t *testing.T) {
	var s desk.State
	do(t, &s, 1, desk.SetupStarted{})
	if do(t, &s, 2, desk.SetupByHand{On: true}); s.Setup.ByHand {
		t.Error("a form that nobody would take anything from")
	}
}
