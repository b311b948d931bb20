package simulate

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	datasync "github.com/callbench/callbench/sync"
)

// kind is a kind of step.
type kind struct {
	name   string
	weight int
	with   string // a history has all kinds of one name, or none; always: each has them
	client bool   // it uses a desk's client
	do     func(*world) string
}

const always = "always"

func kinds() []kind {
	return append(writes(), []kind{
		{"sync", 8, always, true, func(w *world) string {
			d := w.pick()
			text := w.drive(d, datasync.Push)
			if d.gone || d.dead {
				return text
			}
			return text + "; " + w.drive(d, datasync.Pull)
		}},
		{"push", 5, always, true, func(w *world) string { return w.drive(w.pick(), datasync.Push) }},
		{"pull", 6, always, true, func(w *world) string { return w.drive(w.pick(), datasync.Pull) }},
		{"crash", 2, "crash", true, func(w *world) string { return w.stepCrash() }},
		{"crash soon", 2, "crash", true, func(w *world) string { return w.stepCrashSoon() }},
		{"crash central", 1, "central", false, func(w *world) string { return w.stepCrashCentral() }},
		{"central away", 1, "network", false, func(w *world) string { w.central = !w.central; return fmt.Sprint(w.central) }},
		{"network", 2, "network", false, func(w *world) string { return w.stepNetwork() }},
		{"late", 3, "late", false, func(w *world) string { return w.stepLate() }},
		{"move user", 1, "users", false, func(w *world) string { return w.stepMoveUser() }},
		{"disable", 1, "users", false, func(w *world) string { return w.stepDisable() }},
		{"compact", 2, "compact", false, func(w *world) string { return w.stepCompact() }},
		{"remove", 1, "remove", false, func(w *world) string { return w.stepRemove() }},
		{"clock of central", 1, "clocks", false, func(w *world) string { return w.stepCentralClock() }},
		{"clock of a desk", 1, "clocks", false, func(w *world) string { return w.stepDeskClock() }},
		{"copy of a disk", 4, "disk", true, func(w *world) string { return w.stepCopy() }},
		{"older disk", 3, "disk", true, func(w *world) string { return w.stepOlderDisk() }},
		{"clone", 1, "clone", true, func(w *world) string { return w.stepClone() }},
		{"policy", 1, "policy", false, func(w *world) string { return w.stepPolicy() }},
		{"chores of central", 1, "chores of central", false, func(w *world) string { return w.stepCentralChores() }},
		{"a long time", 1, "a long time", false, func(w *world) string { return w.stepLongTime() }},
		{"some days", 6, "past", false, func(w *world) string { return w.stepDays() }},
		{"back up", 6, "past", false, func(w *world) string { return w.stepBackup() }},
		{"restore", 4, "past", false, func(w *world) string { return w.stepRestore() }},
		{"copy of central", 3, "roll-back", false, func(w *world) string { return w.stepCentralCopy() }},
		{"older central", 2, "roll-back", false, func(w *world) string { return w.stepOlderCentral() }},
		{"chores", 1, "chores", true, func(w *world) string { return w.stepChores() }},
	}...)
}

// drive lets a desk push or pull.
func (w *world) drive(d *replica, work datasync.Work) string {
	d.stirred = true
	life, calm := d.life, w.depth == 0
	before := w.nested
	n, err := d.client.Step(w.ctx, work)
	if life != d.life || d.gone {
		return d.name + ": died"
	}
	if err == nil && work == datasync.Pull && calm && before == w.nested && !d.dead {
		if !d.misled {
			w.checkScope(d)
		}
		d.misled = false
	}
	return fmt.Sprintf("%s: %d, %v", d.name, n, err)
}

