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
	Light         Scheme = "light"
	Dark          Scheme = "dark"
	ContrastLight Scheme = "contrast"
	ContrastDark  Scheme = "contrast-dark"
)

// palette is the colours of a scheme. Tones are Okabe and Ito's, which survive colour blindness.
type palette struct {
	page, card, field, line, text, muted, accent, onAccent, danger color.NRGBA
	tones                                                          map[present.Tone]color.NRGBA
	dark                                                           bool
}

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xFF} //nolint:gosec // the bytes of a colour
}

func paletteOf(s Scheme) *palette {
	p := &palette{
		page: rgb(0xF6F7F9), card: rgb(0xFFFFFF), field: rgb(0xFFFFFF), line: rgb(0xE3E6EA), text: rgb(0x1B1F24),
		muted: rgb(0x59636E), accent: rgb(0x0B5FB0), onAccent: rgb(0xFFFFFF), danger: rgb(0xB3261E),
	}
	switch s {
	case Dark:
		p = &palette{
			page: rgb(0x15181C), card: rgb(0x1D2126), field: rgb(0x181C20), line: rgb(0x30363D), text: rgb(0xE6EAEE),
			muted: rgb(0x9AA4AF), accent: rgb(0x5AA9F2), onAccent: rgb(0x0B1220), danger: rgb(0xF58A82), dark: true,
		}
	case ContrastLight:
		p = &palette{
			page: rgb(0xFFFFFF), card: rgb(0xFFFFFF), field: rgb(0xFFFFFF), line: rgb(0x000000), text: rgb(0x000000),
			muted: rgb(0x000000), accent: rgb(0x0B5FB0), onAccent: rgb(0xFFFFFF), danger: rgb(0x9B0000),
		}
	case ContrastDark:
		p = &palette{
			page: rgb(0x000000), card: rgb(0x000000), field: rgb(0x000000), line: rgb(0xFFFFFF), text: rgb(0xFFFFFF),
			muted: rgb(0xFFFFFF), accent: rgb(0x5AA9F2), onAccent: rgb(0x000000), danger: rgb(0xFF9A94), dark: true,
		}
	case Light:
	}
	p.tones = map[present.Tone]color.NRGBA{
		present.Plain: p.text, present.Muted: p.muted, present.Accent: p.accent, present.Danger: p.danger,
		present.Good: rgb(0x009E73), present.Ring: rgb(0x0072B2), present.Talk: rgb(0x0072B2),
		present.Held: rgb(0xCC79A7), present.Wrap: rgb(0xE69F00), present.Away: rgb(0xD55E00),
		present.Off: rgb(0x8A939C), present.Warn: rgb(0xE69F00),
	}
	if p.dark {
		p.tones[present.Ring], p.tones[present.Talk] = rgb(0x56B4E9), rgb(0x56B4E9)
		p.tones[present.Good], p.tones[present.Away] = rgb(0x2EC49A), rgb(0xF08A4B)
	}
	return p
}

// tone is the colour of a role, for shapes.
func (p *palette) tone(t present.Tone) color.NRGBA {
	if c, ok := p.tones[t]; ok {
		return c
	}
	return p.text
}

// word is the colour of text in a role: only what is secondary, pressing or alarming leaves the normal
// one, so that every text keeps its contrast.
func (p *palette) word(t present.Tone) color.NRGBA {
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

// tint is a share of a colour laid over a surface, opaque.
func tint(surface, c color.NRGBA, share float64) color.NRGBA {
	mix := func(a, b uint8) uint8 { return uint8(float64(a)*(1-share) + float64(b)*share + 0.5) }
	return color.NRGBA{R: mix(surface.R, c.R), G: mix(surface.G, c.G), B: mix(surface.B, c.B), A: 0xFF}
}

// tinted is the ground of a chip: 12 % of its colour.
func (p *palette) tinted(t present.Tone) color.NRGBA {
	if p.page == p.card { // high contrast: no grounds
		return p.card
	}
	if t == present.Muted || t == present.Plain || t == present.Off {
		return tint(p.card, p.muted, 0.10)
	}
	return tint(p.card, p.tone(t), 0.12)
}
