package ui

import (
	"image/color"

	"github.com/callbench/callbench/ui/present"
)

// Distances, corners and type sizes, in device-independent units.
const (
	space1 = 4
	space2 = 8
	space3 = 12
	space4 = 16
	space5 = 24

	cornerField = 4
	cornerCard  = 8

	sizeCaption = 12
	sizeBody    = 13
	sizeStep    = 15
	sizeHeading = 18
	sizeBig     = 24

	heightButton = 30
	heightOption = 32
)

// Scheme is a set of colours.
type Scheme string

// The schemes.
const (
	AsSystem      Scheme = "" // light or dark, as the system says
	Light         Scheme = "light"
	Dark          Scheme = "dark"
	ContrastLight Scheme = "contrast"
	ContrastDark  Scheme = "contrast-dark"
)

// role is a colour that a scheme gives.
type role int

const (
	rolePage role = iota
	roleCard
	roleField
	roleLine
	roleEdge
	roleText
	roleMuted
	roleAccent
	roleOnAccent
	roleDanger
	roleCount
)

// palette is the colours of a scheme. A window keeps one palette and fills it anew when the scheme
// changes. Tones are Okabe and Ito's, which survive colour blindness. It belongs to Fyne's goroutine.
type palette struct {
	page, card, field, line, edge, text, muted, accent, onAccent, danger paint

	scheme Scheme
	roles  [roleCount]color.NRGBA
	tones  map[present.Tone]color.NRGBA
	mixes  map[mix]*mix
}

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xFF} //nolint:gosec // the bytes of a colour
}

func paletteOf(s Scheme) *palette {
	p := &palette{mixes: map[mix]*mix{}}
	p.become(s)
	return p
}

// become takes the colours of a scheme. In the order of the roles: page, card, field, line, edge of what
// can be pressed or filled in, text, secondary text, accent, text on it, danger.
func (p *palette) become(s Scheme) {
	p.scheme = s
	switch s {
	case Dark:
		p.roles = [roleCount]color.NRGBA{
			rgb(0x15181C), rgb(0x1D2126), rgb(0x181C20), rgb(0x30363D), rgb(0x59626C),
			rgb(0xE6EAEE), rgb(0x9AA4AF), rgb(0x5AA9F2), rgb(0x0B1220), rgb(0xF58A82),
		}
	case ContrastLight:
		p.roles = [roleCount]color.NRGBA{
			rgb(0xFFFFFF), rgb(0xFFFFFF), rgb(0xFFFFFF), rgb(0x000000), rgb(0x000000),
			rgb(0x000000), rgb(0x000000), rgb(0x0B4A8C), rgb(0xFFFFFF), rgb(0x9B0000),
		}
	case ContrastDark:
		p.roles = [roleCount]color.NRGBA{
			rgb(0x000000), rgb(0x000000), rgb(0x000000), rgb(0xFFFFFF), rgb(0xFFFFFF),
			rgb(0xFFFFFF), rgb(0xFFFFFF), rgb(0x5AA9F2), rgb(0x000000), rgb(0xFF9A94),
		}
	case Light, AsSystem:
		p.roles = [roleCount]color.NRGBA{
			rgb(0xF6F7F9), rgb(0xFFFFFF), rgb(0xFFFFFF), rgb(0xE3E6EA), rgb(0xC3C9D0),
			rgb(0x1B1F24), rgb(0x59636E), rgb(0x0B5FB0), rgb(0xFFFFFF), rgb(0xB3261E),
		}
	}
	p.tones = tonesOf(p.dark())
	for r, c := range map[role]*paint{
		rolePage: &p.page, roleCard: &p.card, roleField: &p.field, roleLine: &p.line, roleEdge: &p.edge, roleText: &p.text,
		roleMuted: &p.muted, roleAccent: &p.accent, roleOnAccent: &p.onAccent, roleDanger: &p.danger,
	} {
		*c = p.of(mix{kind: mixRole, role: r})
	}
}

// tonesOf are the colours of states, for shapes and for the grounds of chips.
func tonesOf(dark bool) map[present.Tone]color.NRGBA {
	if dark {
		return map[present.Tone]color.NRGBA{
			present.Good: rgb(0x2EC49A), present.Ring: rgb(0x56B4E9), present.Talk: rgb(0x56B4E9), present.Held: rgb(0xD98FB8),
			present.Wrap: rgb(0xE69F00), present.Away: rgb(0xF08A4B), present.Off: rgb(0x8A939C), present.Warn: rgb(0xE69F00),
		}
	}
	return map[present.Tone]color.NRGBA{
		present.Good: rgb(0x009E73), present.Ring: rgb(0x0072B2), present.Talk: rgb(0x0072B2), present.Held: rgb(0xB85C91),
		present.Wrap: rgb(0xB87A00), present.Away: rgb(0xD55E00), present.Off: rgb(0x7B858F), present.Warn: rgb(0xB87A00),
	}
}

func (p *palette) dark() bool { return p.scheme == Dark || p.scheme == ContrastDark }

// contrasts reports whether the scheme is one of high contrast: no tinted grounds, and lines as strong as
// text.
func (p *palette) contrasts() bool { return p.scheme == ContrastLight || p.scheme == ContrastDark }

// tone is the colour of a role, for shapes.
func (p *palette) tone(t present.Tone) paint { return p.of(mix{kind: mixTone, tone: t}) }

func (p *palette) toneColour(t present.Tone) color.NRGBA {
	switch t {
	case present.Muted:
		return p.roles[roleMuted]
	case present.Accent:
		return p.roles[roleAccent]
	case present.Danger:
		return p.roles[roleDanger]
	case present.Plain, present.Good, present.Ring, present.Talk, present.Held, present.Wrap, present.Away, present.Off, present.Warn:
	}
	if c, ok := p.tones[t]; ok {
		return c
	}
	return p.roles[roleText]
}

// word is the colour of text in a role: only what is secondary, pressing or alarming leaves the normal
// one, so that every text keeps its contrast.
func (p *palette) word(t present.Tone) paint {
	switch t {
	case present.Muted, present.Off:
		return p.muted
	case present.Accent:
		return p.accent
	case present.Danger:
		return p.danger
	case present.Plain, present.Good, present.Ring, present.Talk, present.Held, present.Wrap, present.Away, present.Warn:
	}
	return p.text
}

// tinted is the ground of a chip: 12 % of its colour, and none in high contrast.
func (p *palette) tinted(t present.Tone) paint { return p.of(mix{kind: mixGround, tone: t}) }

func (p *palette) groundColour(t present.Tone) color.NRGBA {
	card := p.roles[roleCard]
	switch {
	case p.contrasts():
		return card
	case t == present.Muted || t == present.Plain || t == present.Off:
		return blend(card, p.roles[roleMuted], 0.10)
	}
	return blend(card, p.toneColour(t), 0.12)
}

// rim is the border of a chip: in high contrast its colour, else that of its ground, so that a border of
// one unit may stand there in every scheme.
func (p *palette) rim(t present.Tone) paint { return p.of(mix{kind: mixRim, tone: t}) }

func (p *palette) rimColour(t present.Tone) color.NRGBA {
	if p.contrasts() {
		return p.toneColour(t)
	}
	return p.groundColour(t)
}

// chosen is the ground of what is chosen or looked at, in a list or a row of words.
func (p *palette) chosen() paint { return tint(p.card, p.accent, 0.12) }

// under is the ground of what lies under the mouse.
func (p *palette) under() paint { return tint(p.card, p.muted, 0.10) }
