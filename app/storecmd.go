package app

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

// storeCommand groups what one does with a desk's store from outside (docs/STORE.md).
type storeCommand struct {
	Bench      storeBenchCommand      `cmd:"" help:"Measure a store of made-up customers."`
	Check      storeCheckCommand      `cmd:"" help:"Say whether the store is whole; it is only read."`
	Backup     storeBackupCommand     `cmd:"" help:"Copy the store, sealed as it is, while the desk is at work."`
	Passphrase storePassphraseCommand `cmd:"" help:"Change the passphrase that opens the profile's secrets."`
	Recover    storeRecoverCommand    `cmd:"" help:"Put the store's key back, with the organisation's recovery key."`
	Restore    storeRestoreCommand    `cmd:"" help:"Put a backup in the store's place; the old file is kept beside it."`
	Rotate     storeRotateCommand     `cmd:"" help:"Seal the store with a new key."`
	Stats      storeStatsCommand      `cmd:"" help:"Say what is in the store and how much room it takes."`
}

// storeProfileFlags are what every command on a profile's store takes.
type storeProfileFlags struct {
	Profile        string `type:"path" placeholder:"DIR" help:"Folder of the profile; the window's where none is named."`
	PassphraseFile string `type:"path" placeholder:"FILE" help:"File with the passphrase, where there is no keyring; else it is asked for."`
	JSON           bool   `help:"Print JSON."`
}

// storePlace is a profile's store: where it lies, what opens it, whose it is.
type storePlace struct {
	dir string
	cfg localstore.Config
}

// folder is that of the profile.
func (f storeProfileFlags) folder() (string, error) {
	if f.Profile != "" {
		return f.Profile, nil
	}
	dir, err := host.ProfileDir()
	if err != nil {
		return "", fmt.Errorf("no place for a profile: %w", err)
	}
	return dir, nil
}

// find reads what opens the store of a profile. Nothing is made: neither a store nor a key.
func (f storeProfileFlags) find(p *program) (storePlace, error) {
	at, err := f.home(p)
	if err != nil {
		return at.storePlace, err
	}
	place, err := at.open(toUse)
	if err != nil {
		return at.storePlace, err
	}
	at.cfg.Key, err = place.get()
	return at.storePlace, err
}

// findStore is find for commands that want the store to be there.
func (f storeProfileFlags) findStore(p *program) (storePlace, error) {
	at, err := f.find(p)
	if err == nil && !exists(at.cfg.Path) {
		return at, &usageError{fmt.Errorf("there is no store %s", at.cfg.Path)}
	}
	return at, err
}

// unopened adds to an error of a store that could not be read what is safe and what to do.
func unopened(err error) error {
	switch {
	case errors.Is(err, errNoKey): // it says so
		return err
	case errors.Is(err, desk.ErrWrongKey):
		return fmt.Errorf("%w; nothing was changed: put the right key back, or have callbench store recover do it", err)
	case errors.Is(err, desk.ErrDamaged):
		return fmt.Errorf("%w; callbench store check names what is damaged, callbench store restore puts a backup in its place", err)
	}
	return err
}

// printJSON prints an answer for programs.
func (p *program) printJSON(v any) error {
	enc := json.NewEncoder(p.stdout)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

// print prints an answer for people.
func (p *program) print(text string) error {
	if _, err := fmt.Fprint(p.stdout, text); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

// sinceMillis words a moment for people; "–" for none.
func sinceMillis(at desk.Millis) string {
	if at == 0 {
		return "–"
	}
	return at.Time().Local().Format("2006-01-02 15:04:05")
}
