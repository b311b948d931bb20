package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

// wipeMark is DIR/wipe-USER.json: an order of central to wipe the desk, from the moment it binds. It names
// everything that has to go, so that a run that was cut off is finished at the next start, before anything is
// shown. Done it stays, and says why there is no desk.
type wipeMark struct {
	Version int           `json:"version"`
	User    string        `json:"user"`
	State   string        `json:"state"` // ordered, done
	At      desk.Millis   `json:"at"`
	Store   string        `json:"store"` // in DIR
	Lang    desk.Language `json:"lang,omitempty"`
	Secrets []string      `json:"secrets,omitempty"` // names in the keyring
	Sealed  string        `json:"sealed,omitempty"`  // file that a passphrase opens, in the place of the keyring
	Files   []string      `json:"files,omitempty"`   // keys, passwords, settings
	Lost    int           `json:"lost"`              // ops that had not gone up
}

// errNoKey says that a store is there and its key is not.
var errNoKey = fmt.Errorf("no key: %w", desk.ErrWrongKey)

// noKeyError is errNoKey of a profile without a window, whose key lies in a file.
type noKeyError struct{ key, store string } // names of the two files

func (e *noKeyError) Error() string {
	return e.key + " is missing, and " + e.store + " needs it; the store is untouched, callbench store recover brings the key back"
}

func (e *noKeyError) Unwrap() error { return errNoKey }

const (
	wipeVersion = 1
	wipeOrdered = "ordered"
	wipeDone    = "done"
)

// eraser destroys what one desk keeps on this computer. Its steps may be done again after being cut off at
// any point: order makes the mark, forget takes the keys, finish the rest. Make it with newEraser.
type eraser struct {
	turn chan struct{} // one step at a time

	dir     string
	mark    wipeMark
	secrets host.Secrets // nil: files only, or the sealed file is not open
	log     *slog.Logger
}

func newEraser(dir string, mark wipeMark, secrets host.Secrets, log *slog.Logger) *eraser {
	return &eraser{turn: make(chan struct{}, 1), dir: dir, mark: mark, secrets: secrets, log: log}
}

// alone runs a step when no other does; one that a dead keyring holds up for stopPatience is left to the next
// start.
func (e *eraser) alone(step func() error) error {
	select {
	case e.turn <- struct{}{}:
	case <-time.After(stopPatience):
		return errors.New("wipe desk: another step does not end")
	}
	defer func() { <-e.turn }()
	return step()
}

func markFile(dir, user string) string { return filepath.Join(dir, "wipe-"+fileName(user)+".json") }

// order makes the order binding: from now on the wipe is finished whatever happens. lost is how many ops go with
// it as far as is known now: without the key nobody can count them later.
func (e *eraser) order(now time.Time, lost int) error {
	return e.alone(func() error {
		e.mark.Version, e.mark.State, e.mark.At, e.mark.Lost = wipeVersion, wipeOrdered, desk.MillisOf(now), lost
		return e.keepMark()
	})
}

func (e *eraser) keepMark() error {
	text, err := json.Marshal(e.mark)
	if err != nil {
		return fmt.Errorf("wipe mark: %w", err)
	}
	return host.WriteFile(markFile(e.dir, e.mark.User), text) //nolint:wrapcheck // it names what it writes
}

// forget destroys keys and passwords: what is left then is noise. Sealed secrets that nobody has opened go with
// their whole file.
func (e *eraser) forget() error { return e.alone(e.forgetNow) }

func (e *eraser) forgetNow() error {
	var errs []error
	if e.secrets != nil {
		for _, name := range e.mark.Secrets {
			errs = append(errs, e.secrets.Delete(name))
		}
	} else if e.mark.Sealed != "" {
		errs = append(errs, shred(e.mark.Sealed))
	}
	for _, name := range e.mark.Files {
		errs = append(errs, shred(name))
	}
	return errors.Join(errs...)
}

// finish removes the store with everything beside it, and says so in the mark. lost: ops that go with it.
func (e *eraser) finish(lost int) error {
	return e.alone(func() error {
		e.mark.Version, e.mark.Lost = wipeVersion, lost
		err := errors.Join(e.forgetNow(), localstore.Wipe(filepath.Join(e.dir, e.mark.Store)))
		if err != nil {
			return fmt.Errorf("wipe desk: %w", err) // the mark stays: the next start goes on
		}
		e.mark.State = wipeDone
		return e.keepMark()
	})
}

