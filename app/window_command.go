package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/desk"
)

type windowCommand struct {
	Profile string `type:"path" placeholder:"DIR" help:"Folder of the profile; its profile.toml is used where there is one."`
	Lang    string `enum:"zh-Hans,zh-Hant,en," default:"" placeholder:"LANG" help:"Language of the interface: zh-Hans, zh-Hant or en."`
}

// Run opens the window on a profile: the one that profile.toml in its folder describes, else the one
// that the first-run screen made, else the first-run screen.
func (c windowCommand) Run(ctx context.Context, p *program) error {
	dir := c.Profile
	if dir == "" {
		var err error
		if dir, err = host.ProfileDir(); err != nil {
			return fmt.Errorf("no place for a profile: %w", err)
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil { // a new profile: the first-run screen fills it
		return &usageError{fmt.Errorf("profile %s: %s", dir, pathless(err))}
	}
	lock, err := host.LockProfile(dir)
	if errors.Is(err, host.ErrInUse) {
		return fmt.Errorf("callbench is already open on %s", dir)
	}
	if err != nil {
		return fmt.Errorf("profile %s: %w", dir, err)
	}
	defer lock.Close()         //nolint:errcheck // the process ends
	defer p.logTo(dir).Close() //nolint:errcheck // likewise
	marks, err := finishWipes(ctx, dir, p.log)
	if err != nil {
		return err
	}
	plan := windowPlan{dir: dir, service: keyringService(dir), lang: desk.Language(c.Lang)}
	if c.Profile != "" && exists(filepath.Join(dir, "profile.toml")) {
		prof, err := readProfile(dir)
		if err != nil {
			return err
		}
		if err := wiped(marks, dir, prof.user()); err != nil {
			return err
		}
		cfg, err := p.fromProfile(prof)
		if err != nil {
			return err
		}
		plan.ready = &cfg
	}
	return p.showWindow(ctx, plan)
}

// windowPlan is what a window is opened on.
type windowPlan struct {
	dir     string           // profile, where the automation socket lies; empty: no socket
	service string           // under which the keyring keeps this profile's secrets
	lang    desk.Language    // empty: as the profile says
	ready   *workplaceConfig // nil: as the profile's settings and secrets say, or the first-run screen
	title   string
	beside  func(context.Context, func(desk.Event)) error // runs beside the desk, such as the demo's centre; may be nil
	follow  watcher                                       // sees the desk's turns, may be nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// keyringService is the keyring's name for a profile: profiles of one computer do not share secrets.
func keyringService(dir string) string {
	sum := sha256.Sum256([]byte(filepath.Clean(dir)))
	return "callbench-" + hex.EncodeToString(sum[:6])
}
