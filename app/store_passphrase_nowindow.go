//go:build nowindow

package app

import "errors"

// storePassphraseCommand is for profiles that the window made.
type storePassphraseCommand struct{ storeProfileFlags }

// Run says where the command is.
func (c storePassphraseCommand) Run() error {
	return &usageError{errors.New("the passphrase of a window's profile is for callbench, not callbench-cli")}
}
