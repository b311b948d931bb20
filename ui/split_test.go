package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

// splitOf finds a divider by the id it has in the settings.
func (b *bench) splitOf(id string) *split {
	for _, s := range b.w.splits {
		if s.id == id {
			return s
		}
	}
	b.t.Fatalf("no divider %s", id)
	return nil
}

func drag(d *divider, dx, dy float32) {
	d.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(dx, dy)})
}

func TestADividerIsDraggedAndItsPlaceIsRememberedOnce(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("talking", desk.ZhHans))
	s := b.splitOf("work.customer")
	was := b.w.customer.content.Size().Width
	drag(s.line, 30, 0)
	drag(s.line, 10, 0)
	if got := b.w.customer.content.Size().Width; got < was+39 || got > was+41 {
		t.Errorf("dragged by 40, the customer is %v wide and was %v", got, was)
	}
	if got := b.took(); len(got) != 0 {
		t.Errorf("while it is dragged %#v is sent", got)
	}
	s.line.DragEnd()
	got := b.took()
	moved, ok := got[0].(desk.PaneMoved)
	if len(got) != 1 || !ok || moved.Pane != "work.customer" || moved.Share <= 0.3 || moved.Share >= 0.5 {
		t.Fatalf("sent %#v", got)
	}
	// A screen that does not know of it yet must not take it back, one that does settles it.
	b.show(screen("talking", desk.ZhHans))
	if w := b.w.customer.content.Size().Width; w < was+39 {
		t.Errorf("an older screen puts the divider back: %v", w)
	}
	known := screen("talking", desk.ZhHans)
	known.Panes = map[string]float64{"work.customer": moved.Share}
	b.show(known)
	if len(b.w.held) != 0 || b.w.customer.content.Size().Width < was+39 {
		t.Errorf("held %v, width %v", b.w.held, b.w.customer.content.Size().Width)
	}
	known.Panes = map[string]float64{"work.customer": 0.25}
	b.show(known) // as from another window's settings
	if w := b.w.customer.content.Size().Width; w > was {
		t.Errorf("a share that comes in is not shown: %v", w)
	}
}

func TestPanesKeepTheirLeastSizesHoweverTheDividerIsMoved(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("talking", desk.ZhHans))
	across, down := b.splitOf("work.customer"), b.splitOf("work.note")
	for _, far := range []float32{-5000, 5000} {
		drag(across.line, far, 0)
		drag(down.line, 0, far)
		left, right := b.w.customer.content.Size(), b.w.flow.content.Size()
		note := b.w.note.content.Size()
		if left.Width < leastCustomer || right.Width < leastTalk || note.Height < leastNote || right.Height < leastFlow {
			t.Errorf("dragged by %v: customer %v, flow %v, note %v", far, left, right, note)
		}
	}
}

func TestDividersAreMovedByKeysAlsoWhileWriting(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("talking", desk.ZhHans))
	b.press("Ctrl+N")
	b.took()
	focus, width, height := b.w.focused(), b.w.customer.content.Size().Width, b.w.note.content.Size().Height
	b.press("Alt+Shift+Right", "Alt+Shift+Up")
	if w, h := b.w.customer.content.Size().Width, b.w.note.content.Size().Height; w < width+20 || h < height+20 {
		t.Errorf("customer %v → %v, note %v → %v", width, w, height, h)
	}
	if b.w.focused() != focus {
		t.Error("the key took the focus")
	}
	if got := b.took(); len(got) != 2 {
		t.Errorf("sent %#v", got)
	}
	b.press("Alt+Shift+Home")
	if w := b.w.customer.content.Size().Width; w < width-1 || w > width+1 {
		// the settings have not answered yet, but nothing was chosen before
		t.Errorf("put back, the customer is %v wide and was %v", w, width)
	}
	for _, e := range b.took() {
		if m, ok := e.(desk.PaneMoved); !ok || m.Share >= 0 {
			t.Errorf("sent %#v", e)
		}
	}
}

// places are where the parts of the window are that a hand or an eye goes to.
func (b *bench) places() map[string][2]float32 {
	out := map[string][2]float32{}
	for name, o := range map[string]fyne.CanvasObject{
		"state": b.w.top.agent, "search": b.w.top.search, "customer": b.w.customer.content, "flow": b.w.flow.content,
		"note": b.w.note.content, "messages": b.w.status.line, "status": b.w.status.bar, "rail": b.w.rail.content, "calls": b.w.top.calls,
		"settings": b.w.rail.bottom,
	} {
		p := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
		out[name+" at"] = [2]float32{p.X, p.Y}
		if name != "settings" && name != "calls" {
			out[name+" size"] = [2]float32{o.Size().Width, o.Size().Height}
		}
	}
	delete(out, "calls at")
	out["calls x"] = [2]float32{fyne.CurrentApp().Driver().AbsolutePositionForObject(b.w.top.calls).X, 0}
	return out
}

func TestNothingMovesWhateverACallDoes(t *testing.T) {
	for _, size := range []fyne.Size{fyne.NewSize(1366, 768), fyne.NewSize(1093, 640), fyne.NewSize(1920, 1080)} {
		b := newBench(t, desk.ZhHans)
		var first map[string][2]float32
		for _, name := range []string{"idle", "away", "ringing", "popped", "talking", "held", "second", "wrapup", "unknown", "several", "trouble", "offline"} {
			s := screen(name, desk.ZhHans)
			s.Hint = present.Message{} // the demo's strip stays once it is there
			b.w.Show(s)
			b.p.c.Resize(size)
			got := b.places()
			if first == nil {
				first = got
			}
			for part, where := range first {
				if got[part] != where {
					t.Errorf("%v: in %s, %s: %v, else %v", size, name, part, got[part], where)
				}
			}
		}
	}
}

func TestACallThatComesWhileAnotherViewIsLookedAtMovesNothingThere(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	board := screen("board", desk.ZhHans)
	b.show(board)
	before := b.w.views["board"].content.Position()
	ring := gallery.State("popped", desk.ZhHans)
	state := gallery.State("board", desk.ZhHans)
	state.Calls, state.Drafts, state.Active = ring.Calls, ring.Drafts, ring.Active
	s := present.Of(state, words.For("zh-Hans").In(gallery.Zone()), gallery.Now())
	b.show(s)
	if s.View != "board" || !b.w.views["board"].content.Visible() || b.w.views["board"].content.Position() != before {
		t.Error("a call took the board away")
	}
	if len(s.Top.Lines) == 0 || b.w.focused() != nil {
		t.Error("the call does not announce itself in the phone bar, or takes the focus")
	}
}
