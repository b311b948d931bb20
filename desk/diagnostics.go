package desk

// Diagnostics is the file that helps to find out why a desk does not work. Nothing in it is about a customer.
type Diagnostics struct {
	Busy    bool
	File    string // the newest one
	Problem string // code of why it could not be written: disk_full, read_only, store, …
}

// Events about diagnostics.
type (
	// DiagnosticsPressed asks for the file.
	DiagnosticsPressed struct{}
	// DiagnosticsWritten tells where it is, or why it is not.
	DiagnosticsWritten struct{ File, Problem string }
)

func (DiagnosticsPressed) event() {}
func (DiagnosticsWritten) event() {}

// WriteDiagnostics writes the file where the agent finds it.
type WriteDiagnostics struct{}

func (WriteDiagnostics) command() {}

func (u *step) atDiagnostics(e Event) {
	switch e := e.(type) {
	case DiagnosticsPressed:
		if !u.s.Diagnostics.Busy {
			u.s.Diagnostics = Diagnostics{Busy: true}
			u.do(WriteDiagnostics{})
		}
	case DiagnosticsWritten:
		u.s.Diagnostics = Diagnostics{File: e.File, Problem: e.Problem}
	default: // the others are not for this function
	}
}
