package desk

import "slices"

// SoundSide is one of the three sound devices: what is spoken into, what is heard, what rings.
type SoundSide string

// The sides.
const (
	SoundIn   SoundSide = "in"
	SoundOut  SoundSide = "out"
	SoundRing SoundSide = "ring"
)

// SoundDevices are the sound devices that this computer has now, by the names that Sound takes.
type SoundDevices struct {
	In, Out []string
	Known   bool // they have been looked for
}

// SoundTestKind is what is tried: SoundEcho gives back what the agent says, SoundBell rings.
type SoundTestKind string

// The tests of the sound; the empty kind is none.
const (
	SoundNothing SoundTestKind = ""
	SoundEcho    SoundTestKind = "echo"
	SoundBell    SoundTestKind = "bell"
)

// SoundTest is a test of the sound that runs. Peaks are shares of full scale, 0 to 1.
type SoundTest struct {
	Kind    SoundTestKind
	Since   Millis
	In, Out float64 // of the last moment
	Best    float64 // the microphone's greatest since the test began
}

// soundTestLasts is how long a test runs unless it is stopped.
const soundTestLasts = 60 * 1000

// SoundEnough is the peak from which on a microphone is taken to hear somebody.
const SoundEnough = 0.02

// Events about the sound.
type (
	// SoundChosen makes a device that of a side; an empty name is the computer's own choice.
	SoundChosen struct {
		Side SoundSide
		Name string
	}
	// LevelChosen sets how loud a side is, in percent.
	LevelChosen struct {
		Side    SoundSide
		Percent int
	}
	// SoundDevicesFound answers FindSoundDevices.
	SoundDevicesFound struct{ In, Out []string }
	// SoundTestPressed begins a test, or (SoundNothing) ends it.
	SoundTestPressed struct{ Kind SoundTestKind }
	// SoundHeard tells the peaks of the last moment, some ten times a second while a test runs.
	SoundHeard struct{ In, Out float64 }
)

func (SoundChosen) event()       {}
func (LevelChosen) event()       {}
func (SoundDevicesFound) event() {}
func (SoundTestPressed) event()  {}
func (SoundHeard) event()        {}

// Commands to the sound devices.
type (
	// UseSound takes devices and levels at once.
	UseSound struct{ Sound Sound }
	// FindSoundDevices looks which devices there are.
	FindSoundDevices struct{}
	// TestSound begins a test in place of any other; SoundNothing ends it.
	TestSound struct{ Kind SoundTestKind }
)

func (UseSound) command()         {}
func (FindSoundDevices) command() {}
func (TestSound) command()        {}

func (u *step) atSound(e Event) {
	switch e := e.(type) {
	case SoundChosen:
		next := u.s.Settings
		if name := next.Sound.device(e.Side); name != nil {
			*name = e.Name
		}
		u.set(next)
	case LevelChosen:
		next := u.s.Settings
		if level := next.Sound.level(e.Side); level != nil {
			*level = max(e.Percent, 1) // 0 is "as it comes"
		}
		u.set(next)
	case SoundDevicesFound:
		u.s.Devices = SoundDevices{In: slices.Clone(e.In), Out: slices.Clone(e.Out), Known: true}
	case SoundTestPressed:
		if _, live := u.s.Current(); live && e.Kind != SoundNothing || e.Kind == u.s.SoundTest.Kind {
			return // what a customer would hear, too
		}
		u.s.SoundTest = SoundTest{Kind: e.Kind, Since: u.at.At}
		u.do(TestSound(e))
	case SoundHeard:
		if t := &u.s.SoundTest; t.Kind != SoundNothing {
			t.In, t.Out, t.Best = e.In, e.Out, max(t.Best, e.In)
		}
	default: // the others are not for this function
	}
}

func (s *Sound) device(side SoundSide) *string {
	return map[SoundSide]*string{SoundIn: &s.In, SoundOut: &s.Out, SoundRing: &s.Ring}[side]
}

func (s *Sound) level(side SoundSide) *int {
	return map[SoundSide]*int{SoundIn: &s.InAt, SoundOut: &s.OutAt, SoundRing: &s.RingAt}[side]
}

// Level is how loud a side is, in percent.
func (s Sound) Level(side SoundSide) int {
	if l := s.level(side); l != nil && *l != 0 {
		return *l
	}
	return 100
}

// Device is the device chosen for a side; empty: the computer's own choice.
func (s Sound) Device(side SoundSide) string {
	if d := s.device(side); d != nil {
		return *d
	}
	return ""
}

// soundSeen reports whether the agent looks at the sound devices.
func (s State) soundSeen() bool {
	return s.View == "settings" && s.SettingsAt == SettingsSound || s.View == "setup" && s.Setup.Step == SetupSound
}

// devicesEvery is how often devices are looked for while somebody looks at them, in seconds: a headset may be plugged in.
const devicesEvery = 3

// looksAgain reports whether a look for devices is due in this second.
func (u *step) looksAgain() bool { return u.ticking && u.at.At/1000%devicesEvery == 0 }

// settleSound looks for devices when they come into view, and ends a test that nobody looks at, that a call needs the
// devices of, or that has run long enough. before is the state of before the event.
func (u *step) settleSound(before State) {
	seen := u.s.soundSeen()
	if seen && (!before.soundSeen() || u.looksAgain()) {
		u.do(FindSoundDevices{})
	}
	if u.s.SoundTest.Kind == SoundNothing {
		return
	}
	if _, live := u.s.Current(); live || !seen || u.at.At-u.s.SoundTest.Since > soundTestLasts {
		u.s.SoundTest = SoundTest{}
		u.do(TestSound{})
	}
}
