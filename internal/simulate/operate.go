package simulate

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/internal/powercut"
)

// What the people do who run central.

// backup is central at an earlier time: a backup's file, or a copy of the disk.
type backup struct {
	file  string
	image powercut.Image
	safe  bool // central was told that it lies in a safe place
	at    time.Time
}

// keptFor is how long desks keep what was released, at least.
const keptFor = 34 * 24 * time.Hour

func (w *world) stepPolicy() string {
	p := []central.Policy{central.PolicyOwn, central.PolicyGroup, central.PolicyAll}[w.rng.IntN(3)]
	w.loosen()
	w.ok(w.administer(func(c *central.Central) error {
		_, err := c.SetPolicy(w.ctx, p)
		return err
	}))
	return string(p)
}

func (w *world) stepCentralChores() string {
	w.loosen()
	w.ok(w.administer(func(c *central.Central) error {
		_, err := c.AgePool(w.ctx)
		return err
	}))
	return ""
}

// stepLongTime lets three months pass everywhere; central forgets what it forgets.
func (w *world) stepLongTime() string {
	w.ticks += int(90 * 24 * time.Hour / time.Second)
	return w.stepCompact()
}

func (w *world) stepBackup() string {
	b := backup{file: filepath.Join(w.dir, w.id("backup")), safe: w.rng.IntN(2) == 0, at: w.time()}
	w.ok(w.administer(func(c *central.Central) error {
		_ = os.Remove(b.file)
		err := c.Backup(w.ctx, b.file)
		if err == nil && b.safe {
			_, err = c.BackedUp(w.ctx, b.file)
		}
		return err
	}))
	w.backups = append(w.backups, b)
	return fmt.Sprint(len(w.backups)-1, " safe: ", b.safe)
}

func (w *world) stepCentralCopy() string {
	image, err := imageOf(w.server.dir)
	w.ok(err)
	w.backups = append(w.backups, backup{image: image, at: w.time()})
	return fmt.Sprint(len(w.backups) - 1)
}

// older draws one of the earlier states that one may go back to: what the newer two safe backups hold, desks need
// not keep. Later ones are of a time that never was.
func (w *world) older(is func(backup) bool) (int, bool) {
	safe := 0
	for i, b := range slices.Backward(w.backups) {
		if b.safe {
			if safe++; safe == 2 {
				w.oldest = max(w.oldest, i)
				break
			}
		}
	}
	var list []int
	for i, b := range w.backups {
		if i >= w.oldest && is(b) && w.time().Sub(b.at) < keptFor {
			list = append(list, i)
		}
	}
	if len(list) == 0 {
		return 0, false
	}
	if w.rng.IntN(2) == 0 {
		return list[0], true
	}
	return list[w.rng.IntN(len(list))], true
}

// stepRestore puts a backup in the place of central's data, on the same machine or on a new one.
func (w *world) stepRestore() string {
	i, ok := w.older(func(b backup) bool { return b.file != "" })
	if !ok {
		return "nothing"
	}
	s := &w.server
	s.disk.Fail(nil)
	dir := s.dir
	w.ok(s.close())
	s.disk.Close()
	if w.rng.IntN(3) == 0 {
		dir = filepath.Join(w.dir, w.id("machine"))
		w.ok(os.MkdirAll(dir, 0o700))
		w.ok(bring(dir, s.dir, "erased.jsonl"))
	}
	_, err := central.Restore(w.ctx, dir, w.backups[i].file, w.centralTime())
	w.ok(err)
	image, err := imageOf(dir)
	for name := range image {
		if strings.Contains(name, ".before-") || strings.HasSuffix(name, ".lock") {
			delete(image, name)
		}
	}
	w.ok(err)
	w.ok(os.RemoveAll(dir))
	w.ok(os.RemoveAll(s.dir))
	w.ok(s.open(w.ctx, image))
	w.wentBack(i)
	return fmt.Sprint(i)
}

// bring copies a file that may not be there.
func bring(to, from, name string) error {
	b, err := os.ReadFile(filepath.Join(from, name))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return errors.Join(err, os.WriteFile(filepath.Join(to, name), b, 0o600)) //nolint:gosec // names of a listing of our own folder
}

// stepOlderCentral puts a copy of central's disk in its place without telling anybody.
func (w *world) stepOlderCentral() string {
	i, ok := w.older(func(b backup) bool { return b.image != nil })
	if !ok {
		return "nothing"
	}
	w.ok(w.server.crash(w.ctx, w.backups[i].image))
	w.rolledBack = true
	w.wentBack(i)
	return fmt.Sprint(i)
}

// wentBack notes that central stands where backup i was made.
func (w *world) wentBack(i int) {
	w.backups = w.backups[:i+1]
	w.seen, w.restored = nil, true
	w.loosen()
}
