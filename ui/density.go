package ui

import "fyne.io/fyne/v2"

// density is how close things stand: heights of what is pressed and of rows, and the room around and
// between cards, in device-independent units. Layouts read it each time they place, so that it can change
// while the window is open.
type density struct {
	name    string
	button  float32 // a button, a field of one line
	option  float32 // an answer to choose
	row     float32 // a row of two lines: history, agents, changes, hits
	line    float32 // a row of one line: callers, lists
	figure  float32 // a row of large figures: queues
	pad     float32 // room inside a card
	gap     float32 // between cards
	field   float32 // room in a field above and below its text
	note    float32 // the whole note, and one in a low window
	lowNote float32
}

// densityOf is a density by its name in the settings; empty is the ordinary one, and so is one that is
// not known.
func densityOf(name string) density {
	if name == "compact" {
		return density{name: name, button: 27, option: 28, row: 40, line: 29, figure: 32, pad: space3, gap: space2, field: 4, note: 206, lowNote: 150}
	}
	return density{button: heightButton, option: heightOption, row: 46, line: 34, figure: 38, pad: space4, gap: space3, field: 6, note: 226, lowNote: 164}
}

// rows is the layout of a row of two lines, as high as the density has it.
type rows struct {
	k     *kit
	least float32 // width
	put   func(s fyne.Size)
}

// MinSize implements fyne.Layout.
func (r rows) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(r.least, r.k.d.row) }

// Layout implements fyne.Layout.
func (r rows) Layout(_ []fyne.CanvasObject, s fyne.Size) { r.put(s) }