// sync brings a desk up and down on a good network and says what kept it from being at rest.
func (w *world) sync(d *replica) string {
	_, pushErr := d.client.Step(w.ctx, datasync.Push)
	_, pullErr := d.client.Step(w.ctx, datasync.Pull) // a push may wait for it
	if err := errors.Join(pushErr, pullErr); err != nil {
		return err.Error()
	}
	o, err := d.store.Outbox(w.ctx)
	if w.ok(err) && o.Pending > 0 {
		return fmt.Sprint(o.Pending, " ops wait")
	}
	w.checkScope(d)
	return ""
}

func (w *world) stepCrash() string {
	d := w.pick()
	w.crash(d)
	return d.name
}

func (w *world) stepCrashSoon() string {
	d := w.pick()
	n := w.rng.IntN(60)
	d.dieAfter(n)
	return fmt.Sprint(d.name, " in ", n)
}

func (w *world) stepCrashCentral() string {
	if w.rng.IntN(2) == 0 {
		w.crashCentral()
		return "now"
	}
	n := w.rng.IntN(60)
	w.server.dieAfter(n)
	return fmt.Sprint("in ", n)
}

func (w *world) stepNetwork() string {
	d := w.pick()
	d.down = !d.down
	return fmt.Sprint(d.name, " down: ", d.down)
}

func (w *world) stepLate() string {
	if len(w.late) == 0 || !w.central {
		return "nothing"
	}
	i := w.rng.IntN(len(w.late))
	q := w.late[i]
	if w.rng.IntN(2) == 0 {
		w.late = slices.Delete(w.late, i, i+1)
	}
	_, _ = w.serve(q)
	return q.from + " " + q.path
}

// administer does something at central that its administrator does. Where central dies of it, it is done again.
func (w *world) administer(f func(*central.Central) error) error {
	err := f(w.server.central)
	if !w.server.dead {
		return err
	}
	w.crashCentral()
	return f(w.server.central)
}

func (w *world) stepMoveUser() string {
	d := w.pick()
	if d.role == desk.RoleAdmin {
		return "nobody"
	}
	u := central.User{
		Name: d.user, Role: []desk.Role{desk.RoleAgent, desk.RoleLead}[w.rng.IntN(2)],
		Group: []string{"sales", "repair", "night"}[w.rng.IntN(3)],
	}
	w.loosen()
	w.ok(w.administer(func(c *central.Central) error { return c.Place(w.ctx, u) }))
	return fmt.Sprint(u.Name, " to ", u.Group, " as ", u.Role)
}

// loosen notes that nobody's scope is what it was.
func (w *world) loosen() {
	for at := range w.look().rows {
		w.loose[at] = true
	}
	for _, d := range w.desks {
		for _, o := range d.own {
			for _, c := range o.intent.Changes {
				w.loose[place{c.Table, c.Key}] = true
			}
		}
	}
}

func (w *world) stepDisable() string {
	d := w.pick()
	on := !w.look().users[d.user].disabled
	w.ok(w.administer(func(c *central.Central) error { return c.Disable(w.ctx, d.user, on) }))
	return fmt.Sprint(d.user, " ", on)
}

func (w *world) enableAll() {
	for _, s := range seats() {
		w.ok(w.administer(func(c *central.Central) error { return c.Disable(w.ctx, s.user, false) }))
	}
}

func (w *world) stepCompact() string {
	before := desk.MillisOf(w.centralTime().Add(time.Second))
	w.ok(w.administer(func(c *central.Central) error { return c.Compact(w.ctx, before) }))
	return ""
}

func (w *world) stepRemove() string {
	var there []place
	for at, r := range w.look().rows {
		if !r.removed && at.table != desk.TableConflict { // which goes with its row
			there = append(there, at)
		}
	}
	if len(there) == 0 {
		return "nothing"
	}
	slices.SortFunc(there, func(a, b place) int { return strings.Compare(string(a.table)+a.key, string(b.table)+b.key) })
	at := there[w.rng.IntN(len(there))]
	w.removed[at], w.loose[at] = true, true
	w.ok(w.administer(func(c *central.Central) error {
		err := c.Remove(w.ctx, at.table, at.key)
		if err != nil && strings.Contains(err.Error(), desk.ErrNotFound.Error()) {
			return nil // it was removed before central died
		}
		return err
	}))
	return fmt.Sprint(at)
}

