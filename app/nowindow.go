//go:build nowindow

package app

import (
	"context"
	"errors"
)

func (p *program) showWindow(context.Context, windowPlan) error {
	return errors.New("this build has no window; use callbench headless, or callbench demo --headless DIR")
}
