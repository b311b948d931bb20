// Package audio is the sound devices of the desk.
package audio

import (
	"context"
	"log/slog"

	"github.com/callbench/callbench/softphone/media"
)

// Config names the devices: wav:FILE, tone:HZ (In only), null, default, or a device's name.
type Config struct {
	In, Out string
	Ring    string // empty: same as Out
	Log     *slog.Logger
	Notify  func(Event) // called from device goroutines, in order per side; must not block
}

// Side says which of the three devices is meant.
type Side string

// The sides.
const (
	In   Side = "in"
	Out  Side = "out"
	Ring Side = "ring"
)

// EventKind is what happened to a device.
type EventKind string

// The kinds.
const (
	Chosen EventKind = "chosen" // Name is in use now
	Lost   EventKind = "lost"   // Name gave no more sound
	NullIn EventKind = "null"   // the null device stands in for Name
)

// Event tells of a device.
type Event struct {
	Kind EventKind
	Side Side
	Name string
	Err  error // why, for Lost and NullIn
}

// Devices are the opened sound devices.
type Devices struct{}

// Open never fails for lack of a sound card; it fails for a WAV file that cannot be used.
func Open(cfg Config) (*Devices, error) { return &Devices{}, nil }

// Run drives the attached Streams until ctx ends.
func (d *Devices) Run(ctx context.Context) error { <-ctx.Done(); return nil }

// Attach joins s; several are mixed.
func (d *Devices) Attach(s media.Stream) (detach func()) { return func() {} }

// Ring rings while on.
func (d *Devices) Ring(on bool) {}

// Names tells the devices in use; null says that at least one of them is the null device.
func (d *Devices) Names() (in, out string, null bool) { return "", "", true }
