package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/assets"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// Fyne's image of an SVG read it anew, some 200 allocations each, with every refresh of what is around it.
func TestARefreshReadsNoIconAnew(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	c := newChip(b.w.kit, sizeBody)
	c.set(present.Chip{Text: "可接来电", Shape: present.ShapeReady, Tone: present.Good})
	c.Resize(c.MinSize())
	c.icon.pic.Generator(14, 14)
	if n := testing.AllocsPerRun(50, func() { c.Refresh(); c.icon.pic.Generator(14, 14) }); n > 40 {
		t.Errorf("a refresh takes %.0f allocations", n)
	}
}

func TestPicturesOfIconsAreKeptAndBounded(t *testing.T) {
	k := newBench(t, desk.ZhHans).w.kit
	for _, name := range assets.Icons() {
		img := k.picture(name, k.pal.text.NRGBA, 20)
		if img.Rect.Dx() != 20 || img.Rect.Dy() != 20 || !inked(img.Pix) {
			t.Errorf("%s is not drawn", name)
		}
		if k.picture(name, k.pal.text.NRGBA, 20) != img {
			t.Errorf("%s is drawn twice", name)
		}
	}
	for side := range 2 * maxPictures {
		if k.picture("phone", k.pal.text.NRGBA, side%40); len(k.pictures) > maxPictures {
			t.Fatalf("%d pictures", len(k.pictures))
		}
		c := k.pal.text.NRGBA
		c.R = uint8(side)
		k.picture("phone", c, 8)
	}
}

// A shape that is not square on the canvas stands in the middle.
func TestAnIconIsNotStretched(t *testing.T) {
	k := newBench(t, desk.ZhHans).w.kit
	s := k.sign(20)
	k.setIcon(s, present.ShapeReady, k.pal.text)
	s.pic.Resize(fyne.NewSize(40, 20))
	img := s.pic.Generator(40, 20)
	for y := range 20 {
		for _, x := range []int{0, 9, 30, 39} {
			if _, _, _, a := img.At(x, y).RGBA(); a != 0 {
				t.Fatalf("there is ink at %d,%d", x, y)
			}
		}
	}
	if _, _, _, a := img.At(20, 10).RGBA(); a == 0 {
		t.Error("there is no ink in the middle")
	}
}

func inked(pix []byte) bool {
	for _, p := range pix {
		if p != 0 {
			return true
		}
	}
	return false
}
