package desk

// Events about closing the window.
type (
	// CloseWanted tells that the agent has closed the window; Quit: they chose to quit, in the tray.
	CloseWanted struct{ Quit bool }
	// TrayChanged tells whether the session has a tray in which the program can stay.
	TrayChanged struct{ There bool }
)

func (CloseWanted) event() {}
func (TrayChanged) event() {}

// Commands about closing the window.
type (
	// HideWindow takes the window away; the program stays in the tray, calls come in.
	HideWindow struct{}
	// CloseWindow ends the program.
	CloseWindow struct{}
)

func (HideWindow) command()  {}
func (CloseWindow) command() {}

// closeAgain is how long closing once more ends a call, in milliseconds.
const closeAgain = 8 * 1000

// closeWanted hides the window where the agent wants that and there is a tray. Where closing would end a call it has
// to be done twice: calls are never lost silently.
func (u *step) closeWanted(e CloseWanted) {
	if !e.Quit && u.s.Settings.ToTray && u.s.Tray {
		u.s.InTray = true
		u.do(HideWindow{})
		return
	}
	_, live := u.s.Current()
	if live && (u.s.ClosedAt == 0 || u.at.At-u.s.ClosedAt > closeAgain) {
		u.s.ClosedAt = u.at.At
		u.warn("close_in_call")
		if e.Quit { // it was said in the tray: the answer is in the window
			u.raise()
		}
		return
	}
	u.do(CloseWindow{})
}

// trayChanged brings the window back where the tray goes in which it was.
func (u *step) trayChanged(there bool) {
	u.s.Tray = there
	if !there && u.s.InTray {
		u.raise()
	}
}

func (u *step) raise() {
	u.s.InTray = false
	u.do(RaiseWindow{})
}
