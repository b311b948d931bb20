//go:build !cgo

package audio

import (
	"context"
	"fmt"
)

// openCard is for builds that have no miniaudio.
func openCard(_ context.Context, _ Side, want, _ string, _ bool) (device, error) {
	return nil, fmt.Errorf("%s: %w", want, errNoSound)
}

// List finds no devices.
func List() (Found, error) { return Found{}, errNoSound }
