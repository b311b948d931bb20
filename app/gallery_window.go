//go:build !nowindow

package app

import (
	"context"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui"
)

// showGallery opens the gallery's window and returns when it has been closed. It must be called on the
// main goroutine.
func (p *program) showGallery(ctx context.Context, page galleryPage) error {
	preferX11()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	fy := p.newApp(ctx)
	win := fy.NewWindow("")
	win.Resize(fyne.NewSize(1366, 768))
	var g *ui.Gallery
	show := func() { g.Show(page.drawn()) }
	g = ui.NewGallery(ui.Options{Lang: string(page.set.Language)}, func(e desk.Event) { // on Fyne's goroutine
		page = page.after(e)
		show()
	})
	g.Attach(win)
	show()
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		<-ctx.Done() // a signal closes the window as the mouse does
		ui.Cross(fy.Quit)
	}()
	win.SetOnClosed(stop)
	win.ShowAndRun()
	stop()
	<-closed
	return nil
}
