package desk

import "slices"

// SetupStep is one of the steps from install to the first call. The first of them, the server, comes before there is
// a desk: the others are walked through at the desk that has just been joined, and again whenever the agent likes.
type SetupStep string

// The steps at the desk, in their order.
const (
	SetupNone  SetupStep = ""
	SetupPhone SetupStep = "phone"
	SetupSound SetupStep = "sound"
	SetupKeys  SetupStep = "keys"
)

// Setup is where the walk through the steps stands.
type Setup struct {
	Step    SetupStep // SetupNone: nobody walks
	ByHand  bool      // the form for a phone account is open
	Problem string    // code of why an account that was typed could not be tried: phone_missing
	Heard   bool      // the microphone has heard the agent
	Rung    bool      // the ring has been tried
	Learned int       // how many of SetupActions have been pressed
	Missed  string    // the action that was pressed in place of the next one; "?" for a key that is none of them
}

// SetupActions are what the agent learns by pressing it: IDs of the table of actions, in the order of a call.
func SetupActions() []string {
	return []string{"call.answer", "search", "call.hold", "call.hang_up", "note.finish"}
}

// Events of the walk.
type (
	// SetupStarted begins the walk, with the phone.
	SetupStarted struct{}
	// SetupStepChosen goes to a step; SetupNone ends the walk.
	SetupStepChosen struct{ Step SetupStep }
	// SetupByHand opens or closes the form for a phone account.
	SetupByHand struct{ On bool }
	// SetupKeyPressed tells which action's key was pressed while keys are learned: "?" for none of them.
	SetupKeyPressed struct{ Action string }
	// PhoneTried tells that an account that was typed is being registered, or why it is not. The password is in no
	// event.
	PhoneTried struct{ AOR, Problem string }
	// RegisterPressed has the phone accounts registered now.
	RegisterPressed struct{}
)

func (SetupStarted) event()    {}
func (SetupStepChosen) event() {}
func (SetupByHand) event()     {}
func (SetupKeyPressed) event() {}
func (PhoneTried) event()      {}
func (RegisterPressed) event() {}

// RegisterPhone registers the phone accounts now.
type RegisterPhone struct{}

func (RegisterPhone) command() {}

func (u *step) atSetup(e Event) {
	switch e := e.(type) {
	case SetupStarted:
		u.s.Setup = Setup{Step: SetupPhone}
		u.view("setup")
	case SetupStepChosen:
		if e.Step == SetupNone {
			u.s.Setup = Setup{}
			u.view("work")
			return
		}
		u.s.Setup.Step, u.s.Setup.Missed = e.Step, ""
		u.view("setup")
	case SetupByHand:
		u.s.Setup.ByHand, u.s.Setup.Problem = e.On && u.s.PhoneForm, ""
	case SetupKeyPressed:
		u.pressedForLearning(e.Action)
	case PhoneTried:
		u.s.Setup.Problem = e.Problem
		if e.Problem == "" {
			u.s.Registrations = []Registration{{AOR: e.AOR, State: Registering}}
		}
	case RegisterPressed:
		list := slices.Clone(u.s.Registrations)
		for i := range list {
			if list[i].State != Registered {
				list[i].State, list[i].Reason = Registering, ""
			}
		}
		u.s.Registrations = list
		u.do(RegisterPhone{})
	default: // the others are not for this function
	}
}

// pressedForLearning counts the next action, and notes another one.
func (u *step) pressedForLearning(action string) {
	actions := SetupActions()
	if u.s.Setup.Step != SetupKeys || u.s.Setup.Learned >= len(actions) {
		return
	}
	u.s.Setup.Missed = action
	if action == actions[u.s.Setup.Learned] {
		u.s.Setup.Learned++
		u.s.Setup.Missed = ""
	}
}

// settleSetup keeps what has been tried with success.
func (u *step) settleSetup() {
	if u.s.Setup.Step == SetupNone {
		return
	}
	switch t := u.s.SoundTest; {
	case t.Kind == SoundEcho && t.Best >= 4*SoundEnough:
		u.s.Setup.Heard = true
	case t.Kind == SoundBell:
		u.s.Setup.Rung = true
	}
	if slices.ContainsFunc(u.s.Registrations, func(r Registration) bool { return r.State == Registered }) {
		u.s.Setup.ByHand = false
	}
	if u.s.View != "setup" {
		u.s.Setup = Setup{}
	}
}
