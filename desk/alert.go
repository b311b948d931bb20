package desk

import "slices"

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
	// GlobalKeysHeld tells which keys of the whole computer were tried, and which of those cannot be had: another program
	// has them.
	GlobalKeysHeld struct{ Tried, Refused []string }
)

func (SightChanged) event()   {}
func (WindowWanted) event()   {}
func (GlobalKeysHeld) event() {}

// GlobalKeys is the truth about the keys that work in every program.
type GlobalKeys struct {
	Known   bool     // the system gives such keys
	Refused []string // chords that another program had when they were last tried; never altered in place
}

// after is what is known once further keys were tried: of those that were not, what was known before.
func (g GlobalKeys) after(e GlobalKeysHeld) GlobalKeys {
	refused := slices.Clone(e.Refused)
	for _, chord := range g.Refused {
		if !slices.Contains(e.Tried, chord) && !slices.Contains(refused, chord) {
			refused = append(refused, chord)
		}
	}
	return GlobalKeys{Known: true, Refused: refused}
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
		u.s.GlobalKeys = u.s.GlobalKeys.after(e)
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
