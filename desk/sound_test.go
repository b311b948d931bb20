package desk_test

import (
	"testing"

	"github.com/callbench/callbench/desk"
)

func do(t *testing.T, s *desk.State, at desk.Millis, e desk.Event) []desk.Command {
	t.Helper()
	next, list := desk.Update(*s, desk.Stamp{At: at, Fresh: "0190b1a0-0000-7000-8000-000000000001"}, e)
	*s = next
	return list
}

func TestDevicesAreLookedForWhileSomebodyLooksAtThem(t *testing.T) {
	var s desk.State
	if list := do(t, &s, 1, desk.SettingsOpened{Part: desk.SettingsDisplay}); hasCommand[desk.FindSoundDevices](list) || s.View != "settings" {
		t.Fatalf("%v in %s", list, s.View)
	}
	if list := do(t, &s, 2, desk.SettingsOpened{Part: desk.SettingsSound}); !hasCommand[desk.FindSoundDevices](list) {
		t.Fatalf("not looked for: %v", list)
	}
	looks := 0
	for second := range 30 {
		if hasCommand[desk.FindSoundDevices](do(t, &s, desk.Millis(10_000+1000*second), desk.Ticked{})) {
			looks++
		}
	}
	if looks != 10 {
		t.Errorf("looked %d times in 30 s", looks)
	}
	do(t, &s, 50_000, desk.SoundDevicesFound{In: []string{"a"}})
	if !s.Devices.Known || len(s.Devices.In) != 1 {
		t.Errorf("devices: %+v", s.Devices)
	}
	do(t, &s, 50_001, desk.ViewChosen{View: "work"})
	if list := do(t, &s, 51_000, desk.Ticked{}); hasCommand[desk.FindSoundDevices](list) {
		t.Error("looked for behind the agent's back")
	}
}

func TestATestOfTheSoundEndsByItself(t *testing.T) {
	begin := func() desk.State {
		var s desk.State
		do(t, &s, 1, desk.SettingsOpened{Part: desk.SettingsSound})
		list := do(t, &s, 1000, desk.SoundTestPressed{Kind: desk.SoundEcho})
		if c, ok := the[desk.TestSound](list); !ok || c.Kind != desk.SoundEcho {
			t.Fatalf("commands %v", list)
		}
		do(t, &s, 1100, desk.SoundHeard{In: 0.5, Out: 0.1})
		do(t, &s, 1200, desk.SoundHeard{In: 0.1, Out: 0.4})
		if s.SoundTest.In != 0.1 || s.SoundTest.Best != 0.5 {
			t.Fatalf("heard %+v", s.SoundTest)
		}
		return s
	}
	for what, e := range map[string]desk.Event{
		"its button":     desk.SoundTestPressed{},
		"another view":   desk.ViewChosen{View: "work"},
		"another part":   desk.SettingsOpened{Part: desk.SettingsDisplay},
		"a call":         desk.CallChanged{Call: desk.Call{ID: "c", State: desk.CallRinging, Direction: desk.Inbound}},
		"after a minute": desk.Ticked{},
		"a wipe":         desk.WipeOrdered{},
	} {
		s := begin()
		stopped := false
		for _, c := range do(t, &s, 62_000, e) {
			if c, ok := c.(desk.TestSound); ok && c.Kind == desk.SoundNothing {
				stopped = true
			}
		}
		if !stopped || s.SoundTest.Kind != desk.SoundNothing {
			t.Errorf("%s does not end it: %+v", what, s.SoundTest)
		}
	}
	s := begin()
	do(t, &s, 2000, desk.CallChanged{Call: desk.Call{ID: "c", State: desk.CallTalking, Direction: desk.Inbound}})
	if list := do(t, &s, 2001, desk.SoundTestPressed{Kind: desk.SoundBell}); hasCommand[desk.TestSound](list) {
		t.Error("a customer would hear the test")
	}
}

func TestDevicesAndLevelsAreUsedAtOnceAndKept(t *testing.T) {
	var s desk.State
	list := do(t, &s, 1, desk.SoundChosen{Side: desk.SoundIn, Name: "headset"})
	if !hasCommand[desk.KeepSettings](list) || command[desk.UseSound](t, list).Sound.In != "headset" {
		t.Fatalf("commands %v", list)
	}
	list = do(t, &s, 2, desk.LevelChosen{Side: desk.SoundRing, Percent: 0})
	if got := command[desk.UseSound](t, list).Sound; got.Level(desk.SoundRing) != 1 || got.Level(desk.SoundOut) != 100 || got.Device(desk.SoundIn) != "headset" {
		t.Fatalf("sound %+v", got)
	}
	if list := do(t, &s, 3, desk.SoundChosen{Side: "nose", Name: "x"}); len(list) != 0 {
		t.Errorf("a side that is none: %v", list)
	}
	next := s.Settings
	next.Scheme = "dark"
	if list := do(t, &s, 4, desk.SettingsChanged{Settings: next}); hasCommand[desk.UseSound](list) {
		t.Error("another colour changes the devices")
	}
}