func jump(n int) time.Duration {
	return []time.Duration{time.Minute, -time.Minute, 25 * time.Hour, -25 * time.Hour, 3 * 365 * 24 * time.Hour, -3 * 365 * 24 * time.Hour}[n]
}

func (w *world) stepCentralClock() string {
	by := jump(w.rng.IntN(6))
	w.jumped += by
	return by.String()
}

func (w *world) stepDeskClock() string {
	d, by := w.pick(), jump(w.rng.IntN(6))
	d.skew += by
	d.forgets = d.forgets || by > keptFor // to it that long a time has passed
	return d.name + " " + by.String()
}

// stepCopy keeps a copy of a disk as a backup program makes it.
func (w *world) stepCopy() string {
	d := w.pick()
	image, err := d.imageNow()
	if w.ok(err) {
		d.copies = append(d.copies, copied{image, slices.Clone(d.own)})
	}
	return d.name
}

// stepOlderDisk puts an older copy in the place of a disk.
func (w *world) stepOlderDisk() string {
	d := w.pick()
	if len(d.copies) == 0 {
		return "nothing"
	}
	c := d.copies[w.rng.IntN(len(d.copies))]
	for _, o := range d.own {
		if !slices.Contains(c.own, o) {
			d.orphans = append(d.orphans, o)
		}
	}
	d.own, d.rolled = slices.Clone(c.own), true
	w.ok(d.crash(w.ctx, c.image))
	d.echo = w.rng.IntN(2) == 0
	return fmt.Sprint(d.name, " with ", len(d.own), " ops")
}

// stepDays lets days pass.
func (w *world) stepDays() string {
	days := 1 + w.rng.IntN(9)
	w.ticks += days * int(24*time.Hour/time.Second)
	return fmt.Sprint(days)
}

// maxDesks bounds the desks of a history.
const maxDesks = 8

// stepClone gives a second PC a copy of a disk; both go on.
func (w *world) stepClone() string {
	d := w.pick()
	if len(w.desks) == maxDesks {
		return "nothing"
	}
	image, err := d.cut(w.rng)
	if !w.ok(err) {
		return ""
	}
	twin := &replica{seat: d.seat, w: w, heard: maps.Clone(d.heard), own: slices.Clone(d.own), orphans: slices.Clone(d.orphans), skew: d.skew, forgets: d.forgets, rolled: true}
	twin.name = w.id(d.seat.name())
	twin.base = w.dir + "/" + twin.name
	if w.rng.IntN(2) == 0 {
		twin.token = d.token
	}
	d.rolled = true // both are one desk until the second of them is heard of
	twin.echo = w.rng.IntN(2) == 0
	w.desks = append(w.desks, twin)
	w.ok(twin.open(w.ctx, image))
	return twin.name
}

func (w *world) stepChores() string {
	d := w.pick()
	if d.left >= 0 {
		return "nothing"
	}
	if !d.store.Settle(w.ctx) {
		w.fail("%s: a chore failed", d.name)
	}
	return d.name
}

// keysOf gives the places of a table in order.
func keysOf(rows map[place]desk.Row, t desk.Table) []string {
	var keys []string
	for at := range maps.Keys(rows) {
		if at.table == t {
			keys = append(keys, at.key)
		}
	}
	slices.Sort(keys)
	return keys
}

func fields(pairs ...any) json.RawMessage {
	m := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i].(string)] = pairs[i+1] //nolint:errcheck,forcetypeassert // constants of this package
	}
	text, err := json.Marshal(m)
	if err != nil {
		panic(err) // strings and numbers
	}
	return text
}
