package gallery

import (
	"time"

	"github.com/callbench/callbench/desk"
)

// ofSettings makes the states of the settings; false: name is none of them.
func ofSettings(name string, s desk.State) (desk.State, bool) {
	s.View = "settings"
	s.Devices = desk.SoundDevices{
		In:    []string{"Jabra Evolve2 40 单声道", "Built-in Audio Analog Stereo"},
		Out:   []string{"Jabra Evolve2 40 立体声", "Built-in Audio Analog Stereo", "HDMI / DisplayPort 2 Output"},
		Known: true,
	}
	switch name {
	case "settings":
		s.Settings = desk.Settings{Zoom: 125, Panes: map[string]float64{"work.customer": 0.3}}
	case "settings-sound":
		s.SettingsAt = desk.SettingsSound
		s.Settings.Sound = desk.Sound{In: "Jabra Evolve2 40 单声道", Out: "Logi H570e", OutAt: 120}
		s.SoundTest = desk.SoundTest{Kind: desk.SoundEcho, Since: ago(3 * time.Second), In: 0.22, Out: 0.2, Best: 0.4}
	case "settings-calls":
		s.SettingsAt = desk.SettingsCalls
	case "settings-about":
		s.SettingsAt = desk.SettingsAbout
		s.Link.Skew = 95 * 1000
		s.Diagnostics.File = "/home/lin/下载/callbench-diagnostics-20261122-140205.zip"
	default:
		return s, false
	}
	return s, true
}

// ofSetup makes the states of the walk from install to the first call; false: name is none of them.
func ofSetup(name string, s desk.State) (desk.State, bool) {
	s.View, s.PhoneForm, s.PhoneWanted = "setup", true, true
	s.Registrations[0].Registrar = "sip:pbx.example.com:5060"
	s.Setup.Step = desk.SetupPhone
	switch name {
	case "setup-phone":
	case "setup-failed":
		s.Registrations[0].State, s.Registrations[0].Reason = desk.RegFailed, "wrong_password"
		s.Setup.ByHand, s.Setup.Problem = true, "phone_missing"
	case "setup-sound":
		sound, _ := ofSettings("settings-sound", s)
		s.Setup.Step = desk.SetupSound
		s.Devices, s.Settings.Sound = sound.Devices, desk.Sound{In: sound.Devices.In[0]}
		s.SoundTest = desk.SoundTest{Kind: desk.SoundEcho, Since: ago(6 * time.Second), In: 0.001, Best: 0.001}
	case "setup-keys":
		s.Setup = desk.Setup{Step: desk.SetupKeys, Heard: true, Learned: 2, Missed: "call.hang_up"}
	default:
		return s, false
	}
	return s, true
}