// shred writes over a small file that holds a secret before it goes; on flash the old blocks may stay. Nothing
// there is no error.
func shred(name string) error {
	st, err := os.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err //nolint:wrapcheck // it names the file
	}
	if st.Mode().IsRegular() {
		if f, err := os.OpenFile(name, os.O_WRONLY, 0); err == nil { // a read-only one goes without
			_, _ = f.Write(make([]byte, min(st.Size(), 1<<20)))
			_ = f.Sync()
			_ = f.Close()
		}
	}
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err //nolint:wrapcheck // it names the file
	}
	return nil
}

// readMarks reads the marks of a profile.
func readMarks(dir string) ([]wipeMark, error) {
	names, err := filesLike(dir, "wipe-", ".json")
	if err != nil {
		return nil, fmt.Errorf("wipe marks: %w", err)
	}
	var marks []wipeMark
	for _, name := range names {
		var m wipeMark
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, fmt.Errorf("wipe mark: %w", err)
		}
		if json.Unmarshal(text, &m) != nil || m.Version != wipeVersion || m.Store != filepath.Base(m.Store) || filepath.Base(markFile(dir, m.User)) != name {
			return nil, fmt.Errorf("%s is damaged: this desk was to be wiped; ask the administrator", name)
		}
		marks = append(marks, m)
	}
	return marks, nil
}

// filesLike lists the names in a folder by how they begin and end, whatever signs the folder's own name has
// (filepath.Glob would take some for a pattern). A folder that is not there holds none.
func filesLike(dir, begin, end string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err //nolint:wrapcheck // it names the folder
	}
	var names []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), begin) && strings.HasSuffix(e.Name(), end) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// finishWipes finishes what an earlier run was ordered to do, and gives the marks of desks that are gone. It
// comes before anything of a profile is opened. Where something could not be removed the mark is given all the
// same, and it is tried again at the next start.
func finishWipes(ctx context.Context, dir string, log *slog.Logger) ([]wipeMark, error) {
	marks, err := readMarks(dir)
	if err != nil {
		return nil, err
	}
	for i, m := range marks {
		if m.State == wipeDone {
			continue
		}
		e := newEraser(dir, m, nil, log)
		if len(m.Secrets) > 0 && m.Sealed == "" {
			if e.secrets, err = host.Keyring(keyringService(dir)); err != nil {
				log.ErrorContext(ctx, "keyring does not answer: secrets of a wiped desk are left in it", slog.Any("error", err))
			}
		}
		missing := len(m.Secrets) > 0 && m.Sealed == "" && e.secrets == nil
		if err := e.finish(m.Lost); err != nil {
			log.ErrorContext(ctx, "a desk is not wiped whole", slog.Any("error", err))
		} else if missing {
			e.mark.State = wipeOrdered // the keyring's turn comes
			if err := e.keepMark(); err != nil {
				return nil, err
			}
		}
		marks[i] = e.mark
	}
	return marks, nil
}

// wipedError says that there is no desk any more.
type wipedError struct{ mark wipeMark }

func (e *wipedError) Error() string {
	return fmt.Sprintf("this desk was wiped by order of central, with %d changes that had not been synced; ask the administrator", e.mark.Lost)
}

// wiped gives the error of a user's desk that is gone, nil for one that is not.
func wiped(marks []wipeMark, dir, user string) error {
	for _, m := range marks {
		if m.User == user {
			return fmt.Errorf("%w, and remove %s once the order is taken back", &wipedError{m}, markFile(dir, user))
		}
	}
	return nil
}

// forgetMarks lets a profile be used again, which user has just joined from. A colleague's desk that is not wiped
// whole keeps its mark, for the next start to go on: with its store and secrets only, since what the profile's
// users share is the new desk's now.
func forgetMarks(dir, user string) error {
	marks, err := readMarks(dir)
	for _, m := range marks {
		if m.State == wipeDone || m.User == user {
			err = errors.Join(err, os.Remove(markFile(dir, m.User)))
			continue
		}
		m.Files, m.Sealed = nil, ""
		err = errors.Join(err, newEraser(dir, m, nil, nil).keepMark())
	}
	return err //nolint:wrapcheck // each names its file
}
