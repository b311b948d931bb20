//go:build nowindow

package app

import (
	"context"
	"errors"
)

func (p *program) showGallery(context.Context, galleryPage) error {
	return errors.New("this build has no window; use callbench gallery --pictures DIR")
}

func (p *program) showWindow(context.Context, windowPlan) error {
	return errors.New("this build has no window; use callbench headless, or callbench demo --headless DIR")
}

func (p *program) serveWindowBench(context.Context) error {
	return errors.New("this build has no window to measure; use callbench bench window")
}
