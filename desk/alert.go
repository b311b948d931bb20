package desk

// Sight is how much of the window the agent has in front of them.
type Sight string

// How much of the window is in front of the agent.
const (
	SightFront  Sight = ""       // it has the keyboard; also where the system tells nothing
	SightBehind Sight = "behind" // another program has the keyboard, the phone bar is still to be seen
	SightHidden Sight = "hidden" // minimised, in the tray, on another workspace, or its phone bar is covered
)

// Events about the window as the operating system shows it.
type (
	// SightChanged tells how much of the window is in front of the agent.
	SightChanged struct{ Sight Sight }
	// WindowWanted asks for the window: from the mini bar, the tray or a notification.
	WindowWanted struct{}
	// GlobalKeysHeld tells which of the wanted keys of the whole computer cannot be had: another program has them.
	GlobalKeysHeld struct{ Refused []string }
)

func (SightChanged) event()   {}
func (WindowWanted) event()   {}
func (GlobalKeysHeld) event() {}

// GlobalKeys is the truth about the keys that work in every program.
type GlobalKeys struct {
	Known   bool     // the system gives such keys
	Refused []string // chords that another program has; never altered in place
}

// RaiseWindow brings the window before all others and gives it the keyboard, because the agent asked for it.
type RaiseWindow struct{}

func (RaiseWindow) command() {}

// atWindow takes what concerns the window as a whole.
func (u *step) atWindow(e Event) {
	switch e := e.(type) {
	case SightChanged:
		u.s.Sight, u.s.SightKnown = e.Sight, true
	case GlobalKeysHeld:
		u.s.GlobalKeys = GlobalKeys{Known: true, Refused: e.Refused}
	case WindowWanted:
		u.raise()
	case CloseWanted:
		u.closeWanted(e)
	case TrayChanged:
		u.trayChanged(e.There)
	default: // the others are not for this function
	}
}

// Beside finds the call that the mini bar shows while the window is not in front of the agent: what rings first,
// and a live call only where the window cannot be seen at all.
func (s State) Beside() (Call, bool) {
	if s.Sight == SightFront {
		return Call{}, false
	}
	if c, ok := s.Ringing(); ok {
		return c, true
	}
	if s.Sight != SightHidden {
		return Call{}, false
	}
	return s.Current()
}
