package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

type storeBackupCommand struct {
	storeProfileFlags
	Force bool   `help:"Replace an older file of that name."`
	To    string `arg:"" type:"path" help:"File to make."`
}

// Run copies the store, also while a desk works on it.
func (c storeBackupCommand) Run(ctx context.Context, p *program) (err error) {
	at, err := c.findStore(p)
	if err != nil {
		return err
	}
	s, err := localstore.Inspect(ctx, at.cfg)
	if err != nil {
		return unopened(err)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	r, err := s.Backup(ctx, c.To, localstore.BackupOptions{Replace: c.Force, Progress: c.progress(p)})
	if part := new(fs.PathError); errors.As(err, &part) && errors.Is(err, fs.ErrExist) && part.Path != c.To {
		return fmt.Errorf("%s: another backup to this place is under way; wait for it, or choose another place", part.Path)
	}
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w (--force replaces it)", err)
	}
	if err != nil {
		return unopened(err)
	}
	if c.JSON {
		return p.printJSON(r)
	}
	return p.print(fmt.Sprintf("%s: %s, verified: %s. It opens with the store's key only.\n", r.Path, bytesText(r.SizeBytes), holdsText(r)))
}

// holdsText words what a backup holds.
func holdsText(r localstore.BackupReport) string {
	return fmt.Sprintf("%d customers, %d contacts, %d changes that wait for central", r.Rows["customer"], r.Rows["contact"], r.Pending)
}

// progress tells people each tenth of the way on stderr; programs that read JSON wait for the end.
func (f storeProfileFlags) progress(p *program) func(stage string, done, all int64) {
	if f.JSON {
		return nil
	}
	return tenths(p.stderr)
}

func tenths(w io.Writer) func(stage string, done, all int64) {
	told := map[string]int64{}
	return func(stage string, done, all int64) {
		tenth := int64(10)
		if all > 0 {
			tenth = done * 10 / all
		}
		if last, begun := told[stage]; begun && last == tenth {
			return
		}
		told[stage] = tenth
		_, _ = fmt.Fprintf(w, "%s %d %%\n", stage, tenth*10) // who does not read it loses nothing
	}
}

type storeRestoreCommand struct {
	storeProfileFlags
	KeyFile     string `type:"path" xor:"key" placeholder:"FILE" help:"File with the backup's key (64 hex digits), where it is not the store's."`
	RecoveryKey string `type:"path" xor:"key" placeholder:"FILE" help:"File with the organisation's recovery key, where the backup's key is lost."`
	From        string `arg:"" type:"path" help:"Backup to restore."`
}

// Run puts a backup in the store's place while no desk is open on the profile.
func (c storeRestoreCommand) Run(ctx context.Context, p *program) error {
	if !exists(c.From) {
		return &usageError{fmt.Errorf("there is no backup %s", c.From)}
	}
	at, err := c.find(p)
	if err != nil {
		return err
	}
	o := localstore.RestoreOptions{Progress: c.progress(p)}
	if o.FromKey, err = c.backupKey(ctx); err != nil {
		return err
	}
	lock, err := lockProfile(at.dir)
	if errors.Is(err, host.ErrInUse) {
		return fmt.Errorf("callbench is open on %s: close it first", at.dir)
	}
	if err != nil {
		return fmt.Errorf("profile %s: %w", at.dir, err)
	}
	defer lock.Close() //nolint:errcheck // the process ends
	r, err := localstore.Restore(ctx, c.From, at.cfg, o)
	switch {
	case errors.Is(err, desk.ErrWrongKey):
		return fmt.Errorf("%w: %s is of another key, or no backup; nothing was changed (--key-file, --recovery-key)", err, c.From)
	case errors.Is(err, desk.ErrDamaged):
		return fmt.Errorf("%w: nothing was changed; use another backup than %s", err, c.From)
	case err != nil:
		return err //nolint:wrapcheck // it says what was done
	}
	if c.JSON {
		return p.printJSON(r)
	}
	return p.print(restoreText(r))
}

// backupKey gives the key of a backup that is not sealed with the store's; zeros: it is.
func (c storeRestoreCommand) backupKey(ctx context.Context) (key [32]byte, err error) {
	switch {
	case c.KeyFile != "":
		b, err := os.ReadFile(c.KeyFile)
		if err == nil {
			key, err = parseKey(strings.TrimSpace(string(b)))
		}
		if err != nil {
			return key, &usageError{fmt.Errorf("%s: %s", c.KeyFile, pathless(err))}
		}
	case c.RecoveryKey != "":
		private, err := readRecoveryKey(c.RecoveryKey)
		if err != nil {
			return key, &usageError{fmt.Errorf("%s: %s", c.RecoveryKey, pathless(err))}
		}
		if key, err = localstore.Recover(ctx, c.From, private); err != nil {
			return key, err //nolint:wrapcheck // it says what was done
		}
	}
	return key, nil
}

func restoreText(r localstore.RestoreReport) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s is restored, verified: %s.\n", r.Path, holdsText(r.BackupReport))
	if r.Kept != "" {
		fmt.Fprintf(&b, "The old file is %s.\n", r.Kept)
	}
	switch {
	case r.Old == localstore.OldUnreadable:
		fmt.Fprintf(&b, "It could not be read (%s): what it held beyond the backup is not known.\n", r.Why)
	case r.LostPending+r.LostRefused+r.LostDrafts > 0:
		fmt.Fprintf(&b, "Only there: %d changes that wait for central, %d refused ones, %d drafts.\n", r.LostPending, r.LostRefused, r.LostDrafts)
		for _, op := range r.Lost {
			fmt.Fprintf(&b, "  number %d, %s, of %s (%s)\n", op.N, op.Kind, sinceMillis(op.At), op.ID)
		}
		if more := r.LostPending - len(r.Lost); more > 0 {
			fmt.Fprintf(&b, "  and %d more\n", more)
		}
	}
	return b.String()
}
